"""The plain form: questions without a database behind them, and whether one is asked of whoever gave these answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from accelerator.core.countries import country_name
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import pick
from accelerator.intake.models import Audience, QuestionKind
from accelerator.intake.roles import QuestionRole

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class PlainQuestion:
    """One question. ``choices`` of sectors and tracks are already filled in; see :class:`intake.models.Question`."""

    key: str
    kind: QuestionKind
    label: Mapping[str, str]
    help: Mapping[str, str] | None
    required: bool
    limits: Mapping[str, Any]
    choices: tuple[Mapping[str, Any], ...]
    shown_if: Mapping[str, Any] | None
    audience: Audience
    role: QuestionRole | None = None
    carried: bool = False

    @property
    def name(self) -> str:
        """The label in the viewer's language."""
        return pick(self.label)

    @property
    def hint(self) -> str:
        """The help text in the viewer's language."""
        return pick(self.help)

    @property
    def values(self) -> list[str]:
        """The values that may be chosen."""
        return [str(option["value"]) for option in self.choices]

    def label_of(self, value: str) -> str:
        """What a choice says in the viewer's language; the value itself where it is unknown."""
        return next((pick(option["label"]) for option in self.choices if option["value"] == value), value)

    @property
    def max_characters(self) -> int | None:
        """The limit of a text, None for questions that are no text."""
        limit = self.limits.get("max")
        texts = (QuestionKind.SHORT, QuestionKind.LONG, QuestionKind.URL)
        return limit if self.kind in texts and isinstance(limit, int) else None


@dataclass(frozen=True)
class PlainSection:
    """One page of the form."""

    key: str
    title: Mapping[str, str]
    help: Mapping[str, str] | None
    questions: tuple[PlainQuestion, ...]

    @property
    def name(self) -> str:
        """The title in the viewer's language."""
        return pick(self.title)

    @property
    def has_files(self) -> bool:
        """Whether the page takes a file."""
        return any(question.kind is QuestionKind.FILE for question in self.questions)


@dataclass(frozen=True)
class PlainForm:
    """A form: its sections in order."""

    id: int
    version: int
    sections: tuple[PlainSection, ...]

    def section(self, key: str) -> PlainSection | None:
        """The section with this key."""
        return next((section for section in self.sections if section.key == key), None)

    def after(self, key: str) -> PlainSection | None:
        """The section after this one, None after the last."""
        keys = [section.key for section in self.sections]
        following = keys.index(key) + 1
        return self.sections[following] if following < len(keys) else None

    @property
    def questions(self) -> Iterator[PlainQuestion]:
        """Every question, in order."""
        return (question for section in self.sections for question in section.questions)

    def question(self, key: str) -> PlainQuestion | None:
        """The question with this key."""
        return next((question for question in self.questions if question.key == key), None)

    def of_role(self, role: QuestionRole) -> PlainQuestion | None:
        """The question that has this role."""
        return next((question for question in self.questions if question.role is role), None)

    def answer(self, role: QuestionRole, answers: Answers) -> Any:
        """The answer to the question that has this role; None where there is none."""
        question = self.of_role(role)
        return answers.get(question.key) if question else None


def is_filled(value: Any) -> bool:
    """Whether there is an answer at all; 0 and False are answers."""
    return value is not None and value != "" and value != [] and value != {}


def is_shown(question: PlainQuestion, answers: Answers) -> bool:
    """Whether the question is asked of whoever gave these answers."""
    return question.shown_if is None or holds(question.shown_if, answers)


def holds(condition: Mapping[str, Any], answers: Answers) -> bool:
    """Whether the answers meet a condition, and the one that it may hold in ``and``."""
    given = answers.get(condition["question"])
    given_values = given if isinstance(given, list) else [given]
    met = any(value in condition["in"] for value in given_values)
    return met and ("and" not in condition or holds(condition["and"], answers))


def is_drawn(question: PlainQuestion, section: PlainSection, answers: Answers) -> bool:
    """Whether the page shows the question: if it is asked, or may come to be by an answer on the same page."""
    return is_shown(question, answers) or any(other.key in _asked(question.shown_if) for other in section.questions)


def _asked(condition: Mapping[str, Any] | None) -> list[str]:
    return [condition["question"], *_asked(condition.get("and"))] if condition else []


def condition_text(question: PlainQuestion, section: PlainSection) -> str:
    """When to answer a question that hangs on another one of the same page, as a sentence; else nothing."""
    condition = question.shown_if
    other = next(
        (question for question in section.questions if condition and question.key == condition["question"]), None
    )
    if condition is None or other is None:
        return ""
    labels = [
        country_name(value) if other.kind is QuestionKind.COUNTRY else other.label_of(value)
        for value in condition["in"]
    ]
    return _("Only if “%(question)s” is “%(answer)s”.", question=other.name, answer=" / ".join(labels))
