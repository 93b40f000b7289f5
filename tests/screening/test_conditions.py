"""What a rule says of answers: met, unmet, unknown or never asked, and the sentence that quotes them."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from accelerator.screening.conditions.defaults import DEFAULT_RULES, TEMPLATES
from accelerator.screening.conditions.evaluating import RuleData, earlier, find
from accelerator.screening.conditions.facts import Asked, Facts
from accelerator.screening.conditions.tree import Node, condition, conditions, faults, group, pruned
from accelerator.screening.conditions.wording import words

YES_NO = {"yes": {"en": "Yes", "ja": "はい"}, "no": {"en": "Not yet", "ja": "まだ"}}
TRACKS = {"prevent": {"en": "Prevention", "ja": "予防"}, "distance": {"en": "Distance", "ja": "遠隔"}}
BOXES = {"age": {"en": "Of age", "ja": "成年"}, "forces": {"en": "No such links", "ja": "関わりなし"}}
PREFECTURES = {"JP-28": {"en": "Hyogo", "ja": "兵庫県"}}


def asked(key: str, kind: str, **values: Any) -> Asked:
    return Asked(key, kind, {"en": key.title(), "ja": f"{key}欄"}, values.pop("required", True), **values)


QUESTIONS = (
    asked("name", "short"),
    asked("one_line", "short", required=False),
    asked("solution", "long", required=False),
    asked("problem", "long", required=False),
    asked("country", "country", required=False),
    asked("prefecture", "prefecture", required=False, choices=PREFECTURES),
    asked("founded", "number", required=False, is_year=True),
    asked("staff", "number", required=False),
    asked("incorporated", "choice", required=False, choices=YES_NO),
    asked("incorporated_on", "date", required=False),
    asked("revenue", "money", required=False),
    asked("founders", "founders", required=False),
    asked("hours", "hours", required=False),
    asked("deck", "file", required=False),
    asked("customers", "choices", required=False, choices=YES_NO),
    asked("track", "track", required=False, choices=TRACKS),
    asked("declarations", "declaration", required=False, choices=BOXES),
)
FACTS = Facts(
    answers={},
    questions=QUESTIONS,
    files=frozenset(),
    tracks=TRACKS,
    track=None,
    days={"sent": date(2020, 7, 31), "closes": date(2020, 7, 31), "opens": date(2020, 6, 1)},
    current=frozenset(question.key for question in QUESTIONS),
)
DEFAULTS = {template.key: template for template in DEFAULT_RULES}
NAMED = {question.key: question for question in QUESTIONS}


def run(key: str, **facts: Any) -> tuple[str, str, str]:
    """What a default rule says."""
    template = DEFAULTS[key]
    finding = find(RuleData(template.condition, template.severity, template.reason), replace(FACTS, **facts))
    return finding.outcome, finding.explanation["en"], finding.explanation["ja"]


def outcome(node: Node, answers: dict[str, Any], **facts: Any) -> str:
    """What a failing rule of one condition comes to."""
    return find(RuleData(group("all", node), "fail"), replace(FACTS, answers=answers, **facts)).outcome


FULL, PART = {"full_time": True, "equity": 60}, {"full_time": False, "equity": "20.5"}


@pytest.mark.parametrize(
    ("node", "passes", "fails"),
    [
        (condition("name", "is", ["Kurage"]), " kurage ", "Momo"),
        (condition("name", "one_of", ["A", "B"]), "b", "C"),
        (condition("solution", "contains", ["治験", "Trial"]), "A clinical trial.", "Nothing"),
        (condition("solution", "contains_none", ["治験"]), "Nothing", "治験を行う"),
        (condition("staff", "at_least", 3), 3, 2),
        (condition("staff", "at_most", 3), 3, "3.5"),
        (condition("staff", "between", {"least": 1, "most": 3}), 2, 4),
        (condition("founded", "at_most_before", {"number": 10, "unit": "years", "anchor": "sent"}), 2010, 2009),
        (condition("founded", "at_most_before", {"number": 10, "unit": "years", "anchor": "sent"}), "2020", 2021),
        (
            condition("incorporated_on", "at_least_before", {"number": 1, "unit": "years", "anchor": "closes"}),
            "2019-07-31",
            "2019-08-01",
        ),
        (condition("incorporated_on", "before", {"last": "2020-01-01"}), "2019-12-31", "2020-01-01"),
        (condition("incorporated_on", "after", {"first": "2020-01-01"}), "2020-01-02", "2020-01-01"),
        (
            condition("incorporated_on", "between", {"first": "2020-01-01", "last": "2020-01-31"}),
            "2020-01-31",
            "2020-02-01",
        ),
        (
            condition("revenue", "at_least", {"least": 100, "currency": "EUR"}),
            {"amount": 100, "currency": "EUR"},
            {"amount": "99.5", "currency": "EUR"},
        ),
        (condition("country", "any_of", ["JP", "SG"]), "SG", "DE"),
        (condition("incorporated", "none_of", ["no"]), "yes", "no"),
        (condition("customers", "all_of", ["yes", "no"]), ["no", "yes"], ["yes"]),
        (condition("founders", "count_at_least", 2), [FULL, PART], [FULL]),
        (condition("founders", "count_at_most", 1), [FULL], [FULL, PART]),
        (condition("founders", "full_time"), [PART, FULL], [PART]),
        (condition("founders", "equity_at_least", 80), [FULL, PART], [FULL]),
        (condition("hours", "at_least", 2), [0, 1, 2, 3], [0, 1, 2]),
        (condition("name", "empty"), "", "Kurage"),
        (condition("name", "filled"), "Kurage", " "),
    ],
)
def test_an_operator_passes_fails_and_asks_where_nothing_is_known(node: Node, passes: Any, fails: Any) -> None:
    key = node["question"]
    assert (outcome(node, {key: passes}), outcome(node, {key: fails})) == ("pass", "fail")
    if node["operator"] not in ("empty", "filled"):
        assert [outcome({**node, "missing": missing}, {}) for missing in ("ask", "met", "unmet")] == [
            "ask",
            "pass",
            "fail",
        ]


def test_what_can_not_be_compared_is_asked() -> None:
    dear = condition("revenue", "at_least", {"least": 100, "currency": "EUR"})
    assert outcome(dear, {"revenue": {"amount": 5, "currency": "JPY"}}) == "ask"
    assert outcome(condition("staff", "at_least", 3), {"staff": "many"}) == "ask"
    assert outcome(condition("founders", "equity_at_least", 50), {"founders": [{"name": "Mori"}]}) == "ask"


def test_what_was_not_asked_of_an_applicant_never_fails() -> None:
    node = condition("name", "is", ["Kurage"], "unmet")
    hidden = [replace(NAMED["name"], shown=False)]
    assert outcome(node, {"name": "Momo"}, questions=hidden) == "pass"
    either = RuleData(group("any", node, condition("country", "any_of", ["JP"])), "fail")
    both = replace(FACTS, questions=[*hidden, NAMED["country"]], answers={"country": "DE"})
    assert find(either, both).outcome == "fail"


def test_a_rule_for_one_track_says_nothing_of_the_others() -> None:
    rule = RuleData(group("all", condition("country", "any_of", ["JP"])), "fail", {}, ["prevent"])
    said_of = [
        find(rule, replace(FACTS, answers={"country": "DE"}, track=track)).outcome
        for track in ("prevent", "distance", None)
    ]
    assert said_of == ["fail", "pass", "fail"]


@pytest.mark.parametrize("gone", ["removed", "never in the form of the application", "another kind"])
def test_a_broken_rule_fails_nobody(gone: str) -> None:
    node = condition("name", "is", ["Kurage"], "unmet")
    ways: dict[str, dict[str, Any]] = {
        "removed": {"current": FACTS.current - {"name"}},
        "never in the form of the application": {"questions": QUESTIONS[1:]},
        "another kind": {"questions": [replace(NAMED["name"], kind="file"), *QUESTIONS[1:]]},
    }
    assert outcome(node, {"name": "Momo"}, **ways[gone]) == "ask"


def test_what_is_broken_is_named() -> None:
    root = group(
        "all",
        condition("gone", "filled"),
        group("any", condition("name", "present"), condition("incorporated", "any_of", ["yes", "maybe"])),
    )
    assert [fault["en"] for fault in faults(root, NAMED)] == [
        "“gone” is no longer asked in the form.",
        "“Name” takes another kind of answer now.",
        "“Incorporated” no longer has the choice “maybe”.",
    ]


def test_a_note_notes_and_a_reason_comes_first() -> None:
    node = group("all", condition("country", "any_of", ["JP"]))
    reason = {"en": "Too far.", "ja": "遠すぎます。"}
    away = replace(FACTS, answers={"country": "DE"})
    finding = find(RuleData(node, "note", reason), away)
    assert (finding.outcome, finding.explanation) == (
        "note",
        {
            "en": "Too far. Not so: the head office is in Japan. The answer is “Germany”.",
            "ja": "遠すぎます。満たしていません：本社が日本にある。回答は「ドイツ」です。",
        },
    )
    assert find(RuleData(node, "note"), FACTS).outcome == "note"


@pytest.mark.parametrize(
    ("node", "en", "ja"),
    [
        (
            condition("country", "any_of", ["JP", "SG"]),
            "The head office is in Japan or Singapore.",
            "本社が日本またはシンガポールにある。",
        ),
        (
            condition("incorporated_on", "at_least_before", {"number": 1, "unit": "years", "anchor": "closes"}),
            "“Incorporated_On” is at least 1 year before the call closes.",
            "「incorporated_on欄」が募集の締切の1年以上前である。",
        ),
        (
            group("any", condition("founders", "full_time"), condition("staff", "at_least", 1200, "met")),
            "At least one founder works on it full-time or “Staff” is at least 1,200 (or isn't answered).",
            "専業の創業者がいる、または「staff欄」が1,200以上である（未回答でもよい）。",
        ),
        (
            condition("revenue", "between", {"least": 1, "most": 2000, "currency": "JPY"}),
            "“Revenue” is from 1 JPY to 2,000 JPY.",
            "「revenue欄」が1 JPY以上2,000 JPY以下である。",
        ),
    ],
)
def test_a_rule_in_words(node: Node, en: str, ja: str) -> None:
    assert words(group("all", node) if "join" not in node else node, NAMED) == {"en": en, "ja": ja}


def test_every_template_reads_in_both_languages() -> None:
    texts = [words(template.condition, NAMED) for template in TEMPLATES]
    assert [template.key for template, text in zip(TEMPLATES, texts, strict=True) if not all(text.values())] == []
    assert {node["question"] for template in TEMPLATES for node in conditions(template.condition)} <= {
        "*complete",
        "*declarations",
        "*track",
        *NAMED,
    }


def test_a_rule_keeps_what_the_form_asks() -> None:
    place = DEFAULTS["place"].condition
    kept = pruned(place, frozenset({"prefecture"}))
    assert kept == group("all", group("any", condition("prefecture", "filled")))
    assert pruned(place, frozenset()) is None


def test_days_before_the_end_of_a_short_month() -> None:
    last = date(2020, 3, 31)
    assert [earlier(last, *span) for span in ((1, "months"), (1, "years"), (31, "days"))] == [
        date(2020, 2, 29),
        date(2019, 3, 31),
        date(2020, 2, 29),
    ]
    assert earlier(date(2020, 2, 29), 1, "years") == date(2019, 2, 28)


# ---- the rules to begin with: as they were before they were data ----


@pytest.mark.parametrize(
    ("key", "answers", "outcome_of_it"),
    [
        ("complete", {"name": "Kurage"}, "pass"),
        ("complete", {"name": "  "}, "ask"),
        ("declarations", {"declarations": ["age", "forces"]}, "pass"),
        ("declarations", {"declarations": True}, "pass"),
        ("declarations", {"declarations": ["age"]}, "fail"),
        ("declarations", {}, "fail"),
        ("not_excluded", {"solution": "Nothing of it"}, "pass"),
        ("not_excluded", {"problem": "治験"}, "ask"),
        ("not_excluded", {}, "pass"),
        ("age", {"founded": 2018, "incorporated": "yes"}, "pass"),
        ("age", {"founded": "2009"}, "ask"),
        ("age", {"founded": 2010}, "pass"),
        ("age", {"founded": 2019, "incorporated": "no"}, "ask"),
        ("age", {"founded": 2021}, "ask"),
        ("age", {}, "ask"),
        ("age", {"founded": "soon"}, "ask"),
        ("place", {"country": "EE"}, "pass"),
        ("place", {"country": "JP", "prefecture": "JP-28"}, "pass"),
        ("place", {"country": "JP"}, "ask"),
        ("place", {"country": "ZZZ"}, "ask"),
        ("place", {}, "ask"),
    ],
)
def test_the_first_rules_say_what_they_said(key: str, answers: dict[str, Any], outcome_of_it: str) -> None:
    assert run(key, answers=answers)[0] == outcome_of_it


def test_the_deck_is_a_file_and_not_an_answer() -> None:
    assert run("deck", answers={"deck": "there"})[0] == "ask"
    assert run("deck", answers={"deck": {"name": "deck.pdf"}}, files=frozenset({"deck"}))[:2] == (
        "pass",
        "“Deck”: deck.pdf.",
    )


@pytest.mark.parametrize(
    ("tracks", "chosen", "outcome_of_it", "told"),
    [
        ({}, None, "pass", "The call has no tracks."),
        (TRACKS, "prevent", "pass", "The track is “Prevention”."),
        (TRACKS, None, "ask", "No theme track was chosen; the call has Prevention, Distance."),
        (TRACKS, "{0.__class__}", "fail", "“{0.__class__}” is not a track of this call."),
    ],
)
def test_track(tracks: dict[str, Any], chosen: str | None, outcome_of_it: str, told: str) -> None:
    assert run("track", tracks=tracks, track=chosen)[:2] == (outcome_of_it, told)


def test_complete_names_what_is_missing_and_counts_the_rest() -> None:
    questions = [asked(key, "short") for key in "abcdefg"]
    assert run("complete", questions=questions, answers={"a": "  ", "b": 0, "c": []}) == (
        "ask",
        "6 of 7 required answers are missing: A, C, D, E, F and 1 more.",
        "必須項目7件のうち6件が未入力です：a欄、c欄、d欄、e欄、f欄 ほか1件。",
    )


def test_a_word_of_an_excluded_field_makes_a_person_look_and_quotes_it() -> None:
    text = "We help hospitals. " * 3 + "Our Clinical Trial starts in spring." + " More follows." * 5
    assert run("not_excluded", answers={"solution": text})[:2] == (
        "ask",
        "Check whether that field is excluded. “Solution” has the word “clinical trial”: “…itals. We help hospitals. "
        "Our Clinical Trial starts in spring. More follow…”.",
    )
