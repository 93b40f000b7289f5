"""The board and the pages round it."""

import gzip
import json
import re

import pytest

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.intake.models import ApplicationState, Conflict, ConflictKind
from accelerator.selection.models import Basis, Choice, Release, ReleaseState
from accelerator.selection.queries import board
from tests.factories import make_application, make_edition, make_member, make_sector
from tests.factories.selection import make_board_entry, make_board_round, make_candidate, make_decision


@pytest.fixture
def place(app):
    """An edition with two places and four scored candidates, the third too close to call and split."""
    with db.transaction():
        edition, other = make_edition(places=2), make_edition()
        people = {role: make_member(edition, role) for role in Role}
        stranger = make_member(other, Role.ADMIN)
    with db.transaction(), scope.choose(edition.scope):
        round_, sector = make_board_round(edition), make_sector(edition)
        found = []
        for name, score, chance, spread in (
            ("Lumen", 4.6, 0.995, 0.5),
            ("Kurage", 4.4, 0.86, 0.4),
            ("Tomoni", 4.0, 0.6, 2.5),
            ("Greywater", 3.0, 0.02, 1.2),
        ):
            one = make_candidate(edition, name=name, sector_id=sector.id, country="JP" if name == "Kurage" else "EE")
            make_board_entry(round_, one, score, chance=chance, spread=spread)
            found.append(one)
    return edition, people, stranger, found


def rows(page) -> list[str]:
    return [
        re.sub(r"<[^>]+>", " ", row)
        for row in re.findall(r"<tr(?: class=\S+)? data-row>.*?(?=<tr|</tbody>)", page.text, re.S)
    ]


def named(page) -> list[str]:
    return [next(name for name in ("Lumen", "Kurage", "Tomoni", "Greywater") if name in row) for row in rows(page)]


def test_the_board_orders_cuts_and_marks(place, browser) -> None:
    edition, people, *_ = place
    page = browser.sign_in(people[Role.STAFF]).get(f"/editions/{edition.slug}/selection")
    assert page.status_code == 200
    assert named(page) == ["Lumen", "Kurage", "Tomoni", "Greywater"]
    assert [" ".join(row.split()[:2]) for row in rows(page)] == ["1 Lumen", "2 Kurage", "3 Tomoni", "4 Greywater"]
    assert page.text.count("2 places end here. Ranks 3 to 3 are too close to call, so talk about them.") == 1
    assert page.text.index("2 places end here.") > page.text.index(">Kurage<")
    assert page.text.index("2 places end here.") < page.text.index(">Tomoni<")
    assert "Place 3. The totals are 2.5 points apart." in page.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("?view=home", ["Kurage"]),
        ("?view=abroad", ["Lumen", "Tomoni", "Greywater"]),
        ("?view=split", ["Tomoni"]),
        ("?order=name", ["Greywater", "Kurage", "Lumen", "Tomoni"]),
        ("?view=nonsense&order=drop%20table", ["Lumen", "Kurage", "Tomoni", "Greywater"]),
    ],
)
def test_views_and_orders(place, browser, query, shown) -> None:
    edition, people, *_ = place
    assert named(browser.sign_in(people[Role.STAFF]).get(f"/editions/{edition.slug}/selection{query}")) == shown


def test_the_line_moves_with_the_places_and_decisions_do_not(place, browser) -> None:
    edition, people, _, found = place
    with db.transaction(), scope.choose(edition.scope):
        make_decision(found[0], people[Role.ADMIN])
    page = browser.sign_in(people[Role.STAFF]).get(f"/editions/{edition.slug}/selection?places=3")
    assert page.text.index("3 places end here.") > page.text.index(">Tomoni<")
    assert page.text.count(" checked") == 1


def test_too_early_to_order(place, browser) -> None:
    edition, people, _, _ = place
    with db.transaction(), scope.choose(edition.scope):
        for _number in range(5):
            make_candidate(edition, name="Zephyr")
    page = browser.sign_in(people[Role.STAFF]).get(f"/editions/{edition.slug}/selection?order=chance")
    assert "Too early to order" in page.text
    assert "places end here" not in page.text
    assert "&gt;99%" not in page.text


def test_one_choice_by_script_saves_it_and_returns_the_panel(place, browser) -> None:
    edition, people, _, found = place
    browser.sign_in(people[Role.STAFF])
    reference = found[1].reference
    page = browser.post(
        f"/editions/{edition.slug}/selection",
        {reference: "o", "before": "{}", "basis": "raw"},
        headers={"HX-Request": "true"},
    )
    assert page.status_code == 200
    assert "<html" not in page.text
    assert "1 of 2" in page.text
    assert "Kurage: Offer. Saved." in page.text
    assert json.loads(re.search(r'value="([^"]*)" hx-swap-oob', page.text)[1].replace("&#34;", '"')) == {
        reference: "offer"
    }
    with db.reading(), scope.choose(edition.scope):
        decision = board.decision(found[1])
    assert (decision.choice, decision.basis, decision.decided_by) == (Choice.OFFER, Basis.RAW, people[Role.STAFF].id)


def test_a_board_save_keeps_what_a_decision_rests_on(place, browser) -> None:
    edition, people, _, found = place
    with db.transaction(), scope.choose(edition.scope):
        for one, basis in zip(found, (Basis.RAW, Basis.ADJUSTED, Basis.DISCUSSION), strict=False):
            make_decision(one, people[Role.ADMIN], Choice.WAIT, basis=basis)
    browser.sign_in(people[Role.STAFF])
    before = json.dumps({application.reference: "wait" for application in found[:3]})
    for order in ("raw", "adjusted"):
        choice = {"raw": "o", "adjusted": "d"}[order]
        browser.post(
            f"/editions/{edition.slug}/selection?order={order}",
            {"basis": order, "before": before, **{one.reference: choice for one in found}},
        )
    with db.reading(), scope.choose(edition.scope):
        kept = [board.decision(one) for one in found]
    assert [one.choice for one in kept] == [Choice.DECLINE] * 4
    assert [one.basis for one in kept] == [Basis.RAW, Basis.ADJUSTED, Basis.DISCUSSION, Basis.RAW]


def test_a_row_that_a_colleague_decided_meanwhile_stays_and_says_so(place, browser) -> None:
    edition, people, _, found = place
    path, lumen = f"/editions/{edition.slug}/selection", found[0].reference
    with db.transaction(), scope.choose(edition.scope):
        make_decision(found[0], people[Role.ADMIN], Choice.WAIT)
    browser.sign_in(people[Role.STAFF]).post(path, {lumen: "o", "before": "{}"})
    said = f"{lumen}: {people[Role.ADMIN].name} decided in the meantime: Wait. Choose again"
    assert said in browser.get(path).text
    with db.reading(), scope.choose(edition.scope):
        assert board.pending(edition) == {lumen: Choice.WAIT}
    browser.post(path, {lumen: "o", "before": json.dumps({lumen: "wait"})})  # as the page has it now
    browser.post(path, {lumen: "d", "before": json.dumps({lumen: "wait"})})  # what one chose oneself may be quicker
    with db.reading(), scope.choose(edition.scope):
        assert board.pending(edition) == {lumen: Choice.DECLINE}


@pytest.mark.parametrize(
    ("rounds", "said"),
    [
        ([], ("Nothing has been reviewed yet", "Prepare a round and invite reviewers")),
        (["open"], ("Nothing has been reviewed yet", "See the reviewers' progress")),
    ],
)
def test_a_board_without_reviews_says_so_and_what_to_do(app, browser, rounds, said) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
        with scope.choose(edition.scope):
            make_candidate(edition)
            for state in rounds:
                make_board_round(edition, state=state)
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/selection").text
    assert [sentence in page for sentence in said] == [True, True]
    assert "No undecided application is too close to call" not in page


def test_the_form_button_writes_only_what_differs_from_what_was_seen(place, browser) -> None:
    edition, people, _, found = place
    lumen, kurage, tomoni, _ = found
    with db.transaction(), scope.choose(edition.scope):
        make_decision(lumen, people[Role.ADMIN], Choice.WAIT)  # a colleague changed it after the page was drawn
        make_decision(kurage, people[Role.ADMIN], Choice.WAIT)
    browser.sign_in(people[Role.STAFF])
    answer = browser.post(
        f"/editions/{edition.slug}/selection",
        {
            lumen.reference: "o",
            kurage.reference: "o",
            tomoni.reference: "d",
            "before": json.dumps({lumen.reference: "offer", kurage.reference: "wait"}),
        },
    )
    assert answer.status_code == 302
    with db.reading(), scope.choose(edition.scope):
        assert board.pending(edition) == {
            lumen.reference: Choice.WAIT,
            kurage.reference: Choice.OFFER,
            tomoni.reference: Choice.DECLINE,
        }


def test_a_conflict_hides_the_row_and_bars_the_decision(place, browser) -> None:
    edition, people, _, found = place
    staff = people[Role.STAFF]
    with db.transaction(), scope.choose(edition.scope):
        db.add(
            Conflict(
                edition_id=edition.id,
                application_id=found[0].id,
                person_id=staff.id,
                kind=ConflictKind.FAMILY,
                declared_at=clock.now(),
            )
        )
    browser.sign_in(staff)
    base = f"/editions/{edition.slug}/selection"
    assert named(browser.get(base)) == ["Kurage", "Tomoni", "Greywater"]
    assert browser.get(f"{base}/{found[0].reference}").status_code == 404
    assert browser.post(base, {found[0].reference: "o", "before": "{}"}).status_code == 404
    with db.reading(), scope.choose(edition.scope):
        assert board.decision(found[0]) is None


PATHS = (
    "selection",
    "selection/minutes",
    "selection/release",
    "selection/compare",
    "selection/{ref}",
    "selection/release/letters/{ref}",
)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.STAFF, Role.ADMIN)])
def test_nobody_outside_the_team_sees_any_of_it(place, browser, role) -> None:
    edition, people, _, found = place
    with db.transaction(), scope.choose(edition.scope):
        make_decision(found[0], people[Role.STAFF])
    browser.sign_in(people[role])
    for path in PATHS:
        assert browser.get(f"/editions/{edition.slug}/{path.format(ref=found[0].reference)}").status_code == 404
    assert browser.post(f"/editions/{edition.slug}/selection", {found[0].reference: "d"}).status_code == 404
    assert browser.post(f"/editions/{edition.slug}/selection/release/prepare", {"answer_days": "7"}).status_code == 404


def test_anonymous_signs_in_first_and_another_editions_admin_finds_nothing(place, browser) -> None:
    edition, _, stranger, found = place
    path = f"/editions/{edition.slug}/selection"
    answer = browser.get(path)
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in")
    browser.sign_in(stranger)
    assert [
        browser.get(f"/editions/{edition.slug}/{one.format(ref=found[0].reference)}").status_code for one in PATHS
    ] == [404] * 6


@pytest.mark.parametrize("extra", [0, 2])
def test_the_board_asks_thirteen_times_however_many_rows(place, browser, count_queries, extra) -> None:
    edition, people, _, _found = place
    with db.transaction(), scope.choose(edition.scope):
        for _number in range(extra):
            make_decision(make_candidate(edition), people[Role.STAFF])
    browser.sign_in(people[Role.STAFF])
    count_queries.clear()
    browser.get(f"/editions/{edition.slug}/selection")
    assert len(count_queries) == 13


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_whole_board_of_237_stays_under_200_kilobytes_and_25_on_the_line(app, browser, language) -> None:
    with db.transaction():
        edition = make_edition(places=17)
        staff = make_member(edition, Role.STAFF, language=language)
    with db.transaction(), scope.choose(edition.scope):
        round_, sector = (
            make_board_round(edition),
            make_sector(edition, name={"en": "Business Tools", "ja": "業務ツール"}),
        )
        for number in range(237):
            one = make_candidate(
                edition,
                name=f"Startup No {number}",
                country="JP" if number % 3 else "IN",
                city="Osaka",
                sector_id=sector.id,
            )
            make_board_entry(round_, one, 4.8 - number / 100, chance=max(0.0, 1 - number / 40), spread=number % 5 * 0.6)
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/selection")
    assert len(rows(page)) == 237
    assert len(page.data) < 200_000
    assert len(gzip.compress(page.data, 6)) < 25_000


def test_a_decision_with_its_reason_and_the_log(place, browser) -> None:
    edition, people, _, found = place
    browser.sign_in(people[Role.STAFF])
    path = f"/editions/{edition.slug}/selection/{found[0].reference}"
    for choice, reason in (("wait", "Not sure."), ("offer", "Talked again.")):
        sent = {"choice": choice, "basis": "discussion", "reason": reason, "feedback": "Show the unit costs."}
        assert browser.post(path, sent).status_code == 302
    page = browser.get(path)
    assert "Talked again." in page.text
    assert "Wait → Offer" in page.text
    minutes = browser.get(f"/editions/{edition.slug}/selection/minutes").text
    assert "Discussion" in minutes
    assert "Not released" in minutes
    with db.reading() as opened:
        entries = (
            opened.query(AuditEntry).filter(AuditEntry.action == "selection.decided").order_by(AuditEntry.id).all()
        )
    assert [entry.changes["choice"] for entry in entries] == [[None, "wait"], ["wait", "offer"]]
    assert {entry.actor_id for entry in entries} == {people[Role.STAFF].id}


def test_a_decision_that_can_not_be_keeps_what_was_typed(place, browser) -> None:
    edition, people, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        joined = make_application(edition, ApplicationState.JOINED)
    browser.sign_in(people[Role.STAFF])
    page = browser.post(
        f"/editions/{edition.slug}/selection/{joined.reference}",
        {"choice": "decline", "basis": "raw", "reason": "Typed reason"},
    )
    assert page.status_code == 422
    assert "so that can&#39;t be done" in page.text
    assert "Typed reason" in page.text


def test_compare_shows_up_to_four_and_says_what_it_left_out(place, browser) -> None:
    edition, people, _, found = place
    browser.sign_in(people[Role.STAFF])
    page = browser.get(
        f"/editions/{edition.slug}/selection/compare?a={found[0].reference}&a={found[2].reference}&a=A-9999"
    )
    assert "Lumen" in page.text and "Tomoni" in page.text and "Kurage" not in page.text
    assert "1 of these applications isn't on the board, or isn't open to you." in page.text


def test_releasing_is_the_main_step_only_while_something_can_go_out(place, browser) -> None:
    edition, people, _, found = place
    page = f"/editions/{edition.slug}/selection"
    browser.sign_in(people[Role.STAFF])

    def main_step() -> bool:
        link = re.search(
            r'<a class="([^"]*)" href="[^"]*/selection/release">\s*Release decisions…', browser.get(page).text
        )
        return "btn-primary" in link[1].split()

    assert not main_step()  # four are undecided
    with db.transaction(), scope.choose(edition.scope):
        for one in found:
            make_decision(one, people[Role.ADMIN])
    assert main_step()
    with db.transaction(), scope.choose(edition.scope):
        now = clock.now()
        admin = people[Role.ADMIN]
        release = db.add(
            Release(
                edition_id=edition.id,
                state=ReleaseState.RELEASED,
                counts={},
                digest="0" * 64,
                prepared_by=admin.id,
                prepared_at=now,
                released_at=now,
            )
        )
        for one in found:
            one.state = ApplicationState.OFFERED
            board.decision(one).release_id = release.id
    shown = browser.get(page).text
    assert not main_step()
    assert "All decisions are out; the last letters went out on " in shown
    assert f'href="/editions/{edition.slug}/startups">See the cohort' in shown
    assert (
        f'href="/editions/{edition.slug}/startups"'
        in browser.get(f"{page}/release").text.split("Nothing to release")[1]
    )
