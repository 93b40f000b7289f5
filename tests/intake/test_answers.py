"""The form engine: typed text to value, value to sentences, value to what readers see."""

from datetime import date
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from accelerator.core import i18n
from accelerator.core.countries import countries, names_of
from accelerator.intake.answers import founders, hours, meter
from accelerator.intake.answers.checking import check
from accelerator.intake.answers.identifiers import is_corporate_number, is_public_url
from accelerator.intake.answers.numbers import number_from
from accelerator.intake.answers.parsing import merged, parse, parse_section
from accelerator.intake.answers.questions import (
    PlainForm,
    PlainQuestion,
    PlainSection,
    condition_text,
    is_drawn,
    is_shown,
)
from accelerator.intake.answers.reading import REVIEWER_BLIND, REVIEWER_OPEN, TEAM, read, read_answer
from accelerator.intake.models import Audience
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.roles import QuestionRole

TODAY = date(2020, 7, 1)


def ask(kind: Kind, key: str = "it", **values: Any) -> PlainQuestion:
    """A question named "It"."""
    choices = tuple(
        {"value": value, "label": {"en": value.title(), "ja": f"{value}の"}} for value in values.pop("choices", ())
    )
    defaults: dict[str, Any] = {
        "help": None,
        "required": False,
        "limits": {},
        "shown_if": None,
        "audience": Audience.REVIEWERS,
    }
    return PlainQuestion(
        key=key, kind=kind, label={"en": "It", "ja": "それ"}, choices=choices, **{**defaults, **values}
    )


def typed(question: PlainQuestion, *pairs: tuple[str, str]) -> Any:
    """What is kept of what was typed."""
    return parse(question, MultiDict(pairs))


def sentences(question: PlainQuestion, value: Any, **others: Any) -> list[str]:
    """What the check says."""
    return check(question, value, {question.key: value, **others}, TODAY)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4200", 4200),
        ("４，２００", 4200),
        ("4,200", 4200),
        (" 1 000 ", 1000),
        ("12.50", "12.50"),
        ("12.0", 12),
        ("", None),
        ("about 4k", "about 4k"),
        ("1e9", "1e9"),
        ("nan", "nan"),
        ("-3", -3),
        ("9" * 40, "9" * 40),
    ],
)
def test_numbers_are_read_as_people_type_them(text: str, value: int | str | None) -> None:
    assert number_from(text) == value


def test_values_of_each_kind_are_read() -> None:
    assert typed(ask(Kind.SHORT), ("it", "  a \n b ")) == "a b"
    assert typed(ask(Kind.SHORT, limits={"fold": True}), ("it", "Ｎｏｒｔｈ㈱")) == "North(株)"
    assert typed(ask(Kind.LONG), ("it", " a\r\n\r\nb\x00 ")) == "a\n\nb"
    assert typed(ask(Kind.NUMBER), ("it", "１２")) == 12
    assert typed(ask(Kind.MONEY), ("it.amount", "4,200"), ("it.currency", "EUR")) == {"amount": 4200, "currency": "EUR"}
    assert typed(ask(Kind.MONEY), ("it.currency", "EUR")) is None
    assert typed(ask(Kind.DATE), ("it", "2020/7/1")) == "2020-07-01"
    assert typed(ask(Kind.DATE), ("it", "soon")) == "soon"
    assert typed(ask(Kind.CHOICES), ("it", "a"), ("it", "b"), ("it", "a")) == ["a", "b"]
    assert typed(ask(Kind.HOURS), ("it", "0"), ("it", "83"), ("it", "84"), ("it", "x")) == [
        0,
        1,
        2,
        3,
        332,
        333,
        334,
        335,
    ]
    assert typed(ask(Kind.SHORT, limits={"check": "corporate_number"}), ("it", "7-0000-1201-2050")) == "7000012012050"
    assert typed(ask(Kind.SHORT)) is None


def test_a_page_writes_only_what_it_drew_and_never_a_file() -> None:
    section = PlainSection(
        "s", {"en": "S", "ja": "S"}, None, (ask(Kind.SHORT, "a"), ask(Kind.SHORT, "b"), ask(Kind.FILE, "deck"))
    )
    form = MultiDict([("asked", "a"), ("asked", "deck"), ("a", "1"), ("b", "2"), ("deck", "9"), ("state", "joined")])
    assert parse_section(section, form) == {"a": "1"}
    assert merged({"a": "0", "b": "2"}, {"a": None}) == {"b": "2"}


def test_what_must_be_there_is_asked_for_in_words_of_its_kind() -> None:
    assert sentences(ask(Kind.SHORT, required=True), None) == ["Answer “It”."]
    assert sentences(ask(Kind.COUNTRY, required=True), None) == ["Choose an answer to “It”."]
    assert sentences(ask(Kind.FILE, required=True), None) == ["Add the file “It”."]
    assert sentences(ask(Kind.CONSENT, required=True, choices=("a", "b")), ["a"]) == ["Tick every box under “It”."]
    assert sentences(ask(Kind.CONSENT, choices=("a", "b")), ["a"]) == []
    assert sentences(ask(Kind.SHORT), None) == []


def test_texts_are_counted_in_characters() -> None:
    line = ask(Kind.SHORT, limits={"max": 5, "min": 2})
    assert sentences(line, "日本語です") == []
    assert sentences(line, "日本語ですね") == ["Shorten “It” by 1 character."]
    assert sentences(line, "😀") == ["Write at least 2 characters under “It”."]
    assert sentences(ask(Kind.LONG, limits={"lines": 2}), "a\n\nb\nc") == ["Write at most 2 lines under “It”."]


def test_numbers_keep_their_bounds() -> None:
    year = ask(Kind.NUMBER, limits={"min": 1900, "max": "this year"})
    assert sentences(year, 2020) == []
    assert sentences(year, 2021) == ["Enter 2020 or less for “It”."]
    assert sentences(year, 1899) == ["Enter 1900 or more for “It”."]
    assert sentences(year, "about 2018") == ["Enter “It” as a year, like 2018."]
    assert sentences(year, "2018.5") == ["Enter “It” as a year, like 2018."]
    part = ask(Kind.NUMBER, limits={"decimals": 2, "at_most": "whole"})
    assert sentences(part, "10.50", whole=10) == ["“It” can't be more than the whole amount, 10."]
    assert sentences(part, "10.50", whole="10.50") == []
    users = ask(Kind.NUMBER, limits={"with": "definition"})
    assert sentences(users, 3) == ["Add a note on who is counted under “It”."]
    assert sentences(users, 3, definition="Clinics") == []


def test_counts_say_what_they_take_with_a_sample_that_fits() -> None:
    count = ask(Kind.NUMBER, limits={"min": 0})
    for value in ("12人", "3.5"):
        assert sentences(count, typed(count, ("it", value))) == ["Enter “It” as a whole number, like 12."]
    assert sentences(count, typed(count, ("it", "-3"))) == ["Enter 0 or more for “It”."]
    few = ask(Kind.NUMBER, limits={"min": 1, "max": 5})
    assert sentences(few, "many") == ["Enter “It” as a whole number, like 5."]


@pytest.mark.parametrize("limits", [{}, {"min": 0}, {"min": 0, "decimals": 2}])
def test_no_number_is_larger_than_what_holds_it(limits: dict[str, Any]) -> None:
    number, money = ask(Kind.NUMBER, limits=limits), ask(Kind.MONEY, limits=limits)
    large, most = typed(number, ("it", "99999999999999999999")), 10**15 - 1
    assert sentences(number, large) == ["Enter 999,999,999,999,999 or less for “It”."]
    assert sentences(money, {"amount": large, "currency": "JPY"}) == ["Enter 999,999,999,999,999 or less for “It”."]
    assert sentences(number, most) == sentences(money, {"amount": most, "currency": "JPY"}) == []
    if not limits:
        assert sentences(number, -(10**15)) == ["Enter -999,999,999,999,999 or more for “It”."]


def test_money_needs_its_currency() -> None:
    money = ask(Kind.MONEY, limits={"min": 0})
    assert sentences(money, {"amount": 1, "currency": "EUR"}) == []
    assert sentences(money, {"amount": 1, "currency": ""}) == ["Choose the currency of “It”."]
    assert sentences(money, {"amount": -1, "currency": "EUR"}) == ["Enter 0 or more for “It”."]
    assert sentences(money, {"amount": "4k", "currency": "EUR"}) == ["Enter “It” as a number, like 4200."]


def test_dates_are_days_and_not_to_come() -> None:
    day = ask(Kind.DATE, limits={"max": "today"})
    assert sentences(day, "2020-07-01") == []
    assert sentences(day, "2020-07-02") == ["“It” can't be in the future."]
    assert sentences(day, "2020-02-30") == ["Enter “It” as a date, like 2020-07-31."]


def test_choices_are_of_the_list() -> None:
    assert sentences(ask(Kind.CHOICE, choices=("a",)), "a") == []
    assert sentences(ask(Kind.CHOICE, choices=("a",)), "b") == ["Choose an answer to “It”."]
    assert sentences(ask(Kind.CHOICES, choices=("a", "b"), limits={"max_choices": 1}), ["a", "b"]) == [
        "Choose at most 1 under “It”."
    ]
    assert sentences(ask(Kind.COUNTRIES), ["JP", "EU"]) == ["Choose an answer to “It”."]
    assert sentences(ask(Kind.PREFECTURE), "JP-28") == []
    assert sentences(ask(Kind.PREFECTURE), "JP-48") == ["Choose an answer to “It”."]
    assert sentences(ask(Kind.ZONE), "Asia/Tokyo") == []
    assert sentences(ask(Kind.ZONE), "GMT+9") == ["Enter a large city in your time zone, like Kobe or Lisbon."]
    assert len(countries()) == 249


def test_hours_need_four_a_week() -> None:
    grid = ask(Kind.HOURS, limits={"min": 4})
    assert sentences(grid, list(range(8))) == []
    assert sentences(grid, list(range(7))) == ["Choose at least 4 hours a week under “It”."]
    assert sentences(grid, [0] * 8) == ["Choose at least 4 hours a week under “It”."]
    assert hours.hours_text([36, 37, 38, 39, 46, 47, 48]) == ["Mon 18:00–20:00", "Mon 23:00–24:00", "Tue 00:00–00:30"]
    assert hours.parts_of([36, 37, 38, 39, 40]) == {9}


def test_corporate_numbers_carry_a_check_digit() -> None:
    assert is_corporate_number("7000012050002")  # the National Tax Agency
    assert is_corporate_number("9000020281000")  # the City of Kobe
    assert not is_corporate_number("8000012050002")
    assert not is_corporate_number("700001205000")
    assert not is_corporate_number("７000012050002")


@pytest.mark.parametrize(
    ("address", "good"),
    [
        ("https://example.com/a?b=c", True),
        ("http://example.com:8080", True),
        ("https://日本.jp", True),
        ("https://8.8.8.8/", True),
        ("ftp://example.com", False),
        ("javascript:alert(1)", False),
        ("https://localhost", False),
        ("https://intranet", False),
        ("http://127.0.0.1", False),
        ("http://127.1", False),
        ("http://[::1]/", False),
        ("http://10.0.0.8", False),
        ("http://169.254.169.254/latest", False),
        ("http://printer.local", False),
        ("https://user@example.com", False),
        ("https://exa mple.com", False),
        ("https://", False),
        ("http://[bad", False),
        ("example.com", False),
    ],
)
def test_addresses_are_public_ones(address: str, good: bool) -> None:
    assert is_public_url(address) is good


def row(**values: Any) -> dict[str, Any]:
    """A founder who is all right."""
    return {"name": "Kadri", "role": "CEO", "email": "kadri@example.org", "equity": 60, "full_time": True, **values}


def test_founders_are_checked_together() -> None:
    assert founders.check({}, [row(), row(email="b@example.org", equity=40)], True) == []
    assert founders.check({}, [], True) == []
    assert founders.check({}, None, True) == ["Enter at least one founder."]
    assert founders.check({}, [row(), row(equity=41)], True) == [
        "The founders' equity adds up to more than 100%. Lower one share.",
        "Two founders have the same e-mail address. Give each their own.",
    ]
    assert founders.check({}, [row(name="", equity="half", email="kadri", linkedin="http://10.0.0.1")], True) == [
        "Founder 1: enter “Name”.",
        "Founder 1: enter an address like name@example.org.",
        "Founder 1: enter “LinkedIn page” as a full public address, like https://example.com.",
        "Founder 1: enter “Equity, %” as a whole number from 0 to 100.",
    ]


def test_founders_are_read_row_by_row() -> None:
    form = MultiDict(
        [
            ("f.0.name", " Kadri  Lepik "),
            ("f.0.email", "KADRI@example.org"),
            ("f.0.equity", "６０"),
            ("f.1.full_time", "1"),
            ("f.2.name", "Aoi"),
            ("f.6.name", "Seventh"),
        ]
    )
    assert founders.parse("f", {"rows": 6}, form) == [
        {"name": "Kadri Lepik", "email": "kadri@example.org", "equity": 60, "full_time": False},
        {"name": "Aoi", "full_time": False},
    ]


def test_questions_hang_on_answers() -> None:
    country = ask(Kind.COUNTRY, "country")
    inside = ask(
        Kind.SHORT, "number", shown_if={"question": "country", "in": ["JP"], "and": {"question": "inc", "in": ["yes"]}}
    )
    section = PlainSection("s", {"en": "S", "ja": "S"}, None, (country, inside))
    assert [is_shown(inside, answers) for answers in ({}, {"country": "JP"}, {"country": "JP", "inc": "yes"})] == [
        False,
        False,
        True,
    ]
    assert is_drawn(inside, section, {})
    assert condition_text(inside, section) == "Only if “It” is “Japan”."
    assert check(inside, "x" * 500, {"country": "EE"}, TODAY) == []


FORM = PlainForm(
    1,
    1,
    (
        PlainSection(
            "a",
            {"en": "A", "ja": "あ"},
            None,
            (
                ask(Kind.SHORT, "name", required=True, audience=Audience.MASKED),
                ask(Kind.FOUNDERS, "founders", required=True),
                ask(Kind.SHORT, "number", audience=Audience.STAFF),
                ask(Kind.CHOICE, "gender", choices=("x",), audience=Audience.STATISTICS),
                ask(Kind.LONG, "hidden", shown_if={"question": "name", "in": ["nobody"]}),
            ),
        ),
        PlainSection("b", {"en": "B", "ja": "い"}, None, (ask(Kind.COUNTRY, "country", required=True),)),
    ),
)
GIVEN = {"name": "North", "founders": [row()], "number": "7", "gender": "x", "hidden": "secret", "country": "JP"}


def test_readers_see_what_is_theirs() -> None:
    def keys(audiences: frozenset[Audience]) -> list[str]:
        return [answer.key for section in read(FORM, GIVEN, audiences) for answer in section.answers]

    assert keys(REVIEWER_BLIND) == ["founders", "country"]
    assert keys(REVIEWER_OPEN) == ["name", "founders", "country"]
    assert keys(TEAM) == ["name", "founders", "number", "country"]
    assert keys(frozenset(Audience)) == ["name", "founders", "number", "country"]


def test_blind_readers_see_founders_without_names_and_addresses() -> None:
    def table(audiences: frozenset[Audience]) -> tuple[Any, Any]:
        answer = read(FORM, GIVEN, audiences)[0].answers[-1 if audiences is REVIEWER_BLIND else 1]
        return answer.head, answer.rows

    assert table(REVIEWER_BLIND) == (
        ("No.", "Role", "Equity, %", "Works on it full-time"),
        (("1", "CEO", "60", "Yes"),),
    )
    assert table(REVIEWER_OPEN)[1] == (("1", "Kadri", "CEO", "", "60", "Yes"),)
    assert table(TEAM)[1] == (("1", "Kadri", "CEO", "kadri@example.org", "", "60", "Yes"),)


def test_answers_are_shown_in_the_reader_s_language() -> None:
    def texts(question: PlainQuestion, value: Any) -> list[str]:
        found = []
        for language in ("en", "ja"):
            with i18n.speaking(language):
                answer = read_answer(question, value, TEAM)
                found.append(answer.text)
        return found

    assert texts(ask(Kind.COUNTRY), "JP") == ["Japan", "日本"]
    assert texts(ask(Kind.ZONE), "Asia/Kolkata") == ["Kolkata (IST, UTC+5:30)", "コルカタ（IST、UTC+5:30）"]
    assert texts(ask(Kind.PREFECTURE), "JP-28") == ["Hyogo", "兵庫県"]
    assert texts(ask(Kind.CHOICES, choices=("a", "b")), ["a", "b"]) == ["A\nB", "aの\nbの"]
    assert texts(ask(Kind.MONEY), {"amount": 4200, "currency": "JPY"}) == ["¥4,200", "¥4,200"]
    assert texts(ask(Kind.DATE), "2020-07-01") == ["1 Jul 2020", "2020年7月1日"]
    assert texts(ask(Kind.NUMBER, limits={"max": "this year"}), 2018) == ["2018", "2018"]
    assert texts(ask(Kind.NUMBER), 1234567) == ["1,234,567", "1,234,567"]
    assert texts(ask(Kind.LONG), "a\n\nb") == ["a\nb", "a\nb"]


def test_a_city_is_named_in_the_readers_language_and_no_other_short_text() -> None:
    city, name = ask(Kind.SHORT, role=QuestionRole.CITY), ask(Kind.SHORT)
    with i18n.speaking("ja", "Asia/Tokyo"):
        asked = ((city, "Kobe"), (city, "Atlantis"), (name, "Kobe"))
        shown = [read_answer(question, value, TEAM) for question, value in asked]
    assert [answer.paragraphs for answer in shown] == [("神戸",), ("Atlantis",), ("Kobe",)]


def test_only_web_addresses_become_links() -> None:
    assert read_answer(ask(Kind.URL), "https://example.com", TEAM).link == "https://example.com"
    assert read_answer(ask(Kind.URL), "javascript:alert(1)", TEAM).link is None


def test_the_meter_counts_what_is_missing() -> None:
    first, second = meter.overview(FORM, {"name": "x"}, TODAY)
    assert (first.started, first.missing, first.done) == (True, 1, False)
    assert (second.started, second.missing, second.done) == (False, 1, False)
    assert [sentence for _question, sentence in first.problems] == ["Answer “It”."]
    assert meter.minutes_left(FORM, [first, second]) == 30
    assert meter.kept(FORM, {**GIVEN, "unknown": 1}) == {key: value for key, value in GIVEN.items() if key != "hidden"}


def test_countries_are_found_by_name_in_either_language() -> None:
    assert names_of("EE") == ["Estonia", "エストニア"]
    assert names_of("zzz") == names_of(None) == []
