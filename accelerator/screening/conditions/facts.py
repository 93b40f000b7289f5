"""What rules look at, and how its values are told in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal

from babel import Locale

Texts = Mapping[str, str]
Word = Literal["pass", "note", "ask", "fail"]
LANGUAGES = ("en", "ja")
QUOTED = 5  # how many names a sentence lists before it counts the rest
LONGEST = 60  # characters of an answer that a sentence quotes


@dataclass(frozen=True)
class Asked:
    """A question as the rules need it; ``shown`` tells whether this applicant was asked it.

    ``choices`` are the labels of what can be chosen, by value. ``is_year`` says that the number is a year.
    """

    key: str
    kind: str
    label: Texts
    required: bool = False
    shown: bool = True
    choices: Mapping[str, Texts] = field(default_factory=dict)
    is_year: bool = False


@dataclass(frozen=True)
class Facts:
    """All that the rules may look at. ``files`` names the questions that a stored file answers.

    ``tracks`` names the tracks of the call in both languages, ``track`` is the chosen one. ``current`` holds the keys
    of what the call asks now: a question beyond them was removed.
    """

    answers: Mapping[str, Any]
    questions: Sequence[Asked]
    files: frozenset[str]
    tracks: Mapping[str, Texts]
    track: str | None
    days: Mapping[str, date]  # by anchor: opens, closes, sent
    current: frozenset[str]

    def question(self, key: str) -> Asked | None:
        """The question with this key in the form that the application answered."""
        return next((asked for asked in self.questions if asked.key == key), None)


@dataclass(frozen=True)
class Finding:
    """What a rule says, and why, in both languages."""

    outcome: Word
    explanation: dict[str, str]


def fill(en: str, ja: str, **values: object) -> dict[str, str]:
    """Both sentences with their values; a value that is a pair of texts gives each its own."""
    texts = {}
    for language, sentence in (("en", en), ("ja", ja)):
        own = {
            name: value.get(language) or value.get("en", "") if isinstance(value, Mapping) else value
            for name, value in values.items()
        }
        texts[language] = sentence.format_map(own)
    return texts


def both(text: object) -> dict[str, str]:
    """What reads the same in both languages."""
    return dict.fromkeys(LANGUAGES, str(text))


def joined(labels: Sequence[Texts], *, en: str = ", ", ja: str = "、", last: str | None = None) -> dict[str, str]:
    """Names in a row; beyond a few the rest is counted. ``last`` joins the last English name."""
    shown, more = labels[:QUOTED], len(labels) - QUOTED
    names = [label.get("en", "") for label in shown]
    if last and len(names) > 1 and more <= 0:
        english = f"{en.join(names[:-1])}{last}{names[-1]}"
    else:
        english = en.join(names) + (f" and {more} more" if more > 0 else "")
    japanese = ja.join(label.get("ja") or label.get("en", "") for label in shown)
    return {"en": english, "ja": japanese + (f" ほか{more}件" if more > 0 else "")}


def is_empty(value: Any) -> bool:
    """Whether there is no answer; 0 and False are answers."""
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def number_of(value: Any) -> Decimal | None:
    """The number behind an answer, None for whatever is none."""
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)):
        return None
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def day_of(value: Any) -> date | None:
    """The day behind an answer, None for whatever is none."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def is_true(value: Any) -> bool:
    """Whether a declaration was made, however the form stores it."""
    return value is True or (isinstance(value, str) and value.lower() in ("yes", "true", "on", "1"))


@cache
def country_texts(code: str) -> Texts | None:
    """A country's name in both languages, None for what is no ISO 3166-1 code."""
    if len(code) != 2 or not code.isalpha():
        return None
    names = {language: Locale.parse(language).territories.get(code) for language in LANGUAGES}
    return {language: str(name) for language, name in names.items()} if all(names.values()) else None


def number_text(number: Any, *, is_year: bool = False) -> str:
    """``4,200``; a year takes no separator."""
    known = number_of(number)
    return str(number) if known is None or is_year else f"{known:,f}"


def answer_texts(asked: Asked, value: Any) -> Texts:
    """An answer as a sentence quotes it."""
    if asked.kind == "founders" and isinstance(value, list):
        return fill("{n} founders" if len(value) != 1 else "1 founder", "創業者{n}人", n=len(value))
    if asked.kind == "hours" and isinstance(value, list):
        return fill("{n} hours a week", "週{n}時間", n=number_text(Decimal(len(value)) / 2))
    if asked.kind == "money" and isinstance(value, Mapping):
        return both(f"{number_text(value.get('amount'))} {value.get('currency') or ''}".strip())
    if asked.kind == "file" and isinstance(value, Mapping):
        return both(value.get("name", ""))
    if isinstance(value, list):
        return joined([_choice(asked, part) for part in value])
    if asked.kind == "number":
        return both(number_text(value, is_year=asked.is_year))
    return _choice(asked, value)


def _choice(asked: Asked, value: Any) -> Texts:
    text = " ".join(str(value).split())
    if asked.kind in ("country", "countries"):
        return country_texts(text) or both(text)
    return asked.choices.get(text) or both(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")
