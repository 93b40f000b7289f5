"""Periodic jobs as one table. Each is enqueued once per slot of time, however many sweepers run."""

from datetime import datetime, timedelta

from sqlalchemy import delete, exists, select

from accelerator.core import clock, db
from accelerator.core.keeping import KEEP_LIVES
from accelerator.core.outbox import Job, JobRow, JobState, enqueue
from accelerator.events.models import REMIND_GUESTS
from accelerator.intake.models import REMIND_DRAFTS
from accelerator.mentoring.models import REMIND_SESSIONS
from accelerator.notifications.models import DELIVER
from accelerator.progress.models import REMIND_MILESTONES
from accelerator.reporting.models import KEEP_FIGURES
from accelerator.scoring.models import REMIND_REVIEWERS
from accelerator.selection.models import LAPSE_OFFERS

EVERY: dict[Job, int] = {  # seconds
    DELIVER: 60,
    REMIND_DRAFTS: 60,
    LAPSE_OFFERS: 60,
    REMIND_SESSIONS: 60,
    REMIND_MILESTONES: 60,
    REMIND_GUESTS: 60,
    REMIND_REVIEWERS: 60,
    KEEP_FIGURES: 900,
    KEEP_LIVES: 24 * 3600,
}
BEGINS = {KEEP_LIVES: 17 * 3600}  # seconds after midnight, UTC: at night in Japan
KEPT = timedelta(days=1)
"""How long a finished periodic row stays; they say nothing after that."""


def slot(job: Job, now: datetime) -> int:
    """The number of the slot of time that ``now`` is in."""
    return (int(now.timestamp()) - BEGINS.get(job, 0)) // EVERY[job]


class Timetable:
    """What one process has enqueued already, so that it writes only when a slot begins."""

    def __init__(self) -> None:
        self._last: dict[Job, int] = {}

    def tick(self) -> list[str]:
        """Enqueue each job whose slot began since the last tick; the names of those that were new to everybody."""
        now = clock.system_now()
        begun = [job for job in EVERY if self._last.get(job) != slot(job, now)]
        if not begun:
            return []
        with db.transaction():
            added = [job.name for job in begun if _add(job, now)]
            _forget_before(now - KEPT)
        self._last.update({job: slot(job, now) for job in begun})
        return added


def _add(job: Job, now: datetime) -> bool:
    # While no worker was there one row waited; a hundred missed minutes need no hundred runs.
    pending = exists().where(
        JobRow.name == job.name,
        JobRow.key.is_not(None),
        JobRow.state.in_((JobState.WAITING, JobState.RUNNING)),
        JobRow.run_at <= now + timedelta(seconds=EVERY[job]),
    )
    if db.session().scalar(select(pending)):
        return False
    return enqueue(job, key=f"{job.name}:{slot(job, now)}") is not None


def _forget_before(instant: datetime) -> None:
    names = [job.name for job, seconds in EVERY.items() if seconds < KEPT.total_seconds()]
    db.session().execute(
        delete(JobRow).where(
            JobRow.state == JobState.DONE, JobRow.key.is_not(None), JobRow.name.in_(names), JobRow.finished_at < instant
        )
    )
