"""No count, refusal or mail of a round tells whoever an application bars what was given out or done for it."""

import re

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import audit
from accelerator.core.db import add, session
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow, JobState, enqueue
from accelerator.intake.models import Application
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.scoring.models import (
    FIT_RANKING,
    REMIND_REVIEWERS,
    AssignmentState,
    Fit,
    Plan,
    PlanState,
    Round,
)
from accelerator.scoring.operations import assigning, fitting, planning, reminding
from accelerator.scoring.queries import proposals, rounds
from accelerator.screening.models import RUN_RULES
from tests.factories import Browser, make_edition, make_member
from tests.factories.scoring import (
    make_assignment,
    make_conflict,
    make_eligible,
    make_review,
    make_reviewer,
    make_round,
)

S = AssignmentState


@pytest.fixture
def floor(app):
    """An open round with a reviewer, an application that bars one of two admins, and two that bar nobody."""
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition, reads=2)
        reviewer = make_reviewer(round_, edition, capacity=2)
        hidden, *plain = [make_eligible(edition) for _ in range(3)]
        barred, free = make_member(edition, Role.ADMIN), make_member(edition, Role.ADMIN)
        make_conflict(hidden, barred)
    return edition, round_, reviewer, hidden, plain, barred, free


def make_plan(round_: Round, pairs: list[tuple[Application, Person]], made_by: Person, **values: object) -> Plan:
    stored = [[application.id, person.id] for application, person in pairs]
    defaults = {"total": 54321, "dual_bound": 54321, "optimal": True, "short": [], "made_at": clock.now()}
    row = {**defaults, **values}
    return add(Plan(edition_id=round_.edition_id, round_id=round_.id, pairs=stored, made_by=made_by.id, **row))


def in_words(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


def mails_of(browser: Browser, edition: Edition) -> int:
    return browser.get(f"/editions/{edition.slug}/mail").text.count('<tr><th scope="row">')


def test_a_full_capacity_counts_what_the_actor_may_know(floor):
    edition, _round, reviewer, hidden, (one, two), barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        for application in (hidden, one):
            make_assignment(round_, application, reviewer)
        with pytest.raises(Refused, match="is already at their capacity of 2"):
            assigning.assign_review(round_, two, edition=edition, person_id=reviewer.id, actor=free)
        assert (
            assigning.assign_review(round_, two, edition=edition, person_id=reviewer.id, actor=barred).state is S.TO_DO
        )
        third = make_eligible(edition)
        with pytest.raises(Refused, match="is already at their capacity of 2"):
            assigning.assign_review(round_, third, edition=edition, person_id=reviewer.id, actor=barred)


def test_the_reminder_counts_what_the_viewer_may_know(floor, browser):
    edition, _round, reviewer, hidden, (one, _two), barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        single = make_reviewer(round_, edition)
        for application, person in ((hidden, reviewer), (one, reviewer), (hidden, single)):
            make_assignment(round_, application, person)
    path = f"/editions/{edition.slug}/rounds/1/remind"
    for person, count, number in ((free, "0 of 2", 2), (barred, "0 of 1", 1)):
        page = browser.sign_in(person).get(path).text
        assert (f"<td>{count}</td>" in page, single.name in page) == (True, person is free)
        assert f">Remind {number} reviewer{'s' * (number > 1)}</" in page
    with db.transaction(), scope.choose(edition.scope):
        session().query(Message).delete()
        assert reminding.remind_now(rounds.round_by_number(edition, 1), edition=edition, actor=barred) == 1
    assert [mails_of(browser.sign_in(person), edition) for person in (free, barred)] == [1, 0]


def test_mails_to_reviewers_are_hidden_from_whom_one_review_is_and_no_mail_names_a_number(floor, browser):
    """Those of one review, of several, and of none that is hidden: the ones that are missing would tell."""
    edition, _round, reviewer, hidden, (one, two), barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        other, third = make_reviewer(round_, edition), make_reviewer(round_, edition)
        assigning.ensure_entries(round_)
        plan = make_plan(round_, [(hidden, reviewer), (hidden, other), (one, other), (two, third)], free)
        session().query(Message).delete()
        planning.publish_plan(plan, edition=edition, actor=free)
        assert reminding.remind_now(round_, edition=edition, actor=free) == 3
        texts = session().scalars(select(Message.subject + Message.body)).all()
        assert (len(texts), [text for text in texts if re.search(r"\d+ (application|of)", text)]) == (6, [])
    assert [mails_of(browser.sign_in(person), edition) for person in (free, barred)] == [6, 0]


def test_a_plan_tells_no_sums_to_whom_a_part_is_hidden(floor, browser):
    edition, _round, reviewer, hidden, (one, two), barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        gap = {"applications": [hidden.id, one.id], "readers": [], "full": [reviewer.id], "need": 7, "can": 4}
        round_ = rounds.round_by_number(edition, 1)
        plan = make_plan(round_, [(hidden, reviewer), (two, reviewer)], free, short=[gap])
    base = f"/editions/{edition.slug}/rounds/1"
    for person in (free, barred):
        page = in_words(browser.sign_in(person).get(f"{base}/plans/{plan.id}"))
        told = ["54,321" in page, "Short by 3: 2 applications" in page, "1 reviewer is full" in page]
        assert (told, one.reference in page) == ([person is free] * 3, True)
        assert (hidden.reference in page) is (person is free)
        number = "2 reviews" if person is free else "1 review"
        assert f"See its {number} " in in_words(browser.get(f"{base}/assignments")) + " "
    with db.transaction(), scope.choose(edition.scope):
        session().get_one(Plan, plan.id).state = PlanState.PUBLISHED
    assert "1 review " in in_words(browser.sign_in(barred).get(f"{base}/assignments"))


def test_what_became_of_a_plan_counts_what_the_actor_may_know(floor):
    edition, _round, reviewer, hidden, (one, _two), barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        second = make_reviewer(round_, edition)
        make_conflict(hidden, reviewer)  # so that the pair is not possible any more
        for actor, left_out in ((free, 1), (barred, 0)):
            plan = make_plan(round_, [(hidden, reviewer), (hidden, second), (one, second)], free)
            assert planning.publish_plan(plan, edition=edition, actor=actor) == left_out
            assert planning.take_back_plan(plan, actor=actor) == 2 - (actor is barred)
        plan = make_plan(round_, [(hidden, second), (one, second)], free)
        planning.publish_plan(plan, edition=edition, actor=free)
        begun = next(read for read in planning.assignments.assignments_of(round_) if read.application_id == hidden.id)
        begun.state = S.STARTED
        session().flush()
        with pytest.raises(Refused, match="1 review of this plan has been started"):
            planning.take_back_plan(plan, actor=free)
        assert planning.take_back_plan(plan, actor=barred) == 1
        assert (plan.state, begun.state) == (PlanState.DISCARDED, S.STARTED)


def test_no_plan_is_refused_or_made_for_what_the_actor_may_not_know(floor):
    edition, _round, _reviewer, _hidden, plain, barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        for application in plain:
            session().get_one(Application, application.id).state = "ineligible"
        session().flush()
        with pytest.raises(Refused, match="No application is eligible yet"):
            planning.ask_for_plan(round_, actor=barred)
        assert planning.ask_for_plan(round_, actor=free)
        assert proposals.waiting_plan(round_) is None


def test_the_list_of_rounds_counts_what_the_viewer_may_know(floor, browser):
    edition, _round, reviewer, hidden, (one, _two), barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        assigning.ensure_entries(round_)
        for application in (hidden, one):
            make_review(round_, application, reviewer)
    for person, words in ((free, "2 of 6 reviews submitted"), (barred, "1 of 4 reviews submitted")):
        assert words in in_words(browser.sign_in(person).get(f"/editions/{edition.slug}/rounds"))


def test_the_trail_keeps_sums_from_whom_a_part_is_hidden(floor, browser):
    edition, _round, reviewer, hidden, (one, _two), barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        plan = make_plan(round_, [(hidden, reviewer), (one, reviewer)], free)
        figures = {"method": "mean", "reviewers": [], "swaps": {}, "variances": {}, "reliability": {}}
        fit = add(Fit(edition_id=edition.id, round_id=round_.id, made_at=clock.now(), scores=2, places=1, **figures))
        audit(free, "plan.proposed", plan, pairs=[None, 97531])
        audit(free, "plan.published", plan, pairs=[None, 97531])
        audit(free, "plan.discarded", plan, reads=[97531, 0])
        audit(free, "scoring.fitted", fit, scores=[None, 97531])
        audit(free, "scoring.reminded", round_, reviewers=[None, 97531])
        audit(free, "application.exported", edition, count=97531, view="all")
        audit(free, "selection.released", round_, letters=97531)
    told = [browser.sign_in(person).get(f"/editions/{edition.slug}/audit").text for person in (free, barred)]
    assert [text.count("97531") for text in told] == [7, 0]


def test_jobs_that_follow_every_review_are_not_shown_to_whom_one_is_hidden(floor, browser):
    edition, _round, _reviewer, _hidden, _plain, barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        rows = [session().get_one(JobRow, enqueue(job)) for job in (FIT_RANKING, RUN_RULES, REMIND_REVIEWERS)]
        rows[0].state, rows[0].finished_at = JobState.DEAD, rows[0].created_at
        rows[1].state, rows[1].done, rows[1].total = JobState.RUNNING, 3, 7
    base = f"/editions/{edition.slug}"
    for person in (free, barred):
        browser.sign_in(person)
        jobs, queue = browser.get(f"{base}/jobs").text, browser.get(f"{base}/screening").text
        names = (
            "Calculating the ranking",
            "Checking the eligibility rules",
            "Reviewer reminders",
            "failed after its last try",
        )
        told = [*(name in jobs for name in names), "3 / 7" in jobs, "3 / 7" in queue, "43%" in queue]
        assert (told, "Running the rules" in queue) == ([person is free] * 7, True)
        assert ("Some jobs are not shown" in jobs) is (person is barred)
        again = browser.post(f"{base}/jobs/{rows[0].id}/retry").status_code
        assert again == (302 if person is free else 404)


def test_the_method_page_tells_no_time_and_no_staleness_to_whom_a_review_is_hidden(floor, browser):
    edition, _round, _reviewer, _hidden, _plain, barred, free = floor
    with db.transaction(), scope.choose(edition.scope):
        round_ = rounds.round_by_number(edition, 1)
        fit = fitting.store_fit(round_, None, scores=[], places=2)
        fit.stale = True
    page = f"/editions/{edition.slug}/rounds/1/method"
    for person in (free, barred):
        said = in_words(browser.sign_in(person).get(page))
        assert ["Calculated" in said, "Reviews have been saved since" in said] == [person is free] * 2
    with db.transaction(), scope.choose(edition.scope):
        session().query(Fit).delete()
    said = in_words(browser.sign_in(barred).get(page))
    assert ("You have a conflict of interest" in said, "Not calculated yet" in said) == (True, False)
