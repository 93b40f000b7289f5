"""Planning editions: what is refused, what is noted, who may."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import db, i18n, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused, refuse
from accelerator.core.web import App
from accelerator.programmes import queries
from accelerator.programmes.forms import PlanForm
from accelerator.programmes.models import Edition, Host, Mode, Programme
from accelerator.programmes.operations import lists
from accelerator.programmes.operations.lists import HostLine
from accelerator.programmes.operations.plan import Plan, change_plan, create_edition, date_problems
from accelerator.programmes.phases import Phase, phase_at
from tests.factories import Browser, make_edition, make_member, make_person
from tests.factories.trail import all_changes


def plan(**changes: Any) -> Plan:
    """A plan whose dates are in order."""
    both = {"en": "Words", "ja": "言葉"}
    values = {
        "name": both,
        "theme": both,
        "about": both,
        "place": {"en": "Kobe", "ja": "神戸"},
        "zone": "Asia/Tokyo",
        "mode": Mode.ONLINE,
        "places": 17,
        "announced_on": date(2030, 6, 1),
        "opens_at": datetime(2030, 7, 1, tzinfo=UTC),
        "closes_at": datetime(2030, 7, 31, 14, 59, tzinfo=UTC),
        "decisions_on": date(2030, 8, 20),
        "starts_on": date(2030, 9, 7),
        "coaching_ends_on": date(2030, 10, 30),
        "demo_day_on": date(2030, 11, 12),
    }
    return Plan(**{**values, **changes})


def typed(edition: Edition, **changes: str) -> dict[str, str]:
    """The settings form as a browser sends it."""
    local = {name: getattr(edition, name) for name in ("opens_at", "closes_at")}
    values = {
        **{
            f"{name}_{code}": getattr(edition, name)[code]
            for name in ("name", "theme", "about", "place")
            for code in ("en", "ja")
        },
        **{name: (at + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M") for name, at in local.items()},
        **{
            name: getattr(edition, name).isoformat()
            for name in ("announced_on", "decisions_on", "starts_on", "coaching_ends_on", "demo_day_on")
        },
        "zone": edition.zone,
        "mode": edition.mode.value,
        "places": str(edition.places),
        "two_person_release": "y",
    }
    return {**values, **changes}


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition in Kobe, announced before its call opened."""
    with db.transaction():
        return make_edition(announced_on=date(2020, 6, 1))


@pytest.fixture
def admin(edition: Edition) -> Person:
    """Its admin."""
    with db.transaction():
        return make_member(edition, Role.ADMIN)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"closes_at": datetime(2030, 6, 30, tzinfo=UTC)}, "closes_at"),
        ({"announced_on": date(2030, 7, 2)}, "opens_at"),
        ({"decisions_on": date(2030, 7, 30)}, "decisions_on"),
        ({"starts_on": date(2030, 8, 19)}, "starts_on"),
        ({"coaching_ends_on": date(2030, 9, 6)}, "coaching_ends_on"),
        ({"demo_day_on": date(2030, 10, 29)}, "demo_day_on"),
        ({"zone": "Asia/Atlantis"}, "zone"),
        ({"places": 0}, "places"),
    ],
)
def test_plans_out_of_order_are_refused(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refusal:
        refuse(date_problems(vars(plan(**changes))))
    assert refusal.value.field == field


def test_days_count_in_the_editions_zone() -> None:
    # 16:00 UTC on 31 July is 1 August in Kobe, so decisions on 31 July come before the close.
    late = datetime(2030, 7, 31, 16, tzinfo=UTC)
    with pytest.raises(Refused):
        refuse(date_problems(vars(plan(closes_at=late, decisions_on=date(2030, 7, 31)))))
    refuse(date_problems(vars(plan(closes_at=late, decisions_on=date(2030, 7, 31), zone="UTC"))))


def test_calls_of_one_programme_do_not_overlap(edition: Edition, admin: Person) -> None:
    with db.transaction():
        programme = session().get(Programme, edition.programme_id)
        first = create_edition(programme, "first", plan(), actor=admin)
        touching = plan(opens_at=first.closes_at, closes_at=first.closes_at + timedelta(days=9))
        create_edition(programme, "second", touching, actor=admin)
        with pytest.raises(Refused, match="The call of Words is open at the same time") as refusal:
            create_edition(programme, "third", plan(closes_at=first.opens_at + timedelta(hours=1)), actor=admin)
        assert refusal.value.field == "opens_at"
        change_plan(first, plan(places=18), actor=admin)  # does not overlap with itself


def test_a_new_edition_takes_over_sectors_and_hosts_and_has_an_admin(edition: Edition, admin: Person) -> None:
    with db.transaction():
        first = create_edition(session().get(Programme, edition.programme_id), "first", plan(), actor=admin)
        with scope.choose(first.scope):
            line = HostLine({"en": "City", "ja": "市"}, {"en": "Host", "ja": "主催"}, True)
            lists.change_hosts(first, [line], actor=admin)
        later = {
            name: getattr(plan(), name).replace(year=2031)
            for name in (
                "announced_on",
                "opens_at",
                "closes_at",
                "decisions_on",
                "starts_on",
                "coaching_ends_on",
                "demo_day_on",
            )
        }
        second = create_edition(first.programme, "second", plan(**later), actor=admin)
        with scope.choose(second.scope):
            assert [host.name["en"] for host in queries.hosts(second)] == ["City"]
            assert [sector.key for sector in queries.sectors(second)][:2] == ["safety", "education"]
        held = session().scalars(select(Membership.role).where(Membership.edition_id == second.id)).all()
        assert held == [Role.ADMIN]


def test_settings_are_saved_and_the_difference_is_noted(browser: Browser, edition: Edition, admin: Person) -> None:
    path = f"/editions/{edition.slug}/settings"
    browser.sign_in(admin)
    shown = browser.get(path).text
    opens = (edition.opens_at + timedelta(hours=9)).strftime("%Y-%m-%dT%H:%M")
    assert re.findall(r'name="opens_at"[^>]*value="([^"]*)"', shown) == [opens]
    answer = browser.post(path, typed(edition, places="20", theme_ja="健康"))
    assert (answer.status_code, answer.location) == (302, path)
    with db.reading():
        entry = session().scalars(select(AuditEntry).where(AuditEntry.action == "programmes.plan_changed")).one()
        same_minute = {
            name: change for name, change in all_changes(entry).items() if name not in ("opens_at", "closes_at")
        }
        assert same_minute == {
            "places": [17, 20],
            "theme": [{"en": "Theme", "ja": "テーマ"}, {"en": "Theme", "ja": "健康"}],
        }


def test_what_was_typed_stays_beside_its_error(browser: Browser, edition: Edition, admin: Person) -> None:
    path = f"/editions/{edition.slug}/settings"
    answer = browser.sign_in(admin).post(path, typed(edition, demo_day_on="2001-01-01", name_en="Typed name"))
    assert answer.status_code == 422
    sentence = "“Demo Day” can't be before “Coaching ends”, "
    assert unescape(answer.text).count(sentence) == 2, "in the summary and beside the field"
    assert 'value="Typed name"' in answer.text


def test_each_date_that_is_missing_or_wrong_is_named(browser: Browser, edition: Edition, admin: Person) -> None:
    path = f"/editions/{edition.slug}/settings"
    wrong = {
        "announced_on": "",
        "opens_at": "soon",
        "decisions_on": "2020-13-45",
        "closes_at": "1066",
        "starts_on": "1066-01-01",
    }
    shown = unescape(browser.sign_in(admin).post(path, typed(edition, **wrong)).text)
    sentences = (
        "Fill in “Announced”.",
        "Enter “Call opens” as a day and a time, like 2020-11-12 10:00.",
        "Enter “Call closes” as a day and a time, like 2020-11-12 10:00.",
        "Enter “Decisions” as a day, like 2020-10-16.",
        "Enter “Programme starts” with a year between 1900 and 2199.",
    )
    assert [shown.count(sentence) for sentence in sentences] == [2] * 5
    assert ("Not a valid" in shown, 'value="2020-13-45"' in shown) == (False, True)


def test_an_hour_that_the_clocks_skip_is_refused(browser: Browser, edition: Edition, admin: Person) -> None:
    path = f"/editions/{edition.slug}/settings"
    late = {"zone": "Europe/Tallinn", "closes_at": "2031-03-30T03:30"}
    answer = browser.sign_in(admin).post(path, typed(edition, **late))
    assert answer.status_code == 422
    assert answer.text.count("this time does not exist in that time zone") == 2


def test_staff_see_settings_and_admins_change_them(app: App, edition: Edition, admin: Person) -> None:
    path = f"/editions/{edition.slug}/settings"
    with db.transaction():
        staff, reviewer = make_member(edition, Role.STAFF), make_member(edition, Role.REVIEWER)
        foreign = make_member(make_edition(), Role.ADMIN)
    assert Browser(app).sign_in(staff).get(path).status_code == 200
    assert [Browser(app).sign_in(who).get(path).status_code for who in (reviewer, foreign)] == [404, 404]
    for who in (staff, reviewer, foreign):
        assert Browser(app).sign_in(who).post(path, typed(edition, places="99")).status_code == 404
    assert (
        Browser(app).get(path).location == f"/sign-in?next={path.replace('/', '%2F')}"
        or Browser(app).get(path).status_code == 302
    )
    with db.reading():
        assert session().get(Edition, edition.id).places == 17


def test_hosts_are_replaced_and_need_both_languages(browser: Browser, edition: Edition, admin: Person) -> None:
    path = f"/editions/{edition.slug}/settings/hosts"
    browser.sign_in(admin)
    row = {"hosts-0-name_en": "City", "hosts-0-name_ja": "市", "hosts-0-part_en": "Host", "hosts-0-part_ja": "主催"}
    assert browser.post(path, row).status_code == 302
    refused = browser.post(path, {**row, "hosts-0-part_ja": ""})
    assert refused.status_code == 422
    assert "a name and a role in both languages" in refused.text
    with db.reading(), scope.choose(edition.scope):
        hosts = session().scalars(select(Host)).all()
        assert [(host.name, host.part, host.position) for host in hosts] == [
            ({"en": "City", "ja": "市"}, {"en": "Host", "ja": "主催"}, 1)
        ]


def test_site_admins_make_a_programme_and_its_first_edition(browser: Browser, app: App, edition: Edition) -> None:
    with db.transaction():
        founder = make_person(is_site_admin=True)
    browser.sign_in(founder)
    both = {"name_en": "Challenge", "name_ja": "挑戦", "host_en": "City", "host_ja": "市"}
    answer = browser.post(
        "/programmes/new", {**both, "kind": "challenge", "since": "２０１８", "home_country": "JP", "slug": "uik"}
    )
    assert (answer.status_code, answer.location) == (302, "/programmes/uik/editions/new")
    answer = browser.post("/programmes/uik/editions/new", typed(edition, slug="uik-2030"))
    assert (answer.status_code, answer.location) == (302, "/editions/uik-2030/people")
    assert browser.get("/editions/uik-2030/people").status_code == 200
    with db.reading():
        made = session().scalars(select(Programme).where(Programme.slug == "uik")).one()
        assert (made.since, made.home_country) == (2018, "JP")


@pytest.mark.parametrize("path", ["/programmes/new", "/programmes/programme-x/editions/new"])
def test_nobody_else_makes_programmes(browser: Browser, admin: Person, path: str) -> None:
    with db.transaction():
        session().scalars(select(Programme)).first().slug = "programme-x"
    assert browser.get(path).status_code == 302
    assert browser.sign_in(admin).get(path).status_code == 404
    assert browser.post(path, {}).status_code == 404


def test_a_taken_or_odd_slug_is_refused(browser: Browser, edition: Edition) -> None:
    with db.transaction():
        founder = make_person(is_site_admin=True)
        slug = session().get(Programme, edition.programme_id).slug
    browser.sign_in(founder)
    for bad, sentence in ((edition.slug, "This is already taken."), ("Kobe 2020", "Use lower-case letters")):
        answer = browser.post(f"/programmes/{slug}/editions/new", typed(edition, slug=bad))
        assert (answer.status_code, answer.text.count(sentence)) == (
            422,
            2 if "taken" in sentence else answer.text.count(sentence),
        )


def test_phases(tx: Any) -> None:
    made = make_edition(
        **{
            name: getattr(plan(), name)
            for name in (
                "announced_on",
                "opens_at",
                "closes_at",
                "decisions_on",
                "starts_on",
                "coaching_ends_on",
                "demo_day_on",
            )
        }
    )
    at = [
        made.opens_at - timedelta(seconds=1),
        made.opens_at,
        made.closes_at - timedelta(seconds=1),
        made.closes_at,
        datetime(2030, 9, 6, 14, 59, tzinfo=UTC),
        datetime(2030, 9, 6, 15, tzinfo=UTC),
        datetime(2030, 11, 12, 14, 59, tzinfo=UTC),
        datetime(2030, 11, 12, 15, tzinfo=UTC),
    ]
    assert [phase_at(made, now) for now in at] == [
        Phase.ANNOUNCED,
        Phase.OPEN,
        Phase.OPEN,
        Phase.CLOSED,
        Phase.CLOSED,
        Phase.RUNNING,
        Phase.RUNNING,
        Phase.ENDED,
    ]


def test_a_form_says_the_same_as_the_edition(app: App, edition: Edition) -> None:
    with app.test_request_context(method="GET"), i18n.speaking("en", "America/New_York"):
        form = PlanForm.of(edition, is_sent=False)
        # Wall-clock times are those of Kobe, wherever the reader is.
        assert form.opens_at.data == (edition.opens_at + timedelta(hours=9)).replace(tzinfo=None)
        assert form.plan.opens_at == edition.opens_at
