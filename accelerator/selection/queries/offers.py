"""Reads of offers and of the waitlist."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.pagination import Key, Page, page
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import visible_to
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry, Round
from accelerator.selection.models import Offer, OfferState, WaitlistEntry


class OfferLine(NamedTuple):
    """An offer in a list of the team's; ``comment`` is what founders said who turned it down."""

    reference: str
    name: str
    state: OfferState
    expires_at: datetime
    answered_at: datetime | None
    comment: str


class WaitLine(NamedTuple):
    """Somebody who still waits; ``position`` 1 moves up first."""

    reference: str
    name: str
    position: int


def offer_of(application: Application) -> Offer | None:
    """The offer made to an application; there is none before the release."""
    statement = select(Offer).where(Offer.edition_id == application.edition_id, Offer.application_id == application.id)
    return session().scalar(statement)


def open_offers(edition: Edition) -> list[Offer]:
    """Offers that wait for an answer, the first to lapse first."""
    statement = select(Offer).options(joinedload(Offer.application).joinedload(Application.startup))
    waiting = statement.where(Offer.edition_id == edition.id, Offer.state == OfferState.OPEN)
    return list(session().scalars(waiting.order_by(Offer.expires_at, Offer.id)))


def has_ended(edition: Edition) -> bool:
    """Whether the programme's last day, Demo Day, is over where the programme is: no place comes free any more."""
    return clock.now().astimezone(ZoneInfo(edition.zone)).date() > edition.demo_day_on


def places_left(edition: Edition) -> int:
    """Places that no open or accepted offer holds; never below zero."""
    held = select(func.count(Offer.id)).where(
        Offer.edition_id == edition.id, Offer.state.in_((OfferState.OPEN, OfferState.ACCEPTED))
    )
    return max(0, edition.places - (session().scalar(held) or 0))


def offer_page(
    edition: Edition, viewer: Person, *, open_only: bool = False, mark: str | None = None, size: int = 50
) -> Page[OfferLine]:
    """Offers, the first to lapse first, without those that the viewer has a conflict with."""
    statement: Any = (
        select(
            Application.reference,
            Application.name,
            Offer.state,
            Offer.expires_at.label("until"),
            Offer.answered_at,
            Offer.comment,
        )
        .join(Application, Application.id == Offer.application_id)
        .where(Offer.edition_id == edition.id, visible_to(viewer))
    )
    if open_only:
        statement = statement.where(Offer.state == OfferState.OPEN)
    rows = page(statement, [Key(Offer.expires_at), Key(Offer.id)], mark=mark, size=size)
    return Page([OfferLine(*row[:6]) for row in rows.rows], rows.before, rows.after)


def waitlist_page(edition: Edition, viewer: Person, *, mark: str | None = None, size: int = 50) -> Page[WaitLine]:
    """Who still waits, in their order, without those that the viewer has a conflict with.

    They are numbered as the viewer sees them: a number left out would tell where one stands that bars them.
    """
    position = WaitlistEntry.position
    statement = _waiting(edition, Application.reference, Application.name, position.label("place"))
    rows = page(statement.where(visible_to(viewer)), [Key(position)], mark=mark, size=size)
    if not rows.rows:
        return Page([], rows.before, rows.after)
    ahead = _waiting(edition, func.count(WaitlistEntry.id)).where(visible_to(viewer), position < rows.rows[0].place)
    first: int = session().scalar(ahead) + 1
    lines = [WaitLine(row.reference, row.name, number) for number, row in enumerate(rows.rows, first)]
    return Page(lines, rows.before, rows.after)


def open_and_waiting(edition: Edition, viewer: Person) -> tuple[int, int]:
    """How many offers wait for an answer, and how many applications wait for a place, as far as the viewer may know."""
    offers = (
        select(func.count(Offer.id))
        .join(Application, Application.id == Offer.application_id)
        .where(Offer.edition_id == edition.id, Offer.state == OfferState.OPEN, visible_to(viewer))
    )
    waiting = _waiting(edition, func.count(WaitlistEntry.id)).where(visible_to(viewer))
    row: Any = session().execute(select(offers.scalar_subquery(), waiting.scalar_subquery())).one()
    return row[0], row[1]


def _waiting(edition: Edition, *columns: ColumnElement[Any] | Any) -> Any:
    return (
        select(*columns)
        .select_from(WaitlistEntry)
        .join(Application, Application.id == WaitlistEntry.application_id)
        .where(WaitlistEntry.edition_id == edition.id, Application.state == ApplicationState.WAITING)
    )


def last_scores(edition: Edition, application_ids: Collection[int]) -> dict[int, float]:
    """The adjusted score of the last round that gave one, by application id; without those that never got one."""
    statement = (
        select(RankingEntry.application_id, RankingEntry.adjusted)
        .join(Round, Round.id == RankingEntry.round_id)
        .where(
            RankingEntry.edition_id == edition.id,
            RankingEntry.application_id.in_(application_ids),
            RankingEntry.adjusted.is_not(None),
        )
        .order_by(Round.number)
    )
    return {number: score for number, score in session().execute(statement) if score is not None}


def first_waiting(edition: Edition, number: int) -> list[WaitlistEntry]:
    """So many of those who wait, locked, who moves up first the first."""
    if not number:
        return []
    with_application = contains_eager(WaitlistEntry.application).joinedload(Application.startup)
    statement = select(WaitlistEntry).join(WaitlistEntry.application).options(with_application)
    waiting = statement.where(WaitlistEntry.edition_id == edition.id, Application.state == ApplicationState.WAITING)
    first = waiting.order_by(WaitlistEntry.position).limit(number).with_for_update(of=Application)
    return list(session().scalars(first.execution_options(populate_existing=True)))


def locked_applications(application_ids: Collection[int]) -> list[Application]:
    """Applications as they are now, locked until the transaction ends."""
    statement = select(Application).options(joinedload(Application.startup)).where(Application.id.in_(application_ids))
    locked = statement.order_by(Application.id).with_for_update(of=Application)
    return list(session().scalars(locked.execution_options(populate_existing=True)))
