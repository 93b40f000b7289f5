"""Reviewers' feedback: staff read it, edit a copy, tick it; the letter says it without names, and nobody else learns it."""

import re

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.errors import Refused
from accelerator.notifications.models import Message
from accelerator.scoring.models import Assignment, AssignmentState, Review
from accelerator.selection.models import Choice, Decision, FeedbackCopy, Release
from accelerator.selection.operations.feedback import Wording, share_feedback
from accelerator.selection.operations.freezing import Frozen
from accelerator.selection.operations.releases import approve_release, prepare_release, release_decisions
from accelerator.selection.queries.feedback import feedback_lines
from accelerator.selection.queries.releases import release_overview
from tests.factories import make_edition, make_member
from tests.factories.scoring import make_conflict, make_eligible, make_review, make_reviewer, make_round
from tests.factories.selection import make_decision
from tests.visits.answered import AnsweredPage

FIRST, SECOND = "Show the unit costs of a hospital.", "Name the second market."


@pytest.fixture
def place(app):
    """A declined application with two reviewers' feedback, its round closed."""
    with db.transaction():
        edition = make_edition()
        staff, admin = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN)
        with scope.choose(edition.scope):
            round_ = make_round(edition, reads=2)
            application = make_eligible(edition)
            reviewers = [
                make_reviewer(
                    round_, edition, person=make_member(edition, Role.REVIEWER, given_name=given, family_name=family)
                )
                for given, family in (("Kadri", "Lepik"), ("Aoi", "Morita"))
            ]
            for reviewer, text in zip(reviewers, (FIRST, SECOND), strict=True):
                make_review(round_, application, reviewer, feedback=text)
            round_.state = "closed"
            make_decision(application, staff, Choice.DECLINE, feedback="Come back next year.")
            applicant = application.applicant
    return edition, staff, admin, application, reviewers, applicant


def page_of(place) -> str:
    return f"/editions/{place[0].slug}/selection/{place[3].reference}"


def fields(page: str) -> dict[str, str]:
    """The feedback form as the page has it, nothing ticked."""
    form = page[page.index("/feedback") :]
    texts = re.findall(r'<textarea class="input" id="(text-\d+)"[^>]*>([^<]*)</textarea>', form)
    return {"version": re.search(r'name="version" value="([^"]*)"', form)[1], **dict(texts)}


def release(place) -> None:
    edition, staff, admin, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        prepared = prepare_release(edition, actor=staff, sure=True)
        approve_release(prepared, typed_count=1, actor=admin, sure=True)
        release_decisions(prepared, actor=staff)


def said(place, browser) -> list[str]:
    """The letter's mail in both forms, and its page."""
    with db.reading() as opened:
        mail = opened.query(Message).filter(Message.kind == "decision_decline").one()
    browser.sign_in(place[5])
    page = browser.get(f"/editions/{place[0].slug}/my/{place[3].reference}/letter").text
    return [mail.body, mail.html, page]


def tick(place, browser, **changes: str) -> None:
    """Staff tick the first feedback, with what else they change."""
    browser.sign_in(place[1])
    typed = fields(browser.get(page_of(place)).text)
    key = next(name for name, text in typed.items() if text == FIRST).removeprefix("text-")
    typed |= {f"share-{key}": "on"} | {name.replace("first", key): value for name, value in changes.items()}
    assert browser.post(page_of(place) + "/feedback", typed).status_code == 302


def test_what_is_ticked_goes_into_mail_and_letter_and_the_rest_nowhere(place, browser) -> None:
    tick(place, browser)
    release(place)
    for text in said(place, browser):
        assert FIRST in text
        assert "Come back next year." in text
        assert SECOND not in text
        for reviewer in place[4]:
            assert reviewer.family_name not in text


def test_nothing_is_shared_that_nobody_ticked(place, browser) -> None:
    browser.sign_in(place[1])
    assert browser.post(page_of(place) + "/feedback", fields(browser.get(page_of(place)).text)).status_code == 302
    release(place)
    assert [(FIRST in text, SECOND in text) for text in said(place, browser)] == [(False, False)] * 3


def test_staff_edit_a_copy_and_the_review_stays(place, browser) -> None:
    tick(place, browser, **{"text-first": "Show what a hospital pays."})
    page = browser.get(page_of(place)).text
    assert "Show what a hospital pays." in page
    assert f'<blockquote class="small soft">{FIRST}</blockquote>' in page
    with db.reading() as opened, scope.choose(place[0].scope):
        assert sorted(one.feedback for one in opened.query(Review)) == sorted([FIRST, SECOND])
        copy = opened.query(FeedbackCopy).filter(FeedbackCopy.shared).one()
        assert (copy.original, copy.text, copy.saved_by) == (FIRST, "Show what a hospital pays.", place[1].id)
    release(place)
    assert [FIRST in text for text in said(place, browser)] == [False] * 3


@pytest.mark.parametrize("named", ["Kadri Lepik", "kadri  LEPIK", "Lepik Kadri", "Morita Aoi"])
def test_a_text_that_names_a_reviewer_is_not_shared(place, browser, named) -> None:
    browser.sign_in(place[1])
    typed = fields(browser.get(page_of(place)).text)
    key = next(name for name, text in typed.items() if text == FIRST).removeprefix("text-")
    answer = browser.post(
        page_of(place) + "/feedback", {**typed, f"text-{key}": f"I, {named}, liked it.", f"share-{key}": "on"}
    )
    assert answer.status_code == 422
    assert "must not learn who reviewed" in answer.text
    assert f"I, {named}, liked it." in answer.text


def test_a_person_with_a_conflict_never_sees_nor_shares_it(place, browser) -> None:
    edition, staff, _, application, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        make_conflict(application, staff)
    browser.sign_in(staff)
    assert browser.get(page_of(place)).status_code == 404
    assert browser.post(page_of(place) + "/feedback", {"share-1": "on"}).status_code == 404
    with db.transaction() as opened, scope.choose(edition.scope):
        mine = opened.get_one(type(application), application.id)
        with pytest.raises(Refused, match="conflict of interest"):
            share_feedback(mine, {}, actor=staff)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.STAFF, Role.ADMIN)])
def test_nobody_outside_the_team_shares_anything(place, browser, role) -> None:
    with db.transaction():
        person = make_member(place[0], role)
    browser.sign_in(person)
    assert browser.post(page_of(place) + "/feedback", {"share-1": "on"}).status_code == 404
    with db.reading() as opened, scope.choose(place[0].scope):
        assert opened.query(FeedbackCopy).count() == 0


def test_of_a_reviewer_with_a_conflict_nothing_is_shared_any_more(place, browser) -> None:
    edition, _, _, application, reviewers, _ = place
    tick(place, browser)
    with db.transaction(), scope.choose(edition.scope):
        make_conflict(application, reviewers[0])
    release(place)
    assert [FIRST in text for text in said(place, browser)] == [False] * 3


def test_nor_of_a_review_that_does_not_count_any_more(place, browser) -> None:
    edition, *_, reviewers, _ = place
    tick(place, browser)
    with db.transaction() as opened, scope.choose(edition.scope):
        given = opened.query(Assignment).filter(Assignment.reviewer_id == reviewers[0].id).one()
        given.state = AssignmentState.ABSTAINED
    release(place)
    assert [FIRST in text for text in said(place, browser)] == [False] * 3


def wordings(application) -> dict[int, Wording]:
    return {line.review_id: Wording(line.text, True) for line in feedback_lines(application)}


def test_a_release_freezes_it(place) -> None:
    edition, staff, _, application, *_ = place
    with db.transaction() as opened, scope.choose(edition.scope):
        prepare_release(edition, actor=staff, sure=True)
        mine = opened.get_one(type(application), application.id)
        with pytest.raises(Frozen) as refusal, opened.begin_nested():
            share_feedback(mine, wordings(mine), actor=staff)
        assert refusal.value.field == "undo"
        mark = release_overview(edition).under_way.version
        assert share_feedback(mine, wordings(mine), actor=staff, undo=mark) == 2
        assert release_overview(edition).release is None


def test_after_the_release_it_stays_as_it_went_out(place, browser) -> None:
    edition, staff, _, application, *_ = place
    tick(place, browser)
    release(place)
    with db.transaction() as opened, scope.choose(edition.scope):
        mine = opened.get_one(type(application), application.id)
        with pytest.raises(Refused), opened.begin_nested():
            share_feedback(mine, wordings(mine), actor=staff)
        opened.query(FeedbackCopy).update({"text": "Changed by hand."})
        assert opened.query(Decision).one().shared == [FIRST]
        assert opened.query(Release).count() == 1
    assert [FIRST in text for text in said(place, browser)] == [True] * 3


def test_a_review_that_is_written_anew_is_read_anew(place, browser) -> None:
    edition, staff, *_ = place
    browser.sign_in(staff)
    typed = fields(browser.get(page_of(place)).text)
    with db.transaction() as opened, scope.choose(edition.scope):
        review = opened.query(Review).filter(Review.feedback == FIRST).one()
        review.feedback = "Kadri Lepik wrote something else."
    key = next(name for name, text in typed.items() if text == FIRST).removeprefix("text-")
    answer = browser.post(page_of(place) + "/feedback", {**typed, f"share-{key}": "on"})
    assert answer.status_code == 422
    assert "The feedback was changed in the meantime." in answer.text


def test_a_draft_is_nobodys_feedback_yet(place) -> None:
    edition, _, _, application, *_ = place
    with db.transaction() as opened, scope.choose(edition.scope):
        opened.query(Assignment).update({"state": AssignmentState.STARTED})
    with db.reading(), scope.choose(edition.scope):
        assert feedback_lines(application) == []


def test_everything_that_is_wrong_is_said_at_once(place, browser) -> None:
    """Every piece without a text, and that a colleague was faster; each beside what it is about, nothing typed lost."""
    typed = fields(browser.sign_in(place[1]).get(page_of(place)).text)
    keys = [name.removeprefix("text-") for name in typed if name.startswith("text-")]
    sent = {**typed, "version": "another", **{f"text-{key}": " " for key in keys}, f"share-{keys[0]}": "y"}
    answer = browser.post(page_of(place) + "/feedback", {**sent, f"share-{keys[1]}": "y"})
    page = AnsweredPage(answer.text)
    assert (answer.status_code, page.faults()) == (422, [])
    assert [(target, sentence[:37]) for target, sentence in page.problems] == [
        ("", "The feedback was changed in the meant"[:37]),
        *((f"text-{key}", "A ticked piece of feedback has no text"[:37]) for key in keys),
    ]
