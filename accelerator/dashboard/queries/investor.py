"""An investor's home: Demo Day and the own list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.i18n import pick
from accelerator.dashboard.lines import DateLine, coming
from accelerator.dashboard.queries.dates import demo_day_line, event_dates
from accelerator.demo_day.models import Interest, InterestLevel, Investor, Pitch, Vetting
from accelerator.events.models import Event, EventKind
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup


@dataclass(frozen=True)
class Starred:
    """A pitch on the investor's list."""

    startup: str
    summary: str
    level: InterestLevel
    agreed: bool
    refused: bool


@dataclass(frozen=True)
class InvestorHome:
    """Everything an investor's home shows."""

    vetting: Vetting | None
    starts_at: datetime | None
    ends_at: datetime | None
    pitches: int
    starred: list[Starred]
    dates: list[DateLine]


def investor_home(edition: Edition, person: Person) -> InvestorHome:
    """What waits for an investor: four statements."""
    investor = (
        session()
        .execute(
            select(Investor.id, Investor.vetting).where(
                Investor.edition_id == edition.id, Investor.person_id == person.id
            )
        )
        .one_or_none()
    )
    event = (
        session()
        .execute(
            select(Event.starts_at, Event.ends_at, func.count(Pitch.id).label("pitches"))
            .outerjoin(Pitch, (Pitch.event_id == Event.id) & Pitch.skipped.is_(False))
            .where(Event.edition_id == edition.id, Event.kind == EventKind.DEMO_DAY, Event.takes_place)
            .group_by(Event.id)
            .order_by(Event.starts_at.desc())
            .limit(1)
        )
        .one_or_none()
    )
    lines = event_dates(edition)
    return InvestorHome(
        investor.vetting if investor else None,
        event.starts_at if event else None,
        event.ends_at if event else None,
        event.pitches if event else 0,
        _starred(edition, investor.id) if investor else [],
        coming([*lines, *demo_day_line(edition, lines)], clock.now(), edition.zone),
    )


def _starred(edition: Edition, investor_id: int) -> list[Starred]:
    rows = session().execute(
        select(Startup.name, Pitch.line, Interest.level, Interest.agreed_at, Interest.refused_at)
        .join(Pitch, Pitch.id == Interest.pitch_id)
        .join(Startup, Startup.id == Pitch.startup_id)
        .where(Interest.edition_id == edition.id, Interest.investor_id == investor_id)
        .where(Interest.withdrawn_at.is_(None))
        .order_by(Pitch.position, Interest.id)
    )
    return [_star(row) for row in rows]


def _star(row: Any) -> Starred:
    return Starred(row.name, pick(row.line), row.level, row.agreed_at is not None, row.refused_at is not None)
