"""Weekly hours and dated exceptions, in the mentor's own zone. Booked sessions are never touched by a change of hours."""

from datetime import date, time, timedelta

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.mentoring import queries
from accelerator.mentoring.models import ExceptionKind, HoursException, Mentor, WeeklyHours
from accelerator.mentoring.slots import MIDNIGHT, zone_named
from accelerator.mentoring.slots import WeeklyHours as Window
from accelerator.mentoring.week import overlap

LONGEST = timedelta(days=366)


def offer_hours(mentor: Mentor, *, weekday: int, start: time, end: time, actor: Person) -> WeeklyHours:
    """Offer a weekly window; an end not after the start lies on the next day, midnight to midnight is a whole day."""
    _check_times(start, end)
    lock(mentor)
    new = Window(weekday, start, end)
    if any(overlap(new, Window(old.weekday, old.start, old.end)) for old in queries.weekly_hours(mentor)):
        raise Refused(_("You offer a part of this time already. Remove those hours first."), field="start")
    hours = add(WeeklyHours(mentor_id=mentor.id, weekday=weekday, start=start, end=end))
    audit(actor, "mentoring.hours_offered", mentor, hours=[None, _written(hours)])
    return hours


def withdraw_hours(mentor: Mentor, *, hours: WeeklyHours, actor: Person) -> None:
    """Take a weekly window back."""
    session().delete(hours)
    audit(actor, "mentoring.hours_withdrawn", mentor, hours=[_written(hours), None])


def add_exception(
    mentor: Mentor, *, kind: ExceptionKind, first: date, last: date, start: time | None, end: time | None,
    actor: Person,
) -> HoursException:  # fmt: skip
    """Be away on whole days, or free at extra hours on each of them; days count in the mentor's zone."""
    if last < first:
        raise Refused(_("The last day is before the first."), field="last")
    if last < clock.now().astimezone(zone_named(mentor.person.zone)).date():
        raise Refused(_("These days are over."), field="first")
    if last - first > LONGEST:
        raise Refused(_("Enter a year at most."), field="last")
    if kind is ExceptionKind.AWAY:
        start = end = None
    else:
        if start is None or end is None:
            raise Refused(_("Extra hours need a start and an end."), field="start" if start is None else "end")
        _check_times(start, end)
    made = add(HoursException(mentor_id=mentor.id, kind=kind, first=first, last=last, start=start, end=end))
    audit(actor, "mentoring.exception_added", mentor, exception=[None, [kind, first, last, start, end]])
    return made


def remove_exception(mentor: Mentor, *, exception: HoursException, actor: Person) -> None:
    """Forget a dated exception."""
    session().delete(exception)
    gone = [exception.kind, exception.first, exception.last, exception.start, exception.end]
    audit(actor, "mentoring.exception_removed", mentor, exception=[gone, None])


def _check_times(start: time, end: time) -> None:
    for name, value in (("start", start), ("end", end)):
        if value.minute % 5 or value.second or value.microsecond:
            raise Refused(_("Use steps of five minutes, like 07:30."), field=name)
    if start == end != MIDNIGHT:
        raise Refused(_("The hours end when they start. Enter a later end."), field="end")


def _written(hours: WeeklyHours) -> list[object]:
    return [hours.weekday, hours.start, hours.end]
