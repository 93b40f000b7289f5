"""The team puts a withdrawn application back to where it was."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.intake import rules
from accelerator.intake.models import Application
from accelerator.intake.operations import withdrawing
from accelerator.intake.queries import drafts
from accelerator.intake.time_forms import ReinstateForm
from accelerator.intake.views.blueprint import bp


@bp.route(
    "/editions/<edition_slug>/applications/<reference>/reinstate",
    methods=["GET", "POST"],
    load=drafts.application,
    allow=rules.can_see,
)
def reinstate(application: Application) -> Any:
    """Ask why, then put it back."""
    edition, form = web.chosen(), ReinstateForm()
    reason = form.reason.data or ""
    if form.validate_with(lambda: withdrawing.reinstate_problems(application, edition, reason)) and form.attempt(
        withdrawing.reinstate, application, reason=reason, edition=edition, actor=signed_in_person()
    ):
        flash(_("%(reference)s is reinstated. Its founders get an e-mail.", reference=application.reference))
        return redirect(url_for(".application", edition_slug=edition.slug, reference=application.reference))
    page = render_template(
        "intake/reinstate.html",
        form=form,
        application=application,
        can_go_back=withdrawing.can_go_back(application),
        stood=withdrawing.stood(application),
    )
    return page, 422 if form.problems else 200
