"""When one mentor can be booked: the hours, what is taken, and the mentor's own terms. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from accelerator.mentoring.slots import DAY, MIDNIGHT, Busy, DatedException, Slot, WeeklyHours, free_slots, zone_named


@dataclass(frozen=True)
class Diary:
    """``zone`` is an IANA name; ``busy`` are the sessions taken already, whatever edition they belong to."""

    zone: str
    length: timedelta
    buffer: timedelta
    notice: timedelta
    horizon: timedelta
    daily_cap: int
    paused: bool
    hours: Sequence[WeeklyHours] = ()
    exceptions: Sequence[DatedException] = ()
    busy: Sequence[Busy] = ()

    def free(self, now: datetime, others: Iterable[Busy] = ()) -> list[Slot]:
        """Every time that can be booked at ``now``, in order; times that overlap one of ``others`` are left out."""
        zone = zone_named(self.zone)
        last = (now + self.horizon).astimezone(zone).date()
        return without(self._between(now.astimezone(zone).date(), last, now), others)

    def offers(self, at: datetime, now: datetime, others: Iterable[Busy] = ()) -> bool:
        """Whether ``at`` is one of the times of :meth:`free`, found without looking through the other days."""
        day = at.astimezone(zone_named(self.zone)).date()
        return any(slot.start_utc == at for slot in without(self._between(day, day, now), others))

    def nearest(self, at: datetime, now: datetime, others: Iterable[Busy] = (), count: int = 3) -> list[Slot]:
        """The ``count`` times of :meth:`free` that start closest to ``at``, in order of time.

        Looks at the days around ``at`` first, and at more of them only as long as a closer time may lie outside.
        """
        zone, taken, reach = zone_named(self.zone), list(others), 1
        today, last = now.astimezone(zone).date(), (now + self.horizon).astimezone(zone).date()
        day = min(max(at.astimezone(zone).date(), today), last)
        while True:
            first, until = max(day - DAY * reach, today), min(day + DAY * reach, last)
            slots = nearest(without(self._between(first, until, now), taken), at, count)
            if (first, until) == (today, last):
                return slots
            before = at - datetime.combine(first, MIDNIGHT, zone) if first > today else None
            after = datetime.combine(until + DAY, MIDNIGHT, zone) - at if until < last else None
            edge = min(span for span in (before, after) if span is not None)
            if len(slots) >= count and all(abs(slot.start_utc - at) < edge for slot in slots):
                return slots
            reach *= 3

    def _between(self, first: date, last: date, now: datetime) -> list[Slot]:
        if self.paused:
            return []
        slots = free_slots(
            self.hours,
            self.exceptions,
            zone=self.zone,
            busy=self.busy,
            first=first,
            last=last,
            length=self.length,
            step=self.length,
            notice_until=now + self.notice,
            buffer=self.buffer,
            daily_cap=self.daily_cap,
        )
        return [slot for slot in slots if slot.start_utc <= now + self.horizon]

    def is_full(self, at: datetime) -> bool:
        """Whether the mentor's local day of ``at`` has as many sessions as the mentor takes."""
        zone = zone_named(self.zone)
        day = at.astimezone(zone).date()
        return (
            sum(busy_time.meeting and busy_time.start.astimezone(zone).date() == day for busy_time in self.busy)
            >= self.daily_cap
        )

    def is_taken(self, at: datetime) -> bool:
        """Whether a session that starts then would come too close to another."""
        return touches(Slot(at - self.buffer, at + self.length + self.buffer), self.busy)


def touches(slot: Slot, taken: Iterable[Busy]) -> bool:
    """Whether the slot overlaps one of ``taken``."""
    return any(busy_time.start < slot.end_utc and busy_time.end > slot.start_utc for busy_time in taken)


def without(slots: Iterable[Slot], others: Iterable[Busy]) -> list[Slot]:
    """The slots that overlap none of ``others``."""
    taken = list(others)
    return [slot for slot in slots if not touches(slot, taken)]


def nearest(slots: Iterable[Slot], at: datetime, count: int = 3) -> list[Slot]:
    """The ``count`` slots that start closest to ``at``, in order of time."""
    return sorted(sorted(slots, key=lambda slot: (abs(slot.start_utc - at), slot.start_utc))[:count])
