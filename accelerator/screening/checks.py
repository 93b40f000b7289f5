"""What each kind of eligibility rule asks of an application. Pure: facts in, a finding out; nothing is looked up.

A finding is ``pass``, ``fail`` (a reason to say no) or ``ask`` (a person has to look), with a sentence in both
languages that quotes the values it rests on.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

Word = Literal["pass", "fail", "ask"]
Texts = Mapping[str, str]
QUOTED = 5  # how many names a sentence lists before it counts the rest


@dataclass(frozen=True)
class Asked:
    """A question as the rules need it; ``shown`` tells whether this applicant was asked it.

    ``choices`` are the labels of a declaration's boxes, by value.
    """

    key: str
    kind: str
    label: Texts
    required: bool
    shown: bool = True
    choices: Mapping[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True)
class Facts:
    """All that the rules may look at. ``files`` names the questions that a stored file answers.

    ``countries`` and ``places`` name countries (ISO 3166-1) and tracks or sectors by key, in both languages.
    """

    answers: Mapping[str, Any]
    questions: Sequence[Asked]
    files: frozenset[str]
    tracks: Mapping[str, Texts]
    sectors: Mapping[str, Texts]
    sector: str | None
    country: str | None
    country_name: Texts | None
    prefecture: str | None
    sent_on: date


@dataclass(frozen=True)
class Finding:
    """What a rule says, and why, in both languages."""

    outcome: Word
    explanation: dict[str, str]


Check = Callable[[Facts, Mapping[str, Any]], Finding]


def _say(outcome: Word, en: str, ja: str, **values: object) -> Finding:
    """Fill both sentences; a value that is a pair of texts gives each its own."""
    texts = {}
    for language, sentence in (("en", en), ("ja", ja)):
        own = {
            name: value.get(language) or value.get("en", "") if isinstance(value, Mapping) else value
            for name, value in values.items()
        }
        texts[language] = sentence.format_map(own)
    return Finding(outcome, texts)


def _listed(labels: Sequence[Texts]) -> Texts:
    more = len(labels) - QUOTED
    en = ", ".join(label.get("en", "") for label in labels[:QUOTED]) + (f" and {more} more" if more > 0 else "")
    ja = "、".join(label.get("ja") or label.get("en", "") for label in labels[:QUOTED])
    return {"en": en, "ja": ja + (f" ほか{more}件" if more > 0 else "")}


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def is_true(value: Any) -> bool:
    """Whether a declaration was made, however the form stores it."""
    return value is True or (isinstance(value, str) and value.lower() in ("yes", "true", "on", "1"))


def complete(facts: Facts, settings: Mapping[str, Any]) -> Finding:
    """Every required question that was shown has an answer or a file."""
    required = [asked for asked in facts.questions if asked.required and asked.shown]
    missing = [
        asked.label for asked in required if asked.key not in facts.files and _is_empty(facts.answers.get(asked.key))
    ]
    if missing:
        return _say(
            "ask",
            "{n} of {all} required answers are missing: {names}.",
            "必須項目{all}件のうち{n}件が未入力です：{names}。",
            n=len(missing),
            all=len(required),
            names=_listed(missing),
        )
    return _say(
        "pass", "All {all} required answers are there.", "必須項目{all}件がすべて入力されています。", all=len(required)
    )


def declarations(facts: Facts, settings: Mapping[str, Any]) -> Finding:
    """Every declaration that was asked for was made."""
    boxes = [
        box for asked in facts.questions if asked.kind == "declaration" and asked.shown for box in _boxes(asked, facts)
    ]
    refused = [label for label, ticked in boxes if not ticked]
    if refused:
        return _say(
            "fail",
            "{n} of {all} declarations were not made: {names}.",
            "誓約{all}件のうち{n}件に同意がありません：{names}。",
            n=len(refused),
            all=len(boxes),
            names=_listed(refused),
        )
    if not boxes:
        return _say("pass", "The form asks for no declaration.", "この応募様式に誓約の項目はありません。")
    return _say("pass", "All {all} declarations were made.", "誓約{all}件すべてに同意があります。", all=len(boxes))


def _boxes(asked: Asked, facts: Facts) -> list[tuple[Texts, bool]]:
    """The label of each box of a declaration, and whether it was ticked."""
    given = facts.answers.get(asked.key)
    if not asked.choices:
        return [(asked.label, is_true(given))]
    ticked = given if isinstance(given, (list, dict)) else [given]
    return [(label, value in ticked or is_true(given)) for value, label in asked.choices.items()]


def track(facts: Facts, settings: Mapping[str, Any]) -> Finding:
    """A theme track of this call was chosen."""
    if not facts.tracks:
        return _say("pass", "The call has no tracks.", "この募集にテーマ区分はありません。")
    keys = [asked.key for asked in facts.questions if asked.kind == "track"] or [str(settings.get("question", "track"))]
    chosen = next((facts.answers[key] for key in keys if not _is_empty(facts.answers.get(key))), None)
    if chosen is None:
        return _say(
            "ask",
            "No theme track was chosen; the call has {names}.",
            "テーマ区分が選ばれていません。募集の区分は{names}です。",
            names=_listed(list(facts.tracks.values())),
        )
    name = facts.tracks.get(str(chosen))
    if name is None:
        return _say(
            "fail",
            "“{chosen}” is not a track of this call.",
            "「{chosen}」はこの募集のテーマ区分ではありません。",
            chosen=chosen,
        )
    return _say("pass", "The track is “{name}”.", "テーマ区分は「{name}」です。", name=name)


def excluded(facts: Facts, settings: Mapping[str, Any]) -> Finding:
    """Not in a sector that the call excludes; words that hint at an excluded field make a person look."""
    if facts.sector is not None and facts.sector in settings.get("sectors", ()):
        return _say(
            "fail",
            "The sector “{name}” is excluded from this call.",
            "分野「{name}」はこの募集の対象外です。",
            name=facts.sectors.get(facts.sector, {"en": facts.sector}),
        )
    for key in settings.get("questions", ()):
        text = facts.answers.get(key)
        match = _first_word(text, settings.get("words", ())) if isinstance(text, str) else None
        if match is not None:
            label = next((asked.label for asked in facts.questions if asked.key == key), {"en": key})
            return _say(
                "ask",
                "“{label}” has the word “{word}”: “{quote}”. Check whether that field is excluded.",
                "「{label}」に「{word}」という語があります：「{quote}」。対象外かどうか確かめてください。",
                label=label,
                word=match[0],
                quote=match[1],
            )
    return _say("pass", "No sign of an excluded field.", "対象外の分野を示す記述はありません。")


def _first_word(text: str, words: Sequence[str]) -> tuple[str, str] | None:
    folded = text.casefold()
    for word in words:
        at = folded.find(word.casefold())
        if at >= 0:
            start, end = max(0, at - 30), at + len(word) + 30
            lead, tail = "…" if start else "", "…" if end < len(text) else ""
            return word, lead + " ".join(text[start:end].split()) + tail
    return None


def attached(facts: Facts, settings: Mapping[str, Any]) -> Finding:
    """The deck, or another file that the settings name, is attached."""
    key = str(settings.get("question", "deck"))
    label = next((asked.label for asked in facts.questions if asked.key == key), {"en": key})
    if key in facts.files:
        return _say("pass", "“{label}” is attached.", "「{label}」が添付されています。", label=label)
    return _say("ask", "“{label}” is not attached.", "「{label}」が添付されていません。", label=label)


def age(facts: Facts, settings: Mapping[str, Any]) -> Finding:
    """The firm was founded, and not longer ago than ``max_years``; anything else is asked, not refused."""
    limit = int(settings.get("max_years", 10))
    year = _year(facts.answers.get(str(settings.get("question", "founded"))))
    if year is None:
        return _say("ask", "The year of founding is not given.", "設立年の記入がありません。")
    years = facts.sent_on.year - year
    values = {"year": year, "years": years, "limit": limit}
    if years < 0:
        return _say(
            "ask", "The founding year {year} lies in the future.", "設立年が{year}年で、未来の年です。", **values
        )
    if years > limit:
        return _say(
            "ask",
            "Founded in {year}: {years} years ago, the limit is {limit}.",
            "{year}年設立、設立から{years}年です。上限は{limit}年です。",
            **values,
        )
    answer = facts.answers.get(str(settings.get("incorporated", "incorporated")))
    if answer is not None and not is_true(answer):
        return _say(
            "ask", "Founded in {year}, not incorporated yet.", "{year}年設立、まだ法人化していません。", **values
        )
    return _say(
        "pass",
        "Founded in {year}: {years} years ago, within {limit}.",
        "{year}年設立、設立から{years}年で、上限{limit}年以内です。",
        **values,
    )


def _year(value: Any) -> int | None:
    try:
        return int(str(value)[:4])
    except ValueError:
        return None


def place(facts: Facts, settings: Mapping[str, Any]) -> Finding:
    """The country of the head office is known; in the country of ``needs_prefecture`` the prefecture too."""
    if facts.country is None:
        return _say("ask", "The country of the head office is not given.", "本社所在国の記入がありません。")
    if facts.country_name is None:
        return _say(
            "ask", "“{code}” is not a country code.", "「{code}」は国コードではありません。", code=facts.country
        )
    if facts.country == settings.get("needs_prefecture", "JP") and not facts.prefecture:
        return _say(
            "ask",
            "The head office is in {name}, but the prefecture is not given.",
            "本社は{name}ですが、都道府県の記入がありません。",
            name=facts.country_name,
        )
    return _say("pass", "The head office is in {name}.", "本社所在国は{name}です。", name=facts.country_name)


CHECKS: Mapping[str, Check] = {
    "complete": complete,
    "declarations": declarations,
    "track": track,
    "excluded": excluded,
    "attached": attached,
    "age": age,
    "place": place,
}
EXCLUDED_WORDS = (
    "clinical trial",
    "drug discovery",
    "new drug",
    "gene therapy",
    "臨床試験",
    "治験",
    "創薬",
    "遺伝子治療",
)
DEFAULT_RULES: tuple[tuple[str, str, Texts, Mapping[str, Any]], ...] = (
    ("complete", "complete", {"en": "Complete", "ja": "記入もれがない"}, {}),
    ("declarations", "declarations", {"en": "All declarations made", "ja": "すべての誓約に同意"}, {}),
    ("track", "track", {"en": "Theme track chosen", "ja": "テーマ区分の選択"}, {}),
    (
        "not_excluded",
        "excluded",
        {"en": "Not an excluded field", "ja": "対象外の分野でない"},
        {"sectors": [], "questions": ["one_line", "solution", "problem"], "words": list(EXCLUDED_WORDS)},
    ),
    ("deck", "attached", {"en": "Deck attached", "ja": "説明資料の添付"}, {"question": "deck"}),
    ("age", "age", {"en": "Age of the firm", "ja": "設立からの年数"}, {"question": "founded", "max_years": 10}),
    ("place", "place", {"en": "Place of the head office", "ja": "本社所在地"}, {"needs_prefecture": "JP"}),
)


def run(kind: str, facts: Facts, settings: Mapping[str, Any]) -> Finding:
    """What the rule of ``kind`` says; an unknown kind makes a person look, it never passes."""
    check = CHECKS.get(kind)
    if check is None:
        return _say(
            "ask", "The rule “{kind}” is not known here.", "ルール「{kind}」はこのシステムにありません。", kind=kind
        )
    return check(facts, settings)
