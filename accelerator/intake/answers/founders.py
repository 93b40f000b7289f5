"""The table of founders: its columns, how it is read, checked and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from email_validator import EmailNotValidError, validate_email

from accelerator.core.countries import countries, country_name
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.text import clean_line, mail_address, web_address
from accelerator.intake.answers.identifiers import is_public_url
from accelerator.intake.answers.numbers import decimal_of, number_from

MOST_ROWS = 12


class FormData(Protocol):
    """What a page sent: the part of werkzeug's MultiDict that is used."""

    def get(self, key: str, default: str) -> str: ...
    def getlist(self, key: str) -> list[str]: ...


@dataclass(frozen=True)
class Column:
    """One column. ``kind`` is text, email, url, number, flag, choice or country."""

    key: str
    label: Any
    kind: str = "text"
    required: bool = False
    limit: int = 120
    masked: bool = False  # hidden in blind rounds
    private: bool = False  # for the team alone
    choices: tuple[tuple[str, Any], ...] = ()

    def options(self) -> list[tuple[str, str]]:
        """``(value, text)`` of a choice."""
        return countries() if self.kind == "country" else [(value, str(text)) for value, text in self.choices]


GENDERS = (("woman", lazy("Woman")), ("man", lazy("Man")), ("other", lazy("Other")))
SCHOOLING = (
    ("school", lazy("School")),
    ("bachelor", lazy("Bachelor")),
    ("master", lazy("Master")),
    ("doctor", lazy("Doctor")),
)
PEOPLE = (
    Column("name", lazy("Name"), required=True, masked=True),
    Column("role", lazy("Role"), required=True, limit=80),
    Column("email", lazy("E-mail"), "email", required=True, limit=254, private=True),
    Column("linkedin", lazy("LinkedIn page"), "url", limit=300, masked=True),
    Column("equity", lazy("Equity, %"), "number", required=True),
    Column("full_time", lazy("Works on it full-time"), "flag"),
)
STATISTICS = (
    Column("birth_year", lazy("Year of birth"), "number"),
    Column("gender", lazy("Gender"), "choice", choices=GENDERS),
    Column("education", lazy("Highest degree"), "choice", choices=SCHOOLING),
    Column("nationality", lazy("Nationality"), "country"),
)


def columns(limits: Mapping[str, Any]) -> tuple[Column, ...]:
    """The columns that a question of this kind asks for."""
    return STATISTICS if limits.get("columns") == "statistics" else PEOPLE


def row_count(limits: Mapping[str, Any]) -> int:
    """How many rows there may be."""
    return min(int(limits.get("rows", 6)), MOST_ROWS)


def drawn_rows(limits: Mapping[str, Any], value: Any) -> list[Mapping[str, Any]]:
    """The rows that a page draws: those filled, and one more to add somebody."""
    filled = value if isinstance(value, list) else []
    return [*filled, {}][: row_count(limits)]


def parse(key: str, limits: Mapping[str, Any], form: FormData) -> list[dict[str, Any]]:
    """The filled rows; a row in which nothing but the flag is set is empty."""
    rows = []
    for at in range(row_count(limits)):
        row = {column.key: _cell(column, form.get(f"{key}.{at}.{column.key}", "")) for column in columns(limits)}
        kept = {name: value for name, value in row.items() if value not in (None, "")}
        if any(value is not False and value is not True for value in kept.values()):
            rows.append(kept)
    return rows


def _cell(column: Column, typed: str) -> Any:
    if column.kind == "flag":
        return bool(typed)
    if column.kind == "number":
        return number_from(typed)
    if column.kind == "email":
        return mail_address(typed)
    return web_address(typed) if column.kind == "url" else clean_line(typed)


class CellProblem(NamedTuple):
    """What is wrong with one cell; rows count from 0."""

    row: int
    column: str
    sentence: str


def cell_problems(limits: Mapping[str, Any], rows: Any) -> list[CellProblem]:
    """What is wrong with single cells of the table; nothing where it is none."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return []
    return [
        CellProblem(at, column.key, _("Founder %(number)s: %(problem)s", number=at + 1, problem=problem))
        for at, row in enumerate(rows)
        for column in columns(limits)
        if (problem := _problem(column, row.get(column.key)))
    ]


def check(limits: Mapping[str, Any], rows: Any, required: bool) -> list[str]:
    """Sentences about what is wrong with the table."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return [_("Enter at least one founder.")] if required else []
    problems = [problem.sentence for problem in cell_problems(limits, rows)]
    shares = [decimal_of(row.get("equity")) or Decimal(0) for row in rows]
    if sum(shares) > 100:
        problems.append(_("The founders' equity adds up to more than 100%. Lower one share."))
    addresses = [row["email"] for row in rows if row.get("email")]
    if len(set(addresses)) < len(addresses):
        problems.append(_("Two founders have the same e-mail address. Give each their own."))
    return problems


def _problem(column: Column, value: Any) -> str:
    """What to do about a cell; empty if it is right."""
    names = {"column": column.label}
    if value is None or value == "":
        return _("enter “%(column)s”.", **names) if column.required else ""
    if column.kind == "flag":
        return "" if isinstance(value, bool) else _("correct “%(column)s”.", **names)
    if column.kind == "number":
        least, most = (1900, 2100) if column.key == "birth_year" else (0, 100)
        number = decimal_of(value)
        if number is not None and least <= number <= most and number == number.to_integral_value():
            return ""
        return _("enter “%(column)s” as a whole number from %(least)s to %(most)s.", **names, least=least, most=most)
    if not isinstance(value, str):
        return _("correct “%(column)s”.", **names)
    if len(value) > column.limit:
        return _("shorten “%(column)s” to %(most)s characters.", **names, most=column.limit)
    return _problem_of_text(column, value)


def _problem_of_text(column: Column, text: str) -> str:
    if column.kind == "email":
        return "" if _is_address(text) else _("enter an address like name@example.org.")
    if column.kind == "url":
        sentence = _("enter “%(column)s” as a full public address, like https://example.com.", column=column.label)
        return "" if is_public_url(text) else sentence
    is_known = column.kind == "text" or text in [known for known, _text in column.options()]
    return "" if is_known else _("choose “%(column)s” from the list.", column=column.label)


def _is_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def table(
    limits: Mapping[str, Any], rows: Any, *, masked: bool, private: bool
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Heads and rows for readers, numbered. ``masked`` leaves out what tells who it is; ``private`` keeps addresses."""
    shown_columns = [
        column for column in columns(limits) if not (column.masked and masked) and not (column.private and not private)
    ]
    body = [
        (str(number), *(_shown(column, row.get(column.key)) for column in shown_columns))
        for number, row in enumerate(rows if isinstance(rows, list) else [], 1)
    ]
    return (_("No."), *(str(column.label) for column in shown_columns)), tuple(body)


def _shown(column: Column, value: Any) -> str:
    if column.kind == "flag":
        return _("Yes") if value else _("No")
    if column.kind == "country":
        return country_name(value)
    return str(dict(column.choices).get(value, "" if value is None else value))
