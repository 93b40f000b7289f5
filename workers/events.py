"""Jobs of events: reminders to guests, the link, the recording, and word that an event has moved or is cancelled."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial

from accelerator.events import models, queries
from accelerator.events.models import Event, Registration, RegistrationState
from accelerator.events.operations import letters
from accelerator.programmes.queries import each_edition

# Name, how long before the start it goes out, and until when it still makes sense if a run was missed.
REMINDERS = (
    ("7d", timedelta(days=7), timedelta(days=6)),
    ("1d", timedelta(days=1), timedelta(hours=12)),
    ("1h", timedelta(hours=1), timedelta()),
)
BEGUN = timedelta(minutes=15)  # how long after the start the link still goes out, if a run was missed
REPLAY = (timedelta(days=1), timedelta(days=8))  # after the end; a recording is often put up only some days later
MOST = 500  # mails per event and run, so that no run holds the database for long; the next one goes on


def remind_guests() -> None:
    """Remind everybody with a seat 7 days, 1 day and 1 hour before, send the link at the start, later the recording.

    Each goes out once for the event's present hour. Whoever registered after one was due has just had a mail and gets
    none.
    """
    for found in each_edition():
        for name, lead, latest in REMINDERS:
            for event in queries.events_between(found, latest, lead):
                _write(_early(event, lead), partial(letters.remind, name=name))
        for event in queries.events_between(found, -BEGUN, timedelta()):
            if event.stream_url:
                _write(_early(event, timedelta()), letters.send_link)
        for event in queries.recorded(found, *REPLAY):
            _write(queries.in_states(event, *queries.SEATED), letters.send_replay)


def _early(event: Event, lead: timedelta) -> Iterator[Registration]:
    return (one for one in queries.seated(event) if one.registered_at <= event.starts_at - lead)


def _write(registrations: Iterable[Registration], letter: Callable[[Registration], bool]) -> None:
    sent = 0
    for registration in registrations:
        sent += letter(registration)
        if sent >= MOST:
            return


def tell_guests(event_id: int) -> None:
    """Tell everybody with a seat that the event is at another time."""
    event = queries.event_in_scope(event_id)
    if event is None or not event.takes_place:
        return
    for registration in queries.seated(event):
        letters.tell_changed(registration)


def tell_cancelled(event_id: int, cancelled_at: str) -> None:
    """Tell everybody who has a seat or waits for one that the event is cancelled, or that it takes place after all.

    ``cancelled_at`` (ISO 8601) says which cancellation this is about. Which of the two is told is asked now: a
    cancellation that was undone before this ran is told to nobody, and a newer one has a job of its own.
    """
    event, about = queries.event_in_scope(event_id), datetime.fromisoformat(cancelled_at)
    if event is None:
        return
    guests = queries.in_states(event, RegistrationState.REGISTERED, RegistrationState.WAITING)
    if event.cancelled_at == about:
        for registration in guests:
            letters.tell_called_off(registration, about)
    elif event.cancelled_at is None:
        for registration in letters.told(guests, about):
            letters.tell_resumed(registration, about)


HANDLERS = {
    models.REMIND_GUESTS.name: remind_guests,
    models.TELL_GUESTS.name: tell_guests,
    models.TELL_CANCELLED.name: tell_cancelled,
}
