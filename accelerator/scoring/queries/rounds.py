"""Reads about rounds."""

from typing import NamedTuple

from sqlalchemy import case, func, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Assignment, AssignmentState, Criterion, Fit, RankingEntry, Round, RoundState


class RoundLine(NamedTuple):
    """A round and how far its reads are. ``wanted`` is 0 before it was opened."""

    round: Round
    wanted: int
    done: int


def rounds(edition: Edition, viewer: Person) -> list[RoundLine]:
    """The rounds of an edition in their order, counted without the applications that bar the viewer."""
    hidden = barred(edition.id, viewer.id)
    rows = list(session().scalars(select(Round).where(Round.edition_id == edition.id).order_by(Round.number)))
    wanted = dict(
        session()
        .execute(
            select(RankingEntry.round_id, func.sum(RankingEntry.wanted))
            .where(RankingEntry.edition_id == edition.id, RankingEntry.application_id.not_in(hidden))
            .group_by(RankingEntry.round_id)
        )
        .all()
    )
    done = dict(
        session()
        .execute(
            select(Assignment.round_id, func.count(Assignment.application_id))
            .where(
                Assignment.edition_id == edition.id,
                Assignment.state == AssignmentState.DONE,
                Assignment.application_id.not_in(hidden),
            )
            .group_by(Assignment.round_id)
        )
        .all()
    )
    return [RoundLine(row, wanted.get(row.id) or 0, done.get(row.id) or 0) for row in rows]


def round_by_number(edition: Edition, number: int) -> Round | None:
    """The round with this number."""
    return session().scalar(select(Round).where(Round.edition_id == edition.id, Round.number == number))


def round_by_id(round_id: int) -> Round | None:
    """The round with this id, if it belongs to the chosen edition."""
    return session().scalar(select(Round).where(Round.id == round_id))


def criteria(round_: Round) -> list[Criterion]:
    """The rubric of a round in its order, as it stands in the database now."""
    statement = select(Criterion).where(Criterion.round_id == round_.id).order_by(Criterion.position, Criterion.id)
    return list(session().scalars(statement.execution_options(populate_existing=True)))


def open_round(edition: Edition) -> Round | None:
    """The round that is open; there is one at most."""
    return session().scalar(select(Round).where(Round.edition_id == edition.id, Round.state == RoundState.OPEN))


def current_round(edition: Edition) -> Round | None:
    """The open round, else the last closed one, else the first in preparation."""
    rank = case((Round.state == RoundState.OPEN, 0), (Round.state == RoundState.CLOSED, 1), else_=2)
    within = case((Round.state == RoundState.DRAFT, Round.number), else_=-Round.number)
    statement = select(Round).where(Round.edition_id == edition.id).order_by(rank, within).limit(1)
    return session().scalar(statement)


def latest_fit(round_: Round) -> Fit | None:
    """The last calibration of a round; ``stale`` once a review was saved after it."""
    return session().scalar(select(Fit).where(Fit.edition_id == round_.edition_id, Fit.round_id == round_.id))


def rounds_withheld(edition_id: int, person_id: int) -> list[int]:
    """The rounds whose mails to reviewers somebody must not see whom an application of theirs bars.

    Who was asked and reminded, less the reviews that they may see, would tell who reviews the one that they may not.
    """
    if not barred(edition_id, person_id):
        return []
    return list(session().scalars(select(Round.id).where(Round.edition_id == edition_id)))
