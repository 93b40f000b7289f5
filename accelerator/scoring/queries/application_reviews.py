"""Everything that was said of one application, round by round, for the team."""

from collections import defaultdict
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, and_, bindparam, func, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.i18n import pick
from accelerator.core.prepared import Prepared
from accelerator.intake.models import Application
from accelerator.scoring.models import COUNTED_ASSIGNMENTS, Assignment, RankingEntry, Round, RoundState
from accelerator.scoring.queries.ranking import Places, StaffReview, places_of, staff_reviews

SPLIT = 2.0
"""Totals that lie so far apart ask for one more review."""


class RoundReviews(NamedTuple):
    """A round, the reviews of an application in it, and where that stands."""

    round: Round
    reviews: list[StaffReview]
    entry: RankingEntry | None
    places: Places | None


class Reach(NamedTuple):
    """The open round by number and name: how many reviews an application is to have there, has assigned, and has.

    ``spread`` is the highest total minus the lowest.
    """

    number: int
    name: dict[str, str]
    wanted: int
    assigned: int
    sent: int
    spread: float

    @property
    def title(self) -> str:
        """The round's name in the viewer's language."""
        return pick(self.name)

    @property
    def is_split(self) -> bool:
        """Whether those who were to review it did and disagree."""
        return self.sent == self.assigned == self.wanted and self.spread >= SPLIT


def reviews_by_round(application: Application, viewer: Person) -> list[RoundReviews]:
    """The rounds in which an application is or was, the last first. Ask ``rules.can_see_scores`` before."""
    grouped: dict[int, list[StaffReview]] = defaultdict(list)
    statement = staff_reviews(Assignment.round_id).where(
        Assignment.edition_id == application.edition_id, Assignment.application_id == application.id
    )
    for round_id, *review in session().execute(statement):
        grouped[round_id].append(StaffReview(*review))
    ranked = select(RankingEntry).where(
        RankingEntry.edition_id == application.edition_id, RankingEntry.application_id == application.id
    )
    entries = {entry.round_id: entry for entry in session().scalars(ranked)}
    places = places_of(list(entries.values()), viewer)
    there = select(Round).where(
        Round.edition_id == application.edition_id,
        Round.state != RoundState.DRAFT,
        Round.id.in_(grouped.keys() | entries.keys()),
    )
    return [
        RoundReviews(row, grouped[row.id], entry := entries.get(row.id), places[entry.id] if entry else None)
        for row in session().scalars(there.order_by(Round.number.desc()))
    ]


def reach(application: Application) -> Reach | None:
    """How far the reviews of an application are in the open round; None where no round is open. One statement."""
    row = _REACH.row(edition=application.edition_id, application=application.id)
    return Reach(*row) if row else None


def _reach() -> Select[Any]:
    assigned = (
        select(func.count(Assignment.id))
        .where(
            Assignment.round_id == Round.id,
            Assignment.application_id == bindparam("application", type_=Integer),
            Assignment.state.in_(COUNTED_ASSIGNMENTS),
        )
        .scalar_subquery()
    )
    here = and_(
        RankingEntry.round_id == Round.id, RankingEntry.application_id == bindparam("application", type_=Integer)
    )
    return (
        select(
            Round.number,
            Round.name,
            func.coalesce(RankingEntry.wanted, Round.reads),
            assigned,
            func.coalesce(RankingEntry.reads, 0),
            func.coalesce(RankingEntry.spread, 0.0),
        )
        .outerjoin(RankingEntry, here)
        .where(Round.edition_id == bindparam("edition", type_=Integer), Round.state == RoundState.OPEN)
    )


_REACH = Prepared(_reach)
