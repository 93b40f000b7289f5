"""Figures of earlier years: entered with their source, or counted where the edition itself is here."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.intake.models import ApplicationState
from accelerator.programmes.models import Edition, Figure, Programme
from accelerator.reporting import operations
from accelerator.reporting.figures.document import document
from accelerator.reporting.operations import ReportedLine
from accelerator.reporting.queries import counting
from accelerator.selection.models import CohortEntry
from tests.factories import Browser, make_application, make_edition, make_member

SOURCE = {"en": "City yearbook", "ja": "市の年鑑"}
LABEL = {"en": "Subsidies", "ja": "補助金"}


def dated(programme: Programme | None, announced: date, **values: Any) -> Edition:
    """An edition whose call has closed, announced on a day."""
    given = {"programme": programme} if programme is not None else {}
    opens = clock.now() - timedelta(days=90)
    return make_edition(announced_on=announced, opens_at=opens, closes_at=opens + timedelta(days=30), **given, **values)


def line(**values: Any) -> ReportedLine:
    given: dict[str, Any] = {"code": "other_subsidies", "label": LABEL, "value": 5, "source": SOURCE}
    return ReportedLine(**{**given, **values})


def years(edition: Edition) -> list[tuple[Any, ...]]:
    with scope.choose(edition.scope):
        rows = document(counting.counts(edition))["sections"]["funnel"]["years"]
    columns = ("year", "counted", "total", "home", "abroad", "selected", "selected_home", "selected_abroad")
    return [tuple(row[column] for column in columns) for row in rows]


def test_an_earlier_edition_is_counted_and_not_asked_for(tx: Session) -> None:
    before = dated(None, date(2024, 4, 1))
    with scope.choose(before.scope):
        for country, state in (
            ("JP", "joined"),
            ("JP", "declined"),
            ("EE", "joined"),
            (None, "declined"),
            ("EE", "draft"),
        ):
            application = make_application(before, country=country, state=ApplicationState(state))
            if state == "joined":
                db.add(
                    CohortEntry(
                        edition_id=before.id,
                        application_id=application.id,
                        startup_id=application.startup_id,
                        joined_at=clock.now(),
                    )
                )
    edition = dated(before.programme, date(2025, 4, 1))
    edition.programme.since = 2023
    stranger = dated(None, date(2024, 5, 1))
    with scope.choose(stranger.scope):
        make_application(stranger, country="JP")
    assert years(edition) == [
        (2023, False, None, None, None, None, None, None),
        (2024, True, 4, 2, 1, 2, 1, 1),
        (2025, True, 0, 0, 0, None, None, None),
    ]
    person = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope), pytest.raises(Refused, match="2024 is counted from its own edition"):
        operations.record_reported(edition, line(code="applications", year=2024), actor=person)


def test_a_later_edition_and_one_not_yet_open_are_not_earlier(tx: Session) -> None:
    edition = dated(None, date(2024, 4, 1))
    edition.programme.since = 2024
    dated(edition.programme, date(2025, 4, 1))
    make_edition(
        programme=edition.programme,
        announced_on=date(2024, 3, 1),
        opens_at=clock.now() + timedelta(days=1),
        closes_at=clock.now() + timedelta(days=9),
    )
    assert [row[0] for row in years(edition)] == [2024]


def test_two_editions_of_a_year_stand_apart(tx: Session) -> None:
    spring = dated(None, date(2024, 2, 1), name={"en": "Spring", "ja": "春"})
    spring.programme.since = 2024
    autumn = dated(spring.programme, date(2024, 9, 1), name={"en": "Autumn", "ja": "秋"})
    with scope.choose(spring.scope):
        make_application(spring, country="JP")
    assert [(row[0], row[2]) for row in years(autumn)] == [(2024, 1), (2024, 0)]


def test_three_thousand_million_yen_fit(tx: Session) -> None:
    edition = dated(None, date(2024, 4, 1))
    person = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope):
        figure = operations.record_reported(edition, line(value=3_000_000_000, unit="JPY"), actor=person)
        assert figure.value == 3_000_000_000
        for wrong in (-1, 10**15 + 1):
            with pytest.raises(Refused, match="from 0 to"):
                operations.record_reported(edition, line(code="other_b", value=wrong), actor=person)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"code": "applications"}, "Enter the year"),
        ({"code": "applications", "year": 2024}, "counted from its own edition"),
        ({"year": 1999}, "Enter a year from"),
        ({"as_of": date(2999, 1, 1)}, "today or an earlier day"),
    ],
)
def test_what_makes_no_sense_is_refused(tx: Session, values: dict[str, Any], message: str) -> None:
    edition = dated(None, date(2024, 4, 1))
    person = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope), pytest.raises(Refused, match=message):
        operations.record_reported(edition, line(**values), actor=person)


def test_the_same_figure_is_corrected_and_not_added_twice(tx: Session) -> None:
    edition = dated(None, date(2024, 4, 1))
    person = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope):
        figure = operations.record_reported(edition, line(), actor=person)
        with pytest.raises(Refused, match="already in the list"):
            operations.record_reported(edition, line(value=6), actor=person)
        operations.record_reported(edition, line(value=7), replaces=figure, actor=person)
        assert [row.value for row in tx.scalars(select(Figure))] == [7]


FIELDS = {
    "code": "applications",
    "value": "２１６",
    "unit": "count",
    "year": "2017",
    "source_en": "Press",
    "source_ja": "報道",
}


@pytest.fixture
def edition(browser: Browser) -> Edition:
    with db.transaction():
        made = dated(None, date(2020, 4, 1), slug="kobe")
        made.programme.since = 2016
        return made


def member(edition: Edition, *roles: Role) -> Person:
    with db.transaction():
        return make_member(edition, *roles)


def test_staff_enter_correct_and_remove_a_figure_on_screen(browser: Browser, edition: Edition) -> None:
    browser.sign_in(member(edition, Role.STAFF))
    answer = browser.post("/editions/kobe/reports/reported", FIELDS)
    assert (answer.status_code, answer.location) == (302, "/editions/kobe/reports/reported")
    page = browser.get("/editions/kobe/reports/reported").text
    assert ("2017" in page, "216" in page, "Press" in page) == (True, True, True)
    with db.reading() as session, scope.choose(edition.scope):
        figure = session.scalars(select(Figure)).one()
        assert (figure.label, figure.value) == ({"en": "Applications", "ja": "応募"}, 216)
    assert 'value="216"' in browser.get(f"/editions/kobe/reports/reported/{figure.id}").text
    browser.post(f"/editions/kobe/reports/reported/{figure.id}", {**FIELDS, "value": "217"})
    with db.reading() as session, scope.choose(edition.scope):
        assert session.scalars(select(Figure.value)).all() == [217]
    browser.post(f"/editions/kobe/reports/reported/{figure.id}/remove")
    assert "Nothing from outside yet" in browser.get("/editions/kobe/reports/reported").text


def test_a_removed_figure_is_put_back_as_it_was(browser: Browser, edition: Edition) -> None:
    browser.sign_in(member(edition, Role.STAFF))
    with db.transaction() as session, scope.choose(edition.scope):
        figure = operations.record_reported(session.get_one(Edition, edition.id), line(), actor=None)
        figure.note, figure.extra = "Seen on paper", {"page": 3}
        before = operations.kept_values(figure)
    put_back = "/editions/kobe/reports/reported/put-back"
    browser.post(put_back)  # nothing was removed
    page = browser.post(f"/editions/kobe/reports/reported/{figure.id}/remove").location
    assert "Undo" in browser.get(page).text
    assert "Undo" not in browser.get("/editions/kobe/reports/reported").text
    assert browser.post(put_back).status_code == 302
    browser.post(put_back)
    with db.reading() as session, scope.choose(edition.scope):
        assert [operations.kept_values(row) for row in session.scalars(select(Figure))] == [before]


def test_what_was_written_down_anew_is_not_put_back_beside_it(browser: Browser, edition: Edition) -> None:
    browser.sign_in(member(edition, Role.STAFF))
    browser.post("/editions/kobe/reports/reported", FIELDS)
    with db.reading() as session, scope.choose(edition.scope):
        figure = session.scalars(select(Figure)).one()
    browser.post(f"/editions/kobe/reports/reported/{figure.id}/remove")
    browser.post("/editions/kobe/reports/reported", {**FIELDS, "value": "217"})
    browser.post("/editions/kobe/reports/reported/put-back")
    with db.reading() as session, scope.choose(edition.scope):
        assert session.scalars(select(Figure.value)).all() == [217]


def test_three_thousand_million_yen_are_taken_on_screen(browser: Browser, edition: Edition) -> None:
    browser.sign_in(member(edition, Role.STAFF))
    typed = {**FIELDS, "code": "past_raised", "year": "", "value": "３，０００，０００，０００", "unit": "JPY"}
    assert browser.post("/editions/kobe/reports/reported", typed).status_code == 302
    with db.reading() as session, scope.choose(edition.scope):
        assert session.scalars(select(Figure.value)).all() == [3_000_000_000]
    answer = browser.post("/editions/kobe/reports/reported", {**typed, "code": "relocations", "value": "9" * 16})
    assert (answer.status_code, "up to 1,000,000,000,000,000." in answer.text) == (422, True)


def test_errors_stand_beside_their_fields_and_nothing_typed_is_lost(browser: Browser, edition: Edition) -> None:
    browser.sign_in(member(edition, Role.STAFF))
    typed = {**FIELDS, "code": "other", "value": "many", "year": "2017", "source_ja": "", "label_en": "Jobs kept"}
    answer = browser.post("/editions/kobe/reports/reported", typed)
    assert answer.status_code == 422
    for kept in ("many", "Jobs kept", "Press", "as a whole number", "Say where you read this", "Name what is counted"):
        assert kept in answer.text


@pytest.mark.parametrize("role", [Role.PARTNER, Role.MENTOR, Role.REVIEWER, Role.INVESTOR])
def test_only_the_team_may(browser: Browser, edition: Edition, role: Role) -> None:
    with db.transaction() as session, scope.choose(edition.scope):
        figure = operations.record_reported(session.get_one(Edition, edition.id), line(), actor=None)
    browser.sign_in(member(edition, role))
    for path in ("", f"/{figure.id}", f"/{figure.id}/remove", "/put-back"):
        assert browser.post(f"/editions/kobe/reports/reported{path}", FIELDS).status_code == 404
    assert browser.get("/editions/kobe/reports/reported").status_code == 404


def test_another_editions_figure_is_not_there(browser: Browser, edition: Edition) -> None:
    with db.transaction():
        other = dated(None, date(2020, 4, 1), slug="osaka")
        with scope.choose(other.scope):
            figure = operations.record_reported(other, line(), actor=None)
    browser.sign_in(member(edition, Role.ADMIN))
    assert browser.post(f"/editions/kobe/reports/reported/{figure.id}/remove").status_code == 404
