"""Rounds and reviewers: setting up, opening, closing, inviting."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow
from accelerator.core.times import moment
from accelerator.core.web import App
from accelerator.notifications.models import Message
from accelerator.scoring.models import CommitmentState, RankingEntry, RoundState, SeeOthers
from accelerator.scoring.operations import assigning
from accelerator.scoring.operations.reviewers import answer_invitation, invite_reviewers
from accelerator.scoring.operations.rounds import change_round, close_round, create_round, start_round
from accelerator.scoring.queries.reviewers import own_commitment, progress_by_reviewer
from accelerator.scoring.queries.rounds import current_round, round_by_number
from tests.factories import Browser, make_edition, make_member
from tests.factories.scoring import make_assignment, make_eligible, make_review, make_reviewer, make_round


def values(**changed):
    now = clock.now()
    return {"name": {"en": "One", "ja": "一"}, "opens_at": now, "closes_at": now + timedelta(days=7), **changed}


def test_a_new_round_has_the_default_rubric_and_the_next_number(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        first = create_round(edition, **values(), actor=admin)
        second = create_round(edition, **values(), actor=admin)
        assert (first.number, second.number) == (1, 2)
        assert [(line.key, line.weight) for line in first.criteria] == [
            ("team", 25),
            ("problem", 20),
            ("product", 15),
            ("traction", 15),
            ("theme", 15),
            ("city", 10),
        ]
        assert sum(line.weight for line in first.criteria) == 100
        assert {frozenset(line.anchors) for line in first.criteria} == {frozenset({"1", "3", "5"})}
        assert all(text["en"] and text["ja"] for line in first.criteria for text in line.anchors.values())
        assert first.criteria[0].anchor(2) == "Between 1 and 3"


def test_a_round_must_end_after_it_starts(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        with pytest.raises(Refused) as refusal:
            create_round(edition, **values(closes_at=clock.now() - timedelta(days=1)), actor=admin)
        assert refusal.value.field == "closes_at"


def test_opening_counts_the_eligible_applications(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        round_ = make_round(edition, RoundState.DRAFT, actor=admin, reads=4)
        made = [make_eligible(edition) for _ in range(3)]
        start_round(round_, edition=edition, actor=admin)
        rows = db.session().execute(select(RankingEntry.application_id, RankingEntry.wanted, RankingEntry.reads)).all()
        assert sorted(rows) == sorted((one.id, 4, 0) for one in made)
        assert current_round(edition) is round_


def test_one_round_is_open_at_a_time(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        make_round(edition, actor=admin)
        second = make_round(edition, RoundState.DRAFT, actor=admin)
        with pytest.raises(Refused, match="Close “Round 1” first"):
            start_round(second, edition=edition, actor=admin)


def test_a_closed_round_can_be_opened_again_and_closing_asks_for_a_fit(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        round_ = make_round(edition, actor=admin)
        close_round(round_, actor=admin)
        assert round_.state is RoundState.CLOSED
        assert db.session().scalars(select(JobRow.name)).all() == ["scoring.fit_ranking"]
        start_round(round_, edition=edition, actor=admin)
        assert round_.state is RoundState.OPEN
        with pytest.raises(Refused):
            start_round(round_, edition=edition, actor=admin)


def test_a_round_closed_before_its_day_says_when_it_was_closed(app: App, browser: Browser) -> None:
    with db.transaction():
        edition = make_edition(zone="UTC")
    with db.transaction() as session, scope.choose(edition.scope):
        edition = session.merge(edition)
        admin, now = make_member(edition, Role.ADMIN), clock.now()
        round_ = make_round(edition, actor=admin, opens_at=now - timedelta(3), closes_at=now + timedelta(9))
        reviewer = make_reviewer(round_, edition)
        make_assignment(round_, make_eligible(edition), reviewer)
    with db.transaction() as session, scope.choose(edition.scope):
        round_ = session.merge(round_)
        close_round(round_, actor=admin)
        closed = round_.closed_at
    planned = f"(planned: {moment(round_.opens_at, 'UTC')} – {moment(round_.closes_at, 'UTC')})"
    page = browser.sign_in(admin).get(f"/editions/{edition.slug}/rounds").text
    assert (moment(closed, "UTC") in page, planned in page) == (True, True)
    home = browser.get(f"/editions/{edition.slug}/home").text
    assert f"{round_.title} closes" not in home
    browser.sign_in(reviewer)
    home = browser.get(f"/editions/{edition.slug}/home").text
    assert ("Closed <time" in home, "left." in home) == (True, False)
    with db.transaction() as session, scope.choose(edition.scope):
        round_ = session.merge(round_)
        start_round(round_, edition=session.merge(edition), actor=admin)
        assert round_.closed_at is None


def test_a_round_that_is_open_past_its_day_is_not_called_closed(app: App, browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
    with db.transaction() as session, scope.choose(edition.scope):
        edition = session.merge(edition)
        admin, now = make_member(edition, Role.ADMIN), clock.now()
        round_ = make_round(edition, actor=admin, opens_at=now - timedelta(9), closes_at=now - timedelta(1))
        reviewer = make_reviewer(round_, edition)
        make_assignment(round_, make_eligible(edition), reviewer)
    home = browser.sign_in(reviewer).get(f"/editions/{edition.slug}/home").text
    assert "and is still open." in home
    assert "1 application to score" in home


def test_changed_settings_reach_the_ranking(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        round_ = make_round(edition, RoundState.DRAFT, actor=admin)
        make_eligible(edition)
        start_round(round_, edition=edition, actor=admin)
        change_round(round_, **values(), reads=5, blind=False, see_others=SeeOthers.NEVER, actor=admin)
        assert db.session().scalars(select(RankingEntry.wanted)).all() == [5]
        entry = db.session().scalars(select(AuditEntry).where(AuditEntry.action == "scoring.changed_round")).one()
        assert entry.changes["blind"] == [True, False]


def test_the_current_round_is_the_open_one_then_the_last_closed_then_the_first_draft(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        assert current_round(edition) is None
        first, second, third = (make_round(edition, RoundState.DRAFT) for _ in range(3))
        assert current_round(edition) is first
        first.state = second.state = RoundState.CLOSED
        assert current_round(edition) is second
        third.state = RoundState.OPEN
        assert current_round(edition) is third


def test_inviting_writes_one_mail_each_and_never_twice(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        admin, reviewer = make_member(edition, Role.ADMIN), make_member(edition, Role.REVIEWER)
        mentor = make_member(edition, Role.MENTOR)
        round_ = make_round(edition, RoundState.DRAFT, actor=admin)
        ids = {reviewer.id, mentor.id}
        assert invite_reviewers(round_, edition=edition, person_ids=ids, actor=admin) == 1
        assert invite_reviewers(round_, edition=edition, person_ids=ids, actor=admin) == 0
        sent = db.session().scalars(select(Message)).all()
        assert [(one.kind, one.address) for one in sent] == [("reviewer_invited", reviewer.email)]
        assert f"/editions/{edition.slug}/my-commitment/1" in sent[0].body


def test_the_mail_is_written_in_the_readers_language(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        reviewer = make_member(edition, Role.REVIEWER, language="ja")
        round_ = make_round(edition, RoundState.DRAFT, actor=admin)
        invite_reviewers(round_, edition=edition, person_ids={reviewer.id}, actor=admin)
        message = db.session().scalars(select(Message)).one()
        assert "第1回審査" in message.subject
        assert "Hello" not in message.body


def test_a_reviewer_says_yes_with_fewer_and_can_say_no_only_without_reads(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        round_ = make_round(edition)
        reviewer = make_reviewer(round_, edition, state=CommitmentState.INVITED)
        commitment = own_commitment(edition, reviewer, 1)
        answer = {"capacity": 12, "expertise": ["health"], "languages": ["en"]}
        answer_invitation(commitment, taking_part=True, **answer, actor=reviewer)
        assert (commitment.state, commitment.capacity) == (CommitmentState.YES, 12)
        make_assignment(round_, make_eligible(edition), reviewer)
        with pytest.raises(Refused, match="still have reviews"):
            answer_invitation(commitment, taking_part=False, **answer, actor=reviewer)


def test_progress_names_everybody_with_their_numbers(tx):
    edition = make_edition()
    with scope.choose(edition.scope):
        round_ = make_round(edition)
        busy = make_reviewer(round_, edition, person=make_member(edition, Role.REVIEWER, family_name="Aa"))
        idle = make_reviewer(round_, edition, person=make_member(edition, Role.REVIEWER, family_name="Bb"))
        assigning.ensure_entries(round_)
        make_review(round_, make_eligible(edition), busy)
        make_assignment(round_, make_eligible(edition), busy)
        found = progress_by_reviewer(round_)
        assert [(one.person.id, one.assigned, one.done, one.left) for one in found] == [
            (busy.id, 2, 1, 1),
            (idle.id, 0, 0, 0),
        ]


PATHS = [
    "rounds",
    "rounds/new",
    "rounds/1",
    "rounds/1/settings",
    "rounds/1/turn",
    "rounds/1/reviewers",
    "rounds/1/assignments",
    "rounds/1/method",
]


@pytest.mark.parametrize("path", PATHS)
def test_staff_pages_open_for_the_team_alone(app, browser, path):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_round(edition)
        staff, founder = make_member(edition, Role.STAFF), make_member(edition, Role.FOUNDER)
        other_staff = make_member(make_edition(), Role.STAFF)
    address = f"/editions/{edition.slug}/{path}"
    assert Browser(app).get(address).status_code == 302
    assert browser.sign_in(founder).get(address).status_code == 404
    assert Browser(app).sign_in(other_staff).get(address).status_code == 404
    page = Browser(app).sign_in(staff).get(address)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1


def test_preparing_and_opening_a_round_by_its_pages(app, browser):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff = make_member(edition, Role.STAFF)
        make_eligible(edition)
    browser.sign_in(staff)
    form = {
        "name_en": "First",
        "name_ja": "一",
        "opens_at": "2030-08-03T09:00",
        "closes_at": "2030-08-14T17:00",
        "reads": "３",
        "blind": "y",
        "see_others": "after_own",
    }
    done = browser.post(f"/editions/{edition.slug}/rounds/new", form)
    assert (done.status_code, done.location) == (302, f"/editions/{edition.slug}/rounds/1")
    assert "First" in browser.get(done.location).text
    assert browser.post(f"/editions/{edition.slug}/rounds/1/open").status_code == 302
    with db.reading(), scope.choose(edition.scope):
        round_ = round_by_number(edition, 1)
        assert round_.is_open
        assert round_.reads == 3
        assert round_.closes_at.isoformat() == "2030-08-14T08:00:00+00:00"


def test_a_wrong_setting_is_named_and_what_was_typed_is_kept(app, browser):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff = make_member(edition, Role.STAFF)
        make_round(edition)
    form = {
        "name_en": "Kept words",
        "name_ja": "一",
        "opens_at": "2030-08-14T09:00",
        "closes_at": "2030-08-03T17:00",
        "reads": "3",
        "see_others": "never",
    }
    page = browser.sign_in(staff).post(f"/editions/{edition.slug}/rounds/1/settings", form)
    assert page.status_code == 422
    assert "Choose an end after the start." in page.text
    assert "Kept words" in page.text


def test_a_reviewer_answers_on_a_page_of_their_own(app, browser):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        round_ = make_round(edition, RoundState.DRAFT)
        reviewer = make_reviewer(round_, edition, state=CommitmentState.INVITED)
        other = make_member(edition, Role.REVIEWER)
    address = f"/editions/{edition.slug}/my-commitment/1"
    assert Browser(app).sign_in(other).get(address).status_code == 404
    browser.sign_in(reviewer)
    assert browser.get(address).status_code == 200
    refused = browser.post(address, {"capacity": "12"})
    assert refused.status_code == 422
    assert browser.post(address, {"answer": "yes", "capacity": "12", "languages": ["en"]}).status_code == 302
    with db.reading(), scope.choose(edition.scope):
        commitment = own_commitment(edition, reviewer, 1)
        assert (commitment.state, commitment.capacity, commitment.languages) == (CommitmentState.YES, 12, ["en"])


def test_the_team_invites_and_corrects(app, browser):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_round(edition, RoundState.DRAFT)
        staff, reviewer = make_member(edition, Role.STAFF), make_member(edition, Role.REVIEWER)
    browser.sign_in(staff)
    address = f"/editions/{edition.slug}/rounds/1/reviewers"
    assert browser.post(address, {"capacity": "10"}).status_code == 422
    assert browser.post(address, {"people": [str(reviewer.id)], "capacity": "10"}).status_code == 302
    with db.reading(), scope.choose(edition.scope):
        commitment_id = own_commitment(edition, reviewer, 1).id
    answer = {"answer": "yes", "capacity": "25"}
    assert browser.post(f"{address}/{commitment_id}", answer).status_code == 302
    with db.reading(), scope.choose(edition.scope):
        assert own_commitment(edition, reviewer, 1).capacity == 25
