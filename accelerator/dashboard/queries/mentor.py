"""A mentor's home: the next session, notes due, hours of the coming days, startups met."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.i18n import gettext as _
from accelerator.core.times import day
from accelerator.dashboard.lines import Todo, pressing
from accelerator.dashboard.queries.meetings import Meeting, meetings
from accelerator.mentoring.models import AgreedAction, ExceptionKind, HoursException, Mentor, Session, Side, WeeklyHours
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup

DAYS = 7


@dataclass(frozen=True)
class Window:
    """Hours on one of the coming days, as instants, and how many sessions are booked in them."""

    start: datetime
    end: datetime
    booked: int


@dataclass(frozen=True)
class MentorHome:
    """Everything a mentor's home shows. ``known`` is false until the team made the mentor's page."""

    known: bool
    paused: bool
    next: Meeting | None
    ahead: list[Meeting]
    todos: list[Todo]
    windows: list[Window]
    startups: list[Meeting]  # the last or next meeting with each startup


def mentor_home(edition: Edition, person: Person) -> MentorHome:
    """What waits for a mentor: five statements."""
    mentor = (
        session()
        .execute(select(Mentor.id, Mentor.paused).where(Mentor.edition_id == edition.id, Mentor.person_id == person.id))
        .one_or_none()
    )
    if mentor is None:
        return MentorHome(False, False, None, [], [], [], [])
    held = meetings(edition, Side.MENTOR, Session.mentor_id == mentor.id)
    ahead = [meeting for meeting in held if meeting.is_ahead]
    todos = [*_notes(edition, held, person), *_actions(edition, mentor.id)]
    by_startup = {meeting.startup_slug: meeting for meeting in held}
    return MentorHome(
        True,
        mentor.paused,
        ahead[0] if ahead else None,
        ahead[:6],
        pressing(todos, edition.zone),
        _windows(mentor.id, person.zone, ahead),
        sorted(by_startup.values(), key=lambda meeting: meeting.startup),
    )


def _notes(edition: Edition, held: list[Meeting], person: Person) -> list[Todo]:
    return [
        Todo(
            _("Note for %(startup)s, %(day)s", startup=meeting.startup, day=day(meeting.starts_at, person.zone)),
            "mentoring.session",
            {"edition_slug": edition.slug, "reference": meeting.reference},
            _("How useful it was, one line, what's next. Founders get it right away."),
            verb=_("Write"),
        )
        for meeting in held
        if meeting.wants_note
    ]


def _actions(edition: Edition, mentor_id: int) -> list[Todo]:
    rows = session().execute(
        select(AgreedAction.text, AgreedAction.due_on, Session.reference, Startup.name)
        .join(Session, Session.id == AgreedAction.session_id)
        .join(Startup, Startup.id == Session.startup_id)
        .where(Session.edition_id == edition.id, Session.mentor_id == mentor_id)
        .where(AgreedAction.owner == Side.MENTOR, AgreedAction.done_at.is_(None))
        .order_by(AgreedAction.id)
        .limit(20)
    )
    return [
        Todo(
            row.text,
            "mentoring.session",
            {"edition_slug": edition.slug, "reference": row.reference},
            _("Agreed with %(startup)s", startup=row.name),
            row.due_on,
            verb=_("See"),
        )
        for row in rows
    ]


def _windows(mentor_id: int, zone: str, ahead: list[Meeting]) -> list[Window]:
    """The weekly and extra hours of the next seven days in the mentor's zone, without days away."""
    today = clock.now().astimezone(ZoneInfo(zone)).date()
    last = today + timedelta(days=DAYS - 1)
    weekly = (
        session()
        .execute(
            select(WeeklyHours.weekday, WeeklyHours.start, WeeklyHours.end).where(WeeklyHours.mentor_id == mentor_id)
        )
        .all()
    )
    dated = (
        session()
        .execute(
            select(
                HoursException.kind, HoursException.first, HoursException.last, HoursException.start, HoursException.end
            ).where(HoursException.mentor_id == mentor_id, HoursException.last >= today, HoursException.first <= last)
        )
        .all()
    )
    windows = []
    for offset in range(DAYS):
        on = today + timedelta(days=offset)
        special = [row for row in dated if row.first <= on <= row.last]
        hours = [(row.start, row.end) for row in special if row.kind is ExceptionKind.EXTRA]
        if not any(row.kind is ExceptionKind.AWAY for row in special):
            hours += [(row.start, row.end) for row in weekly if row.weekday == on.weekday()]
        windows += [_window(on, start, end, zone, ahead) for start, end in sorted(hours)]
    return [window for window in windows if window.end > clock.now()]


def _window(on: date, start: time, end: time, zone: str, ahead: list[Meeting]) -> Window:
    opens = datetime.combine(on, start, ZoneInfo(zone))
    closes = datetime.combine(on if end > start else on + timedelta(days=1), end, ZoneInfo(zone))
    return Window(opens, closes, sum(opens <= meeting.starts_at < closes for meeting in ahead))
