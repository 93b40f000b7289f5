"""What founders see after the release: the letter, and the answer to an offer."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.core import clock, web
from accelerator.core.i18n import gettext as _
from accelerator.intake.models import Application, ApplicationState
from accelerator.selection import operations, queries, rules
from accelerator.selection.forms import TurnDownForm
from accelerator.selection.models import OfferState
from accelerator.selection.views.blueprint import bp, signed_in_person


@bp.route(
    "/editions/<edition_slug>/my/<reference>/letter", load=queries.letter_application, allow=rules.can_read_letter
)
def letter(application: Application) -> Any:
    """The decision, once it was released."""
    decision, offer = queries.released_decision(application), queries.offer_of(application)
    waits = application.state is ApplicationState.WAITING
    return render_template(
        "selection/letter.html", application=application, offer=offer,
        feedback=decision.feedback if decision else "", released_at=decision.release.released_at
        if decision and decision.release else None, band=queries.waitlist_band(application) if waits else None,
        can_answer=offer is not None and offer.state is OfferState.OPEN and clock.now() < offer.expires_at,
    )  # fmt: skip


@bp.route(
    "/editions/<edition_slug>/my/<reference>/offer",
    methods=["GET", "POST"],
    load=queries.letter_application,
    allow=rules.can_read_letter,
)
def offer(application: Application) -> Any:
    """Take the place or turn it down: a page that says what follows, then the deed."""
    edition, found = web.chosen(), queries.offer_of(application)
    answer = request.values.get("answer")
    if found is None or answer not in ("accept", "decline"):
        abort(404)
    form = TurnDownForm()
    if form.validate_on_submit():
        if answer == "accept" and form.attempt(operations.accept_offer, found, actor=signed_in_person()):
            flash(_("You have the place. Welcome to %(edition)s.", edition=edition.title))
            return redirect(url_for(".letter", edition_slug=edition.slug, reference=application.reference))
        if answer == "decline" and form.attempt(
            operations.turn_down_offer, found, comment=form.comment.data or "", actor=signed_in_person()
        ):
            flash(_("You turned the place down. The team has been told."))
            return redirect(url_for(".letter", edition_slug=edition.slug, reference=application.reference))
    page = render_template("selection/offer.html", application=application, offer=found, answer=answer, form=form)
    return page, 422 if form.problems else 200
