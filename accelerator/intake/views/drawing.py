"""What the page of a section needs to draw its questions: options, rows, hints, errors. No request in here."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accelerator.core import times
from accelerator.core.countries import countries
from accelerator.core.i18n import pick
from accelerator.intake.answers import founders, hours
from accelerator.intake.answers.currencies import CURRENCIES, currency_name
from accelerator.intake.answers.prefectures import PREFECTURES
from accelerator.intake.answers.questions import Answers, PlainQuestion, PlainSection, condition_text, is_drawn
from accelerator.intake.answers.reading import ReadableFile
from accelerator.intake.models import QuestionKind as Kind

LONG_LIST = 8  # more choices than this are drawn as a list


@dataclass(frozen=True)
class Drawn:
    """One question on a page. ``errors`` are sentences; ``control`` names the block of the template."""

    question: PlainQuestion
    value: Any
    errors: tuple[str, ...]
    condition: str

    @property
    def id(self) -> str:
        """The id that errors link to."""
        return f"q-{self.question.key}"

    @property
    def control(self) -> str:
        """How it is drawn: line, area, select, radios, boxes, money, file, founders or hours."""
        return _controls(self.question)

    @property
    def typed(self) -> str:
        """What stands in a text field."""
        return "" if self.value is None or isinstance(self.value, (list, dict)) else str(self.value)

    @property
    def parts(self) -> Mapping[str, Any]:
        """The parts of a value that has several fields."""
        return self.value if isinstance(self.value, dict) else {}

    @property
    def chosen(self) -> list[Any]:
        """What is ticked."""
        return self.value if isinstance(self.value, list) else [self.value]

    @property
    def options(self) -> list[tuple[str, str]]:
        """``(value, text)`` of a choice."""
        kind = self.question.kind
        if kind in (Kind.COUNTRY, Kind.COUNTRIES):
            return countries()
        if kind is Kind.PREFECTURE:
            return [(code, pick(names)) for code, names in PREFECTURES.items()]
        if self.question.limits.get("list"):
            return [(code, currency_name(code)) for code in self.question.values]
        return [(value, self.question.label_of(value)) for value in self.question.values]

    @property
    def city(self) -> str:
        """The city of a zone that was answered, or what was typed where it names none."""
        return times.zone_city(self.typed) if times.is_zone(self.typed) else self.typed

    @property
    def currencies(self) -> list[tuple[str, str]]:
        """What an amount may be in."""
        return [(code, currency_name(code)) for code in CURRENCIES]

    @property
    def columns(self) -> tuple[founders.Column, ...]:
        """The columns of the founders' table."""
        return founders.columns(self.question.limits)

    @property
    def cell_errors(self) -> dict[tuple[int, str], str]:
        """What is wrong with single cells of the founders' table, by row from 0 and column."""
        if self.control != "founders":
            return {}
        problems = founders.cell_problems(self.question.limits, self.value)
        return {
            (problem.row, problem.column): problem.sentence for problem in problems if problem.sentence in self.errors
        }

    @property
    def own_errors(self) -> list[str]:
        """What is wrong with the question as a whole: all but what stands beside a cell."""
        return [sentence for sentence in self.errors if sentence not in self.cell_errors.values()]

    @property
    def problems(self) -> list[tuple[str, str]]:
        """``(id of what it leads to, sentence)`` for the summary of the page."""
        cells = {sentence: f"{self.question.key}.{at}.{key}" for (at, key), sentence in self.cell_errors.items()}
        return [(cells.get(sentence, self.id), sentence) for sentence in self.errors]

    @property
    def most_rows(self) -> int:
        """How many rows there may be."""
        return founders.row_count(self.question.limits)

    @property
    def rows(self) -> list[Mapping[str, Any]]:
        """Its rows: those filled and an empty one."""
        return founders.drawn_rows(self.question.limits, self.value)

    @property
    def free(self) -> set[int]:
        """The ticked boxes of the weekly hours."""
        return hours.parts_of(self.value)

    @property
    def file(self) -> ReadableFile | None:
        """The file that is there now."""
        given = self.parts
        return ReadableFile(given["id"], given["name"], given["size"], given["pages"]) if given else None


def _controls(question: PlainQuestion) -> str:
    if question.kind is Kind.CHOICE and (question.limits.get("list") or len(question.choices) > LONG_LIST):
        return "select"
    return {
        Kind.LONG: "area",
        Kind.CHOICE: "radios",
        Kind.TRACK: "radios",
        Kind.COUNTRY: "select",
        Kind.PREFECTURE: "select",
        Kind.SECTOR: "select",
        Kind.ZONE: "city",
        Kind.COUNTRIES: "several",
        Kind.CHOICES: "boxes",
        Kind.DECLARATION: "boxes",
        Kind.CONSENT: "boxes",
        Kind.MONEY: "money",
        Kind.FILE: "file",
        Kind.FOUNDERS: "founders",
        Kind.HOURS: "hours",
    }.get(question.kind, "line")


def drawn(section: PlainSection, answers: Answers, errors: Mapping[str, list[str]]) -> list[Drawn]:
    """The questions of a page that may be asked, with what was answered and what is wrong."""
    return [
        Drawn(
            question, answers.get(question.key), tuple(errors.get(question.key, ())), condition_text(question, section)
        )
        for question in section.questions
        if is_drawn(question, section, answers)
    ]
