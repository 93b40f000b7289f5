"""From a page to a value. Nothing is refused here: what can't be read stays as typed, for the check to speak of."""

import unicodedata
from datetime import date
from typing import Any

from accelerator.core.text import clean, clean_line, half_width, web_address
from accelerator.core.times import zone_named
from accelerator.intake.answers import founders
from accelerator.intake.answers.founders import FormData
from accelerator.intake.answers.hours import halves_of
from accelerator.intake.answers.numbers import number_from
from accelerator.intake.answers.questions import PlainQuestion, PlainSection, is_filled
from accelerator.intake.models import QuestionKind as Kind

SEVERAL = (Kind.CHOICES, Kind.COUNTRIES, Kind.DECLARATION, Kind.CONSENT)
MOST_VALUES = 300


def parse(question: PlainQuestion, form: FormData) -> Any:
    """The value that a page sent for the question, None for nothing. Files never come this way."""
    key = question.key
    if question.kind in SEVERAL:
        return list(dict.fromkeys(clean_line(value) for value in form.getlist(key)[:MOST_VALUES] if value)) or None
    if question.kind is Kind.FOUNDERS:
        return founders.parse(key, question.limits, form) or None
    if question.kind is Kind.HOURS:
        return halves_of(form.getlist(key)) or None
    if question.kind is Kind.MONEY:
        return _money(number_from(clean_line(form.get(f"{key}.amount", ""))), form.get(f"{key}.currency", ""))
    if question.kind is Kind.NUMBER:
        return number_from(clean_line(form.get(key, "")))
    return _text(question, form.get(key, "")) or None


def _money(amount: int | str | None, currency: str) -> dict[str, Any] | None:
    return None if amount is None else {"amount": amount, "currency": clean_line(currency)}


def _text(question: PlainQuestion, typed: str) -> str:
    if question.kind is Kind.LONG:
        return clean(typed).strip()
    line = clean_line(typed)
    if question.limits.get("fold"):
        line = clean_line(unicodedata.normalize("NFKC", line))
    if question.limits.get("check") == "corporate_number":
        return half_width(line).replace("-", "").replace(" ", "")
    if question.kind is Kind.DATE:
        return _day(half_width(line))
    if question.kind is Kind.ZONE:
        return zone_named(line) or line
    return web_address(line) if question.kind is Kind.URL else line


def _day(line: str) -> str:
    for separator in ("/", "."):
        line = line.replace(separator, "-")
    try:
        return date(*(int(part) for part in line.split("-"))).isoformat()
    except (ValueError, TypeError):
        return line


def parse_section(section: PlainSection, form: FormData) -> dict[str, Any]:
    """``{key: value or None}`` for every question of the section that the page drew, and for no other.

    The page names them in ``asked``, because an empty check box sends nothing and would look like a missing question.
    """
    asked = set(form.getlist("asked"))
    return {
        question.key: parse(question, form)
        for question in section.questions
        if question.key in asked and question.kind is not Kind.FILE
    }


def merged(answers: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """The answers with new values put in and empty ones taken out."""
    return {key: value for key, value in {**answers, **values}.items() if is_filled(value)}
