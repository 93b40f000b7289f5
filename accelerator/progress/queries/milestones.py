"""Reads about milestones."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.charts.steps import StepState, track
from accelerator.core.db import session
from accelerator.core.i18n import pick
from accelerator.programmes.models import Edition
from accelerator.progress.figures import Share
from accelerator.progress.models import Evidence, Milestone, MilestoneState, MilestoneTemplate
from accelerator.selection.models import CohortEntry
from accelerator.startups.models import Startup
from accelerator.startups.queries import named_by

OPEN = (MilestoneState.PLANNED, MilestoneState.SENT_BACK)


def today(edition: Edition) -> date:
    """The present day where the edition is."""
    return clock.now().astimezone(ZoneInfo(edition.zone)).date()


def local_day(instant: datetime, edition: Edition) -> date:
    """The day of an instant where the edition is."""
    return instant.astimezone(ZoneInfo(edition.zone)).date()


def milestone_templates(edition: Edition) -> list[MilestoneTemplate]:
    """The edition's templates by day."""
    statement = select(MilestoneTemplate).where(MilestoneTemplate.edition_id == edition.id)
    return list(session().scalars(statement.order_by(MilestoneTemplate.due_on, MilestoneTemplate.position)))


def milestone_template(edition: Edition, template_id: int) -> MilestoneTemplate | None:
    """One template of the edition."""
    return session().scalar(
        select(MilestoneTemplate).where(MilestoneTemplate.edition_id == edition.id, MilestoneTemplate.id == template_id)
    )


def milestone(edition: Edition, milestone_id: int) -> Milestone | None:
    """A milestone of the edition with its evidence and comments."""
    return session().scalar(
        select(Milestone)
        .options(selectinload(Milestone.evidence), selectinload(Milestone.comments))
        .where(Milestone.edition_id == edition.id, Milestone.id == milestone_id)
    )


def evidence(edition: Edition, evidence_id: int) -> Evidence | None:
    """One piece of evidence for a milestone of the edition."""
    return session().scalar(
        select(Evidence)
        .join(Milestone, Milestone.id == Evidence.milestone_id)
        .where(Milestone.edition_id == edition.id, Evidence.id == evidence_id)
    )


def milestones_of(startup: Startup, edition: Edition) -> list[Milestone]:
    """The milestones of a startup by day, dropped ones last."""
    statement = select(Milestone).where(Milestone.edition_id == edition.id, Milestone.startup_id == startup.id)
    rows = session().scalars(statement.order_by(Milestone.due_on, Milestone.id))
    return sorted(rows, key=lambda row: row.state is MilestoneState.DROPPED)


def cohort_startup(edition: Edition, slug: str) -> Startup | None:
    """The startup of the edition's cohort with this slug."""
    return session().scalar(
        select(Startup)
        .join(CohortEntry, CohortEntry.startup_id == Startup.id)
        .where(CohortEntry.edition_id == edition.id, named_by(slug))
    )


def writers(milestone: Milestone) -> dict[int, Person]:
    """Who handed the evidence of a milestone in, by id."""
    ids = {item.given_by for item in milestone.evidence}
    if not ids:
        return {}
    return {person.id: person for person in session().scalars(select(Person).where(Person.id.in_(ids)))}


def is_late(state: MilestoneState, due_on: date, day: date) -> bool:
    """Whether a milestone is overdue on ``day``; one that was sent in waits for others."""
    return state in OPEN and due_on < day


def step(state: MilestoneState, due_on: date, day: date) -> StepState:
    """How the track draws a milestone on its own: done, late or later."""
    if state is MilestoneState.ACHIEVED:
        return "done"
    return "late" if is_late(state, due_on, day) else "later"


@dataclass(frozen=True)
class Step:
    """One milestone of one startup, as the cohort's table needs it."""

    milestone_id: int
    title: dict[str, str]
    state: MilestoneState
    due_on: date

    @property
    def name(self) -> str:
        """The title in the viewer's language."""
        return pick(self.title)


@dataclass(frozen=True)
class MilestoneCounts:
    """How far one startup is. Dropped milestones are in no count; ``open`` ones have no achievement and no review."""

    startup_id: int
    slug: str
    name: str
    total: int
    done: int
    to_review: int
    late: int
    next: Step | None
    steps: tuple[Step, ...]
    day: date

    @property
    def open(self) -> int:
        """Neither achieved nor waiting for review."""
        return self.total - self.done - self.to_review

    @property
    def track(self) -> list[StepState]:
        """The states for the drawing: the first open one that is not late is the present one."""
        drawn = [step(item.state, item.due_on, self.day) for item in self.steps]
        if "later" in drawn:
            drawn[drawn.index("later")] = "now"
        return drawn

    def drawing(self, label: str) -> Markup:
        """The track as a picture; ``label`` says the same in words."""
        return track(self.track, label=label)


def milestone_counts(edition: Edition) -> list[MilestoneCounts]:
    """Every startup of the cohort with its counts, by name: two statements."""
    cohort = (
        select(Startup.id, Startup.slug, Startup.name)
        .join(CohortEntry, CohortEntry.startup_id == Startup.id)
        .where(CohortEntry.edition_id == edition.id)
        .order_by(Startup.name, Startup.id)
    )
    rows = (
        select(Milestone.startup_id, Milestone.id, Milestone.title, Milestone.state, Milestone.due_on)
        .where(Milestone.edition_id == edition.id, Milestone.state != MilestoneState.DROPPED)
        .order_by(Milestone.due_on, Milestone.id)
    )
    steps: dict[int, list[Step]] = defaultdict(list)
    for startup_id, milestone_id, title, state, due_on in session().execute(rows):
        steps[startup_id].append(Step(milestone_id, title, state, due_on))
    day = today(edition)
    return [_counts(startup, steps[startup.id], day) for startup in session().execute(cohort)]


def _counts(startup: Any, steps: Sequence[Step], day: date) -> MilestoneCounts:
    states = [item.state for item in steps]
    return MilestoneCounts(
        startup.id,
        startup.slug,
        startup.name,
        len(steps),
        states.count(MilestoneState.ACHIEVED),
        states.count(MilestoneState.SENT_IN),
        sum(is_late(item.state, item.due_on, day) for item in steps),
        next((item for item in steps if item.state in OPEN), None),
        tuple(steps),
        day,
    )


@dataclass(frozen=True)
class Punctuality:
    """Milestones that were due by yesterday: ``on_time + late + waiting``. Dropped ones count nowhere.

    On time is what was sent in by its day and achieved. Late is what was sent in after it, and what is ``open`` still.
    ``waiting`` was sent in by its day and waits for the review, so it is neither yet.
    """

    on_time: int
    late: int
    open: int
    waiting: int

    @property
    def due(self) -> int:
        """All that were due."""
        return self.on_time + self.late + self.waiting

    @property
    def share(self) -> Share:
        """Those on time out of those due (MS_DONE)."""
        return Share(self.on_time, self.due)


def punctuality(edition: Edition) -> Punctuality:
    """How the milestones of the edition that were due stand: one statement."""
    rows = select(Milestone.state, Milestone.due_on, Milestone.achieved_on, Milestone.sent_in_at).where(
        Milestone.edition_id == edition.id, Milestone.due_on < today(edition), Milestone.state != MilestoneState.DROPPED
    )
    counted = Counter(_timing(edition, *row) for row in session().execute(rows))
    return Punctuality(counted["on time"], counted["late"] + counted["open"], counted["open"], counted["waiting"])


def _timing(
    edition: Edition, state: MilestoneState, due_on: date, achieved_on: date | None, sent_in_at: datetime | None
) -> str:
    if state in OPEN:
        return "open"
    waits = state is MilestoneState.SENT_IN
    handed_in = local_day(sent_in_at, edition) if waits and sent_in_at else achieved_on
    if handed_in is None or handed_in > due_on:
        return "late"
    return "waiting" if waits else "on time"


def due_milestones(edition: Edition, first: date, last: date) -> list[Milestone]:
    """Open milestones that are due from ``first`` to ``last``."""
    statement = select(Milestone).where(
        Milestone.edition_id == edition.id, Milestone.state.in_(OPEN), Milestone.due_on.between(first, last)
    )
    return list(session().scalars(statement.order_by(Milestone.due_on, Milestone.id)))
