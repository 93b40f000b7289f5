"""Letters that follow from screening: made by the release, never a decision before it."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.errors import Refused
from accelerator.intake.models import ApplicationState
from accelerator.notifications.models import Message
from accelerator.screening.models import Outcome, Verdict
from accelerator.screening.operations.verdicts import confirm_fail, give_verdict
from accelerator.selection.models import Basis, Choice, Decision
from accelerator.selection.operations import freezing
from accelerator.selection.operations.releases import approve_release, prepare_release, release_decisions
from accelerator.selection.queries import board
from accelerator.selection.queries.releases import gap_count, gaps
from tests.factories import make_application, make_edition, make_member
from tests.factories.selection import make_candidate, make_decision

S = ApplicationState


@pytest.fixture
def place(tx: Session):
    """One offer, and an application that two people found not to be eligible."""
    edition = make_edition()
    people = [make_member(edition, role) for role in (Role.STAFF, Role.ADMIN)]
    with scope.choose(edition.scope):
        make_decision(make_candidate(edition), people[0])
        turned_away = make_application(edition, S.SENT)
        turned_away.applicant.language = "ja"
        give_verdict(turned_away, outcome=Outcome.FAIL, reason_code="off_theme", comment="", actor=people[0])
        confirm_fail(turned_away, actor=people[1])
        yield edition, people, turned_away


def test_preparing_and_cancelling_leave_no_decision_that_nobody_made(place) -> None:
    edition, (staff, _), turned_away = place
    release = prepare_release(edition, actor=staff)
    assert release.counts == {"offer": 1, "wait": 0, "decline": 1}
    freezing.cancel_release(release, actor=staff)
    assert board.decision(turned_away) is None


def test_whoever_wins_the_appeal_is_a_gap_and_not_declined(place) -> None:
    edition, (staff, _), turned_away = place
    freezing.cancel_release(prepare_release(edition, actor=staff), actor=staff)
    give_verdict(turned_away, outcome=Outcome.PASS, reason_code=None, comment="Appeal won.", actor=staff)
    assert [gap.reference for gap in gaps(edition, staff)] == [turned_away.reference]
    with pytest.raises(Refused, match="1 application has no decision yet"):
        prepare_release(edition, actor=staff)


def test_an_appeal_won_after_the_approval_stops_the_release(place) -> None:
    edition, (staff, admin), turned_away = place
    release = prepare_release(edition, actor=staff)
    approve_release(release, typed_count=2, actor=admin)
    give_verdict(turned_away, outcome=Outcome.PASS, reason_code=None, comment="Appeal won.", actor=staff)
    with pytest.raises(Refused, match="Decisions have changed"):
        release_decisions(release, actor=staff)
    assert turned_away.state is S.ELIGIBLE


def test_the_release_makes_the_letter_and_says_who_screened(place) -> None:
    edition, (staff, admin), turned_away = place
    release = prepare_release(edition, actor=staff)
    approve_release(release, typed_count=2, actor=admin)
    release_decisions(release, actor=staff)
    decision = board.decision(turned_away)
    assert (turned_away.state, decision.choice, decision.basis) == (S.DECLINED, Choice.DECLINE, Basis.SCREENING)
    assert (decision.reason, decision.decided_by, decision.release_id) == ("", admin.id, release.id)
    mail = db.session().scalar(select(Message).where(Message.person_id == turned_away.applicant_id))
    assert (mail.kind, mail.language) == ("decision_decline", "ja")
    assert "応募条件を満たしていませんでした" in mail.body
    assert "採択枠を上回る" not in mail.body


def test_what_was_decided_before_screening_said_no_is_not_what_goes_out(place) -> None:
    edition, (staff, admin), turned_away = place
    db.add(
        Decision(
            edition_id=edition.id,
            application_id=turned_away.id,
            choice=Choice.OFFER,
            reason="Strong.",
            feedback="Welcome.",
            decided_by=staff.id,
            decided_at=turned_away.created_at,
        )
    )
    release = prepare_release(edition, actor=staff)
    assert release.counts == {"offer": 1, "wait": 0, "decline": 1}
    approve_release(release, typed_count=2, actor=admin)
    release_decisions(release, actor=staff)
    decision = board.decision(turned_away)
    assert (decision.choice, decision.basis, decision.feedback) == (Choice.DECLINE, Basis.SCREENING, "")


def test_a_verdict_taken_back_is_a_gap_whatever_was_decided(place) -> None:
    edition, (staff, _), _turned_away = place
    unscreened = make_application(edition, S.SENT)
    make_decision(unscreened, staff)
    assert [gap.reference for gap in gaps(edition, staff)] == [unscreened.reference]
    assert gap_count(edition) == 1


@pytest.mark.parametrize(("language", "said"), [("en", "Not eligible"), ("ja", "形式審査不通過")])
def test_the_frozen_list_names_them_in_the_readers_language(app, browser, language, said) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF, language=language)
        with scope.choose(edition.scope):
            turned_away = make_application(edition, S.INELIGIBLE, name="Greywater")
            db.add(
                Verdict(
                    application_id=turned_away.id,
                    outcome=Outcome.FAIL,
                    reason_code="off_theme",
                    given_by=staff.id,
                    given_at=turned_away.created_at,
                )
            )
            prepare_release(edition, actor=staff)
    base = f"/editions/{edition.slug}/selection/release"
    page = browser.sign_in(staff).get(base).text
    assert f"{turned_away.reference} Greywater" in page
    assert said in page
    letter = browser.get(f"{base}/letters/{turned_away.reference}?lang=en")
    assert "It does not meet the conditions of this call." in letter.text
    with db.reading(), scope.choose(edition.scope):
        assert board.decision(turned_away) is None
