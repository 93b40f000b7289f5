"""Where a startup's numbers are to go, and all of them as a file."""

from typing import Any

from flask import Response, abort, flash, redirect, render_template, url_for

from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import pick
from accelerator.core.spreadsheet import BOM, csv_text
from accelerator.programmes.models import Edition
from accelerator.progress import rules
from accelerator.progress.amounts import unit_sign
from accelerator.progress.forms import TargetForm
from accelerator.progress.models import Direction, Metric
from accelerator.progress.operations.metrics import number_problems, set_target
from accelerator.progress.queries import metrics as metric_queries
from accelerator.progress.views.blueprint import bp
from accelerator.selection.queries.cohort import startup_of


@bp.route(
    "/editions/<edition_slug>/numbers/targets/<int:metric_id>",
    methods=["GET", "POST"],
    load=metric_queries.metric,
    allow=rules.can_set_target,
)
def target(metric: Metric) -> Any:
    """Which way is good for a number, and its target."""
    metric = web.held(metric)
    form = TargetForm(data={"direction": metric.direction.value, "target": metric.target})
    if form.validate_with(lambda: number_problems(metric, form.target.data, "target")) and form.attempt(
        set_target, metric, direction=Direction(form.direction.data), target=form.target.data, actor=signed_in_person()
    ):
        flash(
            _("Target saved.") if metric.target is not None else _("Saved. “%(name)s” has no target.", name=metric.name)
        )
        return redirect(url_for(".numbers", edition_slug=web.chosen().slug, startup=metric.startup.slug))
    page = render_template(
        "progress/target.html", form=form, metric=metric, startup=metric.startup, sign=unit_sign(metric.unit)
    )
    return page, 422 if form.problems else 200


@bp.route("/editions/<edition_slug>/numbers.csv", allow=rules.can_see_values)
def values_file(edition: Edition) -> Any:
    """Every current value with its source: of the cohort for the team, of the own startup for a founder."""
    person = current_person()
    startup = None if on_team(person, edition.id) else startup_of(person, edition) or abort(404)
    head = (
        _("Startup"),
        _("Figure"),
        _("Week ends"),
        _("Value"),
        _("Unit"),
        _("Which way is good"),
        _("Target"),
        _("Status"),
        _("Source"),
        _("Note"),
    )
    rows = [
        (
            row.startup,
            pick(row.label),
            row.as_of.isoformat(),
            float(row.value),
            unit_sign(row.unit),
            row.direction.label,
            "" if row.target is None else float(row.target),
            row.status.label,
            row.source,
            row.note,
        )
        for row in metric_queries.all_values(edition, startup)
    ]
    answer = Response(BOM + csv_text((head, *rows)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{edition.slug}-numbers.csv"'
    return answer
