"""What founders see after the release: the letter, the answer to an offer, and both on the application's page."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import clock, web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.notices import Notice
from accelerator.core.times import day, moment
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import Edition
from accelerator.selection import rules
from accelerator.selection.forms import TurnDownForm
from accelerator.selection.models import Basis, Offer, OfferState
from accelerator.selection.operations.offers import accept_offer, answer_problems, turn_down_offer
from accelerator.selection.queries import letters
from accelerator.selection.queries.letters import AFTER_RELEASE
from accelerator.selection.queries.offers import has_ended, offer_of
from accelerator.selection.views.blueprint import bp

TITLES = {
    ApplicationState.JOINED: lazy("You have a place"),
    ApplicationState.OFFERED: lazy("We offer you a place"),
    ApplicationState.WAITING: lazy("You are on the waitlist"),
    ApplicationState.TURNED_DOWN: lazy("The place is given back"),
    ApplicationState.DECLINED: lazy("We can't offer you a place"),
}


def _can_answer(offer: Offer | None) -> bool:
    return offer is not None and offer.state is OfferState.OPEN and clock.arrival() < offer.expires_at


def letter_notice(edition: Edition, application: Application) -> Notice | None:
    """What a released decision adds to the application's own page; None before, whatever is decided."""
    if application.state not in AFTER_RELEASE:
        return None
    offer = offer_of(application)
    address = url_for("selection.letter", edition_slug=edition.slug, reference=application.reference)
    verb = _("Read the letter and answer") if _can_answer(offer) else _("Read the letter")
    return Notice(str(TITLES[application.state]), _answered(offer), verb, address)


def _answered(offer: Offer | None) -> str:
    """The founders' answer to the offer in a sentence; empty where none was made."""
    if offer is None:
        return ""
    if offer.state is OfferState.OPEN:
        until = moment(offer.expires_at)
        return _("Answer by %(time)s.", time=until) if _can_answer(offer) else _("The time to answer has passed.")
    on = day(offer.answered_at) if offer.answered_at else ""
    if offer.state is OfferState.ACCEPTED:
        return _("You accepted the place on %(day)s.", day=on)
    if offer.state is OfferState.DECLINED:
        return _("You turned the place down on %(day)s.", day=on)
    return _("The offer lapsed on %(day)s, because no answer came in time.", day=on)


@bp.route(
    "/editions/<edition_slug>/my/<reference>/letter", load=letters.letter_application, allow=rules.can_read_letter
)
def letter(application: Application) -> Any:
    """The decision, once it was released."""
    edition, decision, offer = web.chosen(), letters.released_decision(application), offer_of(application)
    waits = application.state is ApplicationState.WAITING
    ended = has_ended(edition)
    return render_template(
        "selection/letter.html",
        application=application,
        offer=offer,
        heading=TITLES[application.state],
        ended=ended,
        feedback=decision.noted if decision else [],
        released_at=decision.release.released_at if decision and decision.release else None,
        band=letters.waitlist_band(application) if waits and not ended else None,
        answered=_answered(offer),
        ineligible=decision is not None and decision.basis is Basis.SCREENING,
        can_answer=_can_answer(offer),
    )


@bp.route(
    "/editions/<edition_slug>/my/<reference>/offer",
    methods=["GET", "POST"],
    load=letters.letter_application,
    allow=rules.can_read_letter,
)
def offer(application: Application) -> Any:
    """Take the place or turn it down: a page that says what follows, then the deed.

    Without an answer, or without an offer, the letter says how things stand and has the buttons.
    """
    edition, present = web.chosen(), offer_of(application)
    answer = request.values.get("answer")
    if present is None or answer not in ("accept", "decline"):
        return redirect(url_for(".letter", edition_slug=edition.slug, reference=application.reference))
    form = TurnDownForm()
    if form.validate_with(lambda: answer_problems(present, clock.arrival())):
        if answer == "accept" and form.attempt(accept_offer, present, actor=signed_in_person()):
            flash(_("The place is yours. Welcome to %(edition)s.", edition=edition.title))
            return redirect(url_for(".letter", edition_slug=edition.slug, reference=application.reference))
        if answer == "decline" and form.attempt(
            turn_down_offer, present, comment=form.comment.data or "", actor=signed_in_person()
        ):
            flash(_("You turned the place down. The team has been told."))
            return redirect(url_for(".letter", edition_slug=edition.slug, reference=application.reference))
    page = render_template("selection/offer.html", application=application, offer=present, answer=answer, form=form)
    return page, 422 if form.problems else 200
