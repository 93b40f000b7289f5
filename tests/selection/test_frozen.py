"""What a release freezes: nothing changes by the way, and whoever changes it is told what that undoes."""

import re

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.errors import Refused
from accelerator.scoring.models import Round, RoundState
from accelerator.selection.models import Choice, Release, ReleaseState
from accelerator.selection.operations import decisions
from accelerator.selection.operations.freezing import Frozen
from accelerator.selection.operations.releases import approve_release, prepare_release, release_decisions
from accelerator.selection.queries import board as board_queries
from accelerator.selection.queries.releases import release_overview
from tests.factories import make_edition, make_member
from tests.factories.selection import make_board_entry, make_board_round, make_candidate, make_decision
from tests.visits.answered import AnsweredPage


@pytest.fixture
def place(app):
    """One offer that a release has prepared, and whoever may approve it."""
    with db.transaction():
        edition = make_edition()
        people = {role: make_member(edition, role) for role in (Role.STAFF, Role.ADMIN, Role.PARTNER)}
        with scope.choose(edition.scope):
            application = make_candidate(edition, name="Lumen")
            make_decision(application, people[Role.STAFF])
            prepare_release(edition, actor=people[Role.STAFF])
    return edition, people, application


def approve(place) -> None:
    edition, people, _ = place
    with db.transaction() as opened, scope.choose(edition.scope):
        release = opened.query(Release).one()
        approve_release(release, typed_count=1, actor=people[Role.ADMIN])


def kept(place) -> tuple[Choice | None, list[ReleaseState]]:
    """The decision and the states of all releases, oldest first."""
    edition, _, application = place
    with db.reading() as opened, scope.choose(edition.scope):
        decision = board_queries.decision(application)
        return decision and decision.choice, [one.state for one in opened.query(Release).order_by(Release.id)]


@pytest.mark.parametrize("approved", [False, True])
def test_a_click_on_an_older_board_changes_nothing_and_the_board_is_drawn_anew(place, browser, approved) -> None:
    edition, people, application = place
    if approved:
        approve(place)
    board = f"/editions/{edition.slug}/selection"
    answer = browser.sign_in(people[Role.STAFF]).post(
        board, {application.reference: "d", "before": "{}"}, headers={"HX-Request": "true"}
    )
    assert answer.headers["HX-Refresh"] == "true"
    state = ReleaseState.APPROVED if approved else ReleaseState.PREPARED
    assert kept(place) == (Choice.OFFER, [state])
    page = browser.get(board).text
    assert f"{application.reference}: " in page
    assert 'type="radio"' not in page and "type=radio" not in page
    assert "Save decisions" not in page
    assert ("undoes the approval" in page) is approved


@pytest.mark.parametrize("choice", ["decline", ""])
def test_the_decision_page_asks_first_and_says_what_it_undoes(place, browser, choice) -> None:
    edition, people, application = place
    approve(place)
    path = f"/editions/{edition.slug}/selection/{application.reference}"
    typed = {"choice": choice, "basis": "raw", "reason": "New facts.", "feedback": ""}
    page = browser.sign_in(people[Role.STAFF]).post(path, typed)
    assert page.status_code == 422
    said = f"{people[Role.ADMIN].name} approved a release of 1 letter, so the decisions are frozen. A change cancels it"
    assert said in page.text
    assert "New facts." in page.text
    assert kept(place) == (Choice.OFFER, [ReleaseState.APPROVED])
    mark = re.search(r'name="undo" value="([^"]+)"', page.text)[1]
    assert browser.post(path, {**typed, "undo": mark}).status_code == 302
    assert kept(place) == (Choice.DECLINE if choice else None, [ReleaseState.CANCELLED])


def test_agreeing_to_undo_what_was_prepared_does_not_undo_an_approval(place) -> None:
    edition, people, application = place
    with db.reading(), scope.choose(edition.scope):
        prepared = release_overview(edition).under_way.version
    approve(place)
    with pytest.raises(Frozen), db.transaction() as opened, scope.choose(edition.scope):
        decisions.decide(
            opened.get_one(type(application), application.id),
            choice=Choice.WAIT,
            actor=people[Role.STAFF],
            undo=prepared,
        )
    assert kept(place) == (Choice.OFFER, [ReleaseState.APPROVED])


def test_saving_the_same_again_undoes_nothing(place) -> None:
    edition, people, application = place
    with db.transaction() as opened, scope.choose(edition.scope):
        decisions.decide(
            opened.get_one(type(application), application.id), choice=Choice.OFFER, actor=people[Role.ADMIN]
        )
    assert kept(place) == (Choice.OFFER, [ReleaseState.PREPARED])


@pytest.mark.parametrize("act", ["approve", "send", "cancel"])
def test_a_page_that_showed_another_state_acts_on_nothing(place, browser, act) -> None:
    edition, people, _ = place
    with db.reading(), scope.choose(edition.scope):
        seen = release_overview(edition).under_way.version
    approve(place)
    browser.sign_in(people[Role.STAFF if act != "approve" else Role.PARTNER])
    browser.post(f"/editions/{edition.slug}/selection/release/{act}", {"version": seen, "count": "1"})
    assert kept(place) == (Choice.OFFER, [ReleaseState.APPROVED])


@pytest.mark.parametrize("mark", ["", "x", "-", "9" * 30, "²-prepared"])
def test_a_page_has_to_say_which_release_it_showed(place, browser, mark) -> None:
    edition, people, _ = place
    browser.sign_in(people[Role.STAFF])
    answer = browser.post(f"/editions/{edition.slug}/selection/release/cancel", {"version": mark})
    assert answer.status_code == 404
    assert kept(place) == (Choice.OFFER, [ReleaseState.PREPARED])


def test_another_editions_release_is_not_cancelled_from_here(place, browser) -> None:
    edition, _, _ = place
    with db.transaction():
        other = make_edition()
        stranger = make_member(other, Role.ADMIN)
    with db.reading(), scope.choose(edition.scope):
        seen = release_overview(edition).under_way.version
    browser.sign_in(stranger)
    assert browser.post(f"/editions/{other.slug}/selection/release/cancel", {"version": seen}).status_code == 404
    assert kept(place) == (Choice.OFFER, [ReleaseState.PREPARED])


def test_two_tabs_on_one_decision_do_not_overwrite_each_other_unseen(app, browser) -> None:
    with db.transaction():
        edition = make_edition()
        staff, admin = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
        with scope.choose(edition.scope):
            application = make_candidate(edition)
            make_decision(application, staff, Choice.WAIT)
    path = f"/editions/{edition.slug}/selection/{application.reference}"
    page = browser.sign_in(staff).get(path).text
    seen = re.search(r'name="version" value="([^"]*)"', page)[1]
    with db.transaction() as opened, scope.choose(edition.scope):
        decisions.decide(opened.get_one(type(application), application.id), choice=Choice.DECLINE, actor=admin)
    typed = {"choice": "offer", "basis": "raw", "reason": "Typed here", "feedback": "", "version": seen}
    answer = browser.post(path, typed)
    assert answer.status_code == 422
    assert f"{admin.name} decided in the meantime: Decline." in answer.text
    assert "Typed here" in answer.text
    clumsy = AnsweredPage(browser.post(path, {**typed, "choice": "perhaps", "basis": "luck"}).text)
    assert [target for target, _sentence in clumsy.problems] == ["", "choice", "basis"]
    again = re.search(r'name="version" value="([^"]*)"', answer.text)[1]
    assert browser.post(path, {**typed, "version": again}).status_code == 302


@pytest.fixture
def early(app):
    """An offer while its round is open and one review of three is in."""
    with db.transaction():
        edition = make_edition()
        staff, admin = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
        with scope.choose(edition.scope):
            application = make_candidate(edition)
            make_board_entry(make_board_round(edition, state="open"), application, reads=1)
            make_decision(application, staff)
    return edition, staff, admin


def test_an_open_round_or_missing_reviews_ask_for_a_typed_yes(early, browser) -> None:
    edition, staff, _ = early
    base = f"/editions/{edition.slug}/selection/release"
    page = browser.sign_in(staff).get(base).text
    assert "Round 1 is still open." in page
    assert "1 eligible application has fewer reviews than planned." in page
    for typed in ("", "no", "OK"):
        answer = browser.post(f"{base}/prepare", {"answer_days": "7", "sure": typed})
        assert answer.status_code == 422
        assert "Type “yes” to release anyway." in answer.text
    assert browser.post(f"{base}/prepare", {"answer_days": "7", "sure": "はい"}).status_code == 302


def test_so_does_the_approval(early) -> None:
    edition, staff, admin = early
    with db.transaction(), scope.choose(edition.scope):
        release = prepare_release(edition, actor=staff, sure=True)
        with pytest.raises(Refused) as refusal, db.session().begin_nested():
            approve_release(release, typed_count=1, actor=admin)
        assert refusal.value.field == "sure"
        approve_release(release, typed_count=1, actor=admin, sure=True)
        assert release.state is ReleaseState.APPROVED


def test_the_teams_home_says_that_it_is_approved(place, browser) -> None:
    edition, people, _ = place
    home = f"/editions/{edition.slug}/home"
    browser.sign_in(people[Role.STAFF])
    assert "A release is approved and can go out" not in browser.get(home).text
    approve(place)
    assert "A release is approved and can go out" in browser.get(home).text


def test_afterwards_no_second_release_of_nothing_is_offered(place, browser) -> None:
    edition, people, _ = place
    approve(place)
    base = f"/editions/{edition.slug}/selection/release"
    with db.reading(), scope.choose(edition.scope):
        seen = release_overview(edition).under_way.version
    browser.sign_in(people[Role.STAFF]).post(f"{base}/send", {"version": seen})
    page = browser.get(base).text
    assert "Nothing to release" in page
    assert "Prepare the release" not in page


def test_the_release_closes_the_round_that_was_still_open(early, browser) -> None:
    edition, staff, admin = early
    assert "The release closes it." in browser.sign_in(staff).get(f"/editions/{edition.slug}/selection/release").text
    with db.transaction(), scope.choose(edition.scope):
        release = prepare_release(edition, actor=staff, sure=True)
        approve_release(release, typed_count=1, actor=admin, sure=True)
        assert release_decisions(release, actor=staff) == 1
        assert db.session().scalars(select(Round.state)).all() == [RoundState.CLOSED]
