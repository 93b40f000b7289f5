"""What every home says on Demo Day itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.demo_day.models import Phase, Show
from accelerator.demo_day.queries import pitch_of
from accelerator.events.models import Event, EventKind
from accelerator.programmes.models import Edition
from accelerator.progress.queries.milestones import local_day, today

LIVE = (Phase.PITCH, Phase.QUESTIONS)
MARGIN = timedelta(days=1)  # the event is asked for around the day that the edition names, on all others by nobody


@dataclass(frozen=True)
class DemoDayToday:
    """Demo Day on its day: its hours, how far it is, and when the viewer's own startup pitches."""

    starts_at: datetime
    ends_at: datetime
    phase: Phase
    pitch_at: datetime | None

    @property
    def is_live(self) -> bool:
        """Whether something is on stage."""
        return self.phase in LIVE


def demo_day_today(edition: Edition, person: Person, *, pitches: bool) -> DemoDayToday | None:
    """Demo Day, on its day in the edition's zone or while it is live; ``pitches`` for whoever may have a pitch there."""
    if abs(today(edition) - edition.demo_day_on) > MARGIN:
        return None
    shown = (
        session()
        .execute(
            select(Event.starts_at, Event.ends_at, Show.state)
            .outerjoin(Show, Show.event_id == Event.id)
            .where(Event.edition_id == edition.id, Event.kind == EventKind.DEMO_DAY, Event.takes_place)
            .order_by(Event.starts_at, Event.id)
            .limit(1)
        )
        .one_or_none()
    )
    if shown is None:
        return None
    phase = shown.state or Phase.BEFORE
    if local_day(shown.starts_at, edition) != today(edition) and phase not in LIVE:
        return None
    pitch = pitch_of(person, edition) if pitches else None
    at = pitch.planned_at if pitch is not None and not pitch.skipped and pitch.started_at is None else None
    return DemoDayToday(shown.starts_at, shown.ends_at, phase, at)
