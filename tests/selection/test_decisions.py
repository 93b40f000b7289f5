"""Pending decisions: who, when, and what is written down."""

import pytest
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.intake.models import ApplicationState, Conflict, ConflictKind
from accelerator.selection.models import Basis, Choice
from accelerator.selection.operations import decisions
from accelerator.selection.queries import board, log, offers, releases
from tests.factories import make_application, make_edition, make_member
from tests.factories.people import unconcerned
from tests.factories.selection import make_candidate, make_decision


@pytest.fixture
def place(tx: Session):
    edition = make_edition()
    staff = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope):
        yield edition, staff, make_candidate(edition)


def test_a_decision_is_pending_and_leaves_the_state_alone(place) -> None:
    edition, staff, application = place
    decisions.decide(application, choice=Choice.OFFER, actor=staff)
    assert application.state is ApplicationState.ELIGIBLE
    assert board.pending(edition) == {application.reference: Choice.OFFER}
    assert board.decided_counts(edition, unconcerned()) == {Choice.OFFER: 1, Choice.WAIT: 0, Choice.DECLINE: 0}
    assert offers.offer_of(application) is None


def test_the_quick_way_keeps_basis_reason_and_feedback(place) -> None:
    _, staff, application = place
    decisions.decide(application, choice=Choice.WAIT, actor=staff, basis=Basis.RAW, reason="Close.", feedback="Nice.")
    changed = decisions.decide(application, choice=Choice.OFFER, actor=staff)
    assert (changed.choice, changed.basis, changed.reason, changed.feedback) == (
        Choice.OFFER,
        Basis.RAW,
        "Close.",
        "Nice.",
    )


def test_saying_the_same_again_writes_nothing(place) -> None:
    edition, staff, application = place
    for _time in range(2):
        decisions.decide(application, choice=Choice.OFFER, actor=staff)
    assert len(log.changes(edition, staff, of=application).rows) == 1


@pytest.mark.parametrize("state", [ApplicationState.SENT, ApplicationState.WITHDRAWN, ApplicationState.DECLINED])
def test_other_states_are_refused(place, state) -> None:
    edition, staff, _ = place
    with pytest.raises(Refused, match="can't be done"):
        decisions.decide(make_application(edition, state), choice=Choice.OFFER, actor=staff)


@pytest.mark.parametrize("choice", list(Choice))
def test_nothing_is_decided_on_what_screening_turned_away(place, choice) -> None:
    edition, staff, _ = place
    application = make_application(edition, ApplicationState.INELIGIBLE)
    with pytest.raises(Refused, match="the letter follows from that"):
        decisions.decide(application, choice=choice, actor=staff)
    assert board.decision(application) is None


def test_a_conflict_bars_the_operation_itself(place) -> None:
    edition, staff, application = place
    db.add(
        Conflict(
            edition_id=edition.id,
            application_id=application.id,
            person_id=staff.id,
            kind=ConflictKind.OTHER,
            declared_at=clock.now(),
        )
    )
    for attempt in (
        lambda: decisions.decide(application, choice=Choice.OFFER, actor=staff),
        lambda: decisions.undecide(application, actor=staff),
    ):
        with pytest.raises(Refused, match="conflict of interest"):
            attempt()


def test_taking_back_leaves_it_undecided(place) -> None:
    edition, staff, application = place
    make_decision(application, staff)
    decisions.undecide(application, actor=staff)
    assert board.decision(application) is None
    assert [gap.reference for gap in releases.gaps(edition, staff)] == [application.reference]
