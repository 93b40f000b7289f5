"""Reminders of milestones: each once, by day in the edition's zone, at waking hours of the reader."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.core import scope
from accelerator.notifications.models import Message
from accelerator.progress.models import MilestoneState
from tests.factories import make_cohort_startup, make_edition
from tests.factories.progress import make_milestone
from workers.progress import remind_milestones

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
