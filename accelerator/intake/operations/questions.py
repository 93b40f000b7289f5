"""What a question of a form may say and ask for, which parts of it stay as they are, and why."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.intake.default_form.sections import SECTIONS
from accelerator.intake.models import Audience, Question
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.queries import forms
from accelerator.intake.queries.form import FormInWork
from accelerator.intake.roles import AGREED, QuestionRole
from accelerator.programmes.models import Edition
from accelerator.programmes.operations.lists import key_for

R = QuestionRole
CLOSED = lazy("The call has closed, so the form no longer changes: it stays as it was answered.")
DEFAULT_KEYS = frozenset(question.key for section in SECTIONS for question in section.questions)
IN_COLUMNS = (R.NAME, R.NATIVE_NAME, R.ONE_LINE, R.ONE_LINE_JA, R.CITY, R.WEBSITE)
AGREEMENTS = (Kind.DECLARATION, Kind.CONSENT)
ALWAYS_REQUIRED = frozenset(
    question.role for section in SECTIONS for question in section.questions if question.required and question.role
)


class Keep(Enum):
    """That a plan says nothing of the role."""

    KEEP = "keep"


KEEP = Keep.KEEP
TEXTS = {Kind.SHORT: 300, Kind.LONG: 5000, Kind.URL: 300}  # the most characters that a question may allow
USUAL = {Kind.SHORT: 120, Kind.LONG: 600, Kind.URL: 300}
ADDABLE = (Kind.SHORT, Kind.LONG, Kind.NUMBER, Kind.DATE, Kind.CHOICE, Kind.CHOICES, Kind.URL, Kind.TRACK)
LISTS = {Kind.CHOICE: 2, Kind.CHOICES: 1, Kind.DECLARATION: 1, Kind.TRACK: 1}  # the fewest choices that make sense
Texts = Mapping[str, str]


@dataclass(frozen=True)
class QuestionPlan:
    """What a question says and asks for. ``longest`` in characters; None where the kind has no such limit.

    ``choices`` are labels in both languages; None leaves them as they are, and ``KEEP`` the role.
    """

    label: Texts
    help: Texts
    required: bool
    longest: int | None = None
    choices: Sequence[Texts] | None = None
    role: QuestionRole | Keep | None = KEEP


def refers_to(question: Question) -> set[str]:
    """The keys of the questions that this one hangs on: by its condition or by its limits."""
    named = {question.limits[name] for name in ("at_most", "with", "currency") if name in question.limits}
    condition = question.shown_if
    while condition:
        named.add(condition["question"])
        condition = condition.get("and")
    return named


def _hanging_on(question: Question, questions: Iterable[Question]) -> Question | None:
    return next((other for other in questions if question.key in refers_to(other)), None)


def why_question_stays(question: Question, questions: Iterable[Question]) -> str | None:
    """Why a question can't be removed from among ``questions``; None if it can."""
    if question.kind in AGREEMENTS:
        return str(AGREED)
    if question.role is not None:
        return question.role.use
    if question.audience is Audience.STATISTICS:
        return str(AGREED)
    other = _hanging_on(question, questions)
    return _("“%(question)s” depends on it. Remove that question first.", question=other.name) if other else None


def why_required_stays(question: Question) -> str | None:
    """Why nobody decides here whether the question has to be answered; None if they may."""
    if question.kind in AGREEMENTS or question.audience is Audience.STATISTICS:
        return str(AGREED)
    return question.role.use if question.role in ALWAYS_REQUIRED and question.role else None


def why_length_stays(question: Question) -> str | None:
    """Why the longest answer can't be changed; None if it can, or if the kind knows no length."""
    return question.role.use if question.role in IN_COLUMNS and question.role else None


def why_choices_stay(question: Question, questions: Iterable[Question]) -> str | None:
    """Why the choices can't be changed; None if they can, or if the kind has none of its own."""
    if question.limits.get("list"):
        return _("Funade uses these choices by name.")
    other = _hanging_on(question, questions)
    return _("“%(question)s” depends on the choices here.", question=other.name) if other else None


def question_problems(edition: Edition, whole: FormInWork, question: Question, plan: QuestionPlan) -> Iterator[Refused]:
    """Why a question can't be changed to ``plan``, all of it."""
    if whole.is_closed:
        yield Refused(str(CLOSED))
    yield from _word_problems(plan)
    if plan.required != question.required and (why := why_required_stays(question)):
        yield Refused(why, field="required")
    yield from role_problems(whole, question.kind, plan.role, question)
    yield from _length_problems(question, plan.longest)
    if plan.choices is None or question.kind not in LISTS:
        return
    few = list(_count_problems(question.kind, plan.choices))
    yield from few
    before = present_choices(edition, question)
    is_changed = not few and planned_choices(plan.choices, before) != before
    if is_changed and (why := why_choices_stay(question, whole.questions)):
        yield Refused(why, field="choices")


def new_question_problems(
    edition: Edition, whole: FormInWork, plan: QuestionPlan, kind: Kind | None
) -> Iterator[Refused]:
    """Why one more question can't be asked, all of it; without a kind yet, what can be said without."""
    if whole.is_closed:
        yield Refused(str(CLOSED))
    yield from _word_problems(plan)
    if kind is None:
        return
    if kind not in ADDABLE:
        yield Refused(_("Choose one from the list."), field="kind")
        return
    if kind is Kind.TRACK and (
        any(question.kind is Kind.TRACK for question in whole.questions)
        or (forms.tracks(edition) and not whole.is_draft)
    ):
        yield Refused(_("The form already asks for a track. Change that question instead."), field="kind")
    if plan.longest is not None and kind not in TEXTS:
        yield Refused(_("Answers of this kind have no length limit. Leave this empty."), field="longest")
    elif kind in TEXTS:
        yield from _bound_problems(1, plan.longest or USUAL[kind], TEXTS[kind])
    if kind in LISTS:
        yield from _count_problems(kind, plan.choices or ())
    elif plan.choices:
        yield Refused(
            _("Answers of this kind have no choices. Leave this empty, or choose another kind."), field="choices"
        )


def role_problems(
    whole: FormInWork, kind: Kind, role: QuestionRole | Keep | None, question: Question | None = None
) -> Iterator[Refused]:
    """Why the question can't have this role: another one has it, or its kind is none that the program can use."""
    if role is None or isinstance(role, Keep):
        return
    if kind not in role.kinds:
        yield Refused(_("Answers of this kind can't be used as that."), field="role")
    other = next((other for other in whole.questions if other.role is role and other is not question), None)
    if other is not None:
        yield Refused(
            _("“%(question)s” is used as that already. Change that question first.", question=other.name), field="role"
        )


def _word_problems(plan: QuestionPlan) -> Iterator[Refused]:
    for code in ("en", "ja"):
        if not plan.label.get(code):
            yield Refused(_("Ask the question in both languages."), field=f"label_{code}")
    missing = [code for code in ("en", "ja") if not plan.help.get(code)]
    if len(missing) == 1:
        yield Refused(_("Give the help in both languages, or in none."), field=f"help_{missing[0]}")


def _length_problems(question: Question, longest: int | None) -> Iterator[Refused]:
    if question.kind not in TEXTS or longest == question.limits.get("max"):
        return
    if why := why_length_stays(question):
        yield Refused(why, field="longest")
        return
    yield from _bound_problems(max(1, question.limits.get("min", 0)), longest, TEXTS[question.kind])


def _bound_problems(least: int, longest: int | None, most: int) -> Iterator[Refused]:
    if longest is None or not least <= longest <= most:
        yield Refused(_("Enter a number from %(least)s to %(most)s.", least=least, most=most), field="longest")


def _count_problems(kind: Kind, labels: Sequence[Texts]) -> Iterator[Refused]:
    fewest = LISTS[kind]
    if len(labels) < fewest:
        several, single = _("Enter at least two choices, one per line."), _("Enter at least one choice.")
        yield Refused(several if fewest > 1 else single, field="choices")


def present_choices(edition: Edition, question: Question) -> list[Any]:
    """What can be chosen now, as ``{value, label}``; tracks are kept beside the form until it is frozen."""
    rows = forms.tracks(edition) if question.kind is Kind.TRACK and not question.choices else []
    return [{"value": row.key, "label": row.name} for row in rows] if rows else list(question.choices)


def planned_choices(labels: Sequence[Texts], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Choices with these labels; what has kept its label in one language keeps its value."""
    planned: list[dict[str, Any]] = []
    free = list(before)
    for label in labels:
        same = next(
            (choice for choice in free if any(choice["label"].get(code) == label[code] for code in label)), None
        )
        if same is not None:
            free.remove(same)
        planned.append({"value": same["value"] if same else "", "label": dict(label)})
    taken = {choice["value"] for choice in (*planned, *before)}
    for choice in planned:
        if not choice["value"]:
            choice["value"] = key_for(f"choice {choice['label']['en']}", taken)
            taken.add(choice["value"])
    return planned
