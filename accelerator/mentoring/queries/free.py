"""What is free. The claims tell what is taken, because they are what the database refuses an overlap by."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.times import day_in
from accelerator.mentoring.diary import Diary
from accelerator.mentoring.models import Claim, ExceptionKind, HoursException, Mentor, WeeklyHours
from accelerator.mentoring.slots import TICK, Busy, DatedException, Slot
from accelerator.mentoring.slots import WeeklyHours as Window
from accelerator.startups.merged import spelled_by
from accelerator.startups.models import Startup

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
AROUND = timedelta(days=2)  # a local day reaches at most this far beyond the same day in UTC


TERMS = (
    Mentor.id,
    Mentor.person_id,
    Mentor.minutes,
    Mentor.buffer_minutes,
    Mentor.notice_hours,
    Mentor.horizon_days,
    Mentor.daily_cap,
    Mentor.paused,
    Person.zone,
)
"""The columns that :func:`diaries` wants of a mentor."""


class _Terms(NamedTuple):
    """The columns of ``TERMS`` of a mentor who is loaded already."""

    id: int
    person_id: int
    minutes: int
    buffer_minutes: int
    notice_hours: int
    horizon_days: int
    daily_cap: int
    paused: bool
    zone: str


def _terms_of(mentor: Mentor) -> _Terms:
    return _Terms(
        mentor.id,
        mentor.person_id,
        mentor.minutes,
        mentor.buffer_minutes,
        mentor.notice_hours,
        mentor.horizon_days,
        mentor.daily_cap,
        mentor.paused,
        mentor.person.zone,
    )


def diary(mentor: Mentor, ignoring: int | None = None) -> Diary:
    """When the mentor can be booked; the session with the id ``ignoring`` counts as not booked."""
    return diaries([_terms_of(mentor)], ignoring)[mentor.id]


def both_diaries(mentor: Mentor, startup: Startup, ignoring: int | None = None) -> tuple[Diary, list[Busy]]:
    """:func:`diary` and :func:`startup_busy` with one look at the claims."""
    terms, party = _terms_of(mentor), startup_party(startup.id)
    own = mentor_party(mentor.person_id)
    taken = _taken({own: mentor.buffer_minutes, party: 0}, max(mentor.horizon_days, 366), ignoring)
    hours, exceptions = _hours([mentor.id])[mentor.id], _exceptions([mentor.id])[mentor.id]
    return _diary(terms, hours, exceptions, taken[own]), taken[party]


def diaries(rows: Sequence[Any], ignoring: int | None = None) -> dict[int, Diary]:
    """The diaries of mentors by id, from rows with ``TERMS``: three statements, however many they are."""
    mentor_ids = [row.id for row in rows]
    hours, exceptions = _hours(mentor_ids), _exceptions(mentor_ids)
    last = max((row.horizon_days for row in rows), default=0)
    taken = _taken({mentor_party(row.person_id): row.buffer_minutes for row in rows}, last, ignoring)
    return {row.id: _diary(row, hours[row.id], exceptions[row.id], taken[mentor_party(row.person_id)]) for row in rows}


def _diary(row: Any, hours: list[Window], exceptions: list[DatedException], busy: list[Busy]) -> Diary:
    return Diary(
        zone=row.zone,
        length=timedelta(minutes=row.minutes),
        buffer=timedelta(minutes=row.buffer_minutes),
        notice=timedelta(hours=row.notice_hours),
        horizon=timedelta(days=row.horizon_days),
        daily_cap=row.daily_cap,
        paused=row.paused,
        hours=tuple(hours),
        exceptions=tuple(exceptions),
        busy=tuple(busy),
    )


def _hours(mentor_ids: Collection[int]) -> dict[int, list[Window]]:
    by_mentor: dict[int, list[Window]] = defaultdict(list)
    rows = select(WeeklyHours.mentor_id, WeeklyHours.weekday, WeeklyHours.start, WeeklyHours.end)
    for row in session().execute(rows.where(WeeklyHours.mentor_id.in_(mentor_ids))):
        by_mentor[row.mentor_id].append(Window(row.weekday, row.start, row.end))
    return by_mentor


def _exceptions(mentor_ids: Collection[int]) -> dict[int, list[DatedException]]:
    by_mentor: dict[int, list[DatedException]] = defaultdict(list)
    yesterday = day_in("UTC") - AROUND
    rows = select(HoursException).where(HoursException.mentor_id.in_(mentor_ids), HoursException.last >= yesterday)
    for row in session().scalars(rows):
        away = row.kind is ExceptionKind.AWAY
        times = (None, None) if away else (row.start, row.end)
        by_mentor[row.mentor_id].append(DatedException(row.first, row.last, "away" if away else "extra", *times))
    return by_mentor


def mentor_party(person_id: int) -> str:
    """How claims name a mentor: by the person, who may mentor in several editions."""
    return f"p:{person_id}"


def startup_party(startup_id: int) -> str:
    """How claims name a startup."""
    return f"s:{startup_id}"


spelled_by(Claim, "party", startup_party)


def _taken(buffers: dict[str, int], days: int, ignoring: int | None) -> dict[str, list[Busy]]:
    """What these parties have claimed from today on.

    A mentor's claim ends with the buffer; it is taken off here, because looking for slots adds it again.
    """
    first, last = tick_of(clock.now() - AROUND), tick_of(clock.now() + timedelta(days=days) + AROUND)
    rows = (
        select(Claim.party, func.min(Claim.tick).label("first"), func.max(Claim.tick).label("last"))
        .where(Claim.party.in_(buffers), Claim.tick.between(first, last))
        .group_by(Claim.party, Claim.session_id)
    )
    if ignoring is not None:
        rows = rows.where(Claim.session_id != ignoring)
    by_party: dict[str, list[Busy]] = defaultdict(list)
    for row in session().execute(rows):
        start = EPOCH + row.first * TICK
        end = EPOCH + (row.last + 1) * TICK - timedelta(minutes=buffers[row.party])
        by_party[row.party].append(Busy(start, max(end, start + TICK)))
    return by_party


def tick_of(instant: datetime) -> int:
    """The number of the five minutes that hold an instant."""
    return (instant - EPOCH) // TICK


def startup_busy(startup: Startup, ignoring: int | None = None, days: int = 366) -> list[Busy]:
    """The startup's sessions from today on, with every mentor of every edition."""
    party = startup_party(startup.id)
    return _taken({party: 0}, days, ignoring)[party]


def free_times(mentor: Mentor, startup: Startup | None = None, ignoring: int | None = None) -> list[Slot]:
    """What can be booked now, for ``startup`` if one is named: its own sessions are then left out."""
    if startup is None:
        return diary(mentor, ignoring).free(clock.now())
    plan, others = both_diaries(mentor, startup, ignoring)
    return plan.free(clock.now(), others)


def claimed_ticks(session_id: int) -> set[tuple[str, int]]:
    """What a session has claimed, as party and tick."""
    rows = session().execute(select(Claim.party, Claim.tick).where(Claim.session_id == session_id))
    return {(row.party, row.tick) for row in rows}
