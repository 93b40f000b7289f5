"""Weekly hours and dated exceptions, in the mentor's own zone. Booked sessions are never touched by a change of hours."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.mentoring.models import ExceptionKind, HoursException, Mentor, WeeklyHours
from accelerator.mentoring.queries import mentors
from accelerator.mentoring.slots import MIDNIGHT, zone_named
from accelerator.mentoring.slots import WeeklyHours as Window
from accelerator.mentoring.week import overlap

LONGEST = timedelta(days=366)


def hours_problems(mentor: Mentor, *, weekday: int | None, start: time | None, end: time | None) -> Iterator[Refused]:
    """What is wrong with a weekly window: its times, or that a part of it is offered already."""
    problems = list(_time_problems(start, end))
    yield from problems
    if problems or weekday is None or start is None or end is None:
        return
    new = Window(weekday, start, end)
    if any(overlap(new, Window(old.weekday, old.start, old.end)) for old in mentors.weekly_hours(mentor)):
        yield Refused(_("You already offer part of this time. Remove those hours first."), field="start")


def offer_hours(mentor: Mentor, *, weekday: int, start: time, end: time, actor: Person) -> WeeklyHours:
    """Offer a weekly window; an end not after the start lies on the next day, midnight to midnight is a whole day."""
    lock(mentor)
    refuse(hours_problems(mentor, weekday=weekday, start=start, end=end))
    hours = add(WeeklyHours(mentor_id=mentor.id, weekday=weekday, start=start, end=end))
    audit(actor, "mentoring.hours_offered", mentor, hours=[None, _written(hours)])
    return hours


def withdraw_hours(mentor: Mentor, *, hours: WeeklyHours, actor: Person) -> None:
    """Take a weekly window back."""
    session().delete(hours)
    audit(actor, "mentoring.hours_withdrawn", mentor, hours=[_written(hours), None])


def exception_problems(
    mentor: Mentor,
    *,
    kind: ExceptionKind | None,
    first: date | None,
    last: date | None,
    start: time | None,
    end: time | None,
) -> Iterator[Refused]:
    """What is wrong with a dated exception: its days, and the times of extra hours."""
    if first is not None and last is not None:
        if last < first:
            yield Refused(_("The last day can't be before the first."), field="last")
        elif last < clock.now().astimezone(zone_named(mentor.person.zone)).date():
            yield Refused(_("These days are over."), field="first")
        elif last - first > LONGEST:
            yield Refused(_("Enter a year at most."), field="last")
    if kind is ExceptionKind.EXTRA:
        for name, value in (("start", start), ("end", end)):
            if value is None:
                yield Refused(_("Extra hours need a start and an end."), field=name)
        yield from _time_problems(start, end)


def add_exception(
    mentor: Mentor, *, kind: ExceptionKind, first: date, last: date, start: time | None, end: time | None, actor: Person
) -> HoursException:
    """Be away on whole days, or free at extra hours on each of them; days count in the mentor's zone."""
    refuse(exception_problems(mentor, kind=kind, first=first, last=last, start=start, end=end))
    if kind is ExceptionKind.AWAY:
        start = end = None
    exception = add(HoursException(mentor_id=mentor.id, kind=kind, first=first, last=last, start=start, end=end))
    audit(actor, "mentoring.exception_added", mentor, exception=[None, [kind, first, last, start, end]])
    return exception


def remove_exception(mentor: Mentor, *, exception: HoursException, actor: Person) -> None:
    """Forget a dated exception."""
    session().delete(exception)
    gone = [exception.kind, exception.first, exception.last, exception.start, exception.end]
    audit(actor, "mentoring.exception_removed", mentor, exception=[gone, None])


def _time_problems(start: time | None, end: time | None) -> Iterator[Refused]:
    for name, value in (("start", start), ("end", end)):
        if value is not None and (value.minute % 5 or value.second or value.microsecond):
            yield Refused(_("Use steps of five minutes, like 07:30."), field=name)
    if start is not None and start == end != MIDNIGHT:
        yield Refused(_("The hours end when they start. Enter a later end."), field="end")


def _written(hours: WeeklyHours) -> list[object]:
    return [hours.weekday, hours.start, hours.end]
