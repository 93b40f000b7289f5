"""The rubric of a round: edited while it is in preparation, to be read from then on."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.scoring import rules
from accelerator.scoring.forms.rubric import rubric_form
from accelerator.scoring.models import Round, RoundState
from accelerator.scoring.operations import rubrics
from accelerator.scoring.queries import rounds
from accelerator.scoring.rubric import MOST_CRITERIA, rubric_version
from accelerator.scoring.views.blueprint import bp


@bp.route(
    "/editions/<edition_slug>/rounds/<int:number>/rubric",
    methods=["GET", "POST"],
    load=rounds.round_by_number,
    allow=rules.can_run_round,
)
def rubric(round_: Round) -> Any:
    """Edit the criteria. Adding, removing and moving only redraw the page; "save" stores all of it at once."""
    stored = rounds.criteria(round_)
    version = rubric_version(stored)
    rows = request.form.getlist("row") if request.method == "POST" else None
    form = rubric_form(stored, version, rows)
    act = request.form.get("do", "")
    if request.method == "POST" and act == "save":
        typed = form.version.data or ""
        if form.validate_with(lambda: rubrics.rubric_problems(round_, version=typed)) and form.attempt(
            rubrics.change_rubric, round_, form.lines(), version=typed, actor=signed_in_person()
        ):
            flash(_("Rubric saved."))
            return redirect(url_for(".round", edition_slug=web.chosen().slug, number=round_.number))
    elif request.method == "POST":
        form.rearrange(act)
    page = render_template(
        "scoring/rubric_form.html",
        round=round_,
        form=form,
        fixed=round_.state is not RoundState.DRAFT and not form.problems,  # what was typed in vain stays on the page
        version=version if form.form_errors else form.version.data,
        most=MOST_CRITERIA,
    )
    return page, 422 if form.problems else 200
