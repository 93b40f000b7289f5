"""The trail in sentences: names and pages of what it is about, filters, other editions, the file."""

import csv
import re
from datetime import UTC, datetime
from io import StringIO

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import acts, db, i18n, scope
from accelerator.core.acts import said
from accelerator.core.audit import AuditEntry, audit
from accelerator.core.db import Base, session
from accelerator.core.web import App
from accelerator.notifications.models import MessageState
from accelerator.programmes import queries as programmes_queries
from accelerator.programmes.models import Edition
from accelerator.programmes.operations import people
from accelerator.trail import queries
from accelerator.trail.queries import Filters, row_class
from tests.factories import Browser, make_application, make_edition, make_member, make_sector, make_startup


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition in Tokyo."""
    with db.transaction():
        return make_edition(name={"en": "Kobe 2030", "ja": "神戸2030"})


@pytest.fixture
def riku(edition: Edition) -> Person:
    """One of its team."""
    with db.transaction():
        return make_member(edition, Role.STAFF, given_name="Riku", family_name="Tanaka", native_name="田中 陸")


def note(
    edition: Edition,
    actor: Person | None,
    action: str,
    subject: Base,
    *,
    at: datetime | None = None,
    reason: str | None = None,
    **changes: object,
) -> None:
    """Record an act in the edition, at an instant. Call inside a transaction."""
    with scope.choose(edition.scope):
        audit(actor, action, subject, reason=reason, **changes)
        session().flush()
        if at is not None:
            entry = session().scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
            entry.at = at
            session().flush()


def sentences(text: str) -> list[str]:
    """The sentences of the page, without their marks."""
    rows = re.findall(r'<li class="panel-body stack-xs"><p>(.*?)</p>', text)
    return [re.sub(r"<[^>]+>", "", row) for row in rows]


def test_every_code_and_table_can_be_shown(app: App) -> None:
    values = {"who": "Riku", "what": "A-1", "role": "Reviewer"}
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            assert [code for code in acts.acts() if "%" in (said(code, {}) % values)] == []
            assert [
                code
                for code, act in acts.acts().items()
                if [sentence for sentence in act.sentences.values() if "%" in str(sentence) % values]
            ] == []
    rules = {rule.endpoint: rule.arguments for rule in app.url_map.iter_rules()}
    for table in acts.subjects():
        assert row_class(table).__tablename__ == table
        if page := acts.page(table):
            assert rules[page.endpoint] - {"edition_slug"} == set(page.parts), table


def test_every_table_can_be_named_on_both_databases(any_database: str) -> None:
    """The parts of the union fit together, and rows that are gone are left out."""
    nobody = 10**6
    with db.transaction():
        edition = make_edition(name={"en": "Kobe 2030", "ja": "神戸2030"})
        person = make_member(edition, Role.STAFF)
        with scope.choose(edition.scope):
            application = make_application(edition, reference="A-0123", sector_id=make_sector(edition).id)
            people.invite(
                edition,
                ["lena@example.org"],
                Role.MENTOR,
                language="ja",
                next_path="/home",
                actor=make_member(edition, Role.ADMIN),
            )
    known = [("edition", edition.id), ("person", person.id), ("application", application.id)]
    shown = [
        queries.Act(datetime.now(UTC), "x", table, number, {}, [], None, None, None, 1)
        for table, number in [*known, *((table, nobody) for table in acts.subjects())]
    ]
    with db.reading(), scope.choose(edition.scope):
        found = queries.things(edition, shown, person.id)
        assert {key: thing.name for key, thing in found.items()} == dict(
            zip(known, ("Kobe 2030", "", "A-0123"), strict=True)
        )
        assert found[known[1]].person is session().get(Person, person.id)
        assert list(programmes_queries.sector_uses(edition).values()) == [1]
        assert [(invitation.link.email, invitation.mail) for invitation in programmes_queries.invitations(edition)] == [
            ("lena@example.org", MessageState.WAITING)
        ]


def test_acts_are_sentences_with_links_in_both_languages(browser: Browser, edition: Edition, riku: Person) -> None:
    with db.transaction():
        with scope.choose(edition.scope):
            application = make_application(edition, reference="A-0123")
        note(edition, riku, "screening.judged", application, verdict=[None, ["pass", None]], reason="<b>fits</b>")
        note(edition, None, "selection.lapsed", application)
        note(
            edition,
            riku,
            "programmes.plan_changed",
            edition,
            places=[17, 20],
            sealed=[False, True],
            opens_at=[None, "2030-07-01 00:00:00+00:00"],
        )
    page = browser.sign_in(riku).get(f"/editions/{edition.slug}/audit").text
    assert sentences(page) == [
        "Riku Tanaka changed the settings of Kobe 2030",
        "The place of A-0123 lapsed",
        "Riku Tanaka passed A-0123",
    ]
    assert page.count(f'href="/editions/{edition.slug}/applications/A-0123"') == 2
    assert page.count("<b>Places</b>: 17 → 20") == 1
    assert page.count("<b>Sealed until the close</b>: No → Yes") == 1
    assert page.count("<b>Opens</b>: – → Mon 1 Jul 2030, 00:00 UTC") == 1
    assert page.count("&lt;b&gt;fits&lt;/b&gt;") == 1
    browser.post("/language", {"language": "ja"})
    assert sentences(browser.get(f"/editions/{edition.slug}/audit").text) == [
        "田中 陸が神戸2030の設定を変更しました",
        "A-0123の参加枠は失効しました",
        "田中 陸がA-0123を通過と判定しました",
    ]


def test_names_are_escaped_and_gone_rows_have_their_number(browser: Browser, edition: Edition, riku: Person) -> None:
    with db.transaction():
        startup = make_startup(name="<i>100%</i>")
        note(edition, riku, "startup.registered", startup)
        note(edition, riku, "reporting.checked", riku)
        session().flush()
        entry = session().scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        entry.subject_type, entry.subject_id = "milestone", 99
    page = browser.sign_in(riku).get(f"/editions/{edition.slug}/audit").text
    assert sentences(page) == [
        "Riku Tanaka compared the report on Milestone with its snapshot",
        "Riku Tanaka registered &lt;i&gt;100%&lt;/i&gt;",
    ]


def test_an_act_and_the_move_that_it_made_are_told_once(browser: Browser, edition: Edition, riku: Person) -> None:
    with db.transaction(), scope.choose(edition.scope):
        one, other = make_application(edition), make_application(edition)
        note(edition, riku, "application.offered", one, state=["waiting", "offered"])
        note(edition, riku, "selection.offered", one)
        note(edition, riku, "application.offered", other, state=["waiting", "offered"])
    page = browser.sign_in(riku).get(f"/editions/{edition.slug}/audit").text
    assert sentences(page)[:2] == [
        f"{other.reference} got an offer, released by Riku Tanaka",
        f"Riku Tanaka offered {one.reference} a place",
    ]
    assert sum(one.reference in sentence for sentence in sentences(page)) == 1
    labels = re.findall(
        r"<option value=\"\w+\"[^>]*>([^<]+)</option>", page.split('id="f-kind"')[1].split("</select>")[0]
    )
    assert len(labels) == len(set(labels)), "each kind has a label of its own"


def test_roles_are_named(browser: Browser, edition: Edition, riku: Person) -> None:
    with db.transaction():
        note(edition, riku, "accounts.role_given", riku, person=[None, riku.id], role=[None, "mentor"])
        note(edition, riku, "accounts.role_ended", riku, person=[riku.id, None], role=["mentor", None])
    assert sentences(browser.sign_in(riku).get(f"/editions/{edition.slug}/audit").text) == [
        "Riku Tanaka ended the role of Riku Tanaka: Mentor",
        "Riku Tanaka gave Riku Tanaka a role: Mentor",
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["c", "b", "a"]),
        ("person=0", ["b"]),
        ("kind=person", ["c"]),
        ("first=2030-07-02", ["c", "b"]),
        ("last=2030-07-01", ["a"]),
        ("first=2030-07-02&last=2030-07-02", ["b"]),
        ("first=never&kind=nothing&person=x", ["c", "b", "a"]),
    ],
)
def test_filters_count_days_in_the_editions_zone(
    browser: Browser, edition: Edition, riku: Person, monkeypatch: pytest.MonkeyPatch, query: str, expected: list[str]
) -> None:
    letters = {code: acts.Act(f"%(who)s: {code}, %(what)s") for code in "abc"}
    monkeypatch.setitem(acts.STAGES, "letters", acts.Declared("letters", letters, {}, {}, {}))
    with db.transaction():
        note(edition, riku, "a", edition, at=datetime(2030, 7, 1, 14, 59, tzinfo=UTC))
        note(edition, None, "b", edition, at=datetime(2030, 7, 1, 15, 0, tzinfo=UTC))  # 2 July in Kobe
        note(edition, riku, "c", riku, at=datetime(2030, 7, 3, 15, 0, tzinfo=UTC))
    page = browser.sign_in(riku).get(f"/editions/{edition.slug}/audit?{query}").text
    assert [re.findall(r": (\w), ", row)[0] for row in sentences(page)] == expected


def test_pages_keep_the_filters(browser: Browser, edition: Edition, riku: Person) -> None:
    with db.transaction():
        for number in range(60):
            note(edition, riku if number % 2 else None, "a", edition)
    page = browser.sign_in(riku).get(f"/editions/{edition.slug}/audit?person=0&kind=edition")
    assert len(sentences(page.text)) == 30
    page = browser.get(f"/editions/{edition.slug}/audit?kind=edition")
    [further] = re.findall(r'rel="next" href="([^"]+)"', page.text)
    assert further.count("kind=edition") == 1
    assert len(sentences(browser.get(further.replace("&amp;", "&")).text)) == 10


def test_nothing_matches(browser: Browser, edition: Edition, riku: Person) -> None:
    assert browser.sign_in(riku).get(f"/editions/{edition.slug}/audit?kind=round").text.count("Nothing matches") == 1


@pytest.mark.parametrize("number", [1, 3])
def test_the_trail_takes_the_same_queries(
    browser: Browser, edition: Edition, riku: Person, count_queries: list[str], number: int
) -> None:
    with db.transaction():
        for _ in range(number):
            with scope.choose(edition.scope):
                application = make_application(edition)
            note(edition, riku, "application.started", application)
            note(edition, riku, "mentoring.mentor_added", make_member(edition, Role.MENTOR))
    browser.sign_in(riku)
    count_queries.clear()
    assert len(sentences(browser.get(f"/editions/{edition.slug}/audit").text)) == 2 * number
    assert len(count_queries) == 7


def test_the_trail_is_exported_and_the_export_noted(browser: Browser, edition: Edition, riku: Person) -> None:
    with db.transaction():
        note(
            edition,
            riku,
            "programmes.plan_changed",
            edition,
            at=datetime(2030, 7, 1, tzinfo=UTC),
            places=[17, 20],
            reason="=1+1",
        )
        note(edition, None, "selection.released", edition)
        note(make_edition(), riku, "form.created", edition)
    answer = browser.sign_in(riku).post(
        f"/editions/{edition.slug}/audit.csv", {"person": str(riku.id), "last": "2030-07-01"}
    )
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{edition.slug}-audit.csv"'
    heads, *rows = csv.reader(StringIO(answer.data.decode("utf-8-sig")))
    assert heads == ["When (UTC)", "By whom", "E-mail", "What", "Kind", "About", "Changed", "Reason"]
    assert rows[0] == [
        "2030-07-01 00:00:00",
        "Riku Tanaka",
        riku.email,
        "Riku Tanaka changed the settings of Kobe 2030",
        "Edition",
        "Kobe 2030",
        "Places: 17 → 20",
        "'=1+1",
    ]
    with db.reading():
        entry = session().scalars(select(AuditEntry).where(AuditEntry.action == "trail.exported")).one()
        assert (entry.actor_id, entry.changes) == (riku.id, {"filters": {"person": str(riku.id), "last": "2030-07-01"}})


def test_a_long_trail_is_read_in_pieces(edition: Edition, riku: Person) -> None:
    with db.transaction():
        for _ in range(5):
            note(edition, riku, "form.created", edition)
    with db.reading(), scope.choose(edition.scope):
        after, sizes = 0, []
        while found := queries.acts_after(edition, Filters(), riku.id, after, most=2):
            after = found[-1].id
            sizes.append(len(found))
        assert sizes == [2, 2, 1]


@pytest.mark.parametrize("who", ["reviewer", "foreign"])
def test_others_see_and_export_nothing(browser: Browser, edition: Edition, who: str) -> None:
    with db.transaction():
        person = make_member(
            edition if who == "reviewer" else make_edition(), Role.REVIEWER if who == "reviewer" else Role.ADMIN
        )
    assert browser.post(f"/editions/{edition.slug}/audit.csv").status_code == 401
    browser.sign_in(person)
    assert browser.get(f"/editions/{edition.slug}/audit").status_code == 404
    assert browser.post(f"/editions/{edition.slug}/audit.csv").status_code == 404
