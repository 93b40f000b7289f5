"""Jobs of events: reminders to guests, the link, the recording, and word that an event has moved or is cancelled."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from accelerator.core import clock, db
from accelerator.core.db import lock
from accelerator.core.i18n import lazy
from accelerator.core.outbox import report_progress
from accelerator.events import models, queries
from accelerator.events.models import Event, Registration, RegistrationState
from accelerator.events.operations import letters, registrations
from accelerator.events.operations.letters import GuestLetter
from accelerator.programmes.models import Edition
from workers.periodic import over_editions, prepared, reminders

# Name, how long before the start it goes out, and until when it still makes sense if a run was missed.
REMINDERS = (
    ("7d", timedelta(days=7), timedelta(days=6)),
    ("1d", timedelta(days=1), timedelta(hours=12)),
    ("1h", timedelta(hours=1), timedelta()),
)
BEGUN = timedelta(minutes=15)  # how long after the start the link still goes out, if a run was missed
REPLAY = (timedelta(days=1), timedelta(days=8))  # after the end; a recording is often put up only some days later
AT_ONCE = 100  # guests
STEP = lazy("Writing to the guests")


def guest_letters(edition: Edition) -> Iterator[GuestLetter]:
    """Everybody with a seat is reminded 7 days, 1 day and 1 hour before, gets the link at the start, later the recording.

    Each goes out once for the event's present hour. Whoever registered after one was due has just had a mail and gets
    none.
    """
    now = clock.now()
    for registration in queries.to_remind(edition, -BEGUN, REMINDERS[0][1]):
        event, left = registration.event, registration.event.starts_at - now
        for name, lead, latest in REMINDERS:
            if latest < left <= lead and registration.registered_at <= event.starts_at - lead:
                yield letters.reminder(registration, edition, name)
        if left <= timedelta() and event.stream_url and registration.registered_at <= event.starts_at:
            yield letters.beginning(registration, edition)
    for registration in queries.to_send_recording(edition, *REPLAY):
        yield letters.replay(registration, edition)


def tell_guests(job_id: str, event_id: int) -> None:
    """Tell everybody with a seat that the event is at another time."""

    def words(event: Event, edition: Edition, guests: list[Registration]) -> list[GuestLetter]:
        return [letters.moved(guest, edition) for guest in guests] if event.takes_place else []

    _tell(job_id, event_id, [RegistrationState.REGISTERED], words)


def tell_cancelled(job_id: str, event_id: int, cancelled_at: str) -> None:
    """Tell everybody who has a seat or waits for one that the event is cancelled, or that it takes place after all.

    ``cancelled_at`` (ISO 8601) says which cancellation this is about. Which of the two is told is asked at every step: a
    cancellation that was undone before this ran is told to nobody, and a newer one has a job of its own.
    """
    about = datetime.fromisoformat(cancelled_at)

    def words(event: Event, edition: Edition, guests: list[Registration]) -> list[GuestLetter]:
        if event.cancelled_at == about:
            return [letters.called_off(guest, edition, about) for guest in guests]
        if event.cancelled_at is None:
            return [letters.resumed(guest, edition, about) for guest in letters.told(guests, about)]
        return []

    _tell(job_id, event_id, [RegistrationState.REGISTERED, RegistrationState.WAITING], words)


def _tell(
    job_id: str,
    event_id: int,
    states: list[RegistrationState],
    words: Callable[[Event, Edition, list[Registration]], list[GuestLetter]],
) -> None:
    """Write to the guests in steps: found and rendered while reading, stored in short transactions."""
    with db.reading():
        event = queries.event_in_scope(event_id)
        guests = [guest.id for guest in queries.in_states(event, *states)] if event is not None else []
    for done in range(0, len(guests), AT_ONCE):
        with db.reading():
            event = queries.event_in_scope(event_id)
            if event is None:
                return
            some = queries.registrations(event, guests[done : done + AT_ONCE], *states)
            portions = prepared(words(event, db.session().get_one(Edition, event.edition_id), some))
        with db.transaction():
            # Whoever moves the event or takes the cancellation back meanwhile has a job that tells what is so then.
            if letters.hours_and_state(lock(db.session().get_one(Event, event_id))) == letters.hours_and_state(event):
                for portion in portions:
                    portion.store_here(letters.note_links)
            report_progress(job_id, min(done + AT_ONCE, len(guests)), len(guests), STEP)


def fill_seats(job_id: str, event_id: int) -> None:
    """Move guests up from the waiting list, so many in each transaction, as long as seats are free."""
    moved = AT_ONCE
    while moved == AT_ONCE:
        with db.transaction() as opened:
            moved = registrations.fill_seats(lock(opened.get_one(Event, event_id)), actor=None, goes_on=True)


HANDLERS = {
    models.REMIND_GUESTS.name: over_editions(models.REMIND_GUESTS, reminders(guest_letters, letters.note_links)),
    models.FILL_SEATS.name: fill_seats,
    models.TELL_GUESTS.name: tell_guests,
    models.TELL_CANCELLED.name: tell_cancelled,
}
