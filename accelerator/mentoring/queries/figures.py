"""Sums over sessions: minutes, no-shows, counts. Only sessions that were held have minutes."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.mentoring.models import Mentor, Session, SessionState
from accelerator.mentoring.turnout import Turnout
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup


@dataclass(frozen=True)
class StartupMinutes:
    """Minutes of mentoring that a startup had, and in how many sessions."""

    startup_id: int
    name: str
    minutes: int
    sessions: int


@dataclass(frozen=True)
class PairMinutes:
    """Minutes of one mentor with one startup: a cell of the heat map."""

    mentor_id: int
    mentor: str
    startup_id: int
    startup: str
    minutes: int
    sessions: int


@dataclass(frozen=True)
class NoShow:
    """A session that was missed; ``turnout`` says who did not come, as far as that is known."""

    reference: str
    starts_at: datetime
    mentor: str
    startup: str
    turnout: Turnout


def minutes_by_pair(edition: Edition) -> list[PairMinutes]:
    """Every pair that met, by names of mentor and startup."""
    rows = session().execute(
        select(Session.mentor_id, Person, Session.startup_id, Startup.name, Session.starts_at, Session.ends_at)
        .join(Mentor, Mentor.id == Session.mentor_id)
        .join(Person, Person.id == Mentor.person_id)
        .join(Startup, Startup.id == Session.startup_id)
        .where(Session.edition_id == edition.id, Session.state == SessionState.HELD)
        .order_by(Person.family_name, Person.given_name, Session.mentor_id, Startup.name, Session.startup_id)
    )
    minutes: dict[tuple[int, str, int, str], list[int]] = defaultdict(list)
    for row in rows:
        pair = (row.mentor_id, row.Person.name, row.startup_id, row.name)
        minutes[pair].append(round((row.ends_at - row.starts_at).total_seconds() / 60))
    return [PairMinutes(*pair, sum(lengths), len(lengths)) for pair, lengths in minutes.items()]


def minutes_by_startup(edition: Edition) -> list[StartupMinutes]:
    """Every startup that met a mentor, the most minutes first."""
    sums: dict[tuple[int, str], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for pair in minutes_by_pair(edition):
        minutes, count = sums[pair.startup_id, pair.startup]
        sums[pair.startup_id, pair.startup] = (minutes + pair.minutes, count + pair.sessions)
    rows = [StartupMinutes(*startup, *numbers) for startup, numbers in sums.items()]
    return sorted(rows, key=lambda row: (-row.minutes, row.name, row.startup_id))


def no_shows(edition: Edition) -> list[NoShow]:
    """Missed sessions by time, with what is known of each side."""
    rows = (
        session()
        .scalars(
            select(Session)
            .join(Session.mentor)
            .join(Mentor.person)
            .join(Session.startup)
            .options(contains_eager(Session.mentor).contains_eager(Mentor.person), contains_eager(Session.startup))
            .where(Session.edition_id == edition.id, Session.state == SessionState.MISSED)
            .order_by(Session.starts_at, Session.id)
        )
        .all()
    )
    return [NoShow(row.reference, row.starts_at, row.mentor.person.name, row.startup.name, row.turnout) for row in rows]


def session_counts(edition: Edition) -> Counter[int]:
    """Sessions held by mentor id."""
    rows = session().execute(
        select(Session.mentor_id, func.count(Session.id).label("held"))
        .where(Session.edition_id == edition.id, Session.state == SessionState.HELD)
        .group_by(Session.mentor_id)
    )
    return Counter({row.mentor_id: row.held for row in rows})
