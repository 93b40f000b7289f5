"""Making the form of a call, and changing it: in place until the call opens, then as the draft of its next version."""

from collections.abc import Iterable, Sequence
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import pick
from accelerator.intake.default_form.sections import SECTIONS
from accelerator.intake.default_form.shapes import QuestionData, SectionData
from accelerator.intake.models import Audience, Form, Question, RemovedQuestion, Section, Track
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.operations.questions import (
    DEFAULT_KEYS,
    KEEP,
    LISTS,
    TEXTS,
    USUAL,
    Keep,
    QuestionPlan,
    Texts,
    new_question_problems,
    planned_choices,
    present_choices,
    question_problems,
    refers_to,
    why_question_stays,
)
from accelerator.intake.operations.versions import COLUMNS, editable_form
from accelerator.intake.queries import forms
from accelerator.intake.queries.form import FormInWork, removed_question, removed_questions
from accelerator.intake.roles import QuestionRole
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition, Sector
from accelerator.programmes.operations.lists import key_for

OTHER_SECTOR = "other"


def create_form(edition: Edition, *, actor: Person | None) -> Form:
    """Give the edition its own copy of the default form. Refused if it has a form already.

    Tracks and organisations are asked about if the edition has some. A sector that nobody thought of can be named.
    """
    lock(edition)
    if forms.current_form(edition) is not None:
        raise Refused(_("This edition already has a form."))
    form = add(Form(edition_id=edition.id, version=1, published_at=clock.now()))
    hosts, left_out = forms.host_consents(edition), forms.left_out_of_default(edition)
    for position, data in enumerate(SECTIONS, 1):
        _add_section(form, data, position, hosts, left_out)
    if OTHER_SECTOR not in {sector.key for sector in programmes.sectors(edition)}:
        add(Sector(edition_id=edition.id, key=OTHER_SECTOR, name={"en": "Other", "ja": "その他"}))
    audit(actor, "form.created", form, version=[None, 1])
    session().refresh(form)
    return form


def _add_section(
    form: Form, data: SectionData, position: int, hosts: list[dict[str, Any]], left_out: frozenset[str]
) -> None:
    section = add(Section(form_id=form.id, key=data.key, title=data.title, help=data.help, position=position))
    asked = [question for question in data.questions if question.about not in left_out]
    session().add_all(_question(section, question, number, hosts) for number, question in enumerate(asked, 1))


def _question(section: Section, data: QuestionData, position: int, hosts: list[dict[str, Any]]) -> Question:
    values = data.columns
    if data.role is QuestionRole.CONSENT_HOSTS:
        values["choices"] = hosts
    return Question(form_id=section.form_id, section_id=section.id, position=position, **values)


def change_question(edition: Edition, key: str, plan: QuestionPlan, *, actor: Person) -> None:
    """Change the words of a question, and what else of it may be changed. Refused after the close."""
    whole, _section, question = _opened(edition, key, actor)
    refuse(question_problems(edition, whole, question, plan))
    name = dict(question.label)
    has_length = question.kind in TEXTS and plan.longest is not None
    limits = {**question.limits, "max": plan.longest} if has_length else question.limits
    values: dict[str, Any] = {
        "label": dict(plan.label),
        "help": _help(plan),
        "required": plan.required,
        "limits": limits,
    }
    if plan.role is not KEEP:
        values["role"] = plan.role
    changed = changes_of(question, values)
    if plan.choices is not None and question.kind in LISTS:
        changed |= _change_choices(edition, whole, question, plan.choices)
    if changed:
        audit(actor, "form.question_changed", whole.form, question=name, **changed)


def _help(plan: QuestionPlan) -> dict[str, str] | None:
    return dict(plan.help) if any(plan.help.values()) else None


def _opened(edition: Edition, key: str, actor: Person) -> tuple[FormInWork, Section, Question]:
    whole = editable_form(edition, actor=actor)
    for section in whole.form.sections:
        for question in section.questions:
            if question.key == key:
                return whole, section, question
    raise Refused(_("This question was removed in the meantime. Reload the page."))


def _change_choices(
    edition: Edition, whole: FormInWork, question: Question, labels: Sequence[Texts]
) -> dict[str, list[list[Any]]]:
    before = present_choices(edition, question)
    after = planned_choices(labels, before)
    if after == before:
        return {}
    if question.kind is Kind.TRACK and not question.choices and not whole.is_draft:
        for row in forms.tracks(edition):
            session().delete(row)
        session().flush()  # before their keys are given again
        session().add_all(Track(edition_id=edition.id, key=choice["value"], name=choice["label"]) for choice in after)
    else:
        question.choices = after
    return {"choices": [[choice["label"]["en"] for choice in before], [choice["label"]["en"] for choice in after]]}


def add_question(
    edition: Edition, section_key: str, plan: QuestionPlan, *, kind: Kind, audience: Audience, actor: Person
) -> Question:
    """Ask one more thing, at the end of a page. Refused after the close."""
    whole = editable_form(edition, actor=actor)
    section = next((section for section in whole.form.sections if section.key == section_key), None)
    if section is None:
        raise Refused(_("This page of the form was removed in the meantime. Reload the form."))
    refuse(new_question_problems(edition, whole, plan, kind))
    question = Question(
        form_id=whole.form.id,
        section_id=section.id,
        role=_role(whole, plan, kind),
        key=_new_key(whole, plan.label["en"], removed_questions(whole)),
        kind=kind,
        label=dict(plan.label),
        help=_help(plan),
        required=plan.required,
        limits={"max": plan.longest or USUAL[kind]} if kind in TEXTS else {},
        choices=[],
        audience=audience,
        position=len(section.questions) + 1,
    )
    choices = planned_choices(plan.choices or (), ()) if kind in LISTS else []
    if kind is Kind.TRACK and not whole.is_draft:
        session().add_all(Track(edition_id=edition.id, key=choice["value"], name=choice["label"]) for choice in choices)
    else:
        question.choices = choices
    _place(section.questions, add(question), len(section.questions))
    audit(actor, "form.question_added", whole.form, section=[None, section.title], **_diff(question, before=False))
    return question


def _role(whole: FormInWork, plan: QuestionPlan, kind: Kind) -> QuestionRole | None:
    """The role that is asked for; tracks have theirs by themselves."""
    if not isinstance(plan.role, Keep):
        return plan.role
    return QuestionRole.TRACK if kind is Kind.TRACK else None


def _new_key(whole: FormInWork, label: str, removed: Iterable[RemovedQuestion]) -> str:
    """A key that no question has, had, or has in the default form; with "own" in front no field of a page has it."""
    taken = {question.key for question in whole.questions} | {gone.key for gone in removed} | DEFAULT_KEYS
    return key_for(f"own {label}", taken)


def _place(questions: Sequence[Question], moved: Question, index: int) -> None:
    """Number the questions of a page anew, with one of them at ``index``."""
    others = [question for question in questions if question is not moved]
    for position, question in enumerate([*others[:index], moved, *others[index:]], 1):
        question.position = position


def _diff(question: Question, *, before: bool) -> dict[str, Any]:
    values = {name: getattr(question, name) for name in COLUMNS}
    return {name: [value, None] if before else [None, value] for name, value in values.items()}


def move_question(edition: Edition, key: str, *, earlier: bool, actor: Person) -> None:
    """Let a question change places with its neighbour on the page; the first and the last stay where they are."""
    whole, section, question = _opened(edition, key, actor)
    at = section.questions.index(question)
    to = at - 1 if earlier else at + 1
    if not 0 <= to < len(section.questions):
        return
    _place(section.questions, question, to)
    audit(actor, "form.question_moved", whole.form, question=question.label, position=[at + 1, to + 1])


def remove_question(edition: Edition, key: str, *, actor: Person) -> bool:
    """Take a question out of the form, and its page with it if nothing else is asked there: True then.

    All of it is kept beside the form, so that it can be put back.
    """
    whole, section, question = _opened(edition, key, actor)
    if why := why_question_stays(question, whole.questions):
        raise Refused(_("“%(question)s” can't be removed. %(why)s", question=question.name, why=why))
    page = {"key": section.key, "title": section.title, "help": section.help, "position": section.position}
    values = {name: getattr(question, name) for name in COLUMNS}
    add(RemovedQuestion(form_id=whole.form.id, key=key, values=values, section=page, removed_at=clock.now()))
    audit(actor, "form.question_removed", whole.form, section=[page, None], **_diff(question, before=True))
    alone = len(section.questions) == 1
    for position, other in enumerate((other for other in section.questions if other is not question), 1):
        other.position = position
    session().delete(question)
    session().flush()
    session().expire(section, ["questions"])
    if alone:
        session().delete(section)
        session().flush()
    return alone


def put_back_question(edition: Edition, removed: RemovedQuestion, *, actor: Person) -> None:
    """Ask again what was removed, where it stood. Refused while what it hangs on is not in the form."""
    key, whole = removed.key, editable_form(edition, actor=actor)
    keys = {question.key for question in whole.questions}
    present = removed_question(edition, key)  # of the draft, which may have been made just now
    if key in keys or present is None:
        raise Refused(_("It's already in the form."))
    removed = present
    page = next((section for section in whole.form.sections if section.key == removed.section["key"]), None)
    at = int(removed.values["position"]) - 1
    question = Question(
        **{**removed.values, "kind": Kind(removed.values["kind"]), "audience": Audience(removed.values["audience"])}
    )
    role = removed.values.get("role")
    held = {question.role for question in whole.questions}
    question.role = QuestionRole(role) if role and QuestionRole(role) not in held else None
    if absent := refers_to(question) - keys:
        named = {question.key: question.name for question in removed_questions(whole)}
        raise Refused(
            _(
                "It depends on “%(question)s”. Restore that question first.",
                question=" / ".join(named.get(key, key) for key in sorted(absent)),
            )
        )
    section = page or add(Section(form_id=whole.form.id, **removed.section))
    question.form_id, question.section_id = whole.form.id, section.id
    _place(section.questions if page else [], add(question), at)
    session().delete(removed)
    audit(actor, "form.question_added", whole.form, section=[None, section.title], **_diff(question, before=False))


def ask_for_hosts(edition: Edition, *, actor: Person) -> None:
    """Let the form name the organisations that read the answers now: it was made when there were others."""
    whole, hosts = editable_form(edition, actor=actor), forms.host_consents(edition)
    present = next((question for question in whole.questions if question.role is QuestionRole.CONSENT_HOSTS), None)
    before = present.choices if present else []
    if before == hosts:
        return
    page, data = _hosts_place(whole.form)
    if present is None:
        add(_question(page, data, len(page.questions) + 1, hosts))
    elif hosts:
        present.choices = hosts
    else:
        session().delete(present)
    names = [[pick(choice["label"]) for choice in side] for side in (before, hosts)]
    audit(actor, "form.question_changed", whole.form, question=data.label, hosts=names)


def _hosts_place(form: Form) -> tuple[Section, QuestionData]:
    """Where the default form asks about them, or the last page; and the question."""
    home, data = next(
        (page.key, asked) for page in SECTIONS for asked in page.questions if asked.role is QuestionRole.CONSENT_HOSTS
    )
    return next((section for section in form.sections if section.key == home), form.sections[-1]), data
