"""Where applications stand in a round: what the selection board, the method page and the calibration read."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, bindparam, func, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.prepared import Prepared
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred, estimates_withheld
from accelerator.programmes.models import Edition
from accelerator.scoring.calibration.answer import Score
from accelerator.scoring.models import JUDGED, Assignment, AssignmentState, RankingEntry, Recommendation, Review, Round
from accelerator.scoring.queries.conflicts import judged_application
from accelerator.scoring.queries.rounds import round_by_number


class Ranked(NamedTuple):
    """An application and its ranking entry. Everything from ``adjusted`` on is empty until the first calibration."""

    application_id: int
    reference: str
    name: str
    one_line: str
    country: str | None
    city: str
    sector_id: int | None
    stage: str | None
    state: ApplicationState
    wanted: int
    reads: int
    raw_mean: float | None
    spread: float | None
    adjusted: float | None
    low: float | None
    high: float | None
    chance: float | None
    rank: int | None
    raw_rank: int | None


class Places(NamedTuple):
    """Where an application stands among those that whoever looks may know of; None without a score.

    ``withheld`` says that adjusted scores are kept from them, for these depend on the reviews of all.
    """

    adjusted: int | None
    raw: int | None
    withheld: bool = False


class Case(NamedTuple):
    """One application in one round."""

    round: Round
    application: Application


class StaffReview(NamedTuple):
    """A review with its writer, for the team."""

    person: Person
    state: AssignmentState
    revision_number: int
    marks: dict[str, Any] | None
    total: float | None
    recommendation: Recommendation | None
    confidence: int | None
    note: str | None
    feedback: str | None
    submitted_at: datetime | None
    abstained_because: str | None


def ranked(round_: Round, viewer: Person | None) -> list[Ranked]:
    """Every application of a round by rank, those without one last; one statement.

    What ``viewer`` has a conflict with is left out. None is for jobs only, which show nothing to anybody.
    """
    statement: Any = (
        select(
            Application.id,
            Application.reference,
            Application.name,
            Application.one_line,
            Application.country,
            Application.city,
            Application.sector_id,
            Application.stage,
            Application.state,
            RankingEntry.wanted,
            RankingEntry.reads,
            RankingEntry.raw_mean,
            RankingEntry.spread,
            RankingEntry.adjusted,
            RankingEntry.low,
            RankingEntry.high,
            RankingEntry.chance,
            RankingEntry.rank,
            RankingEntry.raw_rank,
        )
        .select_from(RankingEntry)
        .join(Application, Application.id == RankingEntry.application_id)
        .where(
            RankingEntry.edition_id == round_.edition_id,
            RankingEntry.round_id == round_.id,
            Application.state.in_(JUDGED),
        )
        .order_by(RankingEntry.rank.is_(None), RankingEntry.rank, Application.reference)
    )
    if viewer is not None:
        statement = statement.where(RankingEntry.application_id.notin_(barred(round_.edition_id, viewer.id)))
    return [Ranked(*row) for row in session().execute(statement)]


def entry_of(round_: Round, application: Application) -> RankingEntry | None:
    """The ranking entry of one application."""
    entry: RankingEntry | None = _ENTRY.entities(
        edition=round_.edition_id, round=round_.id, application=application.id
    ).scalar()
    return entry


_ENTRY = Prepared(
    lambda: select(RankingEntry).where(
        RankingEntry.edition_id == bindparam("edition", type_=Integer),
        RankingEntry.round_id == bindparam("round", type_=Integer),
        RankingEntry.application_id == bindparam("application", type_=Integer),
    )
)


def places_of(entries: Collection[RankingEntry], viewer: Person) -> dict[int, Places]:
    """The places of these entries of one edition, by the entry's id. One statement, none where nothing is barred.

    What is stored counts every application; a place that did would tell where one stands that bars the viewer.
    """
    edition_id = next(iter(entries)).edition_id if entries else 0
    hidden, withheld = barred(edition_id, viewer.id), estimates_withheld(edition_id, viewer.id)
    before: list[Any] = []
    if hidden:
        ranked = select(RankingEntry.round_id, RankingEntry.rank, RankingEntry.raw_rank)
        before = list(session().execute(ranked.where(RankingEntry.application_id.in_(hidden))))

    def place(round_id: int, own: int | None, others: list[tuple[int, int | None]]) -> int | None:
        if own is None:
            return None
        return own - sum(round_id == key and other is not None and other < own for key, other in others)

    adjusted, raw = [(row.round_id, row.rank) for row in before], [(row.round_id, row.raw_rank) for row in before]
    return {
        ranked.id: Places(
            None if withheld else place(ranked.round_id, ranked.rank, adjusted),
            place(ranked.round_id, ranked.raw_rank, raw),
            withheld,
        )
        for ranked in entries
    }


def reviews_of(round_: Round, application: Application) -> list[StaffReview]:
    """All reviews of an application that were not taken back. Ask ``rules.can_see_scores`` first."""
    statement = staff_reviews().where(
        Assignment.edition_id == round_.edition_id,
        Assignment.round_id == round_.id,
        Assignment.application_id == application.id,
    )
    return [StaffReview(*row) for row in session().execute(statement)]


def staff_reviews(*columns: Any) -> Select[Any]:
    """These columns and then those of ``StaffReview``, of all that was not taken back, by the reviewers' names."""
    return (
        select(
            *columns,
            Person,
            Assignment.state,
            Assignment.revision_number,
            Review.marks,
            Review.total,
            Review.recommendation,
            Review.confidence,
            Review.note,
            Review.feedback,
            Review.submitted_at,
            Assignment.abstained_because,
        )
        .select_from(Assignment)
        .join(Person, Person.id == Assignment.reviewer_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .where(Assignment.state != AssignmentState.TAKEN_BACK)
        .order_by(Person.family_name, Person.given_name, Person.id)
    )


def scores(round_: Round) -> list[Score]:
    """Every submitted total of a round, withdrawn applications included: they still tell about the reviewers."""
    statement: Any = (
        select(Assignment.application_id, Assignment.reviewer_id, Review.total)
        .join(Review, Review.assignment_id == Assignment.id)
        .where(
            Assignment.edition_id == round_.edition_id,
            Assignment.round_id == round_.id,
            Assignment.state == AssignmentState.DONE,
            Review.total.is_not(None),
        )
        .order_by(Assignment.application_id, Assignment.reviewer_id)
    )
    return [Score(application, reviewer, total) for application, reviewer, total in session().execute(statement)]


def candidate_ids(round_: Round) -> list[int]:
    """The applications that compete for a place."""
    statement = select(RankingEntry.application_id).join(Application, Application.id == RankingEntry.application_id)
    judged = statement.where(
        RankingEntry.edition_id == round_.edition_id, RankingEntry.round_id == round_.id, Application.state.in_(JUDGED)
    )
    return list(session().scalars(judged.order_by(RankingEntry.application_id)))


def names_of(edition_id: int, viewer: Person, application_ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """``{id: (reference, name)}`` of the applications among these that the viewer has no conflict with."""
    statement = select(Application.id, Application.reference, Application.name).where(
        Application.edition_id == edition_id,
        Application.id.in_(application_ids),
        Application.id.notin_(barred(edition_id, viewer.id)),
    )
    return {key: (reference, name) for key, reference, name in session().execute(statement)}


def case(edition: Edition, number: int, reference: str) -> Case | None:
    """An application that is judged in the round with this number."""
    round_, application = round_by_number(edition, number), judged_application(edition, reference)
    return Case(round_, application) if round_ and application else None


def sums_of(entry: RankingEntry) -> tuple[int, float | None, float | None]:
    """``(reads, mean, highest minus lowest)`` of the submitted totals of one application."""
    row: Any = _SUMS.row(edition=entry.edition_id, round=entry.round_id, application=entry.application_id)
    number, mean, spread = row
    return number, mean, spread


_SUMS = Prepared(
    lambda: (
        select(func.count(Review.id), func.avg(Review.total), func.max(Review.total) - func.min(Review.total))
        .join(Assignment, Assignment.id == Review.assignment_id)
        .where(
            Assignment.edition_id == bindparam("edition", type_=Integer),
            Assignment.round_id == bindparam("round", type_=Integer),
            Assignment.application_id == bindparam("application", type_=Integer),
            Assignment.state == AssignmentState.DONE,
        )
    )
)
