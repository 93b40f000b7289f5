"""The call and its form as applicants see them, for the team: in both languages, with nothing to save.

A draft of the next version is shown as it would be if it were published now.
"""

from typing import Any

from flask import redirect, render_template, request, url_for

from accelerator.core import clock, i18n, web
from accelerator.intake.answers import hours
from accelerator.intake.answers.meter import MINUTES
from accelerator.intake.answers.questions import PlainForm, PlainSection
from accelerator.intake.queries import forms
from accelerator.intake.queries.form import form_in_work
from accelerator.intake.views.blueprint import bp
from accelerator.intake.views.drawing import drawn
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run
from accelerator.programmes.steps import steps_of

PATH = "/editions/<edition_slug>/form/preview"


@bp.route(PATH, allow=can_run)
def preview(edition: Edition) -> Any:
    """The page of the call, as a stranger who has begun nothing sees it."""
    whole = form_in_work(edition)
    form = whole.form if whole else None
    with i18n.speaking(_language()):
        return render_template(
            "intake/call.html",
            now=clock.now(),
            steps=steps_of(edition),
            sections=forms.plain_form(form).sections if form else (),
            minutes=MINUTES,
            hosts=programmes.hosts(edition),
            tracks=forms.tracks(edition),
            mine=None,
            following=None,
            until=None,
            preview=_language(),
        )


@bp.route(PATH + "/<section_key>", allow=can_run)
def preview_section(edition: Edition, section_key: str) -> Any:
    """One page of the form, empty and without effect."""
    whole = form_in_work(edition)
    form = whole.form if whole else None
    plain = forms.plain_form(form) if form else None
    section = plain.section(section_key) if plain else None
    if plain is None or section is None:
        return redirect(url_for(".form", edition_slug=web.chosen().slug))
    with i18n.speaking(_language()):
        return _page(plain, section)


def _page(form: PlainForm, section: PlainSection) -> str:
    keys = [section.key for section in form.sections]
    at = keys.index(section.key)
    return render_template(
        "intake/preview.html",
        form=form,
        section=section,
        number=at + 1,
        before=keys[at - 1] if at else None,
        following=form.after(section.key),
        questions=drawn(section, {}, {}),
        day_names=hours.day_names(),
        part_names=hours.part_names(),
        PARTS=hours.PARTS,
        preview=_language(),
    )


def _language() -> str:
    asked = request.args.get("language", "")
    return asked if asked in i18n.LANGUAGES else i18n.language()
