"""One value of a metric: what it was before, correcting it, verifying it."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import current_person, signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.progress import rules
from accelerator.progress.amounts import amount
from accelerator.progress.forms import CorrectionForm, confirmed_in
from accelerator.progress.models import MetricValue, ValueStatus
from accelerator.progress.operations.metrics import correct_value, correction_problems, set_verified
from accelerator.progress.queries import metrics as metric_queries
from accelerator.progress.views.blueprint import bp

PLACE = "/editions/<edition_slug>/numbers/values/<int:value_id>"


@bp.route(PLACE, methods=["GET", "POST"], load=metric_queries.value, allow=rules.can_see_value)
def value(value: MetricValue) -> Any:
    """The value with its history, and a form for another one."""
    form, person = CorrectionForm(data={"source": value.source}), current_person()
    typed: dict[str, Any] = {
        "number": form.number.data,
        "note": form.note.data or "",
        "source": form.source.data or "",
        "confirmed": confirmed_in(request.form.getlist("confirmed")),
    }
    if form.validate_with(lambda: correction_problems(value, **typed)) and form.attempt(
        correct_value, value, **typed, actor=person
    ):
        flash(_("Corrected. The old value stays in the history."))
        return _list(value)
    page = render_template(
        "progress/value.html",
        value=value,
        metric=value.metric,
        chain=metric_queries.chain(value),
        form=form,
        amount=amount,
        verifies=rules.can_verify_value(person, value),
        verified=value.status is ValueStatus.VERIFIED,
        startup=value.metric.startup,
        asked=f"{value.metric.code}:{form.number.data}" if form.number.data else "",
    )
    return page, 422 if form.is_submitted() else 200


def _list(value: MetricValue) -> Any:
    return redirect(url_for(".numbers", edition_slug=web.chosen().slug, startup=value.metric.startup.slug))


@bp.route(f"{PLACE}/verified", methods=["POST"], load=metric_queries.value, allow=rules.can_verify_value)
def verify(value: MetricValue) -> Any:
    """Mark as checked against its source, or take that back."""
    verified = request.form.get("verified") == "yes"
    set_verified(value, verified=verified, actor=signed_in_person())
    flash(_("Marked as verified.") if verified else _("No longer marked as verified."))
    return _list(value)
