"""What homes are made of: things to do and dates. Pure; a page turns ``endpoint`` and ``args`` into an address."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Todo:
    """Something that waits for the reader. ``due`` is an instant or a day; ``tone`` is warn or bad when it presses."""

    title: str
    endpoint: str
    args: dict[str, Any] = field(default_factory=dict)
    detail: str = ""
    due: datetime | date | None = None
    tone: str = ""
    verb: str = ""


@dataclass(frozen=True)
class DateLine:
    """A coming date of the edition: an instant, or a day of its zone; listed ``until`` a later day if there is one."""

    at: datetime | date
    title: str
    endpoint: str | None = None
    args: dict[str, Any] = field(default_factory=dict)
    end: datetime | None = None
    note: str = ""
    until: date | None = None

    def instant(self, zone: str) -> datetime:
        """When it begins; a day begins at its midnight in ``zone``."""
        return as_instant(self.at, zone)


def as_instant(at: datetime | date, zone: str) -> datetime:
    """An instant as it is, a day as its midnight in ``zone``."""
    return at if isinstance(at, datetime) else datetime.combine(at, time(), ZoneInfo(zone))


def coming(lines: Iterable[DateLine], now: datetime, zone: str, most: int = 6) -> list[DateLine]:
    """Those that are not over, in order of time; a day is over when it ends in ``zone``."""
    today = now.astimezone(ZoneInfo(zone)).date()
    ahead = [line for line in lines if _is_ahead(line.until or line.at, now, today)]
    return sorted(ahead, key=lambda line: line.instant(zone))[:most]


def _is_ahead(at: datetime | date, now: datetime, today: date) -> bool:
    return at >= now if isinstance(at, datetime) else at >= today


def pressing(todos: Iterable[Todo], zone: str) -> list[Todo]:
    """Things to do by their dates, those without a date last, in the order given where dates are equal."""
    far = datetime.max.replace(tzinfo=ZoneInfo("UTC"))
    return sorted(todos, key=lambda todo: as_instant(todo.due, zone) if todo.due else far)
