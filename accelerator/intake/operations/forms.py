"""Making the form of a call, and changing it until somebody begins to answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, pick
from accelerator.intake.default_form.sections import SECTIONS
from accelerator.intake.default_form.shapes import QuestionData, SectionData
from accelerator.intake.models import Audience, Form, Question, RemovedQuestion, Section, Track
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.queries import forms
from accelerator.intake.queries.form import FormInWork, form_in_work, removed_questions
from accelerator.intake.queries.forms import HOSTS_QUESTION
from accelerator.programmes import queries as programmes
from accelerator.programmes.models import Edition, Sector
from accelerator.programmes.operations.lists import key_for

BEGUN = lazy("Applicants have begun to answer; the form stays as it is so that all are asked the same.")
LISTED = lazy("Lists, search and reports use the answer.")
RECORDED = lazy("The record of the startup takes the answer over.")
SCREENED = lazy("Screening checks the answer.")
AGREED = lazy("It is what applicants declare or agree to.")
KEPT: Mapping[str, Any] = {
    **dict.fromkeys(("name", "one_line", "country", "prefecture", "city", "sector", "stage", "channel"), LISTED),
    **dict.fromkeys(("native_name", "one_line_ja", "website", "founded", "founders"), RECORDED),
    **dict.fromkeys(("track", "deck", "problem", "solution", "incorporated"), SCREENED),
    "founder_statistics": AGREED,
}
"""Questions of the default form that later stages count on, each with the reason."""
IN_COLUMNS = ("name", "native_name", "one_line", "one_line_ja", "city", "website")
AGREEMENTS = (Kind.DECLARATION, Kind.CONSENT)
ALWAYS_REQUIRED = {
    question.key for section in SECTIONS for question in section.questions if question.required and question.key in KEPT
}
TEXTS = {Kind.SHORT: 300, Kind.LONG: 5000, Kind.URL: 300}  # the most characters that a question may allow
USUAL = {Kind.SHORT: 120, Kind.LONG: 600, Kind.URL: 300}
ADDABLE = (Kind.SHORT, Kind.LONG, Kind.NUMBER, Kind.DATE, Kind.CHOICE, Kind.CHOICES, Kind.URL, Kind.TRACK)
OTHER_SECTOR, TRACK_QUESTION = "other", "track"
LISTS = {Kind.CHOICE: 2, Kind.CHOICES: 1, Kind.DECLARATION: 1, Kind.TRACK: 1}  # the fewest choices that make sense
COLUMNS = ("key", "kind", "label", "help", "required", "limits", "choices", "shown_if", "audience", "position")
Texts = Mapping[str, str]


@dataclass(frozen=True)
class QuestionPlan:
    """What a question says and asks for. ``longest`` in characters; None where the kind has no such limit.

    ``choices`` are labels in both languages; None leaves them as they are.
    """

    label: Texts
    help: Texts
    required: bool
    longest: int | None = None
    choices: Sequence[Texts] | None = None


def create_form(edition: Edition, *, actor: Person | None) -> Form:
    """Give the edition its own copy of the default form. Refused if it has a form already.

    Tracks and organisations are asked about if the edition has some. A sector that nobody thought of can be named.
    """
    lock(edition)
    if forms.current_form(edition) is not None:
        raise Refused(_("This edition has a form already."))
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
    asked = [question for question in data.questions if question.key not in left_out]
    session().add_all(_question(section, question, number, hosts) for number, question in enumerate(asked, 1))


def _question(section: Section, data: QuestionData, position: int, hosts: list[dict[str, Any]]) -> Question:
    values = asdict(data)
    if data.key == HOSTS_QUESTION:
        values["choices"] = hosts
    return Question(section_id=section.id, position=position, **values)


def refers_to(question: Question) -> set[str]:
    """The keys of the questions that this one hangs on: by its condition or by its limits."""
    named = {question.limits[name] for name in ("at_most", "with") if name in question.limits}
    condition = question.shown_if
    while condition:
        named.add(condition["question"])
        condition = condition.get("and")
    if question.key.startswith("capital_") and question.key != "capital_currency":
        named.add("capital_currency")  # the amounts are in it
    return named


def _hanging_on(question: Question, questions: Iterable[Question]) -> Question | None:
    return next((one for one in questions if question.key in refers_to(one)), None)


def why_question_stays(question: Question, questions: Iterable[Question]) -> str | None:
    """Why a question can't be removed from among ``questions``; None if it can."""
    if question.kind in AGREEMENTS:
        return str(AGREED)
    if question.key in KEPT:
        return str(KEPT[question.key])
    other = _hanging_on(question, questions)
    return _("“%(question)s” depends on it. Remove that one first.", question=other.name) if other else None


def why_required_stays(question: Question) -> str | None:
    """Why nobody decides here whether the question has to be answered; None if they may."""
    if question.kind in AGREEMENTS or question.audience is Audience.STATISTICS:
        return str(AGREED)
    return str(KEPT[question.key]) if question.key in ALWAYS_REQUIRED else None


def why_length_stays(question: Question) -> str | None:
    """Why the longest answer can't be changed; None if it can, or if the kind knows no length."""
    return str(KEPT[question.key]) if question.key in IN_COLUMNS else None


def why_choices_stay(question: Question, questions: Iterable[Question]) -> str | None:
    """Why the choices can't be changed; None if they can, or if the kind has none of its own."""
    if question.limits.get("list"):
        return _("The program knows these choices by name.")
    other = _hanging_on(question, questions)
    return _("“%(question)s” depends on what is chosen here.", question=other.name) if other else None


def change_question(edition: Edition, key: str, plan: QuestionPlan, *, actor: Person) -> None:
    """Change the words of a question, and what else of it may be changed. Refused once an application was begun."""
    whole, _section, question = _opened(edition, key)
    help_text = _checked_words(plan)
    if plan.required != question.required and (why := why_required_stays(question)):
        raise Refused(why, field="required")
    name = dict(question.label)
    limits = {**question.limits, **_length(question, plan.longest)}
    values = {"label": dict(plan.label), "help": help_text, "required": plan.required, "limits": limits}
    changed = changes_of(question, values)
    if plan.choices is not None and question.kind in LISTS:
        changed |= _change_choices(edition, whole, question, plan.choices)
    if changed:
        audit(actor, "form.question_changed", whole.form, question=name, **changed)


def _opened(edition: Edition, key: str) -> tuple[FormInWork, Section, Question]:
    whole = _open(edition)
    for section in whole.form.sections:
        for question in section.questions:
            if question.key == key:
                return whole, section, question
    raise Refused(_("This question was removed meanwhile. Load the page again."))


def _open(edition: Edition) -> FormInWork:
    """The form, locked against whoever would begin an application now."""
    lock(edition)
    whole = form_in_work(edition)
    if whole is None:
        raise Refused(_("The form of this call is not ready yet."))
    if whole.begun:
        raise Refused(str(BEGUN))
    return whole


def _checked_words(plan: QuestionPlan) -> dict[str, str] | None:
    for code in ("en", "ja"):
        if not plan.label.get(code):
            raise Refused(_("Ask the question in both languages."), field=f"label_{code}")
    missing = [code for code in ("en", "ja") if not plan.help.get(code)]
    if len(missing) == 1:
        raise Refused(_("Give the help in both languages, or in none."), field=f"help_{missing[0]}")
    return None if missing else dict(plan.help)


def _length(question: Question, longest: int | None) -> dict[str, int]:
    """The limit to store; nothing where the kind has none, where it stays, or where none was there and none is asked."""
    if question.kind not in TEXTS or longest == question.limits.get("max"):
        return {}
    if why := why_length_stays(question):
        raise Refused(why, field="longest")
    least, most = max(1, question.limits.get("min", 0)), TEXTS[question.kind]
    if longest is None or not least <= longest <= most:
        raise Refused(_("Enter a number from %(least)s to %(most)s.", least=least, most=most), field="longest")
    return {"max": longest}


def _change_choices(
    edition: Edition, whole: FormInWork, question: Question, labels: Sequence[Texts]
) -> dict[str, list[list[Any]]]:
    rows = forms.tracks(edition) if question.kind is Kind.TRACK else []
    before: list[Any] = [{"value": row.key, "label": row.name} for row in rows] if rows else question.choices
    after = _choices(question.kind, labels, before)
    if after == before:
        return {}
    if why := why_choices_stay(question, whole.questions):
        raise Refused(why, field="choices")
    if question.kind is Kind.TRACK:
        for row in rows:
            session().delete(row)
        session().flush()  # before their keys are given again
        session().add_all(Track(edition_id=edition.id, key=one["value"], name=one["label"]) for one in after)
    else:
        question.choices = after
    return {"choices": [[one["label"]["en"] for one in before], [one["label"]["en"] for one in after]]}


def _choices(kind: Kind, labels: Sequence[Texts], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Choices with these labels; what has kept its label in one language keeps its value."""
    fewest = LISTS[kind]
    if len(labels) < fewest:
        raise Refused(
            _("Enter at least two choices, one a line.") if fewest > 1 else _("Enter at least one choice."),
            field="choices",
        )
    found: list[dict[str, Any]] = []
    free = list(before)
    for label in labels:
        same = next((one for one in free if any(one["label"].get(code) == label[code] for code in label)), None)
        if same is not None:
            free.remove(same)
        found.append({"value": same["value"] if same else "", "label": dict(label)})
    taken = {one["value"] for one in (*found, *before)}
    for one in found:
        if not one["value"]:
            one["value"] = key_for(f"choice {one['label']['en']}", taken)
            taken.add(one["value"])
    return found


def add_question(
    edition: Edition, section_key: str, plan: QuestionPlan, *, kind: Kind, audience: Audience, actor: Person
) -> Question:
    """Ask one more thing, at the end of a page. Refused once an application was begun."""
    whole = _open(edition)
    section = next((one for one in whole.form.sections if one.key == section_key), None)
    if section is None:
        raise Refused(_("This page of the form was removed meanwhile. Load the form again."))
    if kind not in ADDABLE:
        raise Refused(_("Choose one of the list."), field="kind")
    help_text = _checked_words(plan)
    if plan.longest is not None and kind not in TEXTS:
        raise Refused(_("Answers of this kind have no length. Leave this empty."), field="longest")
    if plan.choices and kind not in LISTS:
        raise Refused(
            _("Answers of this kind are not chosen. Leave this empty, or take another kind."), field="choices"
        )
    question = Question(
        section_id=section.id,
        key=_key_of(edition, whole, plan, kind),
        kind=kind,
        label=dict(plan.label),
        help=help_text,
        required=plan.required,
        limits={},
        choices=[],
        audience=audience,
        position=len(section.questions) + 1,
    )
    question.limits = _length(question, plan.longest or USUAL.get(kind))
    choices = _choices(kind, plan.choices or (), ()) if kind in LISTS else []
    if kind is Kind.TRACK:
        session().add_all(Track(edition_id=edition.id, key=choice["value"], name=choice["label"]) for choice in choices)
    else:
        question.choices = choices
    _place(section.questions, add(question), len(section.questions))
    audit(actor, "form.question_added", whole.form, section=[None, section.title], **_diff(question, before=False))
    return question


def _key_of(edition: Edition, whole: FormInWork, plan: QuestionPlan, kind: Kind) -> str:
    """Tracks have the key that screening knows, once; all other questions one that nothing knows yet."""
    if kind is not Kind.TRACK:
        return _new_key(whole, plan.label["en"], removed_questions(whole))
    if any(question.kind is Kind.TRACK for question in whole.questions) or forms.tracks(edition):
        raise Refused(_("The call asks for a track already. Change that question."), field="kind")
    return TRACK_QUESTION


def _new_key(whole: FormInWork, label: str, removed: Iterable[RemovedQuestion]) -> str:
    """A key that no question has, had, or has in the default form; with "own" in front no field of a page has it."""
    taken = {question.key for question in whole.questions} | {one.key for one in removed} | set(KEPT)
    return key_for(f"own {label}", taken)


def _place(questions: Sequence[Question], moved: Question, index: int) -> None:
    """Number the questions of a page anew, with one of them at ``index``."""
    others = [question for question in questions if question is not moved]
    for position, one in enumerate([*others[:index], moved, *others[index:]], 1):
        one.position = position


def _diff(question: Question, *, before: bool) -> dict[str, Any]:
    values = {name: getattr(question, name) for name in COLUMNS}
    return {name: [value, None] if before else [None, value] for name, value in values.items()}


def move_question(edition: Edition, key: str, *, earlier: bool, actor: Person) -> None:
    """Let a question change places with its neighbour on the page; the first and the last stay where they are."""
    whole, section, question = _opened(edition, key)
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
    whole, section, question = _opened(edition, key)
    if why := why_question_stays(question, whole.questions):
        raise Refused(_("“%(question)s” stays. %(why)s", question=question.name, why=why))
    page = {"key": section.key, "title": section.title, "help": section.help, "position": section.position}
    values = {name: getattr(question, name) for name in COLUMNS}
    add(RemovedQuestion(form_id=whole.form.id, key=key, values=values, section=page, removed_at=clock.now()))
    audit(actor, "form.question_removed", whole.form, section=[page, None], **_diff(question, before=True))
    alone = len(section.questions) == 1
    for position, one in enumerate((one for one in section.questions if one is not question), 1):
        one.position = position
    session().delete(question)
    session().flush()
    session().expire(section, ["questions"])
    if alone:
        session().delete(section)
        session().flush()
    return alone


def put_back_question(edition: Edition, removed: RemovedQuestion, *, actor: Person) -> None:
    """Ask again what was removed, where it stood. Refused while what it hangs on is not in the form."""
    whole = _open(edition)
    keys = {question.key for question in whole.questions}
    if removed.key in keys:
        raise Refused(_("It is in the form already."))
    page = next((one for one in whole.form.sections if one.key == removed.section["key"]), None)
    at = int(removed.values["position"]) - 1
    question = Question(
        **{**removed.values, "kind": Kind(removed.values["kind"]), "audience": Audience(removed.values["audience"])}
    )
    if absent := refers_to(question) - keys:
        named = {question.key: question.name for question in removed_questions(whole)}
        raise Refused(
            _(
                "It depends on “%(question)s”. Put that one back first.",
                question=" / ".join(named.get(key, key) for key in sorted(absent)),
            )
        )
    section = page or add(Section(form_id=whole.form.id, **removed.section))
    question.section_id = section.id
    _place(section.questions if page else [], add(question), at)
    session().delete(removed)
    audit(actor, "form.question_added", whole.form, section=[None, section.title], **_diff(question, before=False))


def ask_for_hosts(edition: Edition, *, actor: Person) -> None:
    """Let the form name the organisations that read the answers now: it was made when there were others."""
    whole, hosts = _open(edition), forms.host_consents(edition)
    present = next((question for question in whole.questions if question.key == HOSTS_QUESTION), None)
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
    names = [[pick(one["label"]) for one in side] for side in (before, hosts)]
    audit(actor, "form.question_changed", whole.form, question=data.label, hosts=names)


def _hosts_place(form: Form) -> tuple[Section, QuestionData]:
    """Where the default form asks about them, or the last page; and the question."""
    home, data = next((page.key, asked) for page in SECTIONS for asked in page.questions if asked.key == HOSTS_QUESTION)
    return next((one for one in form.sections if one.key == home), form.sections[-1]), data
