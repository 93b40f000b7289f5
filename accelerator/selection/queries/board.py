"""Reads beside the board's order: rounds, one application's decision, sums."""

from typing import NamedTuple

from sqlalchemy import Integer, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.prepared import Prepared
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Assignment, AssignmentState, Round
from accelerator.selection.models import Choice, Decision
from accelerator.selection.queries.order import ON_BOARD


class Reading(NamedTuple):
    """How much was read in a round: submitted reviews, and by how many people."""

    scores: int
    reviewers: int


def rounds(edition: Edition) -> list[Round]:
    """The rounds of an edition in their order."""
    statement = select(Round).where(Round.edition_id == edition.id)
    return list(session().scalars(statement.order_by(Round.number)))


def reading(round_: Round | None, viewer: Person) -> Reading:
    """What the scores of a round that the viewer may see rest on."""
    if round_ is None:
        return Reading(0, 0)
    statement = select(func.count(Assignment.application_id), func.count(func.distinct(Assignment.reviewer_id))).where(
        Assignment.edition_id == round_.edition_id,
        Assignment.round_id == round_.id,
        Assignment.state == AssignmentState.DONE,
        Assignment.application_id.not_in(barred(round_.edition_id, viewer.id)),
    )
    return Reading(*session().execute(statement).one())


def offer_pairs(edition: Edition, viewer: Person) -> list[tuple[str | None, int | None]]:
    """``(country, sector id)`` of what holds or is meant to get a place, for the panel beside the board."""
    held = Application.state.in_((ApplicationState.OFFERED, ApplicationState.JOINED))
    meant = (Decision.choice == Choice.OFFER) & (Application.state == ApplicationState.ELIGIBLE)
    statement = (
        select(Application.country, Application.sector_id)
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(
            Application.edition_id == edition.id, or_(held, meant), Application.id.not_in(barred(edition.id, viewer.id))
        )
    )
    return list(session().execute(statement))


def judged_application(edition: Edition, reference: str) -> Application | None:
    """An application that is or was on the board."""
    statement = select(Application).options(joinedload(Application.sector), joinedload(Application.startup))
    return session().scalar(
        statement.where(
            Application.edition_id == edition.id, Application.reference == reference, Application.state.in_(ON_BOARD)
        )
    )


def decision(application: Application) -> Decision | None:
    """The decision on an application, pending or released. For the team's eyes only."""
    statement = select(Decision).options(joinedload(Decision.decider))
    return session().scalar(
        statement.where(Decision.edition_id == application.edition_id, Decision.application_id == application.id)
    )


def chosen(application: Application) -> Choice | None:
    """What is decided on an application, pending or released. For the team's eyes only."""
    row = _CHOICE.row(edition=application.edition_id, application=application.id)
    return row[0] if row else None


_CHOICE = Prepared(
    lambda: select(Decision.choice).where(
        Decision.edition_id == bindparam("edition", type_=Integer),
        Decision.application_id == bindparam("application", type_=Integer),
    )
)


def pending(edition: Edition) -> dict[str, Choice]:
    """What is decided and not released, by reference."""
    statement = (
        select(Application.reference, Decision.choice)
        .join(Decision, Decision.application_id == Application.id)
        .where(Application.edition_id == edition.id, Decision.release_id.is_(None))
    )
    return dict(session().execute(statement).all())


def decided_counts(edition: Edition, viewer: Person) -> dict[Choice, int]:
    """How many applications have each decision, pending ones included, except where the viewer has a conflict."""
    statement = select(Decision.choice, func.count(Decision.id)).where(
        Decision.edition_id == edition.id, Decision.application_id.not_in(barred(edition.id, viewer.id))
    )
    known = dict(session().execute(statement.group_by(Decision.choice)).all())
    return {choice: known.get(choice, 0) for choice in Choice}
