"""What a rule says of an application: each condition is met, unmet, unknown, or was never asked of this applicant.

What is not known is for a person to ask, never a reason to say no unless the rule says so; what an applicant was not
asked decides nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from accelerator.screening.conditions import whole_form
from accelerator.screening.conditions.facts import (
    Asked,
    Facts,
    Finding,
    Texts,
    Word,
    answer_texts,
    both,
    day_of,
    fill,
    is_empty,
    is_true,
    number_of,
)
from accelerator.screening.conditions.operators import ALWAYS_KNOWN, operators_of
from accelerator.screening.conditions.whole_form import Judged, Truth
from accelerator.screening.conditions.wording import clause

Node = Mapping[str, Any]
SEVERITIES: tuple[Word, ...] = ("fail", "ask", "note")


@dataclass(frozen=True)
class RuleData:
    """A rule without its row. ``tracks`` are the keys of the tracks that it is for: none means all."""

    condition: Node
    severity: Word
    reason: Texts = field(default_factory=dict)
    tracks: Sequence[str] = ()


def find(rule: RuleData, facts: Facts) -> Finding:
    """What the rule says of an application; a rule for other tracks has nothing to say."""
    if rule.tracks and facts.track in facts.tracks and facts.track not in rule.tracks:
        return Finding("pass", fill("Not a rule for this track.", "このテーマ区分には適用されません。"))
    truth, texts = judge(rule.condition, facts)
    if truth in ("met", "unasked"):
        return Finding("pass", texts)
    if truth == "unknown":
        return Finding("note" if rule.severity == "note" else "ask", texts)
    if rule.reason.get("en") or rule.reason.get("ja"):
        texts = fill("{reason} {why}", "{reason}{why}", reason=rule.reason, why=texts)
    return Finding(rule.severity, texts)


def judge(node: Node, facts: Facts) -> Judged:
    """Whether a node holds, and the sentences of what decided it."""
    if "join" not in node:
        return _condition(node, facts)
    judged = [judge(part, facts) for part in node["parts"]]
    decisive: tuple[Truth, ...] = ("unmet", "unknown", "met") if node["join"] == "all" else ("met", "unknown", "unmet")
    for truth in decisive:
        deciding = [texts for each, texts in judged if each == truth]
        if deciding:
            return truth, _in_a_row(deciding)
    return "unasked", _in_a_row([texts for _truth, texts in judged])


def _in_a_row(sentences: Sequence[Texts]) -> dict[str, str]:
    return {"en": " ".join(each["en"] for each in sentences), "ja": "".join(each["ja"] for each in sentences)}


def _condition(node: Node, facts: Facts) -> Judged:
    key, operator = str(node["question"]), str(node["operator"])
    if key in whole_form.CHECKS:
        return whole_form.CHECKS[key](facts)
    asked = facts.question(key)
    if key not in facts.current or asked is None or operator not in operators_of(asked):
        name = asked.label if asked else both(key)
        return "unknown", fill(
            "“{name}” isn't asked like this any more, so that can't be checked.",
            "「{name}」は今の応募フォームでは同じ形で尋ねていないため、確かめられません。",
            name=name,
        )
    if not asked.shown:
        return "unasked", fill("“{name}” wasn't asked.", "「{name}」は尋ねていません。", name=asked.label)
    value = facts.answers.get(key)
    if operator not in ALWAYS_KNOWN and is_empty(value):
        return _missing(node, asked)
    return _compared(node, asked, value, facts)


def _missing(node: Node, asked: Asked) -> Judged:
    truths: Mapping[str, Truth] = {"met": "met", "unmet": "unmet"}
    return truths.get(node.get("missing", "ask"), "unknown"), fill(
        "“{name}” isn't answered.", "「{name}」が未回答です。", name=asked.label
    )


def _compared(node: Node, asked: Asked, value: Any, facts: Facts) -> Judged:
    operator = node["operator"]
    if operator in ("contains", "contains_none"):
        return _words(node, asked, str(value))
    holds = COMPARISONS[operator](value, node.get("value"), asked, facts)
    if holds is None:
        return "unknown", fill(
            "“{name}”, {answer}, can't be compared.",
            "「{name}」の回答（{answer}）は比べられません。",
            name=asked.label,
            answer=answer_texts(asked, value),
        )
    shown: dict[str, Texts] = {
        "clause": clause({**node, "missing": "ask"}, {asked.key: asked}),
        "answer": answer_texts(asked, value),
        "name": asked.label,
    }
    if is_empty(value):
        sentences = ("{clause}.", "{clause}。") if holds else ("Not so: {clause}.", "満たしていません：{clause}。")
    elif holds:
        sentences = ("“{name}”: {answer}.", "「{name}」：{answer}。")
    else:
        sentences = (
            "Not so: {clause}. The answer is “{answer}”.",
            "満たしていません：{clause}。回答は「{answer}」です。",
        )
    return ("met" if holds else "unmet"), _begun(fill(sentences[0], sentences[1], **shown))


def _begun(texts: dict[str, str]) -> dict[str, str]:
    return {**texts, "en": texts["en"][:1].upper() + texts["en"][1:]}


def _words(node: Node, asked: Asked, text: str) -> Judged:
    match, is_sought = _first_word(text, node["value"]), node["operator"] == "contains"
    truth: Truth = "met" if (match is not None) == is_sought else "unmet"
    if match is None:
        return truth, fill(
            "“{name}” has none of these words.", "「{name}」にこれらの語はありません。", name=asked.label
        )
    sentences = (
        "“{name}” has the word “{word}”: “{quote}”.",
        "「{name}」に「{word}」という語があります：「{quote}」。",
    )
    return truth, fill(*sentences, name=asked.label, word=match[0], quote=match[1])


def _first_word(text: str, words: Sequence[str]) -> tuple[str, str] | None:
    folded = text.casefold()
    for word in words:
        at = folded.find(word.casefold())
        if at >= 0:
            start, end = max(0, at - 30), at + len(word) + 30
            lead, tail = "…" if start else "", "…" if end < len(text) else ""
            return word, lead + " ".join(text[start:end].split()) + tail
    return None


def _chosen(value: Any, known: Any, asked: Asked, facts: Facts) -> tuple[set[str], set[str]]:
    # A declaration that is one box is stored as true.
    given = set(asked.choices) if is_true(value) and asked.kind in ("declaration", "consent") else None
    return given or {str(part) for part in (value if isinstance(value, (list, dict)) else [value])}, set(known)


def _any_of(*of: Any) -> bool:
    given, known = _chosen(*of)
    return bool(given & known)


def _all_of(*of: Any) -> bool:
    given, known = _chosen(*of)
    return known <= given


def _filled(value: Any, _known: Any, asked: Asked, facts: Facts) -> bool:
    if asked.kind == "country":
        return not is_empty(value) and country_is_known(str(value))
    return asked.key in facts.files or not is_empty(value)


def country_is_known(code: str) -> bool:
    """Whether a code names a country in both languages."""
    return answer_texts(Asked("", "country", {}), code) != both(code)


def _amounts(value: Any, known: Any, asked: Asked) -> tuple[Decimal | None, list[Decimal | None]]:
    """The number that was given and those it is compared with; None for other currencies, which can't be compared."""
    bounds = known if isinstance(known, Mapping) else {"least": known, "most": known}
    if asked.kind == "money":
        is_same = isinstance(value, Mapping) and value.get("currency") == bounds.get("currency")
        value = value.get("amount") if is_same else None
    if asked.kind == "hours":
        value = Decimal(len(value)) / 2 if isinstance(value, list) else None
    return number_of(value), [number_of(bounds.get(name)) for name in ("least", "most")]


def _numbers(value: Any, known: Any, asked: Asked, facts: Facts, *, low: bool, high: bool) -> bool | None:
    if asked.kind == "date":
        return _days(value, known, asked, facts, low=low, high=high)
    number, (least, most) = _amounts(value, known, asked)
    if number is None or (low and least is None) or (high and most is None):
        return None
    return (not low or least is None or number >= least) and (not high or most is None or number <= most)


def _days(value: Any, known: Any, asked: Asked, facts: Facts, *, low: bool, high: bool) -> bool | None:
    day, first, last = day_of(value), day_of(known.get("first")), day_of(known.get("last"))
    if day is None or (low and first is None) or (high and last is None):
        return None
    if low and high:
        return bool(first and last and first <= day <= last)
    return bool(first and day > first) if low else bool(last and day < last)


def _span(value: Any, known: Any, asked: Asked, facts: Facts) -> tuple[int, int] | None:
    """How long the answer lies before the anchor, and how long it is to be; in years where a year was asked."""
    anchor, number = facts.days.get(known["anchor"]), int(known["number"])
    if asked.kind == "number":
        year = number_of(str(value)[:4])
        return None if anchor is None or year is None else (anchor.year - int(year), number)
    day = day_of(value)
    if anchor is None or day is None:
        return None
    return (anchor - day).days, (anchor - earlier(anchor, number, known["unit"])).days


def earlier(anchor: date, number: int, unit: str) -> date:
    """The day so many years, months or days before another; a day that a month lacks is its last one."""
    if unit == "days":
        return anchor - timedelta(days=number)
    months = anchor.year * 12 + anchor.month - 1 - number * (12 if unit == "years" else 1)
    year, month = divmod(months, 12)
    day = anchor.day
    while True:
        try:
            return date(year, month + 1, day)
        except ValueError:
            day -= 1


def _at_least_before(*of: Any) -> bool | None:
    span = _span(*of)
    return None if span is None else span[0] >= span[1]


def _at_most_before(*of: Any) -> bool | None:
    span = _span(*of)
    return None if span is None else 0 <= span[0] <= span[1]


def _founders(value: Any) -> list[Mapping[str, Any]]:
    return [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []


def _equity(value: Any, known: Any, *_rest: Any) -> bool | None:
    shares = [number_of(row.get("equity")) for row in _founders(value)]
    if not shares or None in shares:
        return None
    return sum(share or 0 for share in shares) >= Decimal(str(known))


COMPARISONS: Mapping[str, Callable[[Any, Any, Asked, Facts], bool | None]] = {
    "is": lambda value, known, *_: _plain(value) == _plain(known[0]),
    "one_of": lambda value, known, *_: _plain(value) in {_plain(word) for word in known},
    "filled": _filled,
    "empty": lambda *of: not _filled(*of),
    "present": lambda _value, _known, asked, facts: asked.key in facts.files,
    "any_of": _any_of,
    "none_of": lambda *of: not _any_of(*of),
    "all_of": _all_of,
    "at_least": lambda *of: _numbers(*of, low=True, high=False),
    "at_most": lambda *of: _numbers(*of, low=False, high=True),
    "between": lambda *of: _numbers(*of, low=True, high=True),
    "after": lambda *of: _days(*of, low=True, high=False),
    "before": lambda *of: _days(*of, low=False, high=True),
    "at_least_before": _at_least_before,
    "at_most_before": _at_most_before,
    "count_at_least": lambda value, known, *_: len(_founders(value)) >= Decimal(str(known)),
    "count_at_most": lambda value, known, *_: len(_founders(value)) <= Decimal(str(known)),
    "full_time": lambda value, *_: any(row.get("full_time") is True for row in _founders(value)),
    "equity_at_least": _equity,
}


def _plain(text: Any) -> str:
    return " ".join(str(text).split()).casefold()
