"""Weeks, indexed series, files by content, typed numbers: the pure parts of progress."""

from datetime import date
from decimal import Decimal

import pytest

from accelerator.core import i18n
from accelerator.progress import figures, files, weeks
from accelerator.progress.amounts import amount, signed
from accelerator.progress.defaults import METRICS, MILESTONES
from accelerator.progress.figures import Share, Spread
from accelerator.progress.forms import read_number

MONDAY = date(2020, 9, 7)


def test_a_week_runs_from_monday_to_sunday_and_counts_on_friday():
    assert [weeks.week_end(date(2020, 10, day)) for day in (4, 5, 9, 11, 12)] == [
        date(2020, 10, 2),
        date(2020, 10, 9),
        date(2020, 10, 9),
        date(2020, 10, 9),
        date(2020, 10, 16),
    ]


def test_week_numbers_begin_with_the_programme():
    assert [weeks.week_number(day, MONDAY) for day in (date(2020, 9, 4), date(2020, 9, 11), date(2020, 10, 9))] == [
        0,
        1,
        5,
    ]


def test_numbers_can_be_given_from_the_entry_to_this_week():
    assert weeks.open_weeks(MONDAY, date(2020, 9, 17)) == [date(2020, 9, 18), date(2020, 9, 11), date(2020, 9, 4)]
    assert weeks.open_weeks(MONDAY, date(2020, 8, 20)) == []
    assert len(weeks.open_weeks(MONDAY, date(2022, 1, 1))) == 20


def test_a_week_is_due_once_its_friday_has_passed():
    assert weeks.due_weeks(MONDAY, date(2020, 10, 30), date(2020, 9, 18)) == [date(2020, 9, 11)]
    assert weeks.due_weeks(MONDAY, date(2020, 9, 18), date(2021, 1, 1)) == [date(2020, 9, 11), date(2020, 9, 18)]


def test_default_milestones_fall_on_the_days_of_the_2020_edition():
    due = [default.due_on(MONDAY, date(2020, 11, 12)).isoformat() for default in MILESTONES]
    assert due == ["2020-09-07", "2020-09-18", "2020-10-02", "2020-10-16", "2020-10-30", "2020-11-12"]
    assert all(set(default.title) == set(default.detail) == {"en", "ja"} for default in MILESTONES)
    assert all(set(default.label) == set(default.definition) == {"en", "ja"} for default in METRICS)


def test_an_index_needs_a_first_value_above_zero():
    assert figures.indexed([None, Decimal(40), None, Decimal(50)]) == [None, 100.0, None, 125.0]
    assert figures.indexed([Decimal(0), Decimal(9)]) == [None, None]
    assert figures.indexed([]) == []


def test_the_spread_of_a_cohort():
    first, second = date(2020, 9, 11), date(2020, 9, 18)
    series = {
        1: [(first, Decimal(10)), (second, Decimal(20))],
        2: [(first, Decimal(10)), (second, Decimal(12))],
        3: [(first, Decimal(5)), (second, Decimal(5))],
        4: [(first, Decimal(0)), (second, Decimal(7))],
    }
    assert figures.spreads(series) == [Spread(first, 3, 100.0, 100.0, 100.0), Spread(second, 3, 100.0, 120.0, 200.0)]
    assert figures.spreads(series, smallest=4) == []


def test_a_share_of_nothing_is_unknown():
    assert (Share(0, 0).share, Share(1, 4).share) == (None, 0.25)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("４１２，０００", Decimal("412000")),
        ("¥412,000", Decimal("412000")),
        ("1 200.5", Decimal("1200.5")),
        ("−3", Decimal("-3")),
        ("1e5", None),
        ("NaN", None),
        ("Infinity", None),
        ("12.34567", None),
        ("many", None),
        ("1" * 19, None),
    ],
)
def test_typed_numbers(typed: str, read: Decimal | None):
    assert read_number(typed) == read


def test_amounts_in_both_languages():
    yen, dollars = Decimal("412000.0000"), Decimal("1200.5000")
    assert [amount(yen, "JPY"), amount(dollars, "USD"), amount(Decimal("3.5000"), "months"), amount(yen, "count")] == [
        "¥412,000",
        "$1,200.50",
        "3.5 months",
        "412,000",
    ]
    assert [signed(Decimal(18), "count"), signed(Decimal(-21000), "JPY")] == ["+18", "−¥21,000"]
    with i18n.speaking("ja"):
        assert amount(yen, "JPY") == "412,000円"


def test_files_are_known_by_their_first_bytes():
    found = [
        files.media_type(content)
        for content in (b"%PDF-1.7", b"\x89PNG\r\n\x1a\n..", b"\xff\xd8\xff\xe0", b"<html>", b"")
    ]
    assert found == ["application/pdf", "image/png", "image/jpeg", None, None]
