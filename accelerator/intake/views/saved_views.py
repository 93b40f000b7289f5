"""Saving the list as it is shown, and choosing its columns."""

from itertools import groupby
from operator import attrgetter
from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.intake import rules
from accelerator.intake.operations import saved_views as operations
from accelerator.intake.queries import columns
from accelerator.intake.queries import saved_views as queries
from accelerator.intake.team_forms import ViewForm
from accelerator.intake.team_models import SavedView
from accelerator.intake.views.blueprint import bp
from accelerator.intake.views.listing import asked_filters, parameters
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run

LIST = "/editions/<edition_slug>/applications"


@bp.route(LIST + "/columns", allow=can_run)
def choose_columns(edition: Edition) -> Any:
    """Which columns the list shows; the answer is the list's address, so nothing is stored."""
    filters = asked_filters(request.args)
    shown = [column.key for column in columns.chosen(edition, filters.columns.split("."))]
    kept = {name: value for name, value in parameters(filters).items() if name != "columns"}
    return render_template(
        "intake/columns.html",
        groups=[
            (section, list(group))
            for section, group in groupby(columns.offered(edition, answers=True), key=attrgetter("section"))
        ],
        shown=shown,
        kept=kept,
        most=columns.MOST,
        back=url_for(".applications", edition_slug=edition.slug, **parameters(filters)),
    )


@bp.route(LIST + "/views/new", methods=["GET", "POST"], allow=can_run)
def save_view(edition: Edition) -> Any:
    """Save the list as the address says."""
    form, filters = ViewForm(), asked_filters(request.args)
    query = urlencode(parameters(filters))
    if form.validate_with(lambda: operations.view_problems(form.name.data or "")) and form.attempt(
        operations.save_view,
        edition,
        name=form.name.data or "",
        query=query,
        for_team=form.for_team.data == "yes",
        actor=signed_in_person(),
    ):
        flash(_("The view “%(name)s” is saved.", name=form.name.data))
        return redirect(url_for(".applications", edition_slug=edition.slug, **parameters(filters)))
    back = url_for(".applications", edition_slug=edition.slug, **parameters(filters))
    page = render_template("intake/saved_view.html", form=form, view=None, back=back)
    return page, 422 if form.problems else 200


@bp.route(LIST + "/views/<int:view_id>", methods=["GET", "POST"], load=queries.view, allow=rules.can_keep_view)
def saved_view(view: SavedView) -> Any:
    """Another name for a view, or another circle, or its end."""
    edition, view = web.chosen(), web.held(view)
    form = ViewForm(data={"name": view.name, "for_team": "no" if view.person_id else "yes"})
    if form.validate_with(lambda: operations.view_problems(form.name.data or "")) and form.attempt(
        operations.change_view,
        view,
        name=form.name.data or "",
        for_team=form.for_team.data == "yes",
        actor=signed_in_person(),
    ):
        flash(_("The view “%(name)s” is saved.", name=view.name))
        return redirect(address_of(edition, view))
    page = render_template("intake/saved_view.html", form=form, view=view, back=address_of(edition, view))
    return page, 422 if form.problems else 200


@bp.route(LIST + "/views/<int:view_id>/remove", methods=["POST"], load=queries.view, allow=rules.can_keep_view)
def remove_view(view: SavedView) -> Any:
    """Remove a view."""
    name, slug = view.name, web.chosen().slug
    operations.remove_view(view, actor=signed_in_person())
    flash(_("The view “%(name)s” was removed.", name=name))
    return redirect(url_for(".applications", edition_slug=slug))


def address_of(edition: Edition, view: SavedView) -> str:
    """Where a view leads."""
    address = url_for(".applications", edition_slug=edition.slug)
    return f"{address}?{view.query}" if view.query else address
