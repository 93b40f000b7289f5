"""From a value to what a reader sees, in the reader's language, and only what that reader may see."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.numbers import format_currency, format_decimal

from accelerator.core import i18n, times
from accelerator.core.countries import city_name, country_name
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.intake.answers import founders
from accelerator.intake.answers.hours import hours_text
from accelerator.intake.answers.numbers import decimal_of
from accelerator.intake.answers.prefectures import prefecture_name
from accelerator.intake.answers.questions import Answers, PlainForm, PlainQuestion, is_filled, is_shown
from accelerator.intake.models import Audience
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.roles import QuestionRole

REVIEWER_OPEN = frozenset({Audience.REVIEWERS, Audience.MASKED})
REVIEWER_BLIND = frozenset({Audience.REVIEWERS})
TEAM = frozenset({Audience.REVIEWERS, Audience.MASKED, Audience.STAFF})


def reviewer_audiences(*, blind: bool) -> frozenset[Audience]:
    """Whose answers a reviewer reads in a round: what every page goes by that shows answers as reviewers see them."""
    return REVIEWER_BLIND if blind else REVIEWER_OPEN


@dataclass(frozen=True)
class ReadableFile:
    """A file given as an answer. ``size`` in bytes."""

    id: int
    name: str
    size: int
    pages: int | None

    @property
    def note(self) -> str:
        """Size and pages: ``3.1 MB, 14 pages``."""
        if not self.pages:
            return size_text(self.size)
        pages = ngettext("%(num)s page", "%(num)s pages", self.pages)
        return _("%(size)s, %(pages)s", size=size_text(self.size), pages=pages)


@dataclass(frozen=True)
class ReadableAnswer:
    """One answer for a reader: paragraphs of text, items of a list, a link, files, or a table with its head."""

    key: str
    label: str
    kind: Kind
    paragraphs: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    files: tuple[ReadableFile, ...] = ()
    link: str | None = None
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        """The answer as one text, for search and exports."""
        cells = [" / ".join(row) for row in self.rows]
        return "\n".join([*self.paragraphs, *self.items, *(file.name for file in self.files), *cells])


@dataclass(frozen=True)
class ReadableSection:
    """One section for a reader; it holds at least one answer."""

    key: str
    title: str
    answers: tuple[ReadableAnswer, ...]


def read(form: PlainForm, answers: Answers, audiences: frozenset[Audience]) -> list[ReadableSection]:
    """What the given audiences may read. Answers for statistics alone are shown to nobody, whatever is asked for."""
    allowed = audiences - {Audience.STATISTICS}
    sections = []
    for section in form.sections:
        readable = tuple(
            read_answer(question, answers[question.key], allowed)
            for question in section.questions
            if question.audience in allowed and is_shown(question, answers) and is_filled(answers.get(question.key))
        )
        if readable:
            sections.append(ReadableSection(section.key, section.name, readable))
    return sections


def read_answer(question: PlainQuestion, value: Any, audiences: frozenset[Audience]) -> ReadableAnswer:
    """One answer. A value of another shape than its kind has, as an unchecked draft may hold, is shown as text."""
    if question.kind is Kind.FOUNDERS and isinstance(value, list):
        head, rows = founders.table(
            question.limits, value, masked=Audience.MASKED not in audiences, private=Audience.STAFF in audiences
        )
        return ReadableAnswer(question.key, question.name, question.kind, head=head, rows=rows)
    if question.kind is Kind.FILE and isinstance(value, dict):
        file = ReadableFile(value["id"], str(value["name"]), value.get("size", 0), value.get("pages"))
        return ReadableAnswer(question.key, question.name, question.kind, files=(file,))
    if isinstance(value, list):
        return ReadableAnswer(question.key, question.name, question.kind, items=tuple(_items(question, value)))
    show = _SHOW.get(question.kind)
    text = show(question, value) if show else str(value)
    paragraphs = tuple(part.strip() for part in text.split("\n\n") if part.strip())
    link = text if question.kind is Kind.URL and text.startswith(("https://", "http://")) else None
    return ReadableAnswer(question.key, question.name, question.kind, paragraphs=paragraphs, link=link)


def _items(question: PlainQuestion, value: list[Any]) -> list[str]:
    if question.kind is Kind.HOURS:
        return hours_text([half for half in value if isinstance(half, int)])
    if question.kind is Kind.COUNTRIES:
        return [country_name(str(code)) for code in value]
    return [question.label_of(str(choice)) for choice in value]


def _number(question: PlainQuestion, value: Any) -> str:
    number = decimal_of(value)
    # A year is no amount: it takes no thousands separator.
    if number is None or question.limits.get("max") == "this year":
        return str(value)
    return str(format_decimal(number, locale=i18n.locale()))


def _money(question: PlainQuestion, value: Any) -> str:
    amount = decimal_of(value.get("amount")) if isinstance(value, dict) else None
    if amount is None or not value.get("currency"):
        return " ".join(str(part) for part in value.values() if part) if isinstance(value, dict) else str(value)
    return str(format_currency(amount, value["currency"], locale=i18n.locale())).replace("JP¥", "¥").replace("￥", "¥")


def _date(question: PlainQuestion, value: Any) -> str:
    try:
        return times.day(date.fromisoformat(value), year=True, weekday=False)
    except (TypeError, ValueError):
        return str(value)


def _short(question: PlainQuestion, value: Any) -> str:
    """A city is named in the reader's language, here as in every list."""
    return city_name(str(value)) if question.role is QuestionRole.CITY else str(value)


_SHOW: dict[Kind, Callable[[PlainQuestion, Any], str]] = {
    Kind.SHORT: _short,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.CHOICE: lambda question, value: question.label_of(str(value)),
    Kind.SECTOR: lambda question, value: question.label_of(str(value)),
    Kind.TRACK: lambda question, value: question.label_of(str(value)),
    Kind.COUNTRY: lambda question, value: country_name(str(value)),
    Kind.PREFECTURE: lambda question, value: prefecture_name(str(value)),
    Kind.ZONE: lambda question, value: times.zone_label(str(value)) if times.is_zone(str(value)) else str(value),
}


def size_text(size: int) -> str:
    """``3.1 MB`` or ``48 kB``."""
    return f"{size / 1_000_000:.1f} MB" if size >= 100_000 else f"{max(1, size // 1000)} kB"


def file_note(file: ReadableFile) -> str:
    """The same as :attr:`ReadableFile.note`, for templates that get it by name."""
    return file.note
