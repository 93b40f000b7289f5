import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from accelerator.core import i18n
from accelerator.reporting import wording
from accelerator.reporting.export import csv_of
from accelerator.reporting.figures.counts import (
    ApplicationGroup,
    Counts,
    DemoDay,
    Frame,
    Meeting,
    Member,
    Mentoring,
    MentorLine,
    Progress,
    Promise,
    Rating,
    Reported,
    Selection,
    Wishes,
)
from accelerator.reporting.figures.document import all_figures, canonical, digest, document
from accelerator.reporting.sheet import Sheet

PRESS = {"en": "Press", "ja": "報道"}
DAYS = {
    "announced": date(2020, 4, 23),
    "opens": date(2020, 6, 15),
    "closes": date(2020, 7, 31),
    "decisions": date(2020, 8, 27),
    "starts": date(2020, 9, 7),
    "coaching_ends": date(2020, 10, 30),
    "demo_day": date(2020, 11, 12),
}


def both(text: str) -> dict[str, str]:
    return {"en": text, "ja": text}


def frame(**values: Any) -> Frame:
    given: dict[str, Any] = {
        "slug": "kobe",
        "programme": both("500 Kobe Accelerator"),
        "host": both("City"),
        "name": both("Kobe 2020"),
        "theme": both("Theme"),
        "about": both("About"),
        "place": both("Kobe"),
        "zone": "Asia/Tokyo",
        "mode": "online",
        "places": 17,
        "since": 2016,
        "home_country": "JP",
        "home_name": {"en": "Japan", "ja": "日本"},
        "dates": DAYS,
        "as_of": date(2020, 11, 20),
    }
    return Frame(**{**given, **values})


def counts(**values: Any) -> Counts:
    given: dict[str, Any] = {"frame": frame()}
    return Counts(**{**given, **values})


def found(figures: dict[str, Any], code: str) -> dict[str, Any]:
    return next(figure for _, figure in all_figures(figures) if figure["code"] == code)


def reported(code: str, value: int, **values: Any) -> Reported:
    given: dict[str, Any] = {"unit": "count", "label": both(code), "source": PRESS}
    return Reported(code, value, **{**given, **values})


def test_sectors_with_the_same_number_stand_in_alphabetical_order_and_all_are_shown() -> None:
    names = {
        "social": "Social Tech",
        "pets": "Pet Tech",
        "health": "Health Tech",
        "audio": "Audio Tech",
        "none": "Nothing",
    }
    cohort = [
        Member(key, str(key), sector=sector)
        for key, sector in enumerate(["social", "pets", "health", "health", "audio"])
    ]
    figures = document(counts(sectors={key: both(name) for key, name in names.items()}, cohort=cohort))
    rows = [(row["name"]["en"], row["number"]) for row in figures["sections"]["sectors"]["cohort"]]
    assert rows == [("Health Tech", 2), ("Audio Tech", 1), ("Pet Tech", 1), ("Social Tech", 1)]


def test_a_year_of_which_nothing_is_known_stays_a_gap() -> None:
    series = [
        reported("applications", 216, year=2018),
        reported("applications_home", 144, year=2018),
        reported("applications_abroad", 72, year=2018),
        reported("applications", 100, year=2019),
        reported("applications_abroad", 40, year=2019),
    ]
    groups = [ApplicationGroup(75, "JP"), ApplicationGroup(162, "US")]
    figures = document(counts(frame=frame(since=2017), applications=groups, reported=series))
    years = figures["sections"]["funnel"]["years"]
    assert [(row["year"], row["total"], row["home"], row["abroad"], row["selected"]) for row in years] == [
        (2017, None, None, None, None),
        (2018, 216, 144, 72, None),
        (2019, 100, None, 40, None),
        (2020, 237, 75, 162, 0),
    ]
    # 2019 is known in part only: half a column would say that nobody applied from home.
    spoken = str(Sheet(figures).years_chart).split("<title>")[1].split("</title>")[0]
    assert spoken.split(". ")[1:] == [
        "2017: Abroad –, Home country –",
        "2018: Abroad 72, Home country 144",
        "2019: Abroad –, Home country –",
        "2020: Abroad 162, Home country 75",
    ]


def test_percentages_say_what_they_are_out_of() -> None:
    groups = [ApplicationGroup(75, "JP"), ApplicationGroup(162, "US")]
    cohort = [Member(key, str(key), country="JP" if key < 6 else "US") for key in range(17)]
    figures = document(counts(applications=groups, cohort=cohort))
    share = found(figures, "APP_INT_RATE")
    assert (share["value"], share["numerator"], share["denominator"]) == (68.3544, 162, 237)
    shown = {
        code: (wording.shown(found(figures, code)), wording.basis(found(figures, code)))
        for code in ("APP_INT_RATE", "ACC_RATE", "ACC_RATE_HOME", "ACC_RATE_INT")
    }
    assert shown == {
        "APP_INT_RATE": ("68.4%", "162 of 237"),
        "ACC_RATE": ("7.2%", "17 of 237"),
        "ACC_RATE_HOME": ("8.0%", "6 of 75"),
        "ACC_RATE_INT": ("6.8%", "11 of 162"),
    }


@pytest.mark.parametrize(
    ("value", "english", "japanese"),
    [
        (110_000_000, "more than USD 110 million", "1億1,000万米ドル超"),
        (1_500_000_000_000, "more than USD 1.5 trillion", "1兆5,000億米ドル超"),
        (110_512_345, "more than USD 110,512,345", "1億1,051万2,345米ドル超"),
        (9_000, "more than USD 9,000", "9,000米ドル超"),
    ],
)
def test_a_lower_bound_is_printed_as_one_with_every_digit(value: int, english: str, japanese: str) -> None:
    figures = document(counts(reported=[reported("past_raised", value, unit="USD", lower_bound=True)]))
    figure = found(figures, "past_raised")
    assert (figure["value"], figure["unit"], figure["lower_bound"]) == (value, "USD", True)
    assert wording.shown(figure) == english
    with i18n.speaking("ja"):
        assert wording.shown(figure) == japanese


def test_relocations_and_collaborations_are_never_added_up() -> None:
    rows = [
        reported("located_in_kobe", 4, kind="relocation"),
        reported("cluster_collaborations", 2, kind="collaboration"),
    ]
    figures = document(counts(reported=rows))
    kinds = figures["sections"]["past"]["kinds"]
    assert [(kind["kind"], [figure["value"] for figure in kind["figures"]]) for kind in kinds] == [
        ("relocation", [4]),
        ("collaboration", [2]),
    ]
    assert 6 not in [figure["value"] for _, figure in all_figures(figures)]


def test_hours_heat_and_ratings_come_from_sessions_that_were_held() -> None:
    meetings = [Meeting(1, 10, 30, True), Meeting(1, 10, 60, True), Meeting(2, 11, 45, True), Meeting(2, 10, 30, False)]
    mentors = [MentorLine(1, "Ada"), MentorLine(2, "Bob"), MentorLine(3, "Never met")]
    figures = document(
        counts(
            cohort=[Member(11, "Beta"), Member(10, "alpha")],
            mentoring=Mentoring(meetings, mentors, Rating(2, 9), Rating(), absent_startups=1),
        )
    )
    section = figures["sections"]["mentoring"]
    values = {
        code: found(figures, code)["value"]
        for code in (
            "MENT_N",
            "SESS_N",
            "MENT_H",
            "MENT_H_EACH",
            "SHOW_RATE",
            "NOSHOW_F",
            "NOSHOW_M",
            "USEFUL_F",
            "USEFUL_M",
        )
    }
    assert values == {
        "MENT_N": 2,
        "SESS_N": 3,
        "MENT_H": 2.25,
        "MENT_H_EACH": 1.125,
        "SHOW_RATE": 75.0,
        "NOSHOW_F": 1,
        "NOSHOW_M": 0,
        "USEFUL_F": 4.5,
        "USEFUL_M": None,
    }
    assert [(row["name"], row["hours"], row["sessions"]) for row in section["startups"]] == [
        ("alpha", 1.5, 2),
        ("Beta", 0.75, 1),
    ]
    assert [(row["name"], row["hours"]) for row in section["heat"]] == [("alpha", [1.5, 0]), ("Beta", [0, 0.75])]
    assert [row["name"] for row in section["mentors"]] == ["Ada", "Bob"]


def test_a_milestone_counts_as_met_only_by_its_day() -> None:
    due = date(2020, 10, 1)
    marks = [Promise(1, due, due), Promise(1, due, date(2020, 10, 2)), Promise(1, due), Promise(1, date(2020, 11, 20))]
    figures = document(counts(cohort=[Member(1, "One")], progress=Progress(marks, updates_due=4, updates_met=3)))
    assert figures["sections"]["progress"]["startups"] == [
        {"name": "One", "met": 1, "due": 3, "achieved": 2, "total": 4}
    ]
    assert wording.shown(found(figures, "MS_DONE")) == "33.3%"
    assert wording.basis(found(figures, "KPI_RESP")) == "3 of 4"


def test_a_metric_of_fewer_than_five_startups_is_not_shown() -> None:
    day, later = date(2020, 9, 4), date(2020, 9, 11)
    series = {key: [(day, Decimal(10)), *([(later, Decimal(10 + key))] if key < 4 else [])] for key in range(5)}
    figures = document(counts(progress=Progress(series={"USERS_ACT": series}, names={"USERS_ACT": both("Users")})))
    assert figures["sections"]["progress"]["metrics"] == [
        {
            "code": "USERS_ACT",
            "label": both("Users"),
            "points": [{"as_of": "2020-09-04", "n": 5, "low": 100.0, "median": 100.0, "high": 100.0}],
        }
    ]


def test_nobody_has_come_to_a_demo_day_that_lies_ahead() -> None:
    known = DemoDay(False, {"JP": 3, None: 1}, {}, 2, [Wishes("A", 1, 2, 1)])
    before = document(counts(demo_day=known))
    assert {code: found(before, code)["value"] for code in ("DD_REG", "DD_ATT", "DD_SHOW", "DD_COUNTRY", "INT_N")} == {
        "DD_REG": 4,
        "DD_ATT": None,
        "DD_SHOW": None,
        "DD_COUNTRY": 1,
        "INT_N": 3,
    }
    after = document(counts(demo_day=DemoDay(True, {"JP": 4}, {"JP": 3})))
    assert (wording.shown(found(after, "DD_ATT")), wording.shown(found(after, "DD_SHOW"))) == ("3", "75.0%")


def test_an_edition_without_rows_has_figures_too() -> None:
    figures = document(counts())
    assert {
        code: wording.shown(found(figures, code)) for code in ("APP_N", "ACC_RATE", "READS", "READ_LAG", "DD_REG")
    } == {"APP_N": "0", "ACC_RATE": "–", "READS": "–", "READ_LAG": "–", "DD_REG": "–"}
    assert Sheet(figures).sentences == ["No application has been sent yet."]


def test_only_what_was_reported_is_not_marked_as_synthetic() -> None:
    cohort = [Member(key, str(key), country="JP") for key in range(17)]
    groups = [ApplicationGroup(237, "JP")]
    full = document(counts(frame=frame(is_demo=True), applications=groups, cohort=cohort))
    plain = {figure["code"] for _, figure in all_figures(full) if not figure.get("synthetic")}
    assert plain == {
        "APP_N",
        "APP_HOME",
        "APP_INT",
        "APP_INT_RATE",
        "COHORT_N",
        "COHORT_HOME",
        "COHORT_INT",
        "ACC_RATE",
        "ACC_RATE_HOME",
        "ACC_RATE_INT",
        "SECTOR_COHORT_N",
    }
    early = document(counts(frame=frame(is_demo=True, call_over=False), applications=groups, cohort=cohort[:3]))
    assert [figure["code"] for _, figure in all_figures(early) if not figure.get("synthetic")] == []
    real = document(counts(applications=groups, cohort=cohort))
    assert [figure["code"] for _, figure in all_figures(real) if figure.get("synthetic")] == []


def test_the_days_between_sending_and_the_letter_are_told_as_their_median() -> None:
    figures = document(counts(selection=Selection(reads=[3, 3, 4], answer_days=[10.0, 20.0, 60.0])))
    assert (found(figures, "READ_LAG")["value"], found(figures, "READ_LAG")["denominator"]) == (20.0, 3)
    assert wording.shown(found(figures, "READS")) == "3.3"
    assert figures["sections"]["selection"]["reads"] == [
        {"reads": 3, "applications": 2},
        {"reads": 4, "applications": 1},
    ]


def test_the_digest_does_not_hang_on_the_order_in_which_a_database_returns_keys() -> None:
    figures = document(counts(applications=[ApplicationGroup(1, "JP")]))
    stored = json.loads(json.dumps(figures))
    turned = {key: stored[key] for key in reversed(stored)}
    assert digest(turned) == digest(figures)
    changed = json.loads(canonical(figures).replace('"value":1}', '"value":2}', 1))
    assert digest(changed) != digest(figures)


def test_every_code_that_is_used_is_defined() -> None:
    rows = [reported("past_raised", 1, unit="USD"), reported("own_figure", 3)]
    figures = document(counts(reported=rows))
    used = list(dict.fromkeys(figure["code"] for _, figure in all_figures(figures)))
    assert [meaning["code"] for meaning in figures["definitions"]] == used
    assert all(meaning["text"]["en"] and meaning["text"]["ja"] for meaning in figures["definitions"])


def test_a_long_text_of_a_startup_stays_on_its_card() -> None:
    figures = document(counts(cohort=[Member(1, "One", line={"en": "x" * 5000, "ja": ""})]))
    line = figures["sections"]["cohort"]["cards"][0]["line"]
    assert line == {"en": "x" * 299 + "…"}


def test_the_spreadsheet_has_a_mark_and_no_formulas() -> None:
    cohort = [Member(1, "=cmd|' /C calc'!A0")]
    content = csv_of(document(counts(cohort=cohort))).decode()
    assert content[0] == "\ufeff"
    assert ",'=cmd|' /C calc'!A0,0.0," in content
    assert (
        content.splitlines()[1] == "funnel,APP_N,Applications,,0,companies,,,0,2020-11-20,Counted here: applications,0"
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0.0, "0.0%"), (68.3544, "68.4%"), (99.97, "99.9%"), (100.0, "100%"), (250.0, "250.0%")],
)
def test_only_all_of_it_is_a_hundred_percent(value: float | None, text: str) -> None:
    assert wording.percent(value) == text
