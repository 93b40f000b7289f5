"""From weekly hours in a mentor's own zone to bookable slots in UTC, safe across changes of the clock.

Pure. Hours are rules in local time; a slot is a pair of instants. A local time that the clock skips is never offered,
one that it shows twice is offered once, at its first showing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

TICK = timedelta(minutes=5)
DAY = timedelta(days=1)
MIDNIGHT = time(0)
WAKING, NOON, EVENING, SLEEPING = time(7), time(12), time(18), time(22)

PartOfDay = Literal["night", "morning", "afternoon", "evening"]


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours on one weekday (0 is Monday), local time; an end at or before the start lies on the next day.

    Midnight to midnight is the whole day; any other hours of no length are refused.
    """

    weekday: int
    start: time
    end: time

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"The weekday {self.weekday} is not 0 (Monday) to 6 (Sunday).")
        _check_hours(self.start, self.end)


@dataclass(frozen=True, slots=True)
class DatedException:
    """Local days, first and last included, on which the mentor is away, or has extra hours.

    Being away removes the weekly hours of whole days; extra hours are added even to days away.
    """

    start: date
    end: date
    kind: Literal["away", "extra"]
    start_time: time | None = None
    end_time: time | None = None

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"The exception ends on {self.end}, before it starts on {self.start}.")
        if self.kind == "away":
            if self.start_time is not None or self.end_time is not None:
                raise ValueError("Being away is for whole days and has no times.")
        elif self.start_time is None or self.end_time is None:
            raise ValueError("Extra hours need a start and an end.")
        else:
            _check_hours(self.start_time, self.end_time)


@dataclass(frozen=True, slots=True)
class Busy:
    """A time taken, in instants. A ``meeting`` counts towards the daily cap; an outside calendar entry does not."""

    start: datetime
    end: datetime
    meeting: bool = True


class Slot(NamedTuple):
    """A bookable time, both ends aware and in UTC."""

    start_utc: datetime
    end_utc: datetime


class ClockChange(NamedTuple):
    """The local day on which the clock changes, and the offsets from UTC before and after."""

    day: date
    before: timedelta
    after: timedelta


class _Window(NamedTuple):
    """Hours on a day in naive local time."""

    start: datetime
    end: datetime


def free_slots(
    hours: Sequence[WeeklyHours],
    exceptions: Sequence[DatedException],
    *,
    zone: str,
    busy: Iterable[Busy],
    first: date,
    last: date,
    length: timedelta,
    step: timedelta,
    notice_until: datetime,
    buffer: timedelta = timedelta(0),
    daily_cap: int | None = None,
) -> list[Slot]:
    """Slots of ``length`` that start every ``step`` on the local days ``first`` to ``last``, in order of time.

    A slot lies within the hours, starts at ``notice_until`` or later and keeps ``buffer`` from everything in ``busy``.
    A day that already has ``daily_cap`` meetings has no slots left. When the clock jumps forward, slots stay at least
    ``step`` apart in real time. Raises ValueError for an unknown zone or lengths that are not whole ticks.
    """
    _check_request(first, last, length, step, buffer, daily_cap, notice_until)
    local_zone = zone_named(zone)
    taken = list(busy)
    meetings = Counter(busy_time.start.astimezone(local_zone).date() for busy_time in taken if busy_time.meeting)
    free = []
    for window in _windows(hours, exceptions, first, last):
        near = _touching(window, local_zone, taken, buffer)
        for slot in _slots(window, local_zone, length, step):
            if slot.start_utc < notice_until:
                continue
            day = slot.start_utc.astimezone(local_zone).date()
            full = daily_cap is not None and meetings[day] >= daily_cap
            if first <= day <= last and not full and _clear(slot, near, buffer):
                free.append(slot)
    return sorted(set(free))


def ticks(start: datetime, end: datetime, buffer: timedelta) -> range:
    """Numbers of the 5-minute ticks since 1970 (UTC) that a meeting and the ``buffer`` after it touch.

    The buffer only follows, so that two meetings are kept one buffer apart and not two, as `free_slots` offers them.
    """
    if end <= start:
        raise ValueError("The meeting ends before it starts.")
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return range((start - epoch) // TICK, -((epoch - end - buffer) // TICK))


def part_of_day(local: datetime) -> PartOfDay:
    """Night from 22:00, morning from 07:00, afternoon from 12:00, evening from 18:00."""
    clock = local.time()
    if is_antisocial(local):
        return "night"
    if clock < NOON:
        return "morning"
    return "afternoon" if clock < EVENING else "evening"


def is_antisocial(local: datetime) -> bool:
    """Whether a meeting that starts then asks for sleep: before 07:00, or at 22:00 or later."""
    return not WAKING <= local.time() < SLEEPING


def clock_changes(zone: str, first: date, last: date) -> list[ClockChange]:
    """Changes of the offset from UTC on the local days ``first`` to ``last``; the day is told by the clock before."""
    local_zone = zone_named(zone)
    noons = [datetime.combine(first, NOON, UTC) + DAY * count for count in range(-2, (last - first).days + 3)]
    changes = []
    for earlier, later in pairwise(noons):
        before, after = _offset(earlier, local_zone), _offset(later, local_zone)
        if before != after:
            day = (_change_between(earlier, later, local_zone) + before).date()
            changes.append(ClockChange(day, before, after))
    return [change for change in changes if first <= change.day <= last]


def zone_named(zone: str) -> ZoneInfo:
    """The IANA zone of this name; ValueError for anything else."""
    try:
        return ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        # zoneinfo answers with each of these: bad names, directories, unknown names.
        raise ValueError(f"The time zone {zone!r} is unknown.") from None


def _check_hours(start: time, end: time) -> None:
    for edge in (start, end):
        if edge.tzinfo is not None:
            raise ValueError("Hours are local times without a zone of their own.")
        if edge.minute % 5 or edge.second or edge.microsecond:
            raise ValueError(f"The time {edge} is not a multiple of 5 minutes.")
    if start == end != MIDNIGHT:
        raise ValueError(f"Hours from {start:%H:%M} to {end:%H:%M} have no length.")


def _check_request(
    first: date,
    last: date,
    length: timedelta,
    step: timedelta,
    buffer: timedelta,
    daily_cap: int | None,
    notice_until: datetime,
) -> None:
    if last < first:
        raise ValueError(f"The last day {last} is before the first day {first}.")
    for name, value, least in (("length", length, TICK), ("step", step, TICK), ("buffer", buffer, timedelta(0))):
        if value < least or value % TICK:
            raise ValueError(f"The {name} {value} is not a multiple of 5 minutes, or too short.")
    if daily_cap is not None and daily_cap < 0:
        raise ValueError("The daily cap must not be negative.")
    if notice_until.tzinfo is None:
        raise ValueError("The notice must be an instant with a zone.")


def _windows(
    hours: Sequence[WeeklyHours], exceptions: Sequence[DatedException], first: date, last: date
) -> list[_Window]:
    """All hours that touch the days, those of the evening before included; overlapping ones joined."""
    days = [first + DAY * count for count in range(-1, (last - first).days + 1)]
    away = [exception for exception in exceptions if exception.kind == "away"]
    windows: list[_Window] = []
    for day in days:
        for weekly in hours:
            if weekly.weekday == day.weekday():
                windows += _at_home(_window(day, weekly.start, weekly.end), away)
        for extra in exceptions:
            if extra.start_time is not None and extra.end_time is not None and extra.start <= day <= extra.end:
                windows.append(_window(day, extra.start_time, extra.end_time))
    return _joined(windows)


def _window(day: date, start: time, end: time) -> _Window:
    until = day if end > start else day + DAY
    return _Window(datetime.combine(day, start), datetime.combine(until, end))


def _at_home(window: _Window, away: Sequence[DatedException]) -> Iterator[_Window]:
    """What is left of a window: split at midnight when one of its two days is away, whole otherwise."""
    midnight = datetime.combine(window.start.date() + DAY, MIDNIGHT)
    parts = [_Window(window.start, min(window.end, midnight)), _Window(midnight, window.end)]
    parts = [part for part in parts if part.start < part.end]
    home = [part for part in parts if not any(absence.start <= part.start.date() <= absence.end for absence in away)]
    if len(home) == len(parts):
        yield window
    else:
        yield from home


def _joined(windows: Iterable[_Window]) -> list[_Window]:
    """Windows that overlap, or that touch at another time than midnight, as one.

    At midnight they stay apart: hours round the clock would otherwise be one endless window, and where its slots start
    would depend on the first day asked for.
    """
    joined: list[_Window] = []
    for window in sorted(windows):
        touching = joined and (window.start < joined[-1].end or window.start == joined[-1].end != _midnight(window))
        if touching:
            joined[-1] = _Window(joined[-1].start, max(joined[-1].end, window.end))
        else:
            joined.append(window)
    return joined


def _midnight(window: _Window) -> datetime:
    return datetime.combine(window.start.date(), MIDNIGHT)


def _slots(window: _Window, zone: ZoneInfo, length: timedelta, step: timedelta) -> Iterator[Slot]:
    """Slots of a window, on a grid of local time that begins at its start."""
    closes = _instant(window.end, zone)
    earliest = datetime.min.replace(tzinfo=UTC)
    local = window.start
    while local < window.end:
        start = local.replace(tzinfo=zone).astimezone(UTC)
        shown = start.astimezone(zone).replace(tzinfo=None) == local
        if shown and start >= earliest and start + length <= closes:
            yield Slot(start, start + length)
            earliest = start + step
        local += step


def _touching(window: _Window, zone: ZoneInfo, taken: Sequence[Busy], buffer: timedelta) -> list[Busy]:
    """What is taken within a window or ``buffer`` beside it: its many slots need no look at the other weeks."""
    opens, closes = _instant(window.start, zone) - buffer, _instant(window.end, zone) + buffer
    return [busy_time for busy_time in taken if busy_time.start < closes and busy_time.end > opens]


def _clear(slot: Slot, taken: Sequence[Busy], buffer: timedelta) -> bool:
    return not any(
        busy_time.start < slot.end_utc + buffer and busy_time.end > slot.start_utc - buffer for busy_time in taken
    )


def _exists(local: datetime, zone: ZoneInfo) -> bool:
    """Whether the clock ever shows this naive local time."""
    there = local.replace(tzinfo=zone).astimezone(UTC)
    return there.astimezone(zone).replace(tzinfo=None) == local


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """When the clock first shows this naive local time, or the moment at which it jumps over it."""
    if _exists(local, zone):
        return local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    # In a gap, fold 1 counts with the later offset and so gives the earlier instant (PEP 495).
    earlier, later = (local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (1, 0))
    return _change_between(earlier, later, zone)


def _offset(instant: datetime, zone: ZoneInfo) -> timedelta:
    return instant.astimezone(zone).utcoffset() or timedelta(0)


def _change_between(earlier: datetime, later: datetime, zone: ZoneInfo) -> datetime:
    """First whole second with the offset of ``later``, by bisection."""
    before = _offset(earlier, zone)
    second = timedelta(seconds=1)
    while later - earlier > second:
        middle = earlier + (later - earlier) // second // 2 * second
        if _offset(middle, zone) == before:
            earlier = middle
        else:
            later = middle
    return later
