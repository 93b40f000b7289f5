"""What reviewers said of some applications in some rounds: one statement per kind of row, however many are asked for."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Assignment, Criterion, RankingEntry, Round
from accelerator.scoring.queries.ranking import Places, StaffReview, places_of, staff_reviews
from accelerator.selection.models import Decision
from accelerator.selection.queries.order import ON_BOARD


class Said(NamedTuple):
    """The rubric of a round, and what was said of one application in it."""

    round: Round
    criteria: Sequence[Criterion]
    reviews: Sequence[StaffReview]
    entry: RankingEntry | None
    places: Places | None


def side_by_side(
    edition: Edition, viewer: Person, references: Sequence[str]
) -> list[tuple[Application, Decision | None]]:
    """Applications on the board in the order asked for, with their decisions; without those that a conflict bars."""
    statement = (
        select(Application, Decision)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .options(joinedload(Application.sector))
        .where(
            Application.edition_id == edition.id,
            Application.reference.in_(references),
            Application.state.in_(ON_BOARD),
            Application.id.not_in(barred(edition.id, viewer.id)),
        )
    )
    rows = [(application, decision) for application, decision in session().execute(statement)]
    return sorted(rows, key=lambda row: references.index(row[0].reference))


def said(rounds: Sequence[Round], applications: Sequence[Application], viewer: Person) -> dict[tuple[int, int], Said]:
    """``{(round id, application id): what was said}``. Four statements at most. Ask ``rules.can_decide`` first."""
    round_ids, ids = [round_.id for round_ in rounds], [application.id for application in applications]
    lines: dict[int, list[Criterion]] = defaultdict(list)
    statement = select(Criterion).where(Criterion.round_id.in_(round_ids))
    for criterion in session().scalars(statement.order_by(Criterion.position)):
        lines[criterion.round_id].append(criterion)
    ranked = select(RankingEntry).where(RankingEntry.round_id.in_(round_ids), RankingEntry.application_id.in_(ids))
    entries = {(entry.round_id, entry.application_id): entry for entry in session().scalars(ranked)}
    reviews, places = _reviews(round_ids, ids), places_of(list(entries.values()), viewer)

    def said_in(round_: Round, number: int) -> Said:
        entry = entries.get((round_.id, number))
        known = places[entry.id] if entry else None
        return Said(round_, lines[round_.id], reviews[round_.id, number], entry, known)

    return {(round_.id, number): said_in(round_, number) for round_ in rounds for number in ids}


def _reviews(round_ids: Sequence[int], ids: Sequence[int]) -> dict[tuple[int, int], list[StaffReview]]:
    statement = staff_reviews(Assignment.round_id, Assignment.application_id).where(
        Assignment.round_id.in_(round_ids), Assignment.application_id.in_(ids)
    )
    grouped: dict[tuple[int, int], list[StaffReview]] = defaultdict(list)
    for round_id, application_id, *review in session().execute(statement):
        grouped[round_id, application_id].append(StaffReview(*review))
    return grouped
