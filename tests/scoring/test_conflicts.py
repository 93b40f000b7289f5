"""Conflicts declared from the list of names, and recorded by the team."""

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.intake.models import Application, ApplicationState, Conflict, ConflictKind
from accelerator.scoring.models import Assignment, AssignmentState, RankingEntry
from accelerator.scoring.operations import assigning
from accelerator.scoring.operations.conflicts import declare_conflict, declare_conflicts
from accelerator.scoring.operations.reviews import submit_review
from accelerator.scoring.queries import assigned_reviews, assignments, rounds
from accelerator.scoring.queries.conflicts import judged_application
from accelerator.scoring.queries.ranking import scores
from tests.factories import Browser, make_application, make_edition, make_member
from tests.factories.scoring import answers, make_assignment, make_eligible, make_reviewer, make_round, read_of


@pytest.fixture
def room(app):
    """A reviewer with a read of the first of two applications."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition)
        reviewer, staff = make_reviewer(round_, edition), make_member(edition, Role.STAFF)
        one, two = make_eligible(edition, name="Alpha Works"), make_eligible(edition, name="Beta Works")
        make_assignment(round_, one, reviewer)
        slugs = (one.startup.slug, two.startup.slug)
    return edition, reviewer, staff, (one, two), slugs


def test_the_list_of_names_tells_no_reference(room, browser):
    edition, reviewer, _staff, (one, two), _slugs = room
    with db.transaction(), scope.choose(edition.scope):
        make_application(edition, ApplicationState.DRAFT, name="Draft Works")
        make_application(make_edition(), name="Elsewhere Works")
    page = browser.sign_in(reviewer).get(f"/editions/{edition.slug}/conflicts").text
    assert page.index("Alpha Works") < page.index("Beta Works")
    for absent in (one.reference, two.reference, "Draft Works", "Elsewhere Works", "Record somebody else"):
        assert absent not in page


def test_declaring_bars_and_is_not_done_twice(room, browser):
    edition, reviewer, _staff, (one, _two), (slug, _other) = room
    address = f"/editions/{edition.slug}/conflicts"
    browser.sign_in(reviewer)
    empty = browser.post(address, {"note": "Kept words"})
    assert empty.status_code == 422
    assert "Choose at least one name." in empty.text
    assert "Kept words" in empty.text
    for _ in range(2):
        assert browser.post(address, {"slugs": [slug], "kind": "founder"}).status_code == 302
    with db.reading(), scope.choose(edition.scope):
        rows = db.session().scalars(select(Conflict)).all()
        assert [(row.application_id, row.person_id, row.kind) for row in rows] == [
            (one.id, reviewer.id, ConflictKind.FOUNDER)
        ]
        assert assigned_reviews.assigned_review(edition, reviewer, one.reference) is None
        actions = db.session().scalars(select(AuditEntry.action).where(AuditEntry.action == "conflict.declared")).all()
        assert actions == ["conflict.declared"]
    declared = browser.get(address).text
    assert "Founder or adviser of it" in declared
    assert f'value="{slug}"' not in declared


def test_the_search_narrows_the_list(room, browser):
    edition, reviewer, *_ = room
    page = browser.sign_in(reviewer).get(f"/editions/{edition.slug}/conflicts?q=beta").text
    assert "Beta Works" in page
    assert "Alpha Works" not in page


def test_the_team_records_for_somebody_else(room, browser):
    edition, reviewer, staff, (_one, _two), (slug, _other) = room
    address = f"/editions/{edition.slug}/conflicts"
    browser.sign_in(staff)
    record = {
        "do": "record",
        "staff-person_id": str(reviewer.id),
        "staff-slug": slug,
        "staff-kind": "family",
        "staff-note": "By phone",
    }
    assert browser.post(address, {**record, "staff-person_id": ""}).status_code == 422
    assert browser.post(address, record).status_code == 302
    again = browser.post(address, record)
    assert again.status_code == 422
    assert "already on record" in again.text
    with db.reading(), scope.choose(edition.scope):
        assignment = assignments.assignments_of(rounds.round_by_number(edition, 1))[0]
        assert assignment.state is AssignmentState.ABSTAINED
        assert db.session().scalars(select(Conflict.declared_by)).all() == [staff.id]
    assert "By phone" in browser.get(address).text


def test_a_reviewer_cannot_record_for_others(room, browser):
    edition, reviewer, staff, _applications, (slug, _other) = room
    record = {"do": "record", "staff-person_id": str(staff.id), "staff-slug": slug, "staff-kind": "family"}
    browser.sign_in(reviewer).post(f"/editions/{edition.slug}/conflicts", record)
    with db.reading(), scope.choose(edition.scope):
        assert db.session().scalars(select(Conflict.id)).all() == []


def test_conflicts_are_for_reviewers_and_the_team(room, app):
    edition, *_ = room
    with db.transaction():
        founder = make_member(edition, Role.FOUNDER)
    address = f"/editions/{edition.slug}/conflicts"
    assert Browser(app).sign_in(founder).get(address).status_code == 404
    assert Browser(app).get(address).status_code == 302


def test_a_mistake_is_lifted_by_somebody_else_and_the_read_given_again(room, app):
    edition, reviewer, staff, (one, two), _slugs = room
    with db.transaction(), scope.choose(edition.scope):
        for person, application in ((reviewer, one), (staff, two)):
            ours = judged_application(edition, application.reference)
            declare_conflict(ours, person=person, kind=ConflictKind.OTHER, actor=person)
        ids = {row.person_id: row.id for row in db.session().scalars(select(Conflict))}
    base = f"/editions/{edition.slug}/conflicts"
    assert Browser(app).sign_in(reviewer).post(f"{base}/{ids[reviewer.id]}/lift").status_code == 404
    team = Browser(app).sign_in(staff)
    assert team.post(f"{base}/{ids[staff.id]}/lift").status_code == 404
    assert team.post(f"{base}/{ids[reviewer.id]}/lift").status_code == 302
    with db.transaction(), scope.choose(edition.scope):
        assert db.session().scalars(select(Conflict.person_id)).all() == [staff.id]
        assert assigned_reviews.assigned_review(edition, reviewer, one.reference) is None
        round_, ours = rounds.round_by_number(edition, 1), judged_application(edition, one.reference)
        assigning.assign_review(round_, ours, edition=edition, person_id=reviewer.id, actor=staff)
        assert assigned_reviews.assigned_review(edition, reviewer, one.reference) is not None


@pytest.mark.parametrize("is_out", [False, True])
def test_what_a_letter_rests_on_stays_when_a_conflict_is_declared_after_it(room, is_out):
    edition, reviewer, _staff, (one, _two), _slugs = room
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        given = db.session().scalars(select(Assignment)).one()
        submit_review(read_of(given), answers(4), version=0, actor=reviewer)
        application = db.session().get_one(Application, one.id)
        application.state = ApplicationState.DECLINED if is_out else ApplicationState.ELIGIBLE
        declare_conflict(application, person=reviewer, kind=ConflictKind.FAMILY, actor=reviewer)
        kept = AssignmentState.DONE if is_out else AssignmentState.ABSTAINED
        entry = db.session().scalars(select(RankingEntry).where(RankingEntry.application_id == one.id)).one()
        assert (given.state, len(scores(round_)), entry.raw_mean) == (kept, int(is_out), 4.0 if is_out else None)
        assert assigned_reviews.assigned_review(edition, reviewer, one.reference) is None


def test_an_unknown_name_is_refused(room):
    edition, reviewer, *_ = room
    with db.transaction(), scope.choose(edition.scope), pytest.raises(Refused):
        declare_conflicts(edition, slugs=["nobody"], kind=ConflictKind.OTHER, note="", actor=reviewer)


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_asks_the_same_of_the_database_for_one_and_for_three(app, browser, count_queries, number):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff = make_member(edition, Role.STAFF)
        for _ in range(number):
            declare_conflict(make_eligible(edition), person=staff, kind=ConflictKind.OTHER, actor=staff)
            make_eligible(edition)
    browser.sign_in(staff)
    count_queries.clear()
    assert browser.get(f"/editions/{edition.slug}/conflicts").status_code == 200
    assert len(count_queries) == 6
