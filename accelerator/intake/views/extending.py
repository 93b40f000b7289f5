"""A later close for everybody: the page on which an admin announces it."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import clock, web
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.intake.operations.extensions import extend_call
from accelerator.intake.queries.drafts import kept_drafts
from accelerator.intake.time_forms import ExtendForm, instant
from accelerator.intake.views.blueprint import bp
from accelerator.programmes.models import Edition
from accelerator.programmes.operations.plan import move_problems
from accelerator.programmes.rules import can_administer


def _form(edition: Edition) -> ExtendForm:
    zone = ZoneInfo(edition.zone)
    stored = {"closes_at": edition.closes_at, "accepts_until": edition.accepts_until}
    shown = {name: at.astimezone(zone).replace(tzinfo=None) if at else None for name, at in stored.items()}
    return ExtendForm(data=shown, stored=stored)


@bp.route("/editions/<edition_slug>/settings/extend", methods=["GET", "POST"], allow=can_administer)
def extend(edition: Edition) -> Any:
    """Announce a later close; everybody with a draft hears of it."""
    form = _form(web.held(edition))

    def check() -> Iterator[Refused]:
        times = [instant(field, edition.zone) for field in (form.closes_at, form.accepts_until)]
        yield from move_problems(edition, *times)

    def announce() -> None:
        closes_at, until = (instant(field, edition.zone) for field in (form.closes_at, form.accepts_until))
        if closes_at is not None:
            extend_call(
                edition,
                closes_at=closes_at,
                accepts_until=until,
                reason=form.reason.data or "",
                actor=signed_in_person(),
            )

    if form.validate_with(check) and form.attempt(announce):
        flash(_("The later close is announced. Everybody with a draft gets an e-mail."))
        return redirect(url_for("programmes.settings", edition_slug=edition.slug))
    people = {person.id for _draft, person in kept_drafts(edition)}
    page = render_template("intake/extend.html", form=form, people=len(people), now=clock.now())
    return page, 422 if form.problems else 200
