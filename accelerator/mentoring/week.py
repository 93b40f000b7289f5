"""Free slots as the booking page shows them: weeks of days, parts of a day, the other side's clock. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from accelerator.mentoring.slots import Slot, WeeklyHours, clock_changes, is_antisocial, part_of_day, zone_named

Part = Literal["morning", "later", "night"]
PARTS: tuple[Part, ...] = ("morning", "later", "night")
DAYS = 7


class Day(NamedTuple):
    """A day of the strip and how many slots start on it."""

    day: date
    free: int


class Choice(NamedTuple):
    """One slot on two clocks. ``antisocial_here`` and ``_there`` tell whose sleep it costs."""

    slot: Slot
    here: datetime
    there: datetime
    antisocial_here: bool
    antisocial_there: bool


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday, the chosen one's slots by part of the day, and the weeks around it."""

    days: tuple[Day, ...]
    chosen: date
    parts: dict[Part, list[Choice]]
    earlier: date | None
    later: date | None


def choice(slot: Slot, here: str, there: str) -> Choice:
    """The slot on the clocks of the zones ``here`` and ``there``."""
    mine, theirs = slot.start_utc.astimezone(zone_named(here)), slot.start_utc.astimezone(zone_named(there))
    return Choice(slot, mine, theirs, is_antisocial(mine), is_antisocial(theirs))


def week_of(slots: Sequence[Slot], asked_day: date | None, today: date, here: str, there: str) -> Week:
    """The week around ``asked_day``, else around the first day with a free slot, else around ``today``; days in ``here``.

    A day on which everything free lies in the night is only chosen when there is no other within a week.

    ``earlier`` and ``later`` are days with free slots in the weeks before and after, None where there are none.
    """
    zone = zone_named(here)
    starts = [slot.start_utc.astimezone(zone).date() for slot in slots]
    chosen = asked_day or _first_day(slots, starts, zone) or today
    monday = chosen - timedelta(days=chosen.weekday())
    days = tuple(Day(day, starts.count(day)) for day in (monday + timedelta(days=count) for count in range(DAYS)))
    parts: dict[Part, list[Choice]] = {part: [] for part in PARTS}
    for slot, day in zip(slots, starts, strict=True):
        if day == chosen:
            parts[_part(slot.start_utc.astimezone(zone))].append(choice(slot, here, there))
    before, after = [day for day in starts if day < monday], [day for day in starts if day >= monday + timedelta(DAYS)]
    return Week(days, chosen, parts, before[-1] if before else None, after[0] if after else None)


def _first_day(slots: Sequence[Slot], starts: Sequence[date], zone: ZoneInfo) -> date | None:
    if not starts:
        return None
    within = starts[0] + timedelta(days=DAYS)
    awake_days = (
        day for slot, day in zip(slots, starts, strict=True) if not is_antisocial(slot.start_utc.astimezone(zone))
    )
    first = next(awake_days, starts[0])
    return first if first < within else starts[0]


def _part(local: datetime) -> Part:
    part = part_of_day(local)
    return part if part in ("morning", "night") else "later"


class Shift(NamedTuple):
    """The clocks of ``zone`` change on ``day``, forward or back."""

    zone: str
    day: date
    forward: bool


def shifts(zones: Sequence[str], first: date, last: date) -> list[Shift]:
    """Clock changes of the zones from ``first`` to ``last``, by day; each zone counts once."""
    changes = [
        Shift(zone, change.day, change.after > change.before)
        for zone in dict.fromkeys(zones)
        for change in clock_changes(zone, first, last)
    ]
    return sorted(changes, key=lambda shift: (shift.day, shift.zone))


def next_window(hours: WeeklyHours, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """When a weekly window is next, as instants; a time that the clock skips counts as if it did not."""
    local = now.astimezone(zone_named(zone))
    day = local.date() + timedelta(days=(hours.weekday - local.weekday()) % DAYS)
    until = day if hours.end > hours.start else day + timedelta(days=1)
    named = zone_named(zone)
    return datetime.combine(day, hours.start, named), datetime.combine(until, hours.end, named)


def awake(slots: Sequence[Slot], zone: str) -> int:
    """How many of the slots start between 07:00 and 22:00 in ``zone``."""
    named = zone_named(zone)
    return sum(not is_antisocial(slot.start_utc.astimezone(named)) for slot in slots)


def overlap(first: WeeklyHours, second: WeeklyHours) -> bool:
    """Whether two weekly windows share any time, over midnight and the end of the week too."""
    week = DAYS * 24 * 60
    start, length = _minutes(first)
    other_start, other_length = _minutes(second)
    return (other_start - start) % week < length or (start - other_start) % week < other_length


def _minutes(hours: WeeklyHours) -> tuple[int, int]:
    start, end = _clock(hours.start), _clock(hours.end)
    return hours.weekday * 24 * 60 + start, (end - start) % (24 * 60) or 24 * 60


def _clock(value: time) -> int:
    return value.hour * 60 + value.minute
