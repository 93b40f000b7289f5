"""Reminders of milestones to founders, and what is late to the team: the letters that are due now, each once."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import people_with
from accelerator.core import clock
from accelerator.notifications.operations import Letter, letter_to
from accelerator.programmes.models import Edition
from accelerator.progress.models import Milestone
from accelerator.progress.queries import milestones
from accelerator.startups.queries import people_of

# Days left at which a reminder goes out. Each takes the day after too, so that a day of standstill loses none.
REMINDERS = {"7": (7, 6), "1": (1, 0), "late": (-1, -2)}
# Days late at which the team hears of a milestone; its mail then names everything that is late.
TELL_TEAM = frozenset({1, 3, 7, 14})
WAKING = range(8, 21)  # hours of the reader's own clock


def letters(edition: Edition) -> Iterator[Letter]:
    """Founders are reminded 7 days and 1 day before an open milestone is due, and the day after; each once per due day.

    The team gets what is late in one mail, at most one a day for each member.
    """
    today = milestones.today(edition)
    open_ones = milestones.due_milestones(edition, date.min, today + timedelta(max(map(max, REMINDERS.values()))))
    due = [(name, milestone) for milestone in open_ones for name in _reminders(milestone, today)]
    founders = people_of({milestone.startup_id for _name, milestone in due})
    for name, milestone in due:
        for person in founders[milestone.startup_id]:
            if _awake(person):
                yield _reminder(person, milestone, edition, name, today)
    yield from _to_team(
        edition,
        [(milestone, (today - milestone.due_on).days) for milestone in open_ones if milestone.due_on < today],
        today,
    )


def _to_team(edition: Edition, late: list[tuple[Milestone, int]], today: date) -> Iterator[Letter]:
    if not any(days in TELL_TEAM for _milestone, days in late):
        return
    for person in people_with(edition.id, Role.ADMIN, Role.STAFF):
        if _awake(person):
            yield letter_to(
                person,
                "milestones_late",
                key=f"milestones_late:{edition.id}:{today.isoformat()}:{person.id}",
                late=late,
                startups=len({milestone.startup_id for milestone, _days in late}),
                edition=edition,
                path=f"/editions/{edition.slug}/milestones",
            )


def _reminders(milestone: Milestone, today: date) -> list[str]:
    return [name for name, days in REMINDERS.items() if min(days) <= (milestone.due_on - today).days <= max(days)]


def _awake(person: Person) -> bool:
    return clock.now().astimezone(ZoneInfo(person.zone)).hour in WAKING


def _reminder(person: Person, milestone: Milestone, edition: Edition, name: str, today: date) -> Letter:
    kind = "milestone_late" if name == "late" else "milestone_due"
    return letter_to(
        person,
        kind,
        key=f"{kind}:{name}:{milestone.id}:{milestone.due_on.isoformat()}:{person.id}",
        milestone=milestone,
        days_left=(milestone.due_on - today).days,
        path=f"/editions/{edition.slug}/milestones/{milestone.id}",
    )
