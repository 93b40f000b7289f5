"""The present figures: working them out, what was worked out last, and the job that does it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.outbox import JobRow, JobState
from accelerator.programmes.models import Edition
from accelerator.progress.queries.milestones import today
from accelerator.reporting.figures.document import digest, document
from accelerator.reporting.models import WORK_OUT_FIGURES, PresentFigures
from accelerator.reporting.queries.counting import counts

AFTERWARDS = timedelta(days=60)
OPEN = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True)
class WorkedOut:
    """A figures document in plain values, with the instants of `PresentFigures`; nothing of it hangs on a session."""

    figures: dict[str, Any]
    digest: str
    made_at: datetime
    begun_at: datetime


def worked_out(edition: Edition) -> WorkedOut:
    """Every figure as of now: some twenty-five statements, however many rows there are."""
    # Both instants come first: what is written meanwhile belongs to the next time.
    begun_at, made_at = clock.system_now(), clock.now().replace(microsecond=0)
    figures = document(counts(edition))
    return WorkedOut(figures, digest(figures), made_at, begun_at)


def present_figures(edition: Edition) -> PresentFigures | None:
    """What was worked out last; None before the first time."""
    return session().scalar(select(PresentFigures).where(PresentFigures.edition_id == edition.id))


def figures_can_change(edition: Edition) -> bool:
    """Whether the edition's figures still move by themselves."""
    # Before the call there is nothing to count. After Demo Day guests are ticked off, wishes answered and introductions
    # made for some weeks; then the rows rest, and whoever corrects one asks for new figures by the button.
    return edition.opens_at <= clock.now() and today(edition) <= edition.demo_day_on + AFTERWARDS


def figures_are_due(edition: Edition) -> bool:
    """Whether the timetable should have them worked out: while they can change, and once for every edition."""
    known = select(PresentFigures.edition_id).where(PresentFigures.edition_id == edition.id)
    return figures_can_change(edition) or session().scalar(known) is None


def figures_job(edition: Edition) -> JobRow | None:
    """The job that works them out: the one under way, or else the last one."""
    statement = select(JobRow).where(JobRow.name == WORK_OUT_FIGURES.name, JobRow.scope_key == edition.id)
    return session().scalar(statement.order_by(JobRow.state.in_(OPEN).desc(), JobRow.created_at.desc()).limit(1))
