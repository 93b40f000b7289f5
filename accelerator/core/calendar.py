"""Calendar invitations: the one writer of iCalendar files (RFC 5545, and RFC 5546 for invitations by mail)."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vUri

from accelerator.core.text import clean, clean_line

Person = tuple[str, str]
"""Name and mail address."""

PRODUCT = "-//Funade//Funade//EN"


def invitation(
    *,
    uid: str,
    sequence: int,
    method: Literal["REQUEST", "CANCEL"],
    stamp: datetime,
    start: datetime,
    end: datetime,
    zone: str,
    summary: str,
    description: str,
    location: str,
    organizer: Person,
    attendees: Iterable[Person],
    url: str | None = None,
) -> bytes:
    """One event from ``start`` to ``end`` (aware), written in ``zone`` (IANA name) with the rules of that zone.

    ``uid`` stays the same for the life of the event and ``sequence`` grows with each change, so that a calendar moves
    or removes what it already shows. ``stamp`` is the moment of the change; the same input gives the same bytes.
    Raises ValueError for naive times, an end that is not after the start, or an address of a page that is not http(s).
    """
    if start.tzinfo is None or end.tzinfo is None or stamp.tzinfo is None:
        raise ValueError("times must carry their zone")
    if end <= start:
        raise ValueError("the end must come after the start")
    event = _event(uid, sequence, stamp, *_local(start, end, ZoneInfo(zone)))
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    _describe(event, summary, description, location, url)
    event.add("organizer", _address(organizer))
    for attendee in attendees:
        event.add("attendee", _address(attendee, cutype="INDIVIDUAL", role="REQ-PARTICIPANT", **_answer(method)))
    return _written(method, event, zone, start, end)


def date_to_keep(
    *,
    uid: str,
    stamp: datetime,
    start: datetime,
    end: datetime,
    zone: str,
    summary: str,
    description: str,
    url: str,
    ahead: Iterable[timedelta] = (),
) -> bytes:
    """An event for one's own calendar, that nobody is invited to and that takes no time; its reminders are ``ahead``.

    Times, ``zone`` and ``stamp`` are as in :func:`invitation`. Raises ValueError where that does.
    """
    if start.tzinfo is None or end.tzinfo is None or stamp.tzinfo is None:
        raise ValueError("times must carry their zone")
    if end <= start:
        raise ValueError("the end must come after the start")
    event = _event(uid, 0, stamp, *_local(start, end, ZoneInfo(zone)))
    event.add("transp", "TRANSPARENT")
    _describe(event, summary, description, "", url)
    for span in ahead:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", clean_line(summary))
        alarm.add("trigger", -span)
        event.add_component(alarm)
    return _written("PUBLISH", event, zone, start, end)


def _written(method: str, event: Event, zone: str, start: datetime, end: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_zone_rules(zone, start.year, end.year))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _local(start: datetime, end: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Both times on the wall clock of ``zone``, or both in UTC when one lies in the hour that a clock change repeats.

    A calendar reads a repeated hour as its first occurrence (RFC 5545, 3.3.5), so the second one needs UTC.
    """
    local = start.astimezone(zone), end.astimezone(zone)
    return (start.astimezone(UTC), end.astimezone(UTC)) if any(moment.fold for moment in local) else local


def _event(uid: str, sequence: int, stamp: datetime, start: datetime, end: datetime) -> Event:
    event = Event()
    event.add("uid", clean_line(uid))
    event.add("sequence", sequence)
    event.add("dtstamp", stamp.astimezone(UTC))
    event.add("last-modified", stamp.astimezone(UTC))
    event.add("dtstart", start)
    event.add("dtend", end)
    return event


def _describe(event: Event, summary: str, description: str, location: str, url: str | None) -> None:
    event.add("summary", clean_line(summary))
    if text := clean(description).strip():
        event.add("description", text)
    if place := clean_line(location):
        event.add("location", place)
    if url is not None:
        if not url.startswith(("https://", "http://")):
            raise ValueError("the address of a page begins with http:// or https://")
        event.add("url", vUri(quote(clean_line(url), safe="%:/?#[]@!$&'()*+,;=~-._")))


def _answer(method: str) -> dict[str, str]:
    return {"partstat": "NEEDS-ACTION", "rsvp": "TRUE"} if method == "REQUEST" else {}


def _address(person: Person, **parameters: str) -> vCalAddress:
    name, address = person
    # Percent-encoding leaves no character that could end the line or begin another parameter.
    value = vCalAddress("mailto:" + quote(clean_line(address), safe="@!#$&'*+-/=?^_`{|}~."))
    if shown := clean_line(name).replace('"', "'"):
        value.params["CN"] = shown
    for key, setting in parameters.items():
        value.params[key.upper()] = setting
    return value


@lru_cache(maxsize=64)  # searching a zone for its clock changes costs more than the rest of a booking's mail
def _zone_rules(zone: str, first: int, last: int) -> Timezone:
    """The VTIMEZONE with every clock change from the year before the event to the year after it."""
    return Timezone.from_tzinfo(
        ZoneInfo(zone), zone, first_date=date(first - 1, 1, 1), last_date=date(last + 1, 12, 31)
    )
