"""When a round reminds its reviewers of reads that are not done. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

APART = timedelta(days=1)
LATE_FOR = timedelta(days=7)  # a round that nobody closed does not start to complain months later


class Reminder(StrEnum):
    """One of the moments of a round at which its reviewers hear from it."""

    HALF = "half"
    THREE_DAYS = "3d"
    ONE_DAY = "1d"
    OVERDUE = "overdue"


def schedule(opens_at: datetime, closes_at: datetime) -> list[tuple[datetime, Reminder]]:
    """The reminders of a round in their order, each with its instant.

    In a short round some would come before it opens, or on each other's heels: of two within a day the later stays.

    >>> from datetime import UTC
    >>> [(at.day, one.value) for at, one in schedule(datetime(2020, 8, 3, tzinfo=UTC), datetime(2020, 8, 15, tzinfo=UTC))]
    [(9, 'half'), (12, '3d'), (14, '1d'), (15, 'overdue')]
    """
    planned = sorted(
        [
            (opens_at + (closes_at - opens_at) / 2, Reminder.HALF),
            (closes_at - timedelta(days=3), Reminder.THREE_DAYS),
            (closes_at - timedelta(days=1), Reminder.ONE_DAY),
            (closes_at, Reminder.OVERDUE),
        ],
        key=lambda planned: (planned[0], planned[1] is not Reminder.HALF),
    )
    following = [at for at, _ in planned[1:]]
    kept = [
        entry
        for entry, then in zip(planned, following, strict=False)
        if entry[0] > opens_at and then - entry[0] >= APART
    ]
    return [*kept, planned[-1]]


def due(opens_at: datetime, closes_at: datetime, now: datetime) -> tuple[datetime, Reminder] | None:
    """The reminder whose time it is: the last one that has come, however late the worker is; None before the first."""
    if now >= closes_at + LATE_FOR:
        return None
    passed = [entry for entry in schedule(opens_at, closes_at) if entry[0] <= now]
    return passed[-1] if passed else None
