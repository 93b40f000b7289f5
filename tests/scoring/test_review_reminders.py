"""Reminders to reviewers: each moment once, to whoever has reads to do, in their own language and zone."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from accelerator.accounts.models import Membership, Role
from accelerator.core import clock, db, scope
from accelerator.intake.models import ApplicationState
from accelerator.notifications.models import Message
from accelerator.scoring.models import REMIND_REVIEWERS, AssignmentState, CommitmentState, RoundState
from accelerator.scoring.operations import assigning, reminding
from accelerator.scoring.queries import reviewers
from accelerator.scoring.reminders import schedule
from tests.factories import make_edition, make_member
from tests.factories.scoring import (
    make_assignment,
    make_conflict,
    make_eligible,
    make_review,
    make_reviewer,
    make_round,
)
from tests.services.jobs import runs

remind_reviewers = runs(REMIND_REVIEWERS)

OPENS, CLOSES = datetime(2020, 8, 3, 10, tzinfo=UTC), datetime(2020, 8, 15, 10, tzinfo=UTC)
S = AssignmentState


def sent():
    return db.session().execute(select(Message.kind, Message.address, Message.subject).order_by(Message.id)).all()


def keys():
    return [key.split(":")[1] for key in db.session().scalars(select(Message.key).order_by(Message.id))]


def make_busy(edition, round_, *, done=1, to_do=2, person=None, **commitment):
    """A reviewer with some reads done and some to do."""
    reviewer = make_reviewer(round_, edition, **({"person": person} if person else {}), **commitment)
    assigning.ensure_entries(round_)
    for _ in range(done):
        make_review(round_, make_eligible(edition), reviewer)
    reads = [make_assignment(round_, make_eligible(edition), reviewer) for _ in range(to_do)]
    db.session().query(Message).delete()
    return reviewer, reads


@pytest.fixture
def floor(tx):
    """An open round from the 3rd to the 15th and a reviewer with one read done of three."""
    with time_machine.travel(OPENS, tick=False):
        edition = make_edition()
        with scope.choose(edition.scope):
            round_ = make_round(edition, opens_at=OPENS, closes_at=CLOSES)
            reviewer, reads = make_busy(edition, round_)
    return edition, round_, reviewer, reads


@pytest.mark.parametrize(
    ("at", "kind", "subject"),
    [
        (datetime(2020, 8, 9, 9, 59, tzinfo=UTC), None, None),
        (
            datetime(2020, 8, 9, 10, tzinfo=UTC),
            "reads_due",
            "Round 1 closes Sat 15 Aug, 10:00 UTC: you have reviews to do",
        ),
        (
            datetime(2020, 8, 12, 10, tzinfo=UTC),
            "reads_due",
            "Round 1 closes Sat 15 Aug, 10:00 UTC: you have reviews to do",
        ),
        (
            datetime(2020, 8, 14, 10, tzinfo=UTC),
            "reads_due",
            "Round 1 closes Sat 15 Aug, 10:00 UTC: you have reviews to do",
        ),
        (datetime(2020, 8, 15, 10, tzinfo=UTC), "reads_late", "Round 1 is waiting for your reviews"),
        (datetime(2020, 8, 22, 9, 59, tzinfo=UTC), "reads_late", "Round 1 is waiting for your reviews"),
        (datetime(2020, 8, 22, 10, tzinfo=UTC), None, None),
    ],
)
def test_when_a_reminder_goes_out(floor, at, kind, subject):
    _edition, _round, reviewer, _reads = floor
    with time_machine.travel(at, tick=False):
        remind_reviewers()
        remind_reviewers()
    assert sent() == ([(kind, reviewer.email, subject)] if kind else [])


def test_the_whole_round_reminds_four_times(floor):
    edition, _round, _reviewer, _reads = floor
    now = OPENS
    while now < CLOSES + timedelta(days=10):
        with time_machine.travel(now, tick=False):
            remind_reviewers()
        now += timedelta(hours=1)
    assert keys() == ["half", "3d", "1d", "overdue"]
    message = db.session().scalars(select(Message).limit(1)).one()
    assert f"http://localhost/editions/{edition.slug}/reviews?show=todo" in message.body
    assert "You have reviews to do in Round 1. The round closes Sat 15 Aug, 10:00 UTC." in message.body


def test_a_moved_end_is_reminded_of_anew(floor):
    edition, round_, _reviewer, _reads = floor
    with time_machine.travel(CLOSES - timedelta(hours=20), tick=False):
        remind_reviewers()
        with scope.choose(edition.scope):
            db.session().merge(round_).closes_at = CLOSES + timedelta(days=7)
            db.session().flush()
        remind_reviewers()
    assert keys() == ["1d"]  # nobody gets two within a day
    with time_machine.travel(CLOSES + timedelta(hours=5), tick=False):
        remind_reviewers()
    with time_machine.travel(CLOSES + timedelta(days=6, hours=1), tick=False):
        remind_reviewers()
    assert keys() == ["1d", "half", "1d"]


@pytest.mark.parametrize("state", [RoundState.DRAFT, RoundState.CLOSED])
def test_only_an_open_round_reminds(floor, state):
    edition, round_, _reviewer, _reads = floor
    round_.state = state
    db.session().flush()
    with time_machine.travel(CLOSES - timedelta(hours=20), tick=False):
        remind_reviewers()
        with scope.choose(edition.scope):
            assert reminding.remind_reviewers(round_, edition=edition) == 0
    assert sent() == []


def test_reads_that_do_not_count_are_not_asked_for(floor):
    edition, round_, reviewer, (one, two) = floor
    with time_machine.travel(CLOSES - timedelta(hours=20), tick=False), scope.choose(edition.scope):
        make_conflict(one.application, reviewer)
        db.session().flush()
        assert [(row.person.id, row.wanted, row.done) for row in reviewers.open_reviews(round_)] == [
            (reviewer.id, 2, 1)
        ]
        two.application.state = ApplicationState.WITHDRAWN
        abstained = make_assignment(round_, make_eligible(edition), reviewer, state=S.ABSTAINED)
        taken = make_assignment(round_, make_eligible(edition), reviewer, state=S.TAKEN_BACK)
        assert (abstained.state, taken.state) == (S.ABSTAINED, S.TAKEN_BACK)
        assert reviewers.open_reviews(round_) == []
    with time_machine.travel(CLOSES - timedelta(hours=20), tick=False):
        remind_reviewers()
    assert sent() == []


def test_whoever_is_done_declined_or_left_is_not_reminded(floor):
    edition, round_, _reviewer, _reads = floor
    with time_machine.travel(OPENS, tick=False), scope.choose(edition.scope):
        make_busy(edition, round_, done=2, to_do=0)
        make_busy(edition, round_, state=CommitmentState.NO)
        gone, _ = make_busy(edition, round_)
        membership = db.session().scalars(select(Membership).where(Membership.person_id == gone.id)).one()
        membership.ended_at = clock.system_now()
    with time_machine.travel(CLOSES - timedelta(hours=20), tick=False):
        remind_reviewers()
    assert [address for _, address, _ in sent()] == [floor[2].email]


def test_halfway_only_those_hear_who_are_behind(floor):
    edition, round_, reviewer, _reads = floor
    with time_machine.travel(OPENS, tick=False), scope.choose(edition.scope):
        ahead, _ = make_busy(edition, round_, done=2, to_do=2)
    with time_machine.travel(OPENS + timedelta(days=6), tick=False):
        remind_reviewers()
        assert [address for _, address, _ in sent()] == [reviewer.email]
    with time_machine.travel(OPENS + timedelta(days=9), tick=False):
        remind_reviewers()
    assert sorted(address for _, address, _ in sent()[1:]) == sorted([reviewer.email, ahead.email])


def test_a_moment_before_the_reads_were_assigned_is_passed_over(floor):
    edition, round_, reviewer, _reads = floor
    with time_machine.travel(OPENS + timedelta(days=9, hours=1), tick=False), scope.choose(edition.scope):
        late, _ = make_busy(edition, round_, done=0)
    with time_machine.travel(OPENS + timedelta(days=9, hours=2), tick=False):
        remind_reviewers()
        assert [address for _, address, _ in sent()] == [reviewer.email]
    with time_machine.travel(OPENS + timedelta(days=11, hours=1), tick=False):
        remind_reviewers()
    assert sorted(address for _, address, _ in sent()[1:]) == sorted([reviewer.email, late.email])


def test_language_zone_and_waking_hours_are_the_readers(floor):
    edition, round_, _reviewer, _reads = floor
    with time_machine.travel(OPENS, tick=False), scope.choose(edition.scope):
        person = make_member(edition, Role.REVIEWER, language="ja", zone="Asia/Tokyo")
        make_busy(edition, round_, person=person)
    statement = select(Message).where(Message.person_id == person.id)
    with time_machine.travel(datetime(2020, 8, 12, 21, tzinfo=UTC), tick=False):  # six in the morning in Tokyo
        remind_reviewers()
        assert db.session().scalars(statement).all() == []
    with time_machine.travel(datetime(2020, 8, 12, 23, tzinfo=UTC), tick=False):
        remind_reviewers()
    message = db.session().scalars(statement).one()
    assert message.subject == "第1回審査：終わっていない審査があります、締め切りは8月15日（土） 19:00 JST"
    assert "Hello" not in message.body


def test_another_edition_is_left_alone(floor):
    _edition, _round, reviewer, _reads = floor
    with time_machine.travel(OPENS, tick=False):
        other = make_edition()
        with scope.choose(other.scope):
            make_busy(other, make_round(other, opens_at=OPENS, closes_at=CLOSES + timedelta(days=30)))
    with time_machine.travel(CLOSES - timedelta(hours=20), tick=False):
        remind_reviewers()
    assert [address for _, address, _ in sent()] == [reviewer.email]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (12, ["half", "3d", "1d", "overdue"]),
        (6, ["3d", "1d", "overdue"]),
        (6.5, ["3d", "1d", "overdue"]),
        (4, ["3d", "half", "1d", "overdue"]),
        (2, ["1d", "overdue"]),
        (0.5, ["overdue"]),
    ],
)
def test_a_short_round_reminds_less_often(days, expected):
    assert [one.value for _, one in schedule(OPENS, OPENS + timedelta(days=days))] == expected
