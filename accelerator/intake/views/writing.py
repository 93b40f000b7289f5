"""Writing a draft: the page of a section, and the address that it saves itself to."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import clock, web
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.pdf_check import Harmless
from accelerator.core.times import latest_day
from accelerator.intake import rules
from accelerator.intake.answers import hours, meter
from accelerator.intake.answers.parsing import merged, parse_section
from accelerator.intake.answers.questions import PlainQuestion, PlainSection, is_filled
from accelerator.intake.answers.reading import TEAM, ReadableAnswer, read_answer
from accelerator.intake.models import EDITABLE, QuestionKind
from accelerator.intake.operations.drafts import save_section
from accelerator.intake.operations.files import attach, examine, remove_file
from accelerator.intake.queries.drafts import DraftPage, draft_section, section_version
from accelerator.intake.views.blueprint import arrival, bp
from accelerator.intake.views.drawing import drawn

PATH = "/editions/<edition_slug>/my/<reference>/sections/<section_key>"


def _examined(page: DraftPage) -> web.Work | None:
    """Look into the files that were chosen, before the page's transaction keeps others from writing."""
    given = [(question, request.files[question.key].read()) for question in _chosen_files(_section(page))]
    editable = _is_writable(page) and page.application.state in EDITABLE
    return partial(_examine, given) if given and editable else None


def _chosen_files(section: PlainSection) -> list[PlainQuestion]:
    """The questions of the section to which a file was chosen."""
    files = request.files
    return [
        question
        for question in section.questions
        if question.kind is QuestionKind.FILE
        and question.key in files
        and files[question.key].filename
        and request.form.get("remove") != question.key
    ]


def _examine(given: list[tuple[PlainQuestion, bytes]]) -> dict[str, Harmless | Refused]:
    answers: dict[str, Harmless | Refused] = {}
    for question, content in given:
        try:
            answers[question.key] = examine(question, content)
        except Refused as refusal:
            answers[question.key] = refusal
    return answers


@bp.route(PATH, methods=["GET", "POST"], load=draft_section, allow=rules.can_fill_page, ahead=_examined)
def section(page: DraftPage) -> Any:
    """One topic of the form."""
    edition, application = web.chosen(), page.application
    if request.method == "GET":
        if not _is_writable(page) or application.state not in EDITABLE:
            return redirect(url_for(".check", edition_slug=edition.slug, reference=application.reference))
        today = latest_day(edition.zone, signed_in_person().zone)
        return _page(page, application.answers, meter.faulty(_section(page), application.answers, today))
    page = _as_sent(page)
    typed = parse_section(_section(page), request.form)
    try:
        stored = _store(page, typed)
    except Refused as refusal:
        # Too late, or not any more: what was typed stays on the page, to be copied, with what is wrong with it.
        answers = merged(application.answers, typed)
        return _page(page, answers, _errors(page, answers, {}), refusal.message), 422
    return _answered(page) if stored else (_conflict(page, typed), 409)


@bp.route(PATH + "/draft", methods=["POST"], load=draft_section, allow=rules.can_fill_page)
def autosave(page: DraftPage) -> Any:
    """Store what has been typed so far, unchecked; the answer names the version that the page now stands on."""
    page = _as_sent(page)
    try:
        stored = _store(page, parse_section(_section(page), request.form))
    except Refused as refusal:
        return refusal.message, 409
    if not stored:
        return _("Somebody else changed this page in the meantime."), 409
    version = section_version(_section(page), page.application.answers)
    return Response(status=204, headers={"X-Draft-Version": version})


def _is_writable(page: DraftPage) -> bool:
    """Whether the page takes answers: while the call, or an extension, is open, and after it where the team asks."""
    asked = page.asked
    return page.is_open or bool(asked and page.section and asked.section.key == page.section.key)


def _as_sent(page: DraftPage) -> DraftPage:
    """The page with every question that it held when it was opened: it may have been before the close."""
    if page.asked is None or page.section is None or page.asked.keys.issuperset(request.form.getlist("asked")):
        return page
    return replace(page, section=page.form.section(page.section.key))


def _section(page: DraftPage) -> PlainSection:
    if page.section is None:
        raise RuntimeError("this page is loaded with its section")
    return page.section


def _store(page: DraftPage, typed: dict[str, Any]) -> bool:
    return save_section(
        page.application,
        _section(page),
        typed,
        edition=web.chosen(),
        version=request.form.get("version", ""),
        at=arrival(),
    )


def _answered(page: DraftPage) -> Any:
    """After the text was stored: files, then what is wrong, then on to the next page."""
    edition, application, here = web.chosen(), page.application, _section(page)
    errors = _take_files(page)
    ways = {"edition_slug": edition.slug, "reference": application.reference}
    if request.form.get("remove"):
        return redirect(url_for(".section", **ways, section_key=here.key))
    grown = next((question.key for question in here.questions if question.key == request.form.get("add")), None)
    if grown and not errors:
        return redirect(url_for(".section", **ways, section_key=here.key, _anchor=f"q-{grown}"))
    if request.form.get("do") == "later" and not errors:
        flash(
            _("Saved. Send it when you're happy with the answer.")
            if page.asked
            else _("Saved. Come back whenever you like before the call closes.")
        )
        return redirect(url_for(".tasks", **ways))
    errors = _errors(page, application.answers, errors)
    if errors:
        return _page(page, application.answers, errors), 422
    following = page.form.after(here.key)
    if following and not page.asked:
        return redirect(url_for(".section", **ways, section_key=following.key))
    return redirect(url_for(".check", **ways))


def _errors(page: DraftPage, answers: Mapping[str, Any], refused: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What is wrong with the answers, by question; why a file was ``refused`` says enough of that one."""
    errors = {key: list(sentences) for key, sentences in refused.items()}
    for question, sentence in meter.problems(
        _section(page), answers, latest_day(web.chosen().zone, signed_in_person().zone)
    ):
        if question.key not in refused:
            errors.setdefault(question.key, []).append(sentence)
    return errors


def _take_files(page: DraftPage) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for question in _section(page).questions:
        if question.kind is QuestionKind.FILE and request.form.get("remove") == question.key:
            remove_file(page.application, question, edition=web.chosen(), at=arrival(), actor=signed_in_person())
    for question in _chosen_files(_section(page)):
        try:
            with session().begin_nested():
                _attach(page, question)
        except Refused as refusal:
            errors[question.key] = [refusal.message]
    return errors


def _attach(page: DraftPage, question: PlainQuestion) -> None:
    file = (web.worked_ahead() or {}).get(question.key)
    if isinstance(file, Refused):
        raise file
    if file is None:
        raise Refused(_("Choose the file again."))
    name = request.files[question.key].filename or ""
    attach(
        page.application, question, file=file, name=name, edition=web.chosen(), at=arrival(), actor=signed_in_person()
    )


def _page(page: DraftPage, answers: Mapping[str, Any], errors: Mapping[str, list[str]], refused: str = "") -> str:
    here, application = _section(page), page.application
    number = [section.key for section in page.form.sections].index(here.key) + 1
    questions = drawn(here, answers, errors)
    return render_template(
        "intake/section.html",
        application=application,
        section=here,
        form=page.form,
        number=number,
        questions=questions,
        problems=[problem for question in questions for problem in question.problems],
        refused=refused,
        now=clock.now(),
        asked_page=page.asked,
        until=page.until,
        version=section_version(here, application.answers),
        day_names=hours.day_names(),
        part_names=hours.part_names(),
        PARTS=hours.PARTS,
    )


def _conflict(page: DraftPage, typed: Mapping[str, Any]) -> str:
    """Both texts, side by side, and the choice between them."""
    here, application = _section(page), page.application
    differing = [
        (
            question.name,
            _shown(question, typed.get(question.key)),
            _shown(question, application.answers.get(question.key)),
        )
        for question in here.questions
        if question.key in typed and typed[question.key] != application.answers.get(question.key)
    ]
    sent = [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "version")]
    return render_template(
        "intake/conflict.html",
        application=application,
        section=here,
        differing=differing,
        sent=sent,
        version=section_version(here, application.answers),
    )


def _shown(question: PlainQuestion, value: Any) -> ReadableAnswer | None:
    return read_answer(question, value, TEAM) if is_filled(value) else None
