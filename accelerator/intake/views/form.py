"""The team's pages of the form: what it asks, in words, and changing it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import marks, pick
from accelerator.intake.answers.questions import PlainForm, PlainQuestion, PlainSection
from accelerator.intake.default_form.sections import SECTIONS
from accelerator.intake.forms_of_questions import AUDIENCE_LABELS, KIND_LABELS, NewQuestionForm, QuestionForm, lines_of
from accelerator.intake.models import RemovedQuestion
from accelerator.intake.operations import forms as form_operations
from accelerator.intake.operations.questions import (
    CLOSED,
    KEEP,
    LISTS,
    TEXTS,
    Keep,
    QuestionPlan,
    new_question_problems,
    present_choices,
    question_problems,
    why_choices_stay,
    why_length_stays,
    why_question_stays,
    why_required_stays,
)
from accelerator.intake.queries import form as form_queries
from accelerator.intake.queries.form import FormInWork, QuestionInWork, SectionInWork
from accelerator.intake.queries.forms import host_consents, left_out_of_default, missing_in, plain_form
from accelerator.intake.queries.versions import reach
from accelerator.intake.queries.visibility import left_out
from accelerator.intake.question_words import conditions_in_words, limits_in_words
from accelerator.intake.roles import QuestionRole
from accelerator.intake.views.blueprint import bp
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_run

PATH = "/editions/<edition_slug>/form"
QUESTION = PATH + "/questions/<question_key>"


@dataclass(frozen=True)
class Line:
    """One question as the page lists it. ``stays`` says why it can't be removed, None if it can."""

    number: str
    question: PlainQuestion
    kind: str
    audience: str
    limits: list[str]
    conditions: list[str]
    choices: Sequence[Mapping[str, Any]]
    stays: str | None


def _of_team(actor: Person | None, subject: object) -> bool:
    """The loader found the subject in the chosen edition's form, so its team may."""
    return on_team(actor, web.chosen().id)


def _to_form(anchor: str | None = None) -> Any:
    return redirect(url_for(".form", edition_slug=web.chosen().slug, _anchor=anchor))


@bp.route(PATH, endpoint="form", allow=can_run)
def form(edition: Edition) -> str:
    """What the call asks, in both languages; without a form, what the default one holds."""
    whole = form_queries.form_in_work(edition)
    if whole is None:
        names = marks().comma.join(pick(consent["label"]) for consent in host_consents(edition))
        return render_template(
            "intake/form_empty.html",
            sections=SECTIONS,
            left_out=left_out_of_default(edition),
            sectors=programmes.sectors(edition),
            host_names=names,
        )
    plain = plain_form(whole.form)
    return render_template(
        "intake/form.html",
        pages=_pages(plain, whole),
        closed=CLOSED if whole.is_closed else None,
        version=whole.form.version,
        is_draft=whole.is_draft,
        is_settled=whole.is_settled,
        reach=None if whole.is_closed else reach(edition, signed_in_person()),
        left_out=left_out(edition, signed_in_person()),
        total=len(whole.questions),
        required=sum(question.required for question in whole.questions),
        open_choices=request.args.get("choices") == "all",
        points=[] if whole.is_closed else missing_in(edition, plain),
        removed=[] if whole.is_closed else form_queries.removed_questions(whole),
    )


def _pages(plain: PlainForm, whole: FormInWork) -> list[tuple[PlainSection, list[Line]]]:
    """The pages of the form with their questions in words."""
    rows = {question.key: question for question in whole.questions}
    return [
        (
            section,
            [
                _line(f"{page}.{number}", plain, question, why_question_stays(rows[question.key], rows.values()))
                for number, question in enumerate(section.questions, 1)
            ],
        )
        for page, section in enumerate(plain.sections, 1)
    ]


def _line(number: str, plain: PlainForm, question: PlainQuestion, stays: str | None) -> Line:
    return Line(
        number,
        question,
        str(KIND_LABELS[question.kind]),
        str(AUDIENCE_LABELS[question.audience]),
        list(limits_in_words(plain, question)),
        list(conditions_in_words(plain, question)),
        question.choices,
        stays,
    )


@bp.route(PATH, endpoint="use_default_form", methods=["POST"], allow=can_run)
def use_default_form(edition: Edition) -> Any:
    """Give the call its own copy of the default form."""
    form_operations.create_form(edition, actor=signed_in_person())
    flash(
        _(
            "The form is ready, and the call is open: applicants see it now. Read through it; what you change "
            "becomes a new version, which you publish."
        )
        if edition.call_is_open
        else _("The form is ready. Read through it, and change what doesn't fit before the call opens.")
    )
    return _to_form()


@bp.route(PATH + "/hosts", methods=["POST"], allow=can_run)
def ask_for_hosts(edition: Edition) -> Any:
    """Name the organisations of today in the consent."""
    form_operations.ask_for_hosts(edition, actor=signed_in_person())
    flash(_("The form now names the current organisations."))
    return _to_form()


@bp.route(QUESTION, methods=["GET", "POST"], load=form_queries.form_question, allow=_of_team)
def form_question(page: QuestionInWork) -> Any:
    """Change one question."""
    edition, question = web.held(web.chosen()), page.question
    if page.whole.is_closed and request.method == "GET":
        return _to_form(f"q-{question.key}")
    if request.method == "POST":  # as it is now that nobody else can change it
        page = form_queries.form_question(edition, question.key) or abort(404)
        question = page.question
    form = QuestionForm(data=_values(page))
    form.offer_roles(question.kind)
    locked = _lock(form, page)
    plan = _plan(form, page, locked)
    if form.validate_with(lambda: question_problems(edition, page.whole, question, plan)) and form.attempt(
        form_operations.change_question, edition, question.key, plan, actor=signed_in_person()
    ):
        flash(_("Saved."))
        return _to_form(f"q-{question.key}")
    shown = {"longest": question.kind in TEXTS, "choices": question.kind in LISTS}
    html = render_template(
        "intake/form_question.html",
        form=form,
        question=question,
        section=page.section,
        shown=shown,
        kind=KIND_LABELS[question.kind],
        audience=AUDIENCE_LABELS[question.audience],
    )
    return html, 422 if form.is_submitted() else 200


def _values(page: QuestionInWork) -> dict[str, Any]:
    question = page.question
    texts = {
        f"{part}_{code}": (getattr(question, part) or {}).get(code, "")
        for part in ("label", "help")
        for code in ("en", "ja")
    }
    return {
        **texts,
        "required": question.required,
        "role": question.role.value if question.role else "",
        "longest": question.limits.get("max"),
        "choices": lines_of(present_choices(web.chosen(), question)) if question.kind in LISTS else "",
    }


def _lock(form: QuestionForm, page: QuestionInWork) -> set[str]:
    """Disable what has to stay and say why beside it; the names of these fields."""
    question = page.question
    reasons = {
        "required": why_required_stays(question),
        "longest": why_length_stays(question),
        "choices": why_choices_stay(question, page.whole.questions),
    }
    locked = {name: why for name, why in reasons.items() if why}
    for name, why in locked.items():
        form[name].description = _("It cannot be changed. %(why)s", why=why)
        form[name].render_kw = {"disabled": True}
        form[name].data = _values(page)[name]  # a disabled field is not sent
        form[name].raw_data = None
    return set(locked)


def _plan(form: QuestionForm, page: QuestionInWork, locked: set[str]) -> QuestionPlan:
    question = page.question
    changes_choices = question.kind in LISTS and "choices" not in locked
    return QuestionPlan(
        *_words(form),
        required=form.required.data,
        longest=form.longest.data if question.kind in TEXTS else None,
        choices=form.labels if changes_choices else None,
        role=_role(form),
    )


def _role(form: QuestionForm) -> QuestionRole | Keep | None:
    if "role" not in form:
        return KEEP
    return next((role for role in QuestionRole if role.value == form.role.data), None)


def _words(form: QuestionForm) -> tuple[dict[str, str], dict[str, str]]:
    label, help_text = (
        {code: form[f"{part}_{code}"].data or "" for code in ("en", "ja")} for part in ("label", "help")
    )
    return label, {code: text.strip() for code, text in help_text.items()}


@bp.route(QUESTION + "/move", methods=["POST"], load=form_queries.form_question, allow=_of_team)
def move_question(page: QuestionInWork) -> Any:
    """Move a question one place up or down on its page."""
    key = page.question.key
    form_operations.move_question(
        web.chosen(), key, earlier=request.form.get("by") == "earlier", actor=signed_in_person()
    )
    return _to_form(f"q-{key}")


@bp.route(QUESTION + "/remove", methods=["POST"], load=form_queries.form_question, allow=_of_team)
def remove_question(page: QuestionInWork) -> Any:
    """Take a question out; it can be put back."""
    if form_operations.remove_question(web.chosen(), page.question.key, actor=signed_in_person()):
        flash(
            _(
                "“%(question)s” and its page have been removed. You can undo this below.",
                question=page.question.name,
            )
        )
    else:
        flash(_("“%(question)s” has been removed. You can undo this below.", question=page.question.name))
    return _to_form("removed")


@bp.route(QUESTION + "/put-back", methods=["POST"], load=form_queries.removed_question, allow=_of_team)
def put_back_question(removed: RemovedQuestion) -> Any:
    """Undo that a question was removed."""
    form_operations.put_back_question(web.chosen(), removed, actor=signed_in_person())
    flash(_("“%(question)s” is back in the form.", question=removed.name))
    return _to_form(f"q-{removed.key}")


@bp.route(PATH + "/sections/<section_key>/add", methods=["GET", "POST"], load=form_queries.form_section, allow=_of_team)
def new_question(page: SectionInWork) -> Any:
    """Ask one more thing on a page of the form."""
    if page.whole.is_closed and request.method == "GET":
        return _to_form(f"s-{page.section.key}")
    form = NewQuestionForm()
    del form.role
    edition, plan = web.chosen(), QuestionPlan(*_words(form), form.required.data, form.longest.data, form.labels)
    if form.validate_with(lambda: new_question_problems(edition, page.whole, plan, form.kind.data)) and form.attempt(
        form_operations.add_question,
        edition,
        page.section.key,
        plan,
        kind=form.kind.data,
        audience=form.audience.data,
        actor=signed_in_person(),
    ):
        flash(_("“%(question)s” has been added.", question=form.label_en.data))
        return _to_form(f"s-{page.section.key}")
    html = render_template("intake/form_new.html", form=form, section=page.section)
    return html, 422 if form.is_submitted() else 200
