"""Two at once, on SQLite and on PostgreSQL with real commits: one truth is left, and the other one is told."""

from collections.abc import Callable
from threading import Event
from time import sleep

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, i18n, scope
from accelerator.core.errors import Refused
from accelerator.intake.models import Application, ApplicationState
from accelerator.selection.models import Choice, Release, ReleaseState
from accelerator.selection.operations import decisions, freezing, releases
from accelerator.selection.queries import board
from tests.factories import make_edition, make_member
from tests.factories.selection import make_candidate, make_decision
from tests.services.installations import Pool

PAUSE = 0.3  # seconds: long enough for the second to reach the lock that the first holds
S = ReleaseState


@pytest.fixture
def place(any_database):
    """One decided application, and the two who may release it."""
    with db.transaction():
        edition = make_edition()
        staff, admin = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
        with scope.choose(edition.scope):
            application = make_candidate(edition)
            make_decision(application, staff)
    return edition, staff, admin, application


def one_after_the_other(place, first: Callable, second: Callable) -> list[object]:
    """Let ``second`` begin while what ``first`` did is not committed; what each returned or was refused with."""
    written = Event()

    def work(call: Callable, leads: bool) -> object:
        i18n.use("en", "UTC")
        if not leads:
            written.wait(timeout=30)
        try:
            with db.transaction() as opened, scope.choose(place[0].scope):
                # Both read before they lock, as a page does that finds its subject first.
                release, application = opened.query(Release).order_by(Release.id.desc()).first(), _application(place)
                try:
                    return call(release, application)
                finally:
                    if leads:
                        written.set()
                        sleep(PAUSE)
        except Refused as refusal:
            return refusal.message

    with Pool(2) as pool:
        begun = [pool.submit(work, first, True), pool.submit(work, second, False)]
        return [call.result(timeout=60) for call in begun]


def _application(place) -> Application:
    return db.session().get_one(Application, place[3].id)


def act(place, call: Callable) -> object:
    with db.transaction() as opened, scope.choose(place[0].scope):
        return call(opened.query(Release).order_by(Release.id.desc()).first(), _application(place))


def prepare(place) -> Callable:
    return lambda _release, _application: releases.prepare_release(place[0], actor=place[1]).state


def approve(place) -> Callable:
    return lambda release, _application: releases.approve_release(
        release, typed_count=1, actor=place[2], version=f"{release.id}-prepared"
    )


def cancel(place, seen: str) -> Callable:
    return lambda release, _application: freezing.cancel_release(
        release, actor=place[1], version=f"{release.id}-{seen}"
    )


def send(place) -> Callable:
    return lambda release, _application: releases.release_decisions(
        release, actor=place[1], version=f"{release.id}-approved"
    )


def decide(place, choice: Choice = Choice.DECLINE) -> Callable:
    return lambda _release, application: decisions.decide(application, choice=choice, actor=place[2]).choice


def truth(place) -> tuple[Choice, ApplicationState, list[ReleaseState]]:
    with db.reading() as opened, scope.choose(place[0].scope):
        application = _application(place)
        states = [one.state for one in opened.query(Release).order_by(Release.id)]
        return board.decision(application).choice, application.state, states


def test_a_board_save_during_the_preparation_is_frozen_out(place) -> None:
    said = one_after_the_other(place, prepare(place), decide(place))
    assert said[0] is S.PREPARED
    assert "the decisions are frozen" in said[1]
    assert truth(place) == (Choice.OFFER, ApplicationState.ELIGIBLE, [S.PREPARED])


def test_a_preparation_during_a_board_save_freezes_what_was_saved(place) -> None:
    assert one_after_the_other(place, decide(place), prepare(place)) == [Choice.DECLINE, S.PREPARED]
    with db.reading() as opened, scope.choose(place[0].scope):
        assert opened.query(Release).one().counts == {"offer": 0, "wait": 0, "decline": 1}


def test_two_preparations_make_one_release(place) -> None:
    said = one_after_the_other(place, prepare(place), prepare(place))
    assert said == [S.PREPARED, "A release is already under way. Cancel it before you prepare another."]
    assert truth(place)[2] == [S.PREPARED]


def test_cancelling_during_the_approval_does_not_void_what_nobody_saw(place) -> None:
    act(place, prepare(place))
    said = one_after_the_other(place, approve(place), cancel(place, "prepared"))
    assert said[1] == "This release is now “Approved”, because somebody else acted first. Check it again."
    assert truth(place)[2] == [S.APPROVED]


def test_approving_during_the_cancelling_approves_nothing(place) -> None:
    act(place, prepare(place))
    said = one_after_the_other(place, cancel(place, "prepared"), approve(place))
    assert said[1] == "This release is now “Cancelled”, because somebody else acted first. Check it again."
    assert truth(place)[2] == [S.CANCELLED]


def test_a_board_save_during_the_release_is_too_late(place) -> None:
    act(place, prepare(place)), act(place, approve(place))
    said = one_after_the_other(place, send(place), decide(place))
    assert said == [1, "The decision was released. It can't be changed any more."]
    assert truth(place) == (Choice.OFFER, ApplicationState.OFFERED, [S.RELEASED])


def test_two_clicks_release_once(place) -> None:
    act(place, prepare(place)), act(place, approve(place))
    assert one_after_the_other(place, send(place), send(place)) == [1, 0]


def test_cancelling_during_the_release_is_too_late(place) -> None:
    act(place, prepare(place)), act(place, approve(place))
    said = one_after_the_other(place, send(place), cancel(place, "approved"))
    assert said == [1, "This release is now “Released”, because somebody else acted first. Check it again."]
    assert truth(place) == (Choice.OFFER, ApplicationState.OFFERED, [S.RELEASED])


def test_releasing_during_the_cancelling_sends_nothing(place) -> None:
    act(place, prepare(place)), act(place, approve(place))
    said = one_after_the_other(place, cancel(place, "approved"), send(place))
    assert said[1] == "This release is now “Cancelled”, because somebody else acted first. Check it again."
    assert truth(place) == (Choice.OFFER, ApplicationState.ELIGIBLE, [S.CANCELLED])
