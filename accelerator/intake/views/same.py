"""Staff compare records that may be the same firm: join them, or say that they are not."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import web
from accelerator.core.countries import country_name
from accelerator.core.forms import Form
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.intake.queries import same
from accelerator.intake.queries.same import Pair
from accelerator.intake.rules import can_compare
from accelerator.intake.views.blueprint import bp
from accelerator.programmes.models import Edition
from accelerator.startups.operations import joining

PATH = "/editions/<edition_slug>/same-startups"
REASONS = {
    same.NAME: lazy("Same name"),
    same.HOST: lazy("Same website"),
    same.FOUNDER: lazy("Same founder"),
    same.NUMBER: lazy("Same corporate number"),
}


def _is_team(actor: Any, edition: Edition) -> bool:
    return on_team(actor, edition.id)


@bp.route(PATH, allow=_is_team)
def same_startups(edition: Edition) -> str:
    """Pairs of records that may be one firm."""
    return render_template(
        "intake/same_startups.html", pairs=same.possible_pairs(edition, signed_in_person()), reasons=REASONS
    )


def _pair(edition: Edition, first: str, second: str) -> Pair | None:
    person = current_person()
    if person is None or not on_team(person, edition.id):
        return None
    return same.possible_pair(edition, person, frozenset({first, second}))


@bp.route(PATH + "/<first>/<second>", methods=["GET", "POST"], load=_pair, allow=can_compare)
def same_pair(pair: Pair) -> Any:
    """Both side by side, what would move, and the choice. ``keep`` names the record that stays."""
    edition, form = web.chosen(), Form()
    first, second = pair.first.startup, pair.second.startup
    kept, gone = (second, first) if request.form.get("keep") == second.slug else (first, second)
    if request.form.get("keep") == "apart":
        if form.validate_on_submit() and form.attempt(joining.keep_apart, first, second, actor=signed_in_person()):
            flash(_("Saved: they are not the same startup."))
            return redirect(url_for(".same_startups", edition_slug=edition.slug))
    elif form.validate_with(lambda: joining.join_problems(kept, gone)) and form.attempt(
        joining.join_startups, kept, gone, actor=signed_in_person()
    ):
        flash(_("Merged. Applications that were sent stay as they were sent."))
        return redirect(url_for(".same_startups", edition_slug=edition.slug))
    page = render_template(
        "intake/same_pair.html",
        form=form,
        country_name=country_name,
        pair=pair,
        reasons=REASONS,
        can_join=joining.can_be_joined(first, second),
        moving={row.slug: joining.rows_that_move(row) for row in (first, second)},
        team=[founder for record in (pair.first, pair.second) for founder in record.founders if founder.has_access],
    )
    return page, 422 if form.problems else 200
