"""A reviewer's home: how far the queue is and when it closes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext, pick
from accelerator.dashboard.lines import Todo, pressing
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Assignment, AssignmentState, Commitment, CommitmentState, Round, RoundState

OPEN = (AssignmentState.TO_DO, AssignmentState.STARTED)


@dataclass(frozen=True)
class Queue:
    """What the reviewer reads in one round."""

    number: int
    title: str
    state: RoundState
    opens_at: datetime
    closes_at: datetime
    done: int
    drafts: int
    abstained: int
    total: int
    takes_part: CommitmentState | None = None
    closed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether scores are taken now: the team opens and closes a round, its dates only announce when."""
        return self.state is RoundState.OPEN

    @property
    def left(self) -> int:
        """Reads still to do."""
        return self.total - self.done

    @property
    def share(self) -> float:
        """How much is scored, 0 to 1."""
        return self.done / self.total if self.total else 0.0


@dataclass(frozen=True)
class ReviewerHome:
    """Everything a reviewer's home shows. ``next_reference`` is the first application left in an open queue."""

    queues: list[Queue]
    todos: list[Todo]
    next_reference: str | None


def reviewer_home(edition: Edition, person: Person) -> ReviewerHome:
    """How far the reviewer is: two statements, and one for the next application."""
    known = _queues(edition, person)
    queues = [queue for queue in known if queue.state is not RoundState.DRAFT]
    open_queue = next((queue for queue in queues if queue.is_open and queue.left), None)
    return ReviewerHome(
        queues,
        pressing(_todos(edition, known), edition.zone),
        _next(edition, person, open_queue.number) if open_queue else None,
    )


def _queues(edition: Edition, person: Person) -> list[Queue]:
    """The rounds that are the reviewer's business; of those in preparation the ones that the reviewer is invited to."""
    counted = session().execute(
        select(Assignment.round_id, Assignment.state, func.count(Assignment.id).label("number"))
        .where(Assignment.edition_id == edition.id, Assignment.reviewer_id == person.id)
        .group_by(Assignment.round_id, Assignment.state)
    )
    reads: dict[int, dict[AssignmentState, int]] = {}
    for row in counted:
        reads.setdefault(row.round_id, {})[row.state] = row.number
    rows = session().execute(
        select(
            Round.id,
            Round.number,
            Round.name,
            Round.state,
            Round.opens_at,
            Round.closes_at,
            Round.closed_at,
            Commitment.state.label("answer"),
        )
        .outerjoin(Commitment, (Commitment.round_id == Round.id) & (Commitment.person_id == person.id))
        .where(
            Round.edition_id == edition.id,
            or_(Round.state != RoundState.DRAFT, Commitment.state == CommitmentState.INVITED),
        )
        .order_by(Round.number.desc())
    )
    return [_queue(row, reads.get(row.id, {})) for row in rows if row.answer is not None or row.id in reads]


def _queue(row: Any, reads: dict[AssignmentState, int]) -> Queue:
    done, drafts = reads.get(AssignmentState.DONE, 0), reads.get(AssignmentState.STARTED, 0)
    return Queue(
        row.number,
        pick(row.name),
        row.state,
        row.opens_at,
        row.closes_at,
        done,
        drafts,
        reads.get(AssignmentState.ABSTAINED, 0),
        done + drafts + reads.get(AssignmentState.TO_DO, 0),
        row.answer,
        row.closed_at,
    )


def _next(edition: Edition, person: Person, number: int) -> str | None:
    return session().scalar(
        select(Application.reference)
        .join(Assignment, Assignment.application_id == Application.id)
        .join(Round, Round.id == Assignment.round_id)
        .where(Assignment.edition_id == edition.id, Assignment.reviewer_id == person.id, Round.number == number)
        .where(Assignment.state.in_(OPEN), Assignment.application_id.notin_(barred(edition.id, person.id)))
        .order_by(Assignment.position, Assignment.id)
        .limit(1)
    )


def _todos(edition: Edition, queues: list[Queue]) -> list[Todo]:
    here = {"edition_slug": edition.slug}
    todos = []
    for queue in queues:
        if queue.takes_part is CommitmentState.INVITED and queue.state is not RoundState.CLOSED:
            todos.append(
                Todo(
                    _("Say whether you take part in %(round)s", round=queue.title),
                    "scoring.my_commitment",
                    {**here, "number": queue.number},
                    _("You are invited to review, with as many applications as suit you."),
                    queue.opens_at,
                    verb=_("Answer"),
                )
            )
        if queue.is_open and queue.left:
            todos.append(
                Todo(
                    ngettext("%(num)s application to score", "%(num)s applications to score", queue.left),
                    "scoring.queue",
                    here,
                    queue.title,
                    queue.closes_at,
                    verb=_("Score"),
                )
            )
    return todos
