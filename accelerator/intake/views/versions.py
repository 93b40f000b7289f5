"""Publishing the draft of the form's next version, after a look at what that changes and for whom; or giving it up."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.intake.forms_of_questions import DiscardForm, PublishForm
from accelerator.intake.operations import versions as operations
from accelerator.intake.operations.freezing import digest_of
from accelerator.intake.queries import versions
from accelerator.intake.queries.form import form_in_work
from accelerator.intake.queries.visibility import left_out
from accelerator.intake.views.blueprint import bp
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run

PATH = "/editions/<edition_slug>/form"


def _to_form() -> Any:
    return redirect(url_for(".form", edition_slug=web.chosen().slug))


@bp.route(PATH + "/publish", methods=["GET", "POST"], allow=can_run)
def publish_form(edition: Edition) -> Any:
    """What the draft changes, and for how many; a yes publishes it."""
    form, whole = PublishForm(), form_in_work(web.held(edition))
    if form.validate_with(lambda: operations.publish_problems(edition, whole, form.shown.data or "")) and form.attempt(
        operations.publish, edition, shown=form.shown.data or "", asks=form.asks.data, actor=signed_in_person()
    ):
        flash(_("The new version of the form is published."))
        return _to_form()
    following = versions.next_version(edition, whole.form) if whole and whole.is_draft else None
    if whole is None or following is None:
        return _to_form()
    form.shown.data = digest_of(following.draft)
    html = render_template(
        "intake/form_publish.html",
        form=form,
        discard=DiscardForm(formdata=None, data={"shown": form.shown.data}),
        live=following.live,
        draft=following.draft,
        changes=following.changes,
        new=following.new,
        reach=versions.reach(edition, signed_in_person()),
        left_out=left_out(edition, signed_in_person()),
        closed=whole.is_closed,
    )
    return html, 422 if form.is_submitted() else 200


@bp.route(PATH + "/discard", methods=["POST"], allow=can_run)
def discard_form_draft(edition: Edition) -> Any:
    """Give the draft up."""
    form = DiscardForm()
    operations.discard(edition, shown=form.shown.data or "", actor=signed_in_person())
    flash(_("The draft is discarded. The form is as applicants see it."))
    return _to_form()
