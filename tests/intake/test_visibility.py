"""What a conflict of interest, or being a founder oneself, keeps from somebody of the team in the list of applications."""

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.db import add, session
from accelerator.intake.models import Application, ApplicationState, Revision
from accelerator.intake.queries.visibility import barred, bars, is_barred, left_out, sums_withheld, visible_to
from accelerator.scoring.models import Assignment
from accelerator.startups.models import Founder
from tests.factories import make_application, make_edition, make_founder, make_member, make_person
from tests.factories.intake import make_deck, make_form
from tests.factories.scoring import make_assignment, make_conflict, make_reviewer, make_round

TIES = ("conflict", "applicant", "founder", "named")


def tie(application: Application, person, kind: str) -> None:
    """Bind a person to an application in one of the ways that bar."""
    if kind == "conflict":
        make_conflict(application, person)
    elif kind == "applicant":
        application.applicant_id = person.id
    elif kind == "founder":
        make_founder(application.startup, person)
    else:
        add(Founder(startup_id=application.startup_id, name="As typed", email=person.email))


links = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.sampled_from(TIES)), max_size=8, unique=True)


@given(links=links)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_predicate_and_its_twin_in_sql_are_equal(tx: Session, links) -> None:
    with scope.choose((edition := make_edition()).scope):
        applications = [make_application(edition) for _ in range(4)]
        people = [make_person() for _ in range(3)]
        for at, who, kind in links:
            tie(applications[at], people[who], kind)
        tx.flush()
        for who, person in enumerate(people):
            tied = {applications[at].id for at, whose, kind in links if whose == who and kind != "applicant"}
            tied |= {application.id for application in applications if application.applicant_id == person.id}
            assert {application.id for application in applications if is_barred(person, application)} == tied
            assert set(barred(edition.id, person.id)) == tied
            assert set(session().scalars(select(Application.id).where(bars(person.id)))) == tied
            shown = session().scalars(select(Application.id).where(visible_to(person)))
            assert set(shown) == {application.id for application in applications} - tied
            assert left_out(edition, person) == len(tied)


@pytest.mark.parametrize("kind", TIES)
def test_a_column_bars_its_own_person_alone(tx: Session, kind) -> None:
    with scope.choose((edition := make_edition()).scope):
        round_, application = make_round(edition), make_application(edition, ApplicationState.ELIGIBLE)
        bound, free = (make_reviewer(round_, edition) for _ in range(2))
        for reviewer in (bound, free):
            make_assignment(round_, application, reviewer)
        tie(application, bound, kind)
        tx.flush()
        rows = select(Assignment.reviewer_id).join(Assignment.application)
        assert list(session().scalars(rows.where(bars(Assignment.reviewer_id)))) == [bound.id]
        nested = select(Application.id).where(bars(Assignment.reviewer_id)).exists()
        assert list(session().scalars(select(Assignment.reviewer_id).where(~nested))) == [free.id]


@pytest.mark.parametrize("state", ApplicationState)
def test_sums_are_withheld_until_the_letter_went_out(tx: Session, state) -> None:
    with scope.choose((edition := make_edition()).scope):
        bound, free = make_member(edition, Role.STAFF), make_member(edition, Role.STAFF)
        make_conflict(make_application(edition, state), bound)
        tx.flush()
        assert sums_withheld(edition.id, bound.id) is (state.value in {"sent", "eligible", "ineligible", "withdrawn"})
        assert sums_withheld(edition.id, free.id) is False
        assert sums_withheld(make_edition().id, bound.id) is False


@pytest.fixture(params=TIES)
def place(app, request):
    """An edition with two applications, and somebody of the team whom one of them bars."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff = make_member(edition, Role.STAFF)
        plain = make_application(edition, name="Plain", country="EE")
        hidden = make_application(edition, ApplicationState.ELIGIBLE, name="Hidden", country="KE", one_line="Kites")
        tie(hidden, staff, request.param)
    return edition, staff, plain, hidden


def test_the_list_its_counts_and_its_file_leave_a_barred_application_out(place, browser) -> None:
    edition, staff, *_ = place
    base = f"/editions/{edition.slug}/applications"
    page = browser.sign_in(staff).get(base).text
    assert "Plain" in page
    assert "Hidden" not in page
    assert "Kenya" not in page
    assert "Eligible" not in page
    assert 'All <span class="muted">1</span>' in page
    assert "1 application is not shown because of a conflict of interest." in page
    assert "0 applications" in browser.get(f"{base}?q=Hidden").text
    assert "0 applications" in browser.get(f"{base}?country=KE").text
    rows = list(csv.reader(io.StringIO(browser.post(f"{base}.csv").text.removeprefix("\ufeff"))))
    assert [row[1] for row in rows] == ["Startup", "Plain"]


def test_its_page_and_its_files_are_not_there(place, browser) -> None:
    edition, staff, plain, hidden = place
    with db.transaction(), scope.choose(edition.scope):
        other = make_member(edition, Role.STAFF)
        make_form(edition)
        application = session().get_one(Application, hidden.id)
        attachment = make_deck(application)
        session().query(Revision).filter_by(application_id=hidden.id).one().answers = dict(application.answers)
    base = f"/editions/{edition.slug}"
    browser.sign_in(staff)
    assert browser.get(f"{base}/applications/{plain.reference}").status_code == 200
    assert browser.get(f"{base}/applications/{hidden.reference}").status_code == 404
    assert browser.get(f"{base}/attachments/{attachment.id}").status_code == 404
    browser.sign_in(other)
    assert browser.get(f"{base}/applications/{hidden.reference}").status_code == 200
    assert browser.get(f"{base}/attachments/{attachment.id}").status_code == 200
