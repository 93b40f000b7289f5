"""Two at once, on SQLite and on PostgreSQL with real commits: one wins, the other is told, nothing is lost or doubled."""

from collections.abc import Callable
from threading import Barrier, Event
from time import sleep

import pytest
from sqlalchemy import func, select

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.core.versions import Stale
from accelerator.notifications.models import Message
from accelerator.scoring.allocation.problem import Allocation
from accelerator.scoring.models import Assignment, Plan, PlanState, Review, Round, RoundState
from accelerator.scoring.operations import assigning, planning, reviews, rubrics
from accelerator.scoring.queries import assigned_reviews as read_queries
from accelerator.scoring.queries import conflicts, proposals, ranking, rounds
from accelerator.scoring.rubric import DEFAULT_RUBRIC, rubric_version
from tests.factories import make_edition, make_member
from tests.factories.scoring import NOTE, answers, make_assignment, make_eligible, make_reviewer, make_round
from tests.services.installations import Pool

PAUSE = 0.3  # seconds: long enough for the second to reach the lock that the first holds


def one_after_the_other(first: Callable[[], object], second: Callable[[], object], edition) -> list[object]:
    """Let ``second`` begin while what ``first`` did is not committed; what each returned or was refused with."""
    written = Event()

    def lead() -> object:
        with db.transaction(), scope.choose(edition.scope):
            try:
                return first()
            finally:
                written.set()
                sleep(PAUSE)

    def follow() -> object:
        written.wait(timeout=30)
        try:
            with db.transaction(), scope.choose(edition.scope):
                return second()
        except Refused as refusal:
            return refusal

    with Pool(2) as pool:
        return [found.result(timeout=60) for found in (pool.submit(lead), pool.submit(follow))]


def at_once(calls: list[Callable[[], object]], edition) -> list[object]:
    """Let all begin at the same moment; what each returned or was refused with."""
    together = Barrier(len(calls))

    def work(call: Callable[[], object]) -> object:
        together.wait(timeout=30)
        try:
            with db.transaction(), scope.choose(edition.scope):
                return call()
        except Refused as refusal:
            return refusal

    with Pool(len(calls)) as pool:
        return list(pool.map(work, calls))


@pytest.fixture
def desk(any_database):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition)
        reviewer = make_reviewer(round_, edition)
        application = make_eligible(edition)
        assigning.ensure_entries(round_)
        make_assignment(round_, application, reviewer)
    return edition, reviewer, application.reference


def submit(desk, mark, *, draft=False):
    edition, reviewer, reference = desk

    def work():
        read = read_queries.assigned_review(edition, reviewer, reference)
        operation = reviews.save_draft if draft else reviews.submit_review
        return operation(read, answers(mark, note=f"{NOTE} Mark {mark}."), version=0, actor=reviewer).version

    return work


def stored(desk):
    edition, _reviewer, reference = desk
    with db.reading(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        entry = ranking.entry_of(round_, conflicts.judged_application(edition, reference))
        marks = db.session().scalars(select(Review.marks)).all()
        return [mark["team"] for mark in marks], entry.reads, entry.raw_mean


def test_the_second_of_two_submissions_is_told_and_overwrites_nothing(desk):
    won, lost = one_after_the_other(submit(desk, 5), submit(desk, 1), desk[0])
    assert won == 1
    assert isinstance(lost, Stale)
    assert lost.message.startswith("This review was changed in another window.")
    assert stored(desk) == ([5], 1, 5.0)


def test_a_draft_that_comes_late_does_not_undo_the_submission(desk):
    won, lost = one_after_the_other(submit(desk, 5), submit(desk, 1, draft=True), desk[0])
    assert (won, type(lost)) == (1, Stale)
    assert stored(desk) == ([5], 1, 5.0)


def test_of_many_submissions_at_the_same_moment_one_wins(desk):
    found = at_once([submit(desk, mark) for mark in (1, 2, 3, 4, 5)], desk[0])
    assert sorted(str(type(one).__name__) for one in found) == ["Stale"] * 4 + ["int"]
    winner = next(mark for mark, one in enumerate(found, 1) if one == 1)
    assert stored(desk) == ([winner], 1, float(winner))


@pytest.fixture
def floor(any_database):
    """A round of two reads in preparation, two reviewers with room for three each, three applications, staff."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition, RoundState.DRAFT, reads=2)
        people = [make_reviewer(round_, edition, capacity=3) for _ in range(2)]
        applications = [make_eligible(edition) for _ in range(3)]
        staff = make_member(edition, Role.STAFF)
    pairs = [[application.id, person.id] for application in applications for person in people]
    return edition, staff, pairs


def make_plan(edition, staff, pairs):
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        return db.add(
            Plan(
                edition_id=edition.id,
                round_id=round_.id,
                pairs=pairs,
                total=0,
                dual_bound=0,
                optimal=True,
                short=[],
                made_at=clock.now(),
                made_by=staff.id,
            )
        ).id


def publish(edition, staff, plan_id):
    return lambda: planning.publish_plan(proposals.plan(edition, 1, plan_id), edition=edition, actor=staff)


def reads(edition):
    with db.reading(), scope.choose(edition.scope):
        statement = select(Assignment.application_id, Assignment.reviewer_id).order_by(Assignment.id)
        mails = db.session().scalar(select(func.count(Message.id)).where(Message.kind == "reads_assigned"))
        return sorted(map(list, db.session().execute(statement))), mails


def test_a_plan_is_published_by_one_of_two(floor):
    edition, staff, pairs = floor
    plan_id = make_plan(edition, staff, pairs)
    won, lost = one_after_the_other(publish(edition, staff, plan_id), publish(edition, staff, plan_id), edition)
    assert won == 0
    assert isinstance(lost, Refused)
    assert lost.message == "This plan has been published already."
    assert reads(edition) == (sorted(pairs), 2)


def test_of_two_plans_published_at_once_the_second_leaves_out_what_the_first_gave(floor):
    edition, staff, pairs = floor
    first, second = make_plan(edition, staff, pairs[:4]), make_plan(edition, staff, pairs[2:])
    found = one_after_the_other(publish(edition, staff, first), publish(edition, staff, second), edition)
    assert found == [0, 2]
    assert reads(edition) == (sorted(pairs), 4)


def test_a_plan_that_a_newer_proposal_replaces_is_not_published(floor):
    edition, staff, pairs = floor
    plan_id = make_plan(edition, staff, pairs)
    newer = Allocation(tuple((one, person) for one, person in pairs[:2]), 0, 0, True, (), {}, ())

    def propose():
        return planning.store_plan(rounds.round_by_number(edition, 1), newer, fixed=[], made_by=staff.id).state

    made, lost = one_after_the_other(propose, publish(edition, staff, plan_id), edition)
    assert made is PlanState.PROPOSED
    assert isinstance(lost, Refused)
    assert lost.message == "This is “Taken back” now, so that can't be done."
    assert reads(edition) == ([], 0)


def test_of_two_who_edit_the_rubric_one_is_told(floor):
    edition, staff, _pairs = floor
    old = rubric_version(DEFAULT_RUBRIC)

    def edit(*lines):
        def work():
            round_: Round = rounds.round_by_number(edition, 1)
            return rubrics.change_rubric(round_, lines, version=old, actor=staff)

        return work

    turned = tuple(reversed(DEFAULT_RUBRIC))
    won, lost = one_after_the_other(edit(*turned), edit(*turned[1:], turned[0]), edition)
    assert won is None
    assert isinstance(lost, Refused)
    assert lost.message.startswith("This was saved in the meantime, by somebody else or in another window.")
    with db.reading(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        assert [criterion.key for criterion in rounds.criteria(round_)] == [line.key for line in turned]
