"""From a value to sentences that say what to do. An empty list means that the answer can be sent."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal

from accelerator.core import i18n, times
from accelerator.core.cities import unknown
from accelerator.core.countries import is_country
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.intake.answers import founders
from accelerator.intake.answers.currencies import CURRENCIES
from accelerator.intake.answers.hours import WEEK
from accelerator.intake.answers.identifiers import is_corporate_number, is_public_url
from accelerator.intake.answers.numbers import decimal_of
from accelerator.intake.answers.prefectures import PREFECTURES
from accelerator.intake.answers.questions import Answers, PlainQuestion, is_filled, is_shown
from accelerator.intake.models import QuestionKind as Kind

_CHOOSE = (Kind.CHOICE, Kind.CHOICES, Kind.COUNTRY, Kind.COUNTRIES, Kind.PREFECTURE, Kind.SECTOR, Kind.TRACK, Kind.ZONE)

LARGEST = 10**15 - 1  # what a column of the numbers that are counted later holds, Numeric(20, 4), and 64 bits do
SAMPLE = 12


def check(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    """What is wrong with ``value``; nothing is wrong with the answer to a question that is not asked."""
    if not is_shown(question, answers):
        return []
    if not is_filled(value):
        return [_missing(question)] if question.required else []
    return _CHECKS[question.kind](question, value, answers, today)


def _missing(question: PlainQuestion) -> str:
    if question.kind is Kind.FILE:
        return _("Add the file “%(question)s”.", question=question.name)
    if question.kind in (Kind.DECLARATION, Kind.CONSENT):
        return _("Tick every box under “%(question)s”.", question=question.name)
    if question.kind in _CHOOSE:
        return _("Choose an answer to “%(question)s”.", question=question.name)
    return _("Answer “%(question)s”.", question=question.name)


def _text(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    if not isinstance(value, str):
        return [_missing(question)]
    length, least, most = len(value), question.limits.get("min", 0), question.max_characters
    if question.limits.get("check") == "corporate_number" and not is_corporate_number(value):
        return [_("Enter the 13 digits of the corporate number; these are not valid.")]
    if question.kind is Kind.SHORT and "\n" in value:
        return [_("Write “%(question)s” on one line.", question=question.name)]
    if most is not None and length > most:
        over = length - most
        return [
            ngettext(
                "Shorten “%(question)s” by %(num)s character.",
                "Shorten “%(question)s” by %(num)s characters.",
                over,
                question=question.name,
            )
        ]
    if length < least:
        return [_("Write at least %(least)s characters under “%(question)s”.", least=least, question=question.name)]
    lines = question.limits.get("lines")
    if lines and len([line for line in value.split("\n") if line.strip()]) > lines:
        return [_("Write at most %(lines)s lines under “%(question)s”.", lines=lines, question=question.name)]
    return []


def _url(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    problems = _text(question, value, answers, today)
    if not problems and not is_public_url(value):
        problems = [
            _("Enter “%(question)s” as a full public address, like https://example.com.", question=question.name)
        ]
    return problems


def _number(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    number = decimal_of(value)
    places = question.limits.get("decimals", 0)
    if number is None or number != round(number, places):
        return [_unreadable(question)]
    return _bounds(question, number, today) or _at_most(question, number, answers) or _with(question, answers)


def _unreadable(question: PlainQuestion) -> str:
    if question.limits.get("max") == "this year":
        return _("Enter “%(question)s” as a year, like 2018.", question=question.name)
    if question.kind is Kind.NUMBER and not question.limits.get("decimals"):
        sample = _shown(_fitting(question))
        return _("Enter “%(question)s” as a whole number, like %(sample)s.", question=question.name, sample=sample)
    return _("Enter “%(question)s” as a number, like 4200.", question=question.name)


def _fitting(question: PlainQuestion) -> int:
    """A number that the question takes: a dozen, unless its limits leave it out."""
    return int(min(max(SAMPLE, question.limits.get("min", SAMPLE)), question.limits.get("max", SAMPLE)))


def _shown(number: Decimal | int) -> str:
    return format_decimal(number, locale=i18n.locale())


def _bounds(question: PlainQuestion, number: Decimal, today: date) -> list[str]:
    least, most = question.limits.get("min", -LARGEST), question.limits.get("max", LARGEST)
    if most == "this year":  # years take no separators
        least, most = str(least), str(today.year)
    if number < Decimal(least):
        least = least if isinstance(least, str) else _shown(least)
        return [_("Enter %(least)s or more for “%(question)s”.", least=least, question=question.name)]
    if number > Decimal(most):
        most = most if isinstance(most, str) else _shown(most)
        return [_("Enter %(most)s or less for “%(question)s”.", most=most, question=question.name)]
    return []


def _at_most(question: PlainQuestion, number: Decimal, answers: Answers) -> list[str]:
    other = question.limits.get("at_most")
    bound = decimal_of(answers.get(other)) if other else None
    if bound is not None and number > bound:
        return [
            _("“%(question)s” can't be more than the whole amount, %(bound)s.", question=question.name, bound=bound)
        ]
    return []


def _with(question: PlainQuestion, answers: Answers) -> list[str]:
    other = question.limits.get("with")
    if other and not is_filled(answers.get(other)):
        return [_("Add a note on who is counted under “%(question)s”.", question=question.name)]
    return []


def _money(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    amount = decimal_of(value.get("amount")) if isinstance(value, dict) else None
    if amount is None:
        return [_unreadable(question)]
    if value.get("currency") not in CURRENCIES:
        return [_("Choose the currency of “%(question)s”.", question=question.name)]
    return _bounds(question, amount, today)


def _date(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        return [_("Enter “%(question)s” as a date, like 2020-07-31.", question=question.name)]
    if question.limits.get("max") == "today" and day > today:
        return [_("“%(question)s” can't be in the future.", question=question.name)]
    return []


def _one_of(known: Callable[[PlainQuestion, Any], bool]) -> Callable[[PlainQuestion, Any, Answers, date], list[str]]:
    def checked(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
        return [] if isinstance(value, str) and known(question, value) else [_missing(question)]

    return checked


def _zone(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    return [] if isinstance(value, str) and times.is_zone(value) else [unknown(str(value))]


def _some_of(known: Callable[[PlainQuestion, Any], bool]) -> Callable[[PlainQuestion, Any, Answers, date], list[str]]:
    def checked(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
        if not isinstance(value, list) or not all(
            isinstance(choice, str) and known(question, choice) for choice in value
        ):
            return [_missing(question)]
        most = question.limits.get("max_choices")
        if most and len(value) > most:
            return [_("Choose at most %(most)s under “%(question)s”.", most=most, question=question.name)]
        return []

    return checked


def _boxes(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    problems = _some_of(_listed)(question, value, answers, today)
    if not problems and question.required and set(value) != set(question.values):
        problems = [_missing(question)]
    return problems


def _hours(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(half, int) and 0 <= half < WEEK for half in value):
        return [_missing(question)]
    least = question.limits.get("min", 0)
    if len(set(value)) < 2 * least:
        return [_("Choose at least %(least)s hours a week under “%(question)s”.", least=least, question=question.name)]
    return []


def _file(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    return [] if isinstance(value, dict) and value.get("id") else [_missing(question)]


def _founders(question: PlainQuestion, value: Any, answers: Answers, today: date) -> list[str]:
    return founders.check(question.limits, value, question.required)


def _listed(question: PlainQuestion, value: Any) -> bool:
    return value in question.values


_CHECKS: dict[Kind, Callable[[PlainQuestion, Any, Answers, date], list[str]]] = {
    Kind.SHORT: _text,
    Kind.LONG: _text,
    Kind.URL: _url,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.DATE: _date,
    Kind.CHOICE: _one_of(_listed),
    Kind.SECTOR: _one_of(_listed),
    Kind.TRACK: _one_of(_listed),
    Kind.COUNTRY: _one_of(lambda question, value: is_country(value)),
    Kind.PREFECTURE: _one_of(lambda question, value: value in PREFECTURES),
    Kind.ZONE: _zone,
    Kind.CHOICES: _some_of(_listed),
    Kind.COUNTRIES: _some_of(lambda question, value: is_country(value)),
    Kind.DECLARATION: _boxes,
    Kind.CONSENT: _boxes,
    Kind.HOURS: _hours,
    Kind.FILE: _file,
    Kind.FOUNDERS: _founders,
}
