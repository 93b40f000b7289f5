"""Booking and moving: a week of free slots on the viewer's clock, three clocks for the chosen one."""

import secrets
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from flask import flash, redirect, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.accounts.views.visitor import current_person
from accelerator.core import clock, i18n, times, web
from accelerator.core.cities import unknown
from accelerator.core.errors import Refused
from accelerator.core.forms import Form, day_of
from accelerator.core.i18n import gettext as _
from accelerator.mentoring import rules
from accelerator.mentoring.forms import BookForm, MoveForm, language_name
from accelerator.mentoring.models import Mentor, Session, topic_label
from accelerator.mentoring.operations import booking
from accelerator.mentoring.queries import mentors, sessions
from accelerator.mentoring.queries.free import free_times
from accelerator.mentoring.slots import Slot, clock_changes, zone_named
from accelerator.mentoring.views.blueprint import bp
from accelerator.mentoring.views.clocks import Clock, clocks_of
from accelerator.mentoring.week import PARTS, Choice, Week, choice, shifts, week_of
from accelerator.programmes.models import Edition
from accelerator.selection.queries.cohort import startup_of
from accelerator.startups.models import Startup

TOKEN_LENGTH = 40  # what its column holds


@bp.route(
    "/editions/<edition_slug>/mentors/<mentor_slug>/book",
    methods=["GET", "POST"],
    load=mentors.mentor,
    allow=rules.can_book,
)
def book(mentor: Mentor) -> Any:
    """Book a session with a mentor."""
    edition, actor = web.chosen(), current_person()
    form = BookForm()
    if not form.token.data or len(form.token.data) > TOKEN_LENGTH:
        form.token.data = secrets.token_urlsafe(24)  # nobody types it, so nobody could mend it
    startup = _startup(form, edition, actor)
    if not _looks() and form.is_submitted():
        with i18n.speaking(i18n.language(), _zone()):
            done = form.validate_with(lambda: _problems(form, mentor, startup)) and form.attempt(
                booking.book,
                mentor,
                startup=startup,
                starts_at=form.slot.data,
                purpose=form.purpose.data,
                client_token=form.token.data,
                actor=actor,
            )
        booked = sessions.session_with_token(form.token.data) if done else None
        if booked is not None:
            flash(_("Booked. Both sides get an e-mail with a calendar file."))
            return redirect(url_for(".session", edition_slug=edition.slug, reference=booked.reference))
    free = free_times(mentor, startup)
    return _page(mentor, startup, form, free, {"mentor_slug": mentor.slug})


@bp.route(
    "/editions/<edition_slug>/sessions/<reference>/move",
    methods=["GET", "POST"],
    load=sessions.session_of,
    allow=rules.can_change_session,
)
def move(booked: Session) -> Any:
    """Move a session to another free time of its mentor."""
    edition, actor = web.chosen(), current_person()
    form = MoveForm()
    if not _looks() and form.is_submitted():
        with i18n.speaking(i18n.language(), _zone()):
            done = form.validate_with(lambda: booking.move_problems(booked, form.slot.data)) and form.attempt(
                booking.move, booked, starts_at=form.slot.data, actor=actor
            )
        after = sessions.successor(booked) if done else None
        if after is not None:
            flash(_("Moved. Both sides get an e-mail that moves the calendar entry."))
            return redirect(url_for(".session", edition_slug=edition.slug, reference=after.reference))
    free = free_times(booked.mentor, booked.startup, booked.id)
    free = [slot for slot in free if slot.start_utc != booked.starts_at]
    return _page(booked.mentor, booked.startup, form, free, {"reference": booked.reference}, booked)


def _problems(form: BookForm, mentor: Mentor, startup: Startup | None) -> Iterator[Refused]:
    return booking.booking_problems(
        mentor, startup, starts_at=form.slot.data, purpose=form.purpose.data, client_token=form.token.data or ""
    )


def _looks() -> bool:
    """Whether another day, week or zone is asked for: sent as a form, so that what was typed comes along."""
    return "look" in request.args


def _startup(form: BookForm, edition: Edition, actor: Person | None) -> Startup | None:
    """For whom is booked: the founder's own startup; the team chooses, in the address or in the form."""
    if not on_team(actor, edition.id):
        del form.startup
        return startup_of(actor, edition)
    named = [SelectChoice(slug, name) for slug, name in sessions.cohort_startups(edition)]
    form.startup.choices = [SelectChoice("", _("Choose a startup")), *named]
    if not form.is_submitted():
        form.startup.data = request.args.get("startup", "")
    return sessions.cohort_startup(edition, form.startup.data or "")


def _zone() -> str:
    """The zone in which times are shown: the address names it, else it is the viewer's."""
    return times.zone_named(_typed_zone()) or i18n.zone()


def _typed_zone() -> str:
    return request.values.get("tz", "").strip()[:80]


def _page(
    mentor: Mentor,
    startup: Startup | None,
    form: Form,
    free: list[Slot],
    parts: dict[str, str],
    moving: Session | None = None,
) -> Any:
    context = _context(mentor, startup, form, free, parts, moving)
    if request.args.get("part") == "summary" and web.wants_fragment():
        blocks = ("clocks", "press")
        return "".join(web.render_block("mentoring/book.html", block, fragment=True, **context) for block in blocks)
    return render_template("mentoring/book.html", **context), 422 if form.problems else 200


def _context(
    mentor: Mentor,
    startup: Startup | None,
    form: Form,
    free: list[Slot],
    parts: dict[str, str],
    moving: Session | None,
) -> dict[str, Any]:
    edition, zone, now = web.chosen(), _zone(), clock.now()
    clocks = clocks_of(mentor, startup, edition, zone)
    other = next(shown_clock for shown_clock in clocks if not shown_clock.you)
    picked = form.slot.data or _instant(request.args.get("slot"))
    asked_day = day_of(request.values.get("day")) or (picked.astimezone(zone_named(zone)).date() if picked else None)
    today = now.astimezone(zone_named(zone)).date()
    week = week_of(free, asked_day, today, zone, other.zone)
    until = free[-1].start_utc.astimezone(zone_named(zone)).date() if free else today
    if not form.is_submitted():
        form.slot.data = picked
    return {
        "mentor": mentor,
        "startup": startup,
        "form": form,
        "week": week,
        "part_names": _part_names(),
        "parts": PARTS,
        "shown_in": zone,
        "zones": _zones(clocks),
        **_tz_problem(),
        "clocks": clocks,
        "other": other,
        "picked": picked,
        "chosen": _chosen(picked, mentor, zone, other),
        "label": _label(zone, week.chosen),
        "shifts": shifts([shown_clock.zone for shown_clock in clocks], today, until),
        "moving": moving,
        "free": free,
        "address": {"edition_slug": edition.slug, **parts},
        "endpoint": request.endpoint,
        "there": _there,
        "topic_label": topic_label,
        "language_name": language_name,
        "weekday": _weekday,
        "last_time": _last_time(mentor, startup, moving),
        "short": lambda at: _short(at, zone),
        "drawn": picked in _starts(week),
    }


def _starts(week: Week) -> set[datetime]:
    """When the times of the chosen day start."""
    return {choice.slot.start_utc for choices in week.parts.values() for choice in choices}


def _last_time(mentor: Mentor, startup: Startup | None, moving: Session | None) -> Session | None:
    """The session before, for what was said and agreed in it; its sides are those who may read that here."""
    if startup is None or moving is not None:
        return None
    last = sessions.last_together(mentor, startup)
    return last if last is not None and rules.can_see_session(current_person(), last) else None


def _instant(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat((text or "").replace(" ", "+"))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _zones(clocks: list[Clock]) -> list[str]:
    return list(dict.fromkeys([i18n.zone(), *(shown_clock.zone for shown_clock in clocks)]))


def _tz_problem() -> dict[str, str]:
    """The city that was typed and that nobody knows, with what is said of it; empty where all is well."""
    typed = _typed_zone()
    is_known = not typed or times.zone_named(typed) is not None
    return {"tz_typed": "" if is_known else typed, "tz_problem": "" if is_known else unknown(typed)}


def _chosen(picked: datetime | None, mentor: Mentor, zone: str, other: Clock) -> Choice | None:
    if picked is None:
        return None
    return choice(Slot(picked, picked), zone, other.zone)


def _label(zone: str, day: Any) -> Any:
    """How a slot's own hour is written: with the zone's letters on a day on which the clock changes."""
    ambiguous = bool(clock_changes(zone, day, day))

    def label(slot: Slot) -> str:
        hour = times.hour(slot.start_utc, zone)
        return f"{hour} {times.abbreviation(slot.start_utc, zone)}" if ambiguous else hour

    return label


def _there(choice: Choice) -> str:
    """The other side's hour, with the weekday where it is another day there."""
    hour = choice.there.strftime("%H:%M")
    if choice.there.date() == choice.here.date():
        return hour
    return f"{_weekday(choice.there.date())} {hour}"


def _short(at: datetime, zone: str) -> str:
    """``Thu 15 Oct, 17:30``: a time without the letters of its zone, for a button."""
    separator = " " if i18n.language() == "ja" else ", "
    return f"{times.day(at, zone)}{separator}{times.hour(at, zone)}"


def _weekday(day: date) -> str:
    return str(format_date(day, "EEE", locale=i18n.locale()))


def _part_names() -> dict[str, str]:
    return {"morning": _("Morning"), "later": _("Afternoon and evening"), "night": _("Night, 22:00 to 07:00")}
