"""The mentor's own hours."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import clock, web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.mentoring import rules
from accelerator.mentoring.forms import WEEKDAYS, ExceptionForm, HoursForm
from accelerator.mentoring.models import ExceptionKind, HoursException, Mentor, WeeklyHours
from accelerator.mentoring.operations import hours as hours_operations
from accelerator.mentoring.operations.mentors import add_mentor
from accelerator.mentoring.queries import free as free_queries
from accelerator.mentoring.queries import sessions
from accelerator.mentoring.queries.mentors import (
    cohort_zones,
    exceptions,
    mentor_of,
    own_exception,
    own_hours,
    weekly_hours,
)
from accelerator.mentoring.slots import Slot, zone_named
from accelerator.mentoring.slots import WeeklyHours as Window
from accelerator.mentoring.views.blueprint import bp
from accelerator.mentoring.week import Shift, awake, next_window, shifts
from accelerator.programmes.models import Edition

PREVIEW = timedelta(days=14)


@dataclass(frozen=True)
class PreviewDay:
    """One day of the preview: its free slots, in the mentor's own days."""

    day: date
    slots: list[Slot]


@bp.route("/editions/<edition_slug>/hours", methods=["GET", "POST"], allow=rules.can_offer_hours)
def hours(edition: Edition) -> Any:
    """Weekly hours, exceptions, and what comes of them; posting offers a weekly window."""
    actor = signed_in_person()
    mentor = mentor_of(actor, edition)
    if mentor is None:
        return render_template("mentoring/hours_begin.html")
    form = HoursForm(prefix="weekly")
    typed = {"weekday": form.weekday.data, "start": form.start.data, "end": form.end.data}
    if form.validate_with(lambda: hours_operations.hours_problems(mentor, **typed)) and form.attempt(
        hours_operations.offer_hours, mentor, **typed, actor=actor
    ):
        flash(_("Saved."))
        return _back(edition)
    return _page(edition, mentor, form, ExceptionForm(None, prefix="dated")), 422 if form.errors else 200


@bp.route("/editions/<edition_slug>/hours/begin", methods=["POST"], allow=rules.can_offer_hours)
def begin(edition: Edition) -> Any:
    """A mentor opens the own page without waiting for the team."""
    add_mentor(edition, person=signed_in_person(), actor=signed_in_person())
    return _back(edition)


@bp.route("/editions/<edition_slug>/hours/exceptions", methods=["POST"], allow=rules.can_offer_hours)
def add_exception(edition: Edition) -> Any:
    """Days away or extra hours."""
    actor = signed_in_person()
    mentor = mentor_of(actor, edition) or abort(404)
    form = ExceptionForm(prefix="dated")
    kind = next((kind for kind in ExceptionKind if kind.value == form.kind.data), None)
    typed = {
        "kind": kind,
        "first": form.first.data,
        "last": form.last.data or form.first.data,
        "start": form.start.data,
        "end": form.end.data,
    }
    if form.validate_with(lambda: hours_operations.exception_problems(mentor, **typed)) and form.attempt(
        hours_operations.add_exception, mentor, **typed, actor=actor
    ):
        flash(_saved(edition, mentor, form))
        return _back(edition)
    return _page(edition, mentor, HoursForm(None, prefix="weekly"), form), 422


def _saved(edition: Edition, mentor: Mentor, form: ExceptionForm) -> str:
    """What was saved; being away does not cancel what is booked, so say how much that is."""
    if form.kind.data != ExceptionKind.AWAY.value:
        return _("Saved.")
    zone, last = zone_named(mentor.person.zone), form.last.data or form.first.data
    start = datetime.combine(form.first.data, datetime.min.time(), zone)
    end = datetime.combine(last + timedelta(days=1), datetime.min.time(), zone)
    booked = len(sessions.sessions_between(edition, start, end, mentor=mentor))
    if not booked:
        return _("Saved.")
    return ngettext(
        "%(num)s session is booked on these days. Move or cancel it.",
        "%(num)s sessions are booked on these days. Move or cancel them.",
        booked,
    )


@bp.route(
    "/editions/<edition_slug>/hours/<int:hours_id>/remove",
    methods=["POST"],
    load=own_hours,
    allow=rules.can_change_hours,
)
def remove_hours(entry: tuple[Mentor, WeeklyHours]) -> Any:
    """Take a weekly window back; the page it leads to offers to put it back."""
    gone = entry[1]
    window = f"{gone.weekday}-{gone.start:%H:%M}-{gone.end:%H:%M}"
    hours_operations.withdraw_hours(entry[0], hours=gone, actor=signed_in_person())
    return redirect(url_for(".hours", edition_slug=web.chosen().slug, removed=window))


_REMOVED = re.compile(r"([0-6])-(([01]\d|2[0-3]):[0-5]\d)-(([01]\d|2[0-3]):[0-5]\d)")


def _removed(weekly: list[WeeklyHours]) -> dict[str, Any] | None:
    """The window that was removed a moment ago, as the form's values; None once the mentor offers it again."""
    told = _REMOVED.fullmatch(request.args.get("removed", ""))
    if told is None:
        return None
    weekday, start, end = int(told[1]), told[2], told[4]
    if any((row.weekday, f"{row.start:%H:%M}", f"{row.end:%H:%M}") == (weekday, start, end) for row in weekly):
        return None
    return {"weekday": weekday, "start": start, "end": end}


@bp.route(
    "/editions/<edition_slug>/hours/exceptions/<int:exception_id>/remove",
    methods=["POST"],
    load=own_exception,
    allow=rules.can_change_hours,
)
def remove_exception(entry: tuple[Mentor, HoursException]) -> Any:
    """Forget an exception."""
    hours_operations.remove_exception(entry[0], exception=entry[1], actor=signed_in_person())
    flash(_("Removed."))
    return _back(web.chosen())


def _back(edition: Edition) -> Any:
    return redirect(url_for(".hours", edition_slug=edition.slug))


def _page(edition: Edition, mentor: Mentor, form: HoursForm, exception_form: ExceptionForm) -> str:
    now, zone = clock.now(), mentor.person.zone
    diary = free_queries.diary(mentor)
    free = diary.free(now)
    today = now.astimezone(zone_named(zone)).date()
    offered = weekly_hours(mentor)
    weekly = [(row, *next_window(Window(row.weekday, row.start, row.end), zone, now)) for row in offered]
    return render_template(
        "mentoring/hours.html",
        mentor=mentor,
        form=form,
        exception_form=exception_form,
        weekly=weekly,
        weekdays=WEEKDAYS,
        removed=_removed(offered),
        exceptions=exceptions(mentor),
        own_zone=zone,
        preview=_preview(free, today, zone),
        overlaps=[(zone, awake(free, zone.zone)) for zone in cohort_zones(edition)],
        free=len(free),
        shifts=_shifts(zone, edition.zone, today, diary.horizon),
    )


def _preview(free: list[Slot], today: date, zone: str) -> list[PreviewDay]:
    days: dict[date, list[Slot]] = {}
    for slot in free:
        day = slot.start_utc.astimezone(zone_named(zone)).date()
        if day < today + PREVIEW:
            days.setdefault(day, []).append(slot)
    return [PreviewDay(day, slots) for day, slots in days.items()]


def _shifts(own: str, programme: str, today: date, horizon: timedelta) -> list[Shift]:
    return shifts([own, programme], today, today + horizon)
