"""What each kind of rule says: outcome and the sentence that quotes the values."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from accelerator.screening import checks
from accelerator.screening.checks import Asked, Facts

FACTS = Facts(
    answers={},
    questions=(),
    files=frozenset(),
    tracks={},
    sectors={},
    sector=None,
    country=None,
    country_name=None,
    prefecture=None,
    sent_on=date(2020, 7, 31),
)
TRACKS = {"prevent": {"en": "Prevention", "ja": "予防"}, "distance": {"en": "Distance", "ja": "遠隔"}}


def asked(key: str, kind: str = "short", **values: Any) -> Asked:
    return Asked(key, kind, {"en": key.title(), "ja": f"{key}欄"}, values.pop("required", True), **values)


def run(kind: str, settings: dict[str, Any] | None = None, **facts: Any) -> tuple[str, str, str]:
    found = checks.run(kind, replace(FACTS, **facts), settings or {})
    return found.outcome, found.explanation["en"], found.explanation["ja"]


def test_complete_counts_answers_and_files() -> None:
    questions = [asked("name"), asked("deck", "file"), asked("extra", required=False), asked("hidden", shown=False)]
    assert run("complete", questions=questions, answers={"name": "Kurage"}, files=frozenset({"deck"})) == (
        "pass",
        "All 2 required answers are there.",
        "必須項目2件がすべて入力されています。",
    )


def test_complete_names_what_is_missing_and_counts_the_rest() -> None:
    questions = [asked(key) for key in "abcdefg"]
    assert run("complete", questions=questions, answers={"a": "  ", "b": 0, "c": []}) == (
        "ask",
        "6 of 7 required answers are missing: A, C, D, E, F and 1 more.",
        "必須項目7件のうち6件が未入力です：a欄、c欄、d欄、e欄、f欄 ほか1件。",
    )


BOXES = {"age": {"en": "Of age", "ja": "成年"}, "forces": {"en": "No such links", "ja": "関わりなし"}}


@pytest.mark.parametrize(
    ("given", "outcome", "said"),
    [
        (["age", "forces"], "pass", "All 2 declarations were made."),
        (["age"], "fail", "1 of 2 declarations were not made: No such links."),
        (None, "fail", "2 of 2 declarations were not made: Of age, No such links."),
        (True, "pass", "All 2 declarations were made."),
    ],
)
def test_declarations_look_at_every_box(given: Any, outcome: str, said: str) -> None:
    questions = [asked("declarations", "declaration", choices=BOXES)]
    assert run("declarations", questions=questions, answers={"declarations": given})[:2] == (outcome, said)


@pytest.mark.parametrize(
    ("tracks", "chosen", "outcome", "said"),
    [
        ({}, None, "pass", "The call has no tracks."),
        (TRACKS, "prevent", "pass", "The track is “Prevention”."),
        (TRACKS, None, "ask", "No theme track was chosen; the call has Prevention, Distance."),
        (TRACKS, "other", "fail", "“other” is not a track of this call."),
    ],
)
def test_track(tracks: dict[str, Any], chosen: str | None, outcome: str, said: str) -> None:
    assert run("track", tracks=tracks, answers={"track": chosen})[:2] == (outcome, said)


def test_an_excluded_sector_fails() -> None:
    sectors = {"drugs": {"en": "Drugs", "ja": "医薬品"}}
    assert run("excluded", {"sectors": ["drugs"]}, sector="drugs", sectors=sectors) == (
        "fail",
        "The sector “Drugs” is excluded from this call.",
        "分野「医薬品」はこの募集の対象外です。",
    )


def test_a_word_of_an_excluded_field_makes_a_person_look_and_quotes_it() -> None:
    text = "We help hospitals. " * 3 + "Our Clinical Trial starts in spring." + " More follows." * 5
    outcome, en, ja = run(
        "excluded",
        {"questions": ["solution"], "words": ["clinical trial"]},
        questions=[asked("solution")],
        answers={"solution": text},
    )
    assert outcome == "ask"
    assert en == (
        "“Solution” has the word “clinical trial”: “…itals. We help hospitals. Our Clinical Trial starts in spring. "
        "More follow…”. Check whether that field is excluded."
    )
    assert ja.startswith("「solution欄」に「clinical trial」という語があります")


def test_no_word_no_question() -> None:
    assert (
        run("excluded", {"questions": ["solution"], "words": ["治験"]}, answers={"solution": "遠隔診療"})[0] == "pass"
    )


@pytest.mark.parametrize(
    ("answers", "outcome", "said"),
    [
        ({"founded": 2018, "incorporated": "yes"}, "pass", "Founded in 2018: 2 years ago, within 10."),
        ({"founded": "2009"}, "ask", "Founded in 2009: 11 years ago, the limit is 10."),
        ({"founded": 2010}, "pass", "Founded in 2010: 10 years ago, within 10."),
        ({"founded": 2019, "incorporated": "no"}, "ask", "Founded in 2019, not incorporated yet."),
        ({"founded": 2021}, "ask", "The founding year 2021 lies in the future."),
        ({}, "ask", "The year of founding is not given."),
        ({"founded": "soon"}, "ask", "The year of founding is not given."),
    ],
)
def test_age(answers: dict[str, Any], outcome: str, said: str) -> None:
    assert run("age", {"max_years": 10}, answers=answers)[:2] == (outcome, said)


JAPAN, ESTONIA = {"en": "Japan", "ja": "日本"}, {"en": "Estonia", "ja": "エストニア"}


@pytest.mark.parametrize(
    ("facts", "outcome", "said"),
    [
        ({"country": "EE", "country_name": ESTONIA}, "pass", "本社所在国はエストニアです。"),
        ({"country": "JP", "country_name": JAPAN, "prefecture": "JP-28"}, "pass", "本社所在国は日本です。"),
        ({"country": "JP", "country_name": JAPAN}, "ask", "本社は日本ですが、都道府県の記入がありません。"),
        ({"country": "ZZ"}, "ask", "「ZZ」は国コードではありません。"),
        ({}, "ask", "本社所在国の記入がありません。"),
    ],
)
def test_place(facts: dict[str, Any], outcome: str, said: str) -> None:
    found = run("place", **facts)
    assert (found[0], found[2]) == (outcome, said)


def test_the_deck_is_a_file_and_not_an_answer() -> None:
    questions = [asked("deck", "file")]
    assert run("attached", questions=questions, answers={"deck": "there"})[:2] == ("ask", "“Deck” is not attached.")
    assert run("attached", questions=questions, files=frozenset({"deck"}))[:2] == ("pass", "“Deck” is attached.")


def test_a_rule_of_an_unknown_kind_never_passes() -> None:
    assert run("horoscope")[0] == "ask"


def test_braces_in_an_answer_are_quoted_as_they_are() -> None:
    assert (
        run("track", tracks=TRACKS, answers={"track": "{0.__class__}"})[1]
        == "“{0.__class__}” is not a track of this call."
    )
