"""Reminders of sessions, and of the notes that are due after them: the letters that are due now, each once."""

from collections.abc import Iterator
from datetime import timedelta

from accelerator.core import clock
from accelerator.mentoring.models import Side
from accelerator.mentoring.operations import mails
from accelerator.mentoring.queries import sessions
from accelerator.notifications.operations import Letter
from accelerator.programmes.models import Edition

EARLY, LATE = timedelta(hours=24), timedelta(hours=1)
NOTE_AFTER, NOTE_WITHIN = timedelta(hours=2), timedelta(days=7)


def letters(edition: Edition) -> Iterator[Letter]:
    """Both sides are reminded 24 hours and 1 hour before, and asked for notes 2 hours after."""
    yield from _early(edition)
    yield from _for_notes(edition)


def _early(edition: Edition) -> Iterator[Letter]:
    now = clock.now()
    starting = sessions.starting_between(edition, now, now + EARLY)
    founders = sessions.founders([booked.startup_id for booked in starting])
    for booked in starting:
        until = LATE if booked.starts_at <= now + LATE else EARLY
        # Whoever booked within the last day has just had the mail about it.
        if booked.booked_at <= booked.starts_at - until:
            people = {person.id: person for person in (booked.mentor.person, *founders[booked.startup_id])}
            yield from mails.reminders(booked, list(people.values()), edition, round(until.total_seconds() / 3600))


def _for_notes(edition: Edition) -> Iterator[Letter]:
    due = sessions.unlogged(edition, ended=NOTE_AFTER, within=NOTE_WITHIN)
    founders = sessions.founders([booked.startup_id for booked, _ in due])
    for booked, sides in due:
        people = [booked.mentor.person] if Side.MENTOR in sides else []
        people += founders[booked.startup_id] if Side.STARTUP in sides else []
        for person in people:
            yield mails.request_for_note(booked, person, edition)
