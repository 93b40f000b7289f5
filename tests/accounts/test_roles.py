"""Roles: given in one place, ended with all that could bring them back."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts import queries
from accelerator.accounts.models import Link, Membership, Role
from accelerator.accounts.operations import links, roles
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.demo_day import operations as demo_day
from accelerator.demo_day import queries as demo_day_queries
from accelerator.demo_day import rules as demo_day_rules
from accelerator.demo_day.models import InterestLevel
from accelerator.mentoring import rules as mentoring_rules
from accelerator.mentoring.models import SessionLog, Side
from accelerator.mentoring.turnout import Attendance
from tests.factories import make_cohort_startup, make_edition, make_member
from tests.factories.accounts import mailed_kinds
from tests.factories.demo_day import make_demo_day, make_investor, make_pitch
from tests.factories.mentoring import make_mentor, make_past_session


def end(tx: Session, person_id: int, role: Role) -> None:
    held = select(Membership).where(Membership.person_id == person_id, Membership.role == role)
    row = tx.scalars(held).one()
    roles.end_role(row, actor=row.person)


def test_every_role_that_is_given_is_on_record(tx: Session) -> None:
    edition = make_edition()
    admin, person = make_member(edition, Role.ADMIN), make_member(edition)
    with scope.choose(edition.scope):
        row = roles.give_role(person, edition.id, Role.MENTOR, actor=admin)
        assert roles.give_role(person, edition.id, Role.MENTOR, actor=admin) is row
        roles.end_role(row, actor=admin)
        roles.give_role(person, edition.id, Role.MENTOR, actor=admin)
    tx.flush()
    acts = tx.execute(select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.scope_key).order_by(AuditEntry.id))
    assert [tuple(act) for act in acts] == [
        (f"accounts.role_{what}", admin.id, edition.id) for what in ("given", "ended", "given")
    ]


def test_an_open_invitation_does_not_bring_an_ended_role_back(tx: Session) -> None:
    edition = make_edition()
    admin, person = make_member(edition, Role.ADMIN), make_member(edition)
    with scope.choose(edition.scope):
        link = links.invite(person.email, edition.id, Role.MENTOR, title=edition.name, actor=admin)
        other = links.invite(person.email, edition.id, Role.REVIEWER, title=edition.name, actor=admin)
        row = roles.give_role(person, edition.id, Role.MENTOR, actor=admin)
        roles.end_role(row, actor=admin)
    assert [tx.get(Link, one.id).used_at is None for one in (link, other)] == [False, True]
    assert queries.open_invitations(person, edition.id, Role.MENTOR) == []


def test_a_former_mentor_reads_no_private_note(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        mentor = make_mentor(edition)
        startup, founder = make_cohort_startup(edition)
        booked = make_past_session(mentor, startup)
        log = db.add(
            SessionLog(
                session_id=booked.id,
                side=Side.MENTOR,
                mentor_came=Attendance.PRESENT,
                startup_came=Attendance.PRESENT,
                note="",
                private_note="Weak team.",
                written_by=mentor.person_id,
                written_at=clock.now(),
            )
        )
        sides = (mentoring_rules.side_of(mentor.person, booked), mentoring_rules.side_of(founder, booked))
        assert sides == (Side.MENTOR, Side.STARTUP)
        assert mentoring_rules.can_read_private(mentor.person, log)
        end(tx, mentor.person_id, Role.MENTOR)
        end(tx, founder.id, Role.FOUNDER)
        assert not mentoring_rules.can_read_private(mentor.person, log)
        sides = (mentoring_rules.side_of(mentor.person, booked), mentoring_rules.side_of(founder, booked))
        assert sides == (None, None)


def test_a_former_investor_meets_nobody(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        pitch, _startup, founder = make_pitch(edition, make_demo_day(edition))
        investor, _person = make_investor(edition)
        wish = demo_day.show_interest(pitch, level=InterestLevel.MEET, actor=investor.person)
        assert demo_day_rules.can_answer(founder, wish)
        end(tx, investor.person_id, Role.INVESTOR)
        assert not demo_day_rules.can_keep_a_list(investor.person, edition)
        assert not demo_day_rules.can_show_interest(investor.person, pitch)
        with pytest.raises(Refused, match="has not admitted you"):
            demo_day.show_interest(pitch, level=InterestLevel.MEET, actor=investor.person)
        assert not demo_day_rules.can_answer(founder, wish)
        assert demo_day_queries.interests_in(pitch) == []
    assert mailed_kinds(investor.person.email) == []
