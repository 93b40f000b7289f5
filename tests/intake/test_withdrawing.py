"""Withdrawing and reinstating: back to exactly where it was, by founders while they could send, by the team with a reason."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.operations import withdrawing
from accelerator.intake.operations.sending import send
from accelerator.notifications.models import Message
from accelerator.programmes.models import GRACE
from tests.factories import Browser, make_edition, make_member
from tests.factories.intake import make_complete_draft, make_draft, make_form

TICK = timedelta(microseconds=1)
A = ApplicationState
REASON = "They merged with nobody after all."


@pytest.mark.parametrize("stood", [A.DRAFT, A.SENT, A.ELIGIBLE, A.INELIGIBLE])
def test_it_goes_back_to_exactly_where_it_was_and_each_time_is_told_once(tx: Session, stood: A) -> None:
    edition = make_edition()
    staff = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_complete_draft(edition, form)
        founder = application.applicant
        if stood is not A.DRAFT:
            send(application, form, edition=edition, at=clock.now(), actor=founder)
            application.state = stood
        before = {
            name: getattr(application, name) for name in ("submitted_at", "revision_number", "answers", "is_late")
        }
        for turn in range(2):
            for _twice in range(2):
                withdrawing.withdraw(application, reason="We moved on.", edition=edition, actor=founder)
            assert application.state is A.WITHDRAWN
            for _twice in range(2):
                if turn:
                    withdrawing.reinstate(application, reason=REASON, edition=edition, actor=staff)
                else:
                    withdrawing.reinstate_own(application, edition=edition, at=clock.now(), actor=founder)
            assert (application.state, application.withdrawn_from) == (stood, None)
        assert {name: getattr(application, name) for name in before} == before
        kinds = [
            kind for kind in tx.scalars(select(Message.kind).order_by(Message.id)) if kind.startswith("application_")
        ]
        told = [kind for kind in kinds if kind != "application_sent"]
        assert told == ["application_withdrawn", "application_reinstated"] * 2
        acts = tx.scalars(select(AuditEntry.action).where(AuditEntry.subject_type == "application")).all()
        assert acts[-4:] == ["application.withdrawn", f"application.{stood.value}"] * 2


@pytest.mark.parametrize(("tick", "may"), [(-TICK, True), (timedelta(), False), (TICK, False)])
def test_founders_may_until_the_close_and_the_team_until_decisions(tx: Session, tick: timedelta, may: bool) -> None:
    edition = make_edition()
    staff = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope):
        make_form(edition)
        draft = make_draft(edition)
        withdrawing.withdraw(draft, reason="We moved on.", edition=edition, actor=draft.applicant)
        at = (edition.closes_at or clock.now()) + GRACE + tick
        if may:
            withdrawing.reinstate_own(draft, edition=edition, at=at, actor=draft.applicant)
        else:
            with pytest.raises(Refused, match="The call has closed"):
                withdrawing.reinstate_own(draft, edition=edition, at=at, actor=draft.applicant)
            for reason in ("", "so"):
                with pytest.raises(Refused):
                    withdrawing.reinstate(draft, reason=reason, edition=edition, actor=staff)
            withdrawing.reinstate(draft, reason=REASON, edition=edition, actor=staff)
        assert draft.state is A.DRAFT


def test_nothing_goes_back_once_it_was_decided(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        make_form(edition)
        application = make_draft(edition)
        application.state, application.submitted_at = A.WAITING, clock.now()
        withdrawing.withdraw(application, reason="We moved on.", edition=edition, actor=application.applicant)
        with pytest.raises(Refused, match="Withdrawn"):
            withdrawing.reinstate_own(application, edition=edition, at=clock.now(), actor=application.applicant)


def test_pages_ask_for_the_reason_and_are_nobody_else_s(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        staff, other = make_member(edition, Role.STAFF), make_member(edition, Role.FOUNDER)
        with scope.choose(edition.scope):
            make_form(edition)
            draft = make_draft(edition)
            founder = draft.applicant
    my, team = (f"/editions/{edition.slug}/{part}/A-0001" for part in ("my", "applications"))
    browser.sign_in(founder).post(f"{my}/withdraw", {"reason": "We moved on."})
    assert "Reinstate the application" in browser.get(my).text
    for path in (f"{my}/reinstate", f"{team}/reinstate"):
        assert browser.sign_in(other).post(path, {"reason": REASON}).status_code == 404
    assert browser.sign_in(founder).post(f"{my}/reinstate").location == my
    assert "Reinstate the application" not in browser.get(my).text
    browser.post(f"{my}/withdraw", {"reason": "We moved on."})
    browser.sign_in(staff)
    assert f'href="{team}/reinstate"' in browser.get(team).text
    assert browser.post(f"{team}/reinstate", {"reason": ""}).status_code == 422
    assert browser.post(f"{team}/reinstate", {"reason": REASON}).location == team
    with db.reading() as opened, scope.choose(edition.scope):
        assert opened.get_one(Application, draft.id).state is A.DRAFT
