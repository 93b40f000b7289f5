"""Reminders of milestones: each once, by day in the edition's zone, at waking hours of the reader."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import scope
from accelerator.notifications.models import Message
from accelerator.progress.models import REMIND_MILESTONES, MilestoneState
from accelerator.startups.models import Startup
from tests.factories import make_cohort_startup, make_edition, make_member
from tests.factories.progress import make_milestone
from tests.services.jobs import runs

remind_milestones = runs(REMIND_MILESTONES)

M = MilestoneState


def sent(tx: Session) -> list[tuple[str, str]]:
    return [tuple(row) for row in tx.execute(select(Message.kind, Message.subject).order_by(Message.id))]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2020, 10, 8, 9, tzinfo=UTC), []),
        (datetime(2020, 10, 9, 9, tzinfo=UTC), [("milestone_due", "Due in 7 days: Pilot")]),
        (datetime(2020, 10, 10, 9, tzinfo=UTC), [("milestone_due", "Due in 6 days: Pilot")]),
        (datetime(2020, 10, 11, 9, tzinfo=UTC), []),
        (datetime(2020, 10, 15, 9, tzinfo=UTC), [("milestone_due", "Due in 1 day: Pilot")]),
        (datetime(2020, 10, 16, 9, tzinfo=UTC), [("milestone_due", "Due today: Pilot")]),
        # The evening of the 16th in London is the 17th in Kobe, where the day counts.
        (datetime(2020, 10, 16, 18, tzinfo=UTC), [("milestone_late", "Late: Pilot")]),
        (datetime(2020, 10, 17, 9, tzinfo=UTC), [("milestone_late", "Late: Pilot")]),
        (datetime(2020, 10, 19, 9, tzinfo=UTC), []),
        (datetime(2020, 10, 9, 6, tzinfo=UTC), []),
    ],
)
def test_when_a_reminder_goes_out(tx: Session, at: datetime, expected: list):
    with time_machine.travel(at, tick=False):
        edition = make_edition()
        with scope.choose(edition.scope):
            startup, _ = make_cohort_startup(edition)
            for state in (M.PLANNED, M.SENT_IN, M.ACHIEVED, M.DROPPED):
                make_milestone(edition, startup, state, title={"en": "Pilot", "ja": "実証"}, due_on=date(2020, 10, 16))
        remind_milestones()
        remind_milestones()
        assert sent(tx) == expected


def test_the_team_gets_one_mail_a_day_with_everything_late(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, asleep = make_member(edition, Role.STAFF), make_member(edition, Role.ADMIN, zone="America/Los_Angeles")
        for name, day in (("Old", 10), ("New", 15)):
            startup, _ = make_cohort_startup(edition)
            make_milestone(edition, startup, M.PLANNED, title={"en": name, "ja": name}, due_on=date(2020, 10, day))
        make_milestone(edition, startup, M.SENT_IN, due_on=date(2020, 10, 15))
    sent_to = select(Message.address, Message.subject, Message.body).where(Message.kind == "milestones_late")
    with time_machine.travel(datetime(2020, 10, 16, 9, tzinfo=UTC), tick=False):
        remind_milestones()
        remind_milestones()
        (mail,) = tx.execute(sent_to).all()
        assert (mail.address, mail.subject) == (staff.email, f"2 milestones are late · {edition.title}")
        assert [line for line in mail.body.split("\n") if line.startswith("- ")] == [
            f"- {old}: {name} (due {due}, {late})"
            for old, name, due, late in zip(
                tx.scalars(select(Startup.name).order_by(Startup.id)),
                ("Old", "New"),
                ("Sat 10 Oct", "Thu 15 Oct"),
                ("6 days late", "1 day late"),
                strict=True,
            )
        ]
    with time_machine.travel(datetime(2020, 10, 20, 17, tzinfo=UTC), tick=False):
        remind_milestones()  # the 21st in Kobe: 11 and 6 days late
        assert len(tx.execute(sent_to).all()) == 1
    with time_machine.travel(datetime(2020, 10, 21, 17, tzinfo=UTC), tick=False):
        remind_milestones()  # the 22nd in Kobe: 12 and 7 days late
        assert [row.address for row in tx.execute(sent_to)] == [staff.email, staff.email, asleep.email]


def test_nothing_late_is_told_to_nobody(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        make_member(edition, Role.STAFF)
        startup, _ = make_cohort_startup(edition)
        make_milestone(edition, startup, M.PLANNED, due_on=date(2020, 10, 30))
    with time_machine.travel(datetime(2020, 10, 16, 9, tzinfo=UTC), tick=False):
        remind_milestones()
    assert sent(tx) == []
