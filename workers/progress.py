"""Jobs of progress: reminders of milestones to founders, and what is late to the team."""

from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import people_with
from accelerator.core import clock
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import each_edition
from accelerator.progress import models, queries
from accelerator.progress.models import Milestone
from accelerator.startups.queries import people

# Days left at which a reminder goes out. Each takes the day after too, so that a day of standstill loses none.
REMINDERS = {"7": (7, 6), "1": (1, 0), "late": (-1, -2)}
# Days late at which the team hears of a milestone; its mail then names everything that is late.
TELL_TEAM = frozenset({1, 3, 7, 14})
WAKING = range(8, 21)  # hours of the reader's own clock


def remind_milestones() -> None:
    """Mail the founders 7 days and 1 day before an open milestone is due, and the day after; each once per due day.

    The team gets what is late in one mail, at most one a day for each member.
    """
    for edition in each_edition():
        today = queries.today(edition)
        for name, milestone in _due(edition, today):
            for person in people(milestone.startup_id):
                if _awake(person):
                    _remind(person, milestone, edition, name, today)
        _tell_team(edition, today)


def _tell_team(edition: Edition, today: date) -> None:
    late = [(one, (today - one.due_on).days) for one in queries.due_milestones(edition, date.min, today - timedelta(1))]
    if not any(days in TELL_TEAM for _one, days in late):
        return
    for person in people_with(edition.id, Role.ADMIN, Role.STAFF):
        if _awake(person):
            notify(
                person, "milestones_late", key=f"milestones_late:{edition.id}:{today.isoformat()}:{person.id}", late=late,
                startups=len({one.startup_id for one, _days in late}), edition=edition,
                path=f"/editions/{edition.slug}/milestones",
            )  # fmt: skip


def _due(edition: Edition, today: date) -> Iterator[tuple[str, Milestone]]:
    for name, days in REMINDERS.items():
        first, last = today + timedelta(min(days)), today + timedelta(max(days))
        for milestone in queries.due_milestones(edition, first, last):
            yield name, milestone


def _awake(person: Person) -> bool:
    return clock.now().astimezone(ZoneInfo(person.zone)).hour in WAKING


def _remind(person: Person, milestone: Milestone, edition: Edition, name: str, today: date) -> None:
    kind = "milestone_late" if name == "late" else "milestone_due"
    notify(
        person, kind, key=f"{kind}:{name}:{milestone.id}:{milestone.due_on.isoformat()}:{person.id}",
        milestone=milestone, days_left=(milestone.due_on - today).days,
        path=f"/editions/{edition.slug}/milestones/{milestone.id}",
    )  # fmt: skip


HANDLERS = {models.REMIND_MILESTONES.name: remind_milestones}
