"""Reads of offers and of the waitlist."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accelerator.core.db import session
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import Edition
from accelerator.selection.models import Offer, OfferState, WaitlistEntry


def offer_of(application: Application) -> Offer | None:
    """The offer made to an application; there is none before the release."""
    found = select(Offer).where(Offer.edition_id == application.edition_id, Offer.application_id == application.id)
    return session().scalar(found)


def open_offers(edition: Edition) -> list[Offer]:
    """Offers that wait for an answer, the first to lapse first."""
    found = select(Offer).options(joinedload(Offer.application).joinedload(Application.startup))
    waiting = found.where(Offer.edition_id == edition.id, Offer.state == OfferState.OPEN)
    return list(session().scalars(waiting.order_by(Offer.expires_at, Offer.id)))


def places_left(edition: Edition) -> int:
    """Places that no open or accepted offer holds; never below zero."""
    held = select(func.count(Offer.id)).where(
        Offer.edition_id == edition.id, Offer.state.in_((OfferState.OPEN, OfferState.ACCEPTED))
    )
    return max(0, edition.places - (session().scalar(held) or 0))


def waitlist(edition: Edition) -> list[WaitlistEntry]:
    """Who still waits, in their order."""
    found = select(WaitlistEntry).join(WaitlistEntry.application).options(joinedload(WaitlistEntry.application))
    waiting = found.where(WaitlistEntry.edition_id == edition.id, Application.state == ApplicationState.WAITING)
    return list(session().scalars(waiting.order_by(WaitlistEntry.position)))


def next_waiting(edition: Edition) -> WaitlistEntry | None:
    """Who moves up next."""
    found = select(WaitlistEntry).join(WaitlistEntry.application).options(joinedload(WaitlistEntry.application))
    waiting = found.where(WaitlistEntry.edition_id == edition.id, Application.state == ApplicationState.WAITING)
    return session().scalar(waiting.order_by(WaitlistEntry.position).limit(1))
