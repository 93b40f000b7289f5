"""The privacy notice of an edition: a page for everybody, and the team's page for its free parts."""

from typing import Any

from flask import flash, redirect, render_template, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.intake.models import Audience
from accelerator.intake.notice_forms import PARTS, NoticeForm
from accelerator.intake.operations.notice import change_notice
from accelerator.intake.queries import forms
from accelerator.intake.queries import notice as queries
from accelerator.intake.views.blueprint import bp
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_administer


@bp.route("/calls/<edition_slug>/privacy", allow=web.public)
def privacy(edition: Edition) -> str:
    """Who is responsible, what is asked and why, who sees it, how long it is kept, and whom to write to."""
    current = forms.current_form(edition)
    form = forms.plain_form(current) if current else None
    return render_template(
        "intake/privacy.html",
        notice=queries.notice(edition),
        hosts=programmes.hosts(edition),
        to_reviewers=queries.asked(form, Audience.REVIEWERS),
        masked=queries.asked(form, Audience.MASKED),
        to_team=queries.asked(form, Audience.STAFF),
        to_nobody=queries.asked(form, Audience.STATISTICS),
        consents=queries.asked_consents(form),
        days=queries.kept_days(),
    )


@bp.route("/editions/<edition_slug>/settings/privacy", methods=["GET", "POST"], allow=can_administer)
def edit_privacy(edition: Edition) -> Any:
    """Write the free parts in both languages."""
    edition = web.held(edition)
    form = NoticeForm.of(queries.notice(edition))
    if form.validate_on_submit() and form.attempt(
        change_notice, edition, {part: form.pair(part) for part in PARTS}, actor=signed_in_person()
    ):
        flash(_("Saved."))
        return redirect(url_for(".privacy", edition_slug=edition.slug))
    return render_template("intake/edit_privacy.html", form=form), 422 if form.is_submitted() else 200
