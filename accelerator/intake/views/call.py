"""The public page of a call, and starting an application."""

from typing import Any

from flask import redirect, render_template, url_for

from accelerator.accounts.views.visitor import current_person
from accelerator.core import clock, web
from accelerator.intake import operations, queries
from accelerator.intake.answers.meter import MINUTES
from accelerator.intake.forms import StartForm
from accelerator.intake.views.blueprint import arrival, bp, me
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition


@bp.route("/calls/<edition_slug>", allow=web.public)
def call(edition: Edition) -> str:
    """What the call is, what it asks, when it closes."""
    person = current_person()
    form = queries.current_form(edition)
    return render_template(
        "intake/call.html", now=clock.now(), sections=form.sections if form else [], minutes=MINUTES,
        hosts=programmes.hosts(edition), tracks=queries.tracks(edition),
        mine=queries.application_of(person, edition) if person else None,
    )  # fmt: skip


@bp.route("/calls/<edition_slug>/apply", methods=["GET", "POST"], allow=web.signed_in)
def apply(edition: Edition) -> Any:
    """Ask for the company's name and begin; whoever has begun already is sent there."""
    person, form = me(), StartForm()
    mine = queries.application_of(person, edition)
    started = mine is None and form.validate_on_submit() and form.attempt(
        operations.start_application, edition, name=form.name.data, at=arrival(), actor=person
    )  # fmt: skip
    if started:
        mine = queries.application_of(person, edition)
    if mine is not None and form.is_submitted():
        return redirect(url_for(".tasks", edition_slug=edition.slug, reference=mine.reference))
    page = render_template("intake/apply.html", form=form, mine=mine, now=clock.now(), minutes=MINUTES)
    return page, 422 if form.problems else 200
