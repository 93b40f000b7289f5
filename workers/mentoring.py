"""Reminders of sessions, and of the notes that are due after them."""

from datetime import timedelta

from accelerator.core import clock
from accelerator.mentoring import queries
from accelerator.mentoring.models import REMIND_SESSIONS, Side
from accelerator.mentoring.operations.mails import ask_for_note, remind
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import each_edition

EARLY, LATE = timedelta(hours=24), timedelta(hours=1)
NOTE_AFTER, NOTE_WITHIN = timedelta(hours=2), timedelta(days=7)


def remind_sessions() -> None:
    """Remind both sides 24 hours and 1 hour before, and ask for notes 2 hours after; repeatable."""
    for edition in each_edition():
        _remind(edition, after=timedelta(), until=LATE)
        _remind(edition, after=LATE, until=EARLY)
        _ask_for_notes(edition)


def _remind(edition: Edition, *, after: timedelta, until: timedelta) -> None:
    now = clock.now()
    found = queries.starting_between(edition, now + after, now + until)
    # Whoever booked within the last day has just had the mail about it.
    due = [booked for booked in found if booked.booked_at <= booked.starts_at - until]
    founders = queries.founders([booked.startup_id for booked in due])
    for booked in due:
        people = {person.id: person for person in (booked.mentor.person, *founders[booked.startup_id])}
        remind(booked, list(people.values()), edition, round(until.total_seconds() / 3600))


def _ask_for_notes(edition: Edition) -> None:
    due = queries.unlogged(edition, ended=NOTE_AFTER, within=NOTE_WITHIN)
    founders = queries.founders([booked.startup_id for booked, _ in due])
    for booked, sides in due:
        people = [booked.mentor.person] if Side.MENTOR in sides else []
        people += founders[booked.startup_id] if Side.STARTUP in sides else []
        for person in people:
            ask_for_note(booked, person, edition)


HANDLERS = {REMIND_SESSIONS.name: remind_sessions}
