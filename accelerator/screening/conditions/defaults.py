"""The rules that an edition begins with, and templates of further ones."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accelerator.screening.conditions.facts import Texts, Word
from accelerator.screening.conditions.tree import condition, group

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


@dataclass(frozen=True)
class Template:
    """A rule to begin from."""

    key: str
    label: Texts
    severity: Word
    condition: Mapping[str, Any]
    reason: Texts = field(default_factory=dict)


def _span(number: int, unit: str, anchor: str) -> dict[str, Any]:
    return {"number": number, "unit": unit, "anchor": anchor}


DEFAULT_RULES = (
    Template(
        "complete", {"en": "Complete", "ja": "記入もれがない"}, "ask", group("all", condition("*complete", "complete"))
    ),
    Template(
        "declarations",
        {"en": "All declarations made", "ja": "すべての誓約に同意"},
        "fail",
        group("all", condition("*declarations", "declarations")),
    ),
    Template(
        "track",
        {"en": "Theme track chosen", "ja": "テーマ区分の選択"},
        "fail",
        group("all", condition("*track", "track")),
    ),
    Template(
        "not_excluded",
        {"en": "Not an excluded field", "ja": "対象外の分野でない"},
        "ask",
        group(
            "all",
            *(
                condition(key, "contains_none", list(EXCLUDED_WORDS), "met")
                for key in ("one_line", "solution", "problem")
            ),
        ),
        {"en": "Check whether that field is excluded.", "ja": "対象外の分野かどうか確かめてください。"},
    ),
    Template(
        "deck", {"en": "Deck attached", "ja": "説明資料の添付"}, "ask", group("all", condition("deck", "present"))
    ),
    Template(
        "age",
        {"en": "Age of the firm", "ja": "設立からの年数"},
        "ask",
        group(
            "all",
            condition("founded", "at_most_before", _span(10, "years", "sent")),
            condition("incorporated", "any_of", ["yes"], "met"),
        ),
    ),
    Template(
        "place",
        {"en": "Place of the head office", "ja": "本社所在地"},
        "ask",
        group(
            "all",
            condition("country", "filled"),
            group("any", condition("country", "none_of", ["JP"]), condition("prefecture", "filled")),
        ),
        {
            "en": "The country, or in Japan the prefecture, is missing.",
            "ja": "国、または日本の場合は都道府県の記入がありません。",
        },
    ),
)
TEMPLATES = (
    *DEFAULT_RULES,
    Template(
        "countries",
        {"en": "Head office in certain countries", "ja": "本社のある国"},
        "fail",
        group("all", condition("country", "any_of", ["JP", "SG"])),
        {
            "en": "The call is for companies in these countries.",
            "ja": "この募集は、これらの国にある企業を対象としています。",
        },
    ),
    Template(
        "year_old",
        {"en": "Incorporated for a year", "ja": "法人化から1年以上"},
        "fail",
        group("all", condition("incorporated_on", "at_least_before", _span(1, "years", "closes"))),
        {"en": "The company is too young for this call.", "ja": "設立から1年に満たない企業は対象外です。"},
    ),
    Template(
        "full_time",
        {"en": "A full-time founder", "ja": "専業の創業者"},
        "ask",
        group("all", condition("founders", "full_time")),
    ),
    Template(
        "equity",
        {"en": "Founders hold half of the equity", "ja": "創業者が持分の半分以上を保有"},
        "ask",
        group("all", condition("founders", "equity_at_least", 50)),
    ),
    Template(
        "hours",
        {"en": "Enough free hours", "ja": "参加できる時間"},
        "note",
        group("all", condition("hours", "at_least", 10)),
    ),
)
