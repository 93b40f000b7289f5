"""Jobs of events: reminders to guests, and word that an event has moved."""

from datetime import timedelta

from accelerator.events import models, queries
from accelerator.events.models import Event
from accelerator.events.operations import letters
from accelerator.programmes.queries import each_edition

# Name, how long before the start it goes out, and until when it still makes sense if a run was missed.
REMINDERS = (
    ("7d", timedelta(days=7), timedelta(days=6)),
    ("1d", timedelta(days=1), timedelta(hours=12)),
    ("1h", timedelta(hours=1), timedelta()),
)
MOST = 500  # mails per event and run, so that no run holds the database for long; the next one goes on


def remind_guests() -> None:
    """Remind everybody with a seat 7 days, 1 day and 1 hour before: each once for the event's present hour.

    Whoever registered after a reminder was due has just had a mail and gets none.
    """
    for found in each_edition():
        for name, lead, latest in REMINDERS:
            for event in queries.events_between(found, latest, lead):
                _remind(event, name, lead)


def _remind(event: Event, name: str, lead: timedelta) -> None:
    sent = 0
    for registration in queries.seated(event):
        early_enough = registration.registered_at <= event.starts_at - lead
        if early_enough and letters.remind(registration, name):
            sent += 1
        if sent >= MOST:
            return


def tell_guests(event_id: int) -> None:
    """Tell everybody with a seat that the event is at another time."""
    event = queries.event_in_scope(event_id)
    for registration in queries.seated(event) if event is not None else ():
        letters.tell_changed(registration)


HANDLERS = {models.REMIND_GUESTS.name: remind_guests, models.TELL_GUESTS.name: tell_guests}
