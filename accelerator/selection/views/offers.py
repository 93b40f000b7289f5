"""Every offer with its answer, and everybody who waits for one: for the team."""

from typing import Any

from flask import render_template, request

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run
from accelerator.selection.operations.offers import end_of
from accelerator.selection.queries.offers import offer_page, waitlist_page
from accelerator.selection.views.blueprint import bp


@bp.route("/editions/<edition_slug>/selection/offers", allow=can_run)
def offers(edition: Edition) -> Any:
    """Offers, the first to lapse first, and the answer to each."""
    page = offer_page(edition, signed_in_person(), mark=request.args.get("mark"))
    return render_template("selection/offers.html", offers=page)


@bp.route("/editions/<edition_slug>/selection/waitlist", allow=can_run)
def waitlist(edition: Edition) -> Any:
    """Who waits, in the order in which they move up."""
    page = waitlist_page(edition, signed_in_person(), mark=request.args.get("mark"))
    return render_template("selection/waitlist.html", waiting=page, until=end_of(edition))
