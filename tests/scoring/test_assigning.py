"""Assignments: by hand, by plan, and taking back."""

import re

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow, JobState
from accelerator.intake.models import Application, ConflictKind
from accelerator.notifications.models import Message
from accelerator.scoring.affinity import affinity, language_of, own_order
from accelerator.scoring.allocation.assign import allocate
from accelerator.scoring.models import AssignmentState, CommitmentState, Plan, PlanState, RankingEntry, RoundState
from accelerator.scoring.operations import assigning, planning
from accelerator.scoring.operations.conflicts import declare_conflict
from accelerator.scoring.queries import assignments, proposals, ranking, reviewers, rounds
from accelerator.scoring.queries.conflicts import judged_application
from tests.factories import Browser, make_edition, make_founder, make_member, make_sector
from tests.factories.scoring import (
    make_assignment,
    make_conflict,
    make_eligible,
    make_review,
    make_reviewer,
    make_round,
)
from workers import scoring as worker

S = AssignmentState


@pytest.fixture
def floor(app):
    """A draft round of two reads, three reviewers, four applications, staff."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition, RoundState.DRAFT, reads=2)
        people = [make_reviewer(round_, edition) for _ in range(3)]
        applications = [make_eligible(edition) for _ in range(4)]
        staff = make_member(edition, Role.STAFF)
    return edition, people, applications, staff


def propose(edition, staff):
    """Ask for a plan and let the worker make it; the plan's id."""
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        job_id = planning.ask_for_plan(round_, actor=staff)
    with scope.choose(edition.scope):
        worker.propose_plan(job_id, round_id=round_.id, person_id=staff.id)
    with db.reading(), scope.choose(edition.scope):
        return proposals.waiting_plan(rounds.round_by_number(edition, 1)).id


def pairs_of(edition):
    with db.reading(), scope.choose(edition.scope):
        found = assignments.assignments_of(rounds.round_by_number(edition, 1))
        return {(one.application_id, one.reviewer_id): one.state for one in found}


# ---- points and order ----


def test_points_reward_the_sector_and_refuse_a_foreign_language():
    assert affinity(["health"], ["en"], sector="health", language="en") == 1000
    assert affinity(["health"], ["en"], sector="pets", language="en") == 300
    assert affinity(["health"], ["en"], sector=None, language="en") == 300
    assert affinity([], [], sector="health", language="ja") == 500
    assert affinity(["health"], ["en"], sector="health", language="ja") is None


def test_a_japanese_name_alone_makes_no_japanese_text():
    assert language_of(["株式会社ひばり sells a phone camera kit that lets a nurse sort patients"]) == "en"
    assert language_of(["訪問看護師が40秒の動画で患者を三つに分けるキットです。"]) == "ja"
    assert language_of([]) == "en"


def test_each_reviewer_has_an_order_of_their_own_and_always_the_same():
    ids = list(range(30))
    assert own_order(ids, 1, 7) == own_order(list(reversed(ids)), 1, 7)
    assert own_order(ids, 1, 7) != own_order(ids, 1, 8)
    assert sorted(own_order(ids, 1, 7)) == ids


# ---- by hand ----


def test_a_read_by_hand_is_pinned_to_the_revision_and_mailed(floor):
    edition, (one, *_), (application, *_), staff = floor
    with db.transaction(), scope.choose(edition.scope):
        round_, ours = rounds.round_by_number(edition, 1), judged_application(edition, application.reference)
        made = assigning.assign_review(round_, ours, edition=edition, person_id=one.id, actor=staff)
        assert (made.state, made.revision_number, made.position) == (S.TO_DO, 1, 1)
        assert db.session().scalars(select(Message.kind)).all() == ["reads_assigned"]
        assert len(db.session().scalars(select(RankingEntry.id)).all()) == 4


def test_a_read_by_hand_is_refused_for_every_reason_there_is(floor):
    edition, (one, two, three), (application, other, *_), staff = floor

    def refusal(person, which=application):
        with pytest.raises(Refused) as refused:
            assigning.assign_review(round_, which, edition=edition, person_id=person.id, actor=staff)
        return refused.value.message

    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        application = judged_application(edition, application.reference)
        other = judged_application(edition, other.reference)
        make_conflict(application, one)
        assert "has a conflict of interest" in refusal(one)
        reviewers.own_commitment(edition, two, 1).state = CommitmentState.INVITED
        assert "has not agreed" in refusal(two)
        assert "has not agreed" in refusal(staff)
        reviewers.own_commitment(edition, three, 1).capacity = 1
        assigning.assign_review(round_, application, edition=edition, person_id=three.id, actor=staff)
        assert "already assigned" in refusal(three)
        assert "is already at their capacity of 1." in refusal(three, other)
        founder = make_founder(other.startup, make_member(edition, Role.REVIEWER))
        make_reviewer(round_, edition, person=founder)
        assert "has a conflict of interest" in refusal(founder, other)


def test_a_read_is_taken_back_unless_started_and_can_be_given_again(floor):
    edition, (one, *_), (application, other, *_), staff = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        application = judged_application(edition, application.reference)
        made = assigning.assign_review(round_, application, edition=edition, person_id=one.id, actor=staff)
        assigning.take_back_review(made, actor=staff)
        assert made.state is S.TAKEN_BACK
        again = assigning.assign_review(round_, application, edition=edition, person_id=one.id, actor=staff)
        assert (again.id, again.state) == (made.id, S.TO_DO)
        started = make_assignment(round_, judged_application(edition, other.reference), one, state=S.STARTED)
        with pytest.raises(Refused, match="has been started"):
            assigning.take_back_review(started, actor=staff)


# ---- plans ----


def test_a_plan_is_proposed_published_once_and_mailed_once(floor):
    edition, people, applications, staff = floor
    plan_id = propose(edition, staff)
    assert pairs_of(edition) == {}
    with db.transaction(), scope.choose(edition.scope):
        plan = proposals.plan(edition, 1, plan_id)
        assert (len(plan.pairs), plan.optimal, plan.total, plan.short) == (8, True, plan.dual_bound, [])
        assert planning.publish_plan(plan, edition=edition, actor=staff) == 0
    with db.transaction(), scope.choose(edition.scope):
        plan = proposals.plan(edition, 1, plan_id)
        with pytest.raises(Refused, match="This plan has been published already"):
            planning.publish_plan(plan, edition=edition, actor=staff)
    made = pairs_of(edition)
    assert len(made) == 8
    assert set(made.values()) == {S.TO_DO}
    assert {application.id for application in applications} == {pair[0] for pair in made}
    with db.reading(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        mails = db.session().scalars(select(Message.address).where(Message.kind == "reads_assigned")).all()
        assert sorted(mails) == sorted(person.email for person in people)
        for person in people:
            mine = [one for one in assignments.assignments_of(round_) if one.reviewer_id == person.id]
            ids = [one.application_id for one in sorted(mine, key=lambda one: one.position)]
            assert ids == own_order(ids, round_.id, person.id)
            assert sorted(one.position for one in mine) == list(range(1, len(mine) + 1))
        assert assignments.counts(round_, staff) == (4, 8, 8, 0, 0, 0, 0)


def test_a_second_proposal_replaces_the_first_and_keeps_what_is_assigned(floor):
    edition, (one, *_), (application, *_), staff = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        make_assignment(round_, application, one, state=S.STARTED)
    first = propose(edition, staff)
    second = propose(edition, staff)
    with db.reading(), scope.choose(edition.scope):
        assert proposals.plan(edition, 1, first).state is PlanState.DISCARDED
        plan = proposals.plan(edition, 1, second)
        assert len(plan.pairs) == 7
        assert [application.id, one.id] not in plan.pairs


def test_conflicts_refusals_and_languages_are_never_paired_and_the_short_are_named(floor):
    edition, (one, two, three), (application, other, *_), _staff = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        make_conflict(application, one)
        make_assignment(round_, application, two, state=S.ABSTAINED)
        judged_application(edition, other.reference).one_line = "訪問看護師のための診断の道具です。"
        judged_application(edition, other.reference).answers = {}
        for person in (one, two):
            reviewers.own_commitment(edition, person, 1).languages = ["en"]
        problem = proposals.plan_problem(round_, seed=1)
        assert {pair.reviewer for pair in problem.pairs if pair.application == application.id} == {three.id}
        assert {pair.reviewer for pair in problem.pairs if pair.application == other.id} == {three.id}
        answer = allocate(problem)
        assert [(gap.need, gap.can) for gap in answer.short] == [(4, 2)]


def test_expertise_decides_within_the_loads(floor):
    edition, (one, two, three), applications, _staff = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        health, pets = make_sector(edition, "health"), make_sector(edition, "pets")
        for application, sector in zip(applications, (health, health, pets, pets), strict=True):
            judged_application(edition, application.reference).sector_id = sector.id
        for person, known in ((one, ["health"]), (two, ["pets"]), (three, [])):
            reviewers.own_commitment(edition, person, 1).expertise = known
        db.session().flush()
        pairs = allocate(proposals.plan_problem(round_, seed=1)).pairs
        assert {pair for pair in pairs if pair[1] != three.id} == {
            (applications[0].id, one.id),
            (applications[1].id, one.id),
            (applications[2].id, two.id),
            (applications[3].id, two.id),
        }


def test_what_changed_since_the_proposal_is_left_out(floor):
    edition, (one, two, _three), applications, staff = floor
    plan_id = propose(edition, staff)
    with db.transaction(), scope.choose(edition.scope):
        plan = proposals.plan(edition, 1, plan_id)
        gone = [pair for pair in plan.pairs if pair[1] == one.id]
        hit = next(pair for pair in plan.pairs if pair[1] == two.id)
        reviewers.own_commitment(edition, one, 1).state = CommitmentState.NO
        target = next(application for application in applications if application.id == hit[0])
        declare_conflict(target, person=two, kind=ConflictKind.FAMILY, actor=two)
        assert planning.publish_plan(plan, edition=edition, actor=staff) == len(gone) + 1
    assert one.id not in {person for _, person in pairs_of(edition)}
    assert tuple(hit) not in pairs_of(edition)


def test_a_published_plan_is_taken_back_until_a_read_is_started(floor):
    edition, _people, _applications, staff = floor
    plan_id = propose(edition, staff)
    with db.transaction(), scope.choose(edition.scope):
        plan = proposals.plan(edition, 1, plan_id)
        planning.publish_plan(plan, edition=edition, actor=staff)
        with pytest.raises(Refused, match="was published"):
            planning.discard_plan(plan, actor=staff)
        assert planning.take_back_plan(plan, actor=staff) == 8
        assert plan.state is PlanState.DISCARDED
    assert set(pairs_of(edition).values()) == {S.TAKEN_BACK}
    again = propose(edition, staff)
    with db.transaction(), scope.choose(edition.scope):
        plan = proposals.plan(edition, 1, again)
        planning.publish_plan(plan, edition=edition, actor=staff)
        assignments.assignments_of(plan.round)[0].state = S.STARTED
        db.session().flush()
        with pytest.raises(Refused, match="1 review of this plan has been started"):
            planning.take_back_plan(plan, actor=staff)
    assert len(pairs_of(edition)) == 8


def test_a_plan_needs_readers_and_applications(app):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff = make_member(edition, Role.STAFF)
        round_ = make_round(edition, RoundState.DRAFT)
        with pytest.raises(Refused, match="Nobody has agreed"):
            planning.ask_for_plan(round_, actor=staff)
        make_reviewer(round_, edition)
        with pytest.raises(Refused, match="Screen first"):
            planning.ask_for_plan(round_, actor=staff)
        round_.state = RoundState.CLOSED
        with pytest.raises(Refused, match="is closed"):
            planning.ask_for_plan(round_, actor=staff)


# ---- pages ----


def test_the_plan_goes_from_button_to_reads_by_its_pages(floor, browser):
    edition, people, _applications, staff = floor
    base = f"/editions/{edition.slug}/rounds/1"
    browser.sign_in(staff)
    assert browser.post(f"{base}/propose").location == f"{base}/assignments"
    waiting = browser.get(f"{base}/assignments").text
    assert 'hx-trigger="every 2s"' in waiting
    part = browser.get(f"{base}/assignments", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "Planning who reviews what" in part
    with db.transaction():
        job = db.session().scalars(select(JobRow).where(JobRow.name == "scoring.propose_plan")).one()
        job.state = JobState.DONE
    with scope.choose(edition.scope):
        worker.propose_plan(job.id, **job.payload)
    part = browser.get(f"{base}/assignments", headers={"HX-Request": "true"}).text
    assert "See its 8 reviews" in part
    assert "hx-trigger" not in part
    with db.reading(), scope.choose(edition.scope):
        plan_id = db.session().scalars(select(Plan.id)).one()
    page = browser.get(f"{base}/plans/{plan_id}").text
    assert "No better plan exists." in page
    assert all(person.family_name in page for person in people)
    with db.reading(), scope.choose(edition.scope):
        pairs = db.session().scalars(select(Plan.pairs)).one()
        names = {row.id: row.name for row in db.session().scalars(select(Application))}
    known = {person.id: person.name for person in people}
    shown = re.findall(r'<th scope="row" translate="no">([^<]+)</th>\s*<td translate="no">([^<]+)</td>', page)
    assert sorted((name, who) for name, line in shown for who in line.strip().split(", ")) == sorted(
        (names[application], known[person]) for application, person in pairs
    )
    assert browser.post(f"{base}/plans/{plan_id}/publish").status_code == 302
    again = browser.post(f"{base}/plans/{plan_id}/publish", headers={"Referer": f"http://localhost{base}/assignments"})
    assert (again.status_code, again.location) == (302, f"{base}/assignments")
    assert "This plan has been published already." in browser.get(again.location).text
    assert len(pairs_of(edition)) == 8
    assert browser.post(f"{base}/plans/{plan_id}/take-back").status_code == 302
    assert set(pairs_of(edition).values()) == {S.TAKEN_BACK}


def test_a_proposal_is_discarded(floor, browser):
    edition, _people, _applications, staff = floor
    plan_id = propose(edition, staff)
    assert browser.sign_in(staff).post(f"/editions/{edition.slug}/rounds/1/plans/{plan_id}/discard").status_code == 302
    with db.reading(), scope.choose(edition.scope):
        assert proposals.waiting_plan(rounds.round_by_number(edition, 1)) is None


def test_one_read_by_the_page(floor, browser):
    edition, (one, *_), (application, *_), staff = floor
    address = f"/editions/{edition.slug}/rounds/1/assignments"
    browser.sign_in(staff)
    unknown = browser.post(address, {"reference": "A-9999", "person_id": str(one.id)})
    assert unknown.status_code == 422
    assert "No application with this number" in unknown.text
    assert 'value="A-9999"' in unknown.text
    assert (
        browser.post(address, {"reference": f"ａ－{application.reference[2:]}", "person_id": str(one.id)}).status_code
        == 302
    )
    assert pairs_of(edition) == {(application.id, one.id): S.TO_DO}
    with db.reading(), scope.choose(edition.scope):
        read = assignments.assignments_of(rounds.round_by_number(edition, 1))[0]
    assert browser.post(f"{address}/{read.id}/remove").status_code == 302
    assert pairs_of(edition) == {(application.id, one.id): S.TAKEN_BACK}


def test_staff_with_a_conflict_find_nothing_of_that_application(floor, browser):
    edition, (one, *_), (application, other, *_), staff = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        round_.state = RoundState.OPEN
        assigning.ensure_entries(round_)
        for target in (application, other):
            make_review(round_, judged_application(edition, target.reference), one)
        done = {read.application_id: read.id for read in assignments.assignments_of(round_)}
        make_conflict(application, staff)
        assert {line.application_id for line in ranking.ranked(round_, staff)} == {
            row[0] for row in db.session().execute(select(RankingEntry.application_id))
        } - {application.id}
        assert len(ranking.ranked(round_, None)) == 4
    browser.sign_in(staff)
    base = f"/editions/{edition.slug}/rounds/1"
    listed = browser.get(f"{base}/assignments").text
    assert application.reference not in listed
    assert other.reference in listed
    assert browser.get(f"{base}/scores/{application.reference}").status_code == 404
    assert browser.get(f"{base}/scores/{other.reference}").status_code == 200
    assert browser.post(f"{base}/assignments/{done[application.id]}/remove").status_code == 404
    assert (
        browser.post(f"{base}/assignments", {"reference": application.reference, "person_id": str(one.id)}).status_code
        == 422
    )


def test_reviews_are_for_the_team(floor, browser):
    edition, (one, *_), (application, *_), staff = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        round_.state = RoundState.OPEN
        assigning.ensure_entries(round_)
        make_review(round_, judged_application(edition, application.reference), one, feedback="Show the numbers.")
    address = f"/editions/{edition.slug}/rounds/1/scores/{application.reference}"
    assert browser.sign_in(one).get(address).status_code == 404
    page = Browser(browser.app).sign_in(staff).get(address).text
    assert "Show the numbers." in page
    assert one.family_name in page


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_asks_the_same_of_the_database_for_one_and_for_three(app, browser, count_queries, number):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition)
        staff, reviewer = make_member(edition, Role.STAFF), make_reviewer(round_, edition)
        for _ in range(number):
            make_assignment(round_, make_eligible(edition), reviewer)
    browser.sign_in(staff)
    seen = []
    for path in ("assignments", "", "turn", "reviewers"):
        count_queries.clear()
        assert browser.get(f"/editions/{edition.slug}/rounds/1/{path}".rstrip("/")).status_code == 200
        seen.append(len(count_queries))
    assert seen == [10, 9, 7, 7]
