"""Reads about reviewers and their commitments."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, case, func, select, true

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import bars, visible_to
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.scoring.models import (
    COUNTED_ASSIGNMENTS,
    JUDGED,
    Assignment,
    AssignmentState,
    Commitment,
    CommitmentState,
    Review,
    Round,
    RoundState,
)
from accelerator.scoring.reminders import APART

REMINDERS = ("reads_due", "reads_late")
"""The mails that remind of reviews; however they came about, nobody gets two within a day."""


class ReviewerProgress(NamedTuple):
    """A reviewer of a round. ``assigned`` counts reads neither taken back nor abstained from."""

    person: Person
    commitment_id: int
    state: CommitmentState
    capacity: int
    expertise: list[Any]
    languages: list[Any]
    assigned: int
    started: int
    done: int
    abstained: int
    last_saved_at: datetime | None

    @property
    def left(self) -> int:
        """Reads that are not submitted yet."""
        return self.assigned - self.done


class OpenReviews(NamedTuple):
    """What a reviewer has of a round; ``since`` when the first of the reads that are not done was assigned.

    ``next_id`` is the application of one of those.
    """

    person: Person
    wanted: int
    done: int
    since: datetime
    next_id: int


def open_reviews(round_: Round, viewer: Person | None = None) -> list[OpenReviews]:
    """The reviewers who have reads to do in a round, and still are reviewers. One statement.

    What does not count for them is left out: conflicts, abstentions, withdrawn applications; and what bars ``viewer``,
    who is named wherever somebody else is told. None is for the reminders that go out by themselves.
    """
    reviewers = select(Membership.person_id).where(
        Membership.edition_id == round_.edition_id, Membership.role == Role.REVIEWER, Membership.ended_at.is_(None)
    )
    declined = select(Commitment.person_id).where(
        Commitment.edition_id == round_.edition_id,
        Commitment.round_id == round_.id,
        Commitment.state == CommitmentState.NO,
    )
    done = func.sum(case((Assignment.state == AssignmentState.DONE, 1), else_=0))
    is_open = Assignment.state != AssignmentState.DONE
    since = func.min(case((is_open, Assignment.assigned_at)))
    statement = (
        select(Person, func.count(Assignment.id), done, since, func.min(case((is_open, Assignment.application_id))))
        .select_from(Assignment)
        .join(Person, Person.id == Assignment.reviewer_id)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.edition_id == round_.edition_id,
            Assignment.round_id == round_.id,
            Assignment.state.in_(COUNTED_ASSIGNMENTS),
            Application.state.in_(JUDGED),
            Assignment.reviewer_id.in_(reviewers),
            Assignment.reviewer_id.notin_(declined),
            ~bars(Assignment.reviewer_id),
            true() if viewer is None else visible_to(viewer),
        )
        .group_by(Person.id)
        .having(done < func.count(Assignment.id))
        .order_by(Person.id)
    )
    return [OpenReviews(*row) for row in session().execute(statement)]


def reminded_lately(round_: Round) -> dict[int, datetime]:
    """When reviewers got their last reminder, by person, if that is less than a day ago. One statement."""
    at = func.max(Message.created_at)
    rows = (
        select(Message.person_id, at)
        .where(
            Message.edition_id == round_.edition_id,
            Message.kind.in_(REMINDERS),
            Message.person_id.is_not(None),
            Message.created_at > clock.now() - APART,
        )
        .group_by(Message.person_id)
    )
    return {person_id: instant for person_id, instant in session().execute(rows) if person_id is not None}


def progress_by_reviewer(round_: Round, viewer: Person | None = None) -> list[ReviewerProgress]:
    """Everybody who was invited to a round, by name, with reads assigned and done. One statement.

    Whatever is shown or said names its viewer, from whose sums the reads of what bars them are left out.
    """

    def sum_of(*states: AssignmentState) -> Any:
        return func.coalesce(func.sum(case((Assignment.state.in_(states), 1), else_=0)), 0)

    judged = select(Application.id).where(Application.edition_id == round_.edition_id, Application.state.in_(JUDGED))
    if viewer is not None:
        judged = judged.where(visible_to(viewer))
    own = and_(
        Assignment.reviewer_id == Commitment.person_id,
        Assignment.round_id == Commitment.round_id,
        Assignment.application_id.in_(judged),
    )
    statement = (
        select(
            Person,
            Commitment.id,
            Commitment.state,
            Commitment.capacity,
            Commitment.expertise,
            Commitment.languages,
            sum_of(*COUNTED_ASSIGNMENTS),
            sum_of(AssignmentState.STARTED),
            sum_of(AssignmentState.DONE),
            sum_of(AssignmentState.ABSTAINED),
            func.max(Review.saved_at),
        )
        .select_from(Commitment)
        .join(Person, Person.id == Commitment.person_id)
        .outerjoin(Assignment, own)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Commitment.edition_id == round_.edition_id, Commitment.round_id == round_.id)
        .group_by(Person.id, Commitment.id)
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return [ReviewerProgress(*row) for row in session().execute(statement)]


def commitment(edition: Edition, number: int, commitment_id: int) -> Commitment | None:
    """A commitment to the round with this number."""
    return session().scalar(
        select(Commitment)
        .join(Round, Round.id == Commitment.round_id)
        .where(Commitment.edition_id == edition.id, Round.number == number, Commitment.id == commitment_id)
    )


def own_commitment(edition: Edition, person: Person, number: int) -> Commitment | None:
    """A person's commitment to the round with this number."""
    return session().scalar(
        select(Commitment)
        .join(Round, Round.id == Commitment.round_id)
        .where(Commitment.edition_id == edition.id, Commitment.person_id == person.id, Round.number == number)
    )


def own_commitments(edition: Edition, person: Person) -> list[tuple[Commitment, Round]]:
    """A person's commitments to rounds that are not over, by round."""
    statement = (
        select(Commitment, Round)
        .join(Round, Round.id == Commitment.round_id)
        .where(Commitment.edition_id == edition.id, Commitment.person_id == person.id, Round.state != RoundState.CLOSED)
        .order_by(Round.number)
    )
    return list(session().execute(statement))


def invitable(round_: Round) -> list[Person]:
    """People who hold the reviewer's role and have not been invited to the round, by name."""
    invited = select(Commitment.person_id).where(
        Commitment.edition_id == round_.edition_id, Commitment.round_id == round_.id
    )
    statement = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.edition_id == round_.edition_id,
            Membership.role == Role.REVIEWER,
            Membership.ended_at.is_(None),
            Person.id.notin_(invited),
        )
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return list(session().scalars(statement))
