"""The reported facts of Kobe 2020 must come out of rows of that size exactly."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from accelerator.core import db, i18n, scope
from accelerator.demo_edition import facts
from accelerator.intake.models import Application, ApplicationState
from accelerator.mentoring.models import SessionState, Side
from accelerator.programmes.models import Edition
from accelerator.reporting import wording
from accelerator.reporting.figures.document import all_figures, canonical, document
from accelerator.reporting.queries import counting
from accelerator.reporting.sheet import Sheet
from tests.factories import make_application, make_edition, make_person
from tests.factories.reporting import (
    DECLINED_NAME,
    make_demo_day,
    make_kobe_edition,
    make_kobe_rows,
    make_meeting,
    make_mentor_line,
    make_promise,
    make_release,
    make_review_round,
    make_series,
    make_verdicts,
)

FACTS = facts.facts()


@pytest.fixture
def kobe(tx: DatabaseSession) -> Edition:
    edition = make_kobe_edition()
    with scope.choose(edition.scope):
        startups = make_kobe_rows(edition)
        applications = list(tx.scalars(select(Application.id).order_by(Application.id)))
        make_verdicts(edition, applications, failed=16)
        make_review_round(edition, applications[:221])
        make_release(edition, applications)
        mentor = make_mentor_line(edition, given_name="Maya", family_name="Okafor")
        at = datetime(2020, 9, 15, 1, tzinfo=UTC)
        make_meeting(edition, mentor, startups[0], at, rated=5)
        make_meeting(edition, mentor, startups[1], at.replace(day=16), SessionState.MISSED, absent=Side.STARTUP)
        make_promise(edition, startups[0], date(2020, 9, 18), date(2020, 9, 18))
        for startup in startups[:5]:
            make_series(
                edition, startup, "USERS_ACT", [(date(2020, 9, 4), 4567), (date(2020, 9, 11), 9134)], make_person()
            )
        make_demo_day(edition, startups)
        # Neither drafts, nor what was withdrawn, nor another edition's rows count.
        make_application(edition, ApplicationState.DRAFT)
        make_application(edition, ApplicationState.WITHDRAWN)
    other = make_edition()
    with scope.choose(other.scope):
        make_application(other)
    return edition


def made(edition: Edition) -> dict[str, object]:
    with scope.choose(edition.scope):
        return document(counting.counts(edition))


def values(figures: dict[str, object]) -> dict[str, object]:
    return {figure["code"]: figure["value"] for _, figure in all_figures(figures)}


def test_the_reported_facts_come_out_exactly(kobe: Edition) -> None:
    figures = made(kobe)
    known = values(figures)
    assert {
        code: known[code] for code in ("APP_N", "APP_HOME", "APP_INT", "COHORT_N", "COHORT_HOME", "COHORT_INT")
    } == {
        "APP_N": FACTS["applications"]["total"],
        "APP_INT": FACTS["applications"]["overseas"],
        "APP_HOME": FACTS["relations"]["japan_applications_derived"],
        "COHORT_N": FACTS["selected"]["total"],
        "COHORT_HOME": FACTS["selected"]["japan"],
        "COHORT_INT": FACTS["selected"]["overseas"],
    }
    assert round(known["APP_INT_RATE"], 2) == FACTS["relations"]["international_percent_derived"]
    assert round(known["ACC_RATE"], 2) == FACTS["relations"]["acceptance_percent_derived"]
    past = FACTS["past_four_years"]
    assert {
        code: known[code] for code in ("past_companies", "past_raised", "located_in_kobe", "cluster_collaborations")
    } == {
        "past_companies": past["companies"],
        "past_raised": past["raised"]["at_least"],
        "located_in_kobe": past["locating_in_kobe"],
        "cluster_collaborations": past["cluster_collaborations"],
    }


def test_the_nine_categories_and_their_order(kobe: Edition) -> None:
    rows = made(kobe)["sections"]["sectors"]["cohort"]
    counted = [(row["name"]["en"], row["number"]) for row in rows]
    assert dict(counted) == FACTS["categories"]
    assert counted == [
        ("Health Tech", 8),
        ("E-commerce", 2),
        ("Audio Tech", 1),
        ("Business Transformation Tool", 1),
        ("Online Education", 1),
        ("Pet Tech", 1),
        ("Remote Work", 1),
        ("Social Tech", 1),
        ("Tourism Tech", 1),
    ]


def test_the_days_stand_apart(kobe: Edition) -> None:
    days = made(kobe)["edition"]["dates"]
    assert (days["announced"], days["decisions"], days["starts"], days["coaching_ends"], days["demo_day"]) == tuple(
        FACTS["dates"][name] for name in ("announced", "selected", "start", "coaching_end", "demo_day")
    )
    spoken = str(Sheet(made(kobe)).timeline)
    assert "Coaching: 7 Sep – 30 Oct. Demo Day: 12 Nov</title>" in spoken


def test_the_years_before_are_those_of_the_press(kobe: Edition) -> None:
    years = made(kobe)["sections"]["funnel"]["years"]
    assert [(row["year"], row["total"], row["home"], row["abroad"], row["selected"]) for row in years] == [
        (2016, None, None, None, None),
        (2017, 216, 144, 72, None),
        (2018, 237, 103, 134, 22),
        (2019, 174, 58, 116, 15),
        (2020, 237, 75, 162, 17),
    ]


def test_the_summary_says_it_in_both_languages(kobe: Edition) -> None:
    figures = made(kobe)
    sheet = Sheet(figures)
    assert sheet.sentences[0] == (
        "237 startups applied, 162 of them from abroad (68.4%). 17 joined: 6 from Japan and 11 from abroad."
    )
    assert [(tile.value, tile.note, tile.before) for tile in sheet.tiles[:4]] == [
        ("237", "", "2019: 174"),
        ("68.4%", "162 of 237", "2019: 66.7%"),
        ("17", "6 from home, 11 from abroad", "2019: 15"),
        ("7.2%", "17 of 237", "2019: 8.6%"),
    ]
    assert wording.shown(sheet.by_code["past_raised"]) == "more than USD 110 million"
    with i18n.speaking("ja"):
        sheet = Sheet(figures)
        assert sheet.sentences[0] == (
            "237社から応募があり、うち162社（68.4%）は海外からでした。17社を採択しました。内訳は日本6社、海外11社です。"
        )
        assert wording.shown(sheet.by_code["past_raised"]) == "1億1,000万米ドル超"


def test_what_is_counted_around_the_selection(kobe: Edition) -> None:
    known = values(made(kobe))
    assert {
        code: known[code]
        for code in (
            "APP_ELIG",
            "APP_READ",
            "APP_OFFER",
            "REVIEWERS",
            "REVIEWS",
            "READS",
            "RELIABILITY",
            "SEATS_CHANGED",
            "COI_N",
            "SESS_N",
            "MENT_H",
            "SHOW_RATE",
            "NOSHOW_F",
            "USEFUL_F",
            "DD_REG",
            "DD_ATT",
            "INT_N",
            "INT_MEET",
            "INTRO_N",
            "COHORT_COUNTRY_N",
        )
    } == {
        "APP_ELIG": 221,
        "APP_READ": 221,
        "APP_OFFER": 17,
        "REVIEWERS": 4,
        "REVIEWS": 663,
        "READS": 3.0,
        "RELIABILITY": 0.4123,
        "SEATS_CHANGED": 2,
        "COI_N": 1,
        "SESS_N": 1,
        "MENT_H": 0.5,
        "SHOW_RATE": 50.0,
        "NOSHOW_F": 1,
        "USEFUL_F": 5.0,
        "DD_REG": 10,
        "DD_ATT": 7,
        "INT_N": 3,
        "INT_MEET": 2,
        "INTRO_N": 1,
        "COHORT_COUNTRY_N": 12,
    }
    # From 28 July 23:59 to 27 August 10:00.
    assert round(known["READ_LAG"], 2) == 29.42


def test_the_document_holds_no_score_no_secret_and_nobody_who_was_declined(kobe: Edition) -> None:
    text = canonical(made(kobe))
    hidden = (
        DECLINED_NAME,
        "nobody may print",
        "An answer",
        "3.1234",
        "0.777",
        "severity",
        "K-0020",
        "example.org",
        "4567",
    )
    assert [word for word in hidden if word in text] == []
    assert "Kurage Health" in text


def test_the_number_of_statements_does_not_grow_with_the_rows(
    kobe: Edition, tx: DatabaseSession, count_queries: list[str]
) -> None:
    empty = make_kobe_edition()
    tx.flush()
    numbers = []
    for edition in (empty, kobe):
        count_queries.clear()
        made(edition)
        numbers.append(len(count_queries))
    # An edition without a Demo Day is not asked for its guests, pitches, interest and investors.
    assert numbers == [21, 25]


def test_figures_of_a_call_that_is_open_are_of_that_day(tx: DatabaseSession) -> None:
    edition = make_kobe_edition(datetime(2020, 7, 24, 1, tzinfo=UTC))
    figures = made(edition)
    assert figures["edition"]["as_of"] == "2020-07-24"
    assert figures["sections"]["funnel"]["years"][-1]["selected"] is None


def test_the_document_survives_both_databases(any_database: str) -> None:
    with db.transaction():
        edition = make_kobe_edition()
        with scope.choose(edition.scope):
            make_kobe_rows(edition)
            before = document(counting.counts(edition))
    assert json.loads(canonical(before)) == before
    assert values(before)["APP_N"] == 237
