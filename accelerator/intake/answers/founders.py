"""The table of founders: its columns, how it is read, checked and shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

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


def check(limits: Mapping[str, Any], rows: Any, required: bool) -> list[str]:
    """Sentences about what is wrong with the table."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        return [_("Enter at least one founder.")] if required else []
    problems = [sentence for number, row in enumerate(rows, 1) for sentence in _check_row(columns(limits), row, number)]
    shares = [decimal_of(row.get("equity")) or Decimal(0) for row in rows]
    if sum(shares) > 100:
        problems.append(_("The founders' equity adds up to more than 100%. Lower one share."))
    addresses = [row["email"] for row in rows if row.get("email")]
    if len(set(addresses)) < len(addresses):
        problems.append(_("Two founders have the same e-mail address. Give each their own."))
    return problems


def _check_row(asked_columns: tuple[Column, ...], row: dict[str, Any], number: int) -> list[str]:
    problems = []
    for column in asked_columns:
        value = row.get(column.key)
        if value is None or value == "":
            if column.required:
                problems.append(_("Founder %(number)s: enter “%(column)s”.", number=number, column=column.label))
        elif not _is_good(column, value):
            problems.append(_("Founder %(number)s: correct “%(column)s”.", number=number, column=column.label))
    return problems


def _is_good(column: Column, value: Any) -> bool:
    if column.kind == "flag":
        return isinstance(value, bool)
    if column.kind == "number":
        number, (least, most) = decimal_of(value), (1900, 2100) if column.key == "birth_year" else (0, 100)
        return number is not None and least <= number <= most and number == number.to_integral_value()
    if not isinstance(value, str) or len(value) > column.limit:
        return False
    if column.kind == "email":
        return _is_address(value)
    if column.kind == "url":
        return is_public_url(value)
    return column.kind == "text" or value in [known for known, _text in column.options()]


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
