"""What a form lacks before applicants can be asked it: names what is missing and where. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.intake.answers.questions import PlainForm, PlainQuestion
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.roles import ESSENTIAL, QuestionRole

FEWEST = {Kind.CHOICE: 2, Kind.CHOICES: 1, Kind.DECLARATION: 1, Kind.TRACK: 1, Kind.SECTOR: 1}
LANGUAGES = ("en", "ja")
SECTORS, HOSTS = "sectors", "hosts"


@dataclass(frozen=True)
class Point:
    """One thing that is missing. ``blocks`` says that nobody can apply without; the rest is worth knowing.

    ``key`` is the question that it is about; ``place`` is ``sectors`` or ``hosts`` where the settings mend it.
    """

    sentence: str
    blocks: bool = True
    key: str = ""
    place: str = ""


def missing(form: PlainForm) -> list[Point]:
    """Everything that the form lacks, what blocks first."""
    points = [*_roles(form), *_texts(form), *_choices(form), *_conditions(form), *_absent(form)]
    return sorted(points, key=lambda point: not point.blocks)


def is_ready(form: PlainForm) -> bool:
    """Whether nothing that the form lacks keeps applicants from being asked it."""
    return not any(point.blocks for point in missing(form))


def _roles(form: PlainForm) -> Iterator[Point]:
    """The roles that no call can do without, each on a question that everybody has to answer."""
    for role in ESSENTIAL:
        question = form.of_role(role)
        if question is None:
            fits = next((other.key for other in form.questions if other.kind in role.kinds and not other.role), "")
            yield Point(_("No question is used as “%(role)s”. %(use)s", role=role.label, use=role.use), key=fits)
        elif not question.required or question.shown_if is not None:
            yield Point(
                _("“%(question)s” has to be asked of everybody and to be required.", question=question.name),
                key=question.key,
            )
        elif role is QuestionRole.FOUNDERS and question.limits.get("columns") == "statistics":
            yield Point(
                _("“%(question)s” asks for no e-mail address, so founders can't be invited.", question=question.name),
                key=question.key,
            )


def _texts(form: PlainForm) -> Iterator[Point]:
    for section in form.sections:
        if any(_lacks(text) for text in (section.title, section.help)):
            yield Point(_("The page “%(page)s” lacks a language.", page=section.name))
    for question in form.questions:
        own = () if question.kind is Kind.SECTOR else question.choices
        texts = (question.label, question.help, *(choice["label"] for choice in own))
        if any(_lacks(text) for text in texts):
            yield Point(_("“%(question)s” lacks a language.", question=question.name), key=question.key)


def _lacks(text: Mapping[str, str] | None) -> bool:
    return text is not None and not all(text.get(code, "").strip() for code in LANGUAGES)


def _choices(form: PlainForm) -> Iterator[Point]:
    for question in form.questions:
        fewest = FEWEST.get(question.kind, 0)
        if len(question.choices) >= fewest:
            continue
        if question.kind is Kind.SECTOR:
            yield Point(
                _("The form asks for a sector, but this edition has none, so nobody could send an application."),
                key=question.key,
                place=SECTORS,
            )
        else:
            yield Point(
                ngettext(
                    "“%(question)s” needs at least %(num)s choice.",
                    "“%(question)s” needs at least %(num)s choices.",
                    fewest,
                    question=question.name,
                ),
                key=question.key,
            )


def _conditions(form: PlainForm) -> Iterator[Point]:
    """Conditions that no answer can meet."""
    for question in form.questions:
        if question.shown_if is not None and not _can_hold(form, question.shown_if):
            yield Point(
                _("“%(question)s” is never asked: no answer meets its condition.", question=question.name),
                blocks=False,
                key=question.key,
            )


def _can_hold(form: PlainForm, condition: Mapping[str, Any]) -> bool:
    other = form.question(condition["question"])
    if other is None or not _can_be(other, condition["in"]):
        return False
    return "and" not in condition or _can_hold(form, condition["and"])


def _can_be(question: PlainQuestion, values: list[Any]) -> bool:
    return not question.choices or any(value in question.values for value in values)


def _absent(form: PlainForm) -> Iterator[Point]:
    """What the program then does without. Tracks and organisations are asked about only where there are some."""
    there = {question.role for question in form.questions}
    for role in QuestionRole:
        if role not in there and role not in (*ESSENTIAL, QuestionRole.TRACK, QuestionRole.CONSENT_HOSTS):
            yield Point(_("No question is used as “%(role)s”. %(use)s", role=role.label, use=role.use), blocks=False)
