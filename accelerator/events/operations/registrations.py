"""Guests: taking a seat, waiting for one, giving it up, coming."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select

from accelerator.accounts import limits
from accelerator.accounts.models import Attempt, Person
from accelerator.accounts.queries import addresses
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import enqueue
from accelerator.core.states import move, move_all
from accelerator.core.text import mail_address
from accelerator.core.times import span
from accelerator.events import queries
from accelerator.events.models import (
    FILL_SEATS,
    REGISTRATION_MOVES,
    Event,
    Registration,
    RegistrationState,
    SeatRequest,
)
from accelerator.events.operations import letters
from accelerator.programmes.models import Edition

G = RegistrationState


AT_ONCE = 100  # guests who move up in one transaction
TRY = "event"  # the kind of our rows among the tries
WINDOW, MOST = timedelta(minutes=15), 60  # a class room registers from one network; a script does it too
DAY, MOST_A_DAY = timedelta(days=1), 300


def haste_problems(email: str | None, *, actor: Person | None, place: str) -> Iterator[Refused]:
    """Why no more registrations are taken from one network: a class room needs fewer, and each sends a mail to somebody.

    The actor's own address may always register.
    """
    if actor is not None and mail_address(email or "") in addresses(actor):
        return
    if _tries(Attempt.place == place, WINDOW) >= MOST:
        yield Refused(_("Many people are registering from your network right now. Try again in 15 minutes."))
    elif _tries(Attempt.place == place, DAY) >= MOST_A_DAY:
        yield Refused(_("Many people registered from your network today. Try again tomorrow."))


def _tries(whose: ColumnElement[bool], span: timedelta) -> int:
    since = clock.system_now() - span
    counted = select(func.count(Attempt.id)).where(Attempt.kind == TRY, whose, Attempt.at > since)
    return session().scalar(counted) or 0


def _count_mail(address: str, place: str | None, actor: Person | None) -> None:
    """Count the mail that a registration brings to an address that need not be the guest's own.

    Refused while a pause runs, whether the address is registered already or not.
    """
    limits.take_turns(TRY, address, place or "")
    if place is not None:
        refuse(haste_problems(address, actor=actor, place=place))
    left = limits.mail_pause(TRY, address, place or "")
    if left > timedelta():
        raise Refused(
            _(
                "We e-mailed this address about its registrations before. Look for the newest e-mail in "
                "the inbox and in the spam folder. We can send another one in %(time)s; what you typed "
                "is still here.",
                time=span(left + timedelta(seconds=59)),
            )
        )
    limits.note(TRY, address, place or "", succeeded=False)


def registration_problems(event: Event) -> Iterator[Refused]:
    """What forbids everybody to register for an event now."""
    if event.cancelled_at is not None:
        yield Refused(_("This event is cancelled."))
    elif event.published_at is None:
        yield Refused(_("Registration is not open yet."))
    elif event.ends_at <= clock.arrival():
        yield Refused(_("This event is over."))


def _refuse_if_cancelled(event: Event) -> None:
    if event.cancelled_at is not None:
        raise Refused(_("This event is cancelled."))


def register(
    event: Event,
    *,
    name: str,
    email: str,
    organisation: str,
    country: str | None,
    language: str,
    zone: str,
    actor: Person | None,
    place: str | None = None,
) -> Registration:
    """Give an address of the actor a seat, or a place on the waiting list when all are taken, and mail which it is.

    Anybody else's address gets a mail without a word of what was typed, and a seat once its owner confirms. An address
    that is registered already gets a mail that says so, and nothing changes: the answer on the page is the same, so
    nobody learns who comes. ``place`` is the network that asks, for the rate limit.
    """
    lock(event)
    refuse(registration_problems(event))
    address = mail_address(email)
    mine = actor is not None and address in addresses(actor)
    if not mine:
        _count_mail(address, place, actor)
    known = queries.registration_by_address(event, address)
    if known is not None and known.state not in (G.CANCELLED, G.ASKED):
        letters.confirm_again(known)
        return known
    state = _seat_or_waiting(event) if mine else G.ASKED
    details = {"name": name, "organisation": organisation, "country": country, "language": language, "zone": zone}
    registration = _written(event, known, address, state, details, actor=actor, mine=mine)
    if state is not G.ASKED:
        letters.confirm(registration)
    else:
        letters.ask_to_confirm(registration, details)
    return registration


def _written(
    event: Event,
    known: Registration | None,
    address: str,
    state: RegistrationState,
    details: Mapping[str, Any],
    *,
    actor: Person | None,
    mine: bool,
) -> Registration:
    if known is not None:
        if known.state is not state:
            move(known, state, moves=REGISTRATION_MOVES, actor=actor)
        if mine:
            _take_over(known, details)
        known.registered_at, known.sequence = clock.now(), known.sequence + 1
        return known
    registration = add(
        Registration(
            edition_id=event.edition_id,
            event_id=event.id,
            person_id=actor.id if actor and mine else None,
            email=address,
            state=state,
            registered_at=clock.now(),
            **details,
        )
    )
    audit(actor, "events.registered", registration, state=[None, state])
    return registration


def _take_over(registration: Registration, details: Mapping[str, Any]) -> None:
    """Let what its owner typed count, and end every link with which something else waits."""
    for column, value in details.items():
        setattr(registration, column, value)
    session().execute(delete(SeatRequest).where(SeatRequest.registration_id == registration.id))


def _seat_or_waiting(event: Event) -> RegistrationState:
    return G.REGISTERED if has_seat(event) else G.WAITING


def confirm(registration: Registration, *, request: SeatRequest | None = None, actor: Person | None) -> None:
    """The owner of the address says that they want to come: a seat, or a place on the waiting list. Twice is once.

    ``request`` is what was typed with their link.
    """
    event = lock(registration.event)
    lock(registration)
    if registration.state is not G.ASKED:
        return
    refuse(registration_problems(event))
    move(registration, _seat_or_waiting(event), moves=REGISTRATION_MOVES, actor=actor)
    _take_over(registration, request.details if request is not None else {})
    registration.registered_at = clock.now()
    letters.confirm(registration)


def has_seat(event: Event) -> bool:
    """Whether a seat is free and nobody waits for it. Lock the event first."""
    if event.capacity is None:
        return True
    counts = queries.registration_counts(event)
    return counts.seated < event.capacity and not counts.waiting


def cancel(registration: Registration, *, actor: Person | None) -> None:
    """Give a place up; whoever has waited longest moves up."""
    event = lock(registration.event)
    lock(registration)
    _refuse_if_cancelled(event)
    if event.ends_at <= clock.arrival():
        raise Refused(_("This event is over."))
    held = registration.state is G.REGISTERED
    _take_over(registration, {})
    move(registration, G.CANCELLED, moves=REGISTRATION_MOVES, actor=actor)
    registration.sequence += 1
    key = f"event_cancelled:{registration.id}:{registration.sequence}"
    letters.write(registration, "event_cancelled", key=key, method="CANCEL" if held else None)
    fill_seats(event, actor=actor)


def fill_seats(event: Event, *, actor: Person | None, goes_on: bool = False) -> int:
    """Move people up from the waiting list as long as seats are free; returns how many. Lock the event first.

    So many move up at once that nobody else waits long for the database; a job goes on with the others, and meanwhile
    nobody who comes anew overtakes them, since whoever finds a waiting list stands at its end. That job itself ``goes_on``.
    """
    if not event.takes_place:
        return 0  # a cancelled event has seats for nobody
    counts = queries.registration_counts(event)
    free = counts.waiting if event.capacity is None else min(event.capacity - counts.seated, counts.waiting)
    first = queries.first_waiting(event, min(free, AT_ONCE)) if free > 0 else []
    if not first:
        return 0
    move_all(dict.fromkeys(first), G.REGISTERED, moves=REGISTRATION_MOVES, actor=actor)
    edition = session().get_one(Edition, event.edition_id)
    letters.write_many([letters.moved_up(registration, edition) for registration in first])
    if free > len(first) and not goes_on:
        enqueue(FILL_SEATS, actor=actor, event_id=event.id)
    return len(first)


def set_attended(registration: Registration, *, attended: bool, actor: Person) -> None:
    """Check a guest in at the door, or take that back. Somebody from the waiting list comes in once a seat is theirs."""
    lock(registration)
    move(registration, G.ATTENDED if attended else G.REGISTERED, moves=_DOOR, actor=actor)
    registration.attended_at = clock.now() if attended else None


# Nobody enters from the waiting list by a click at the door: that goes over the seats.
_DOOR = {G.REGISTERED: frozenset({G.ATTENDED}), G.ATTENDED: frozenset({G.REGISTERED})}


def note_export(event: Event, *, rows: int, actor: Person) -> None:
    """Record that the list of guests, with their addresses, left the house as a file."""
    audit(actor, "events.exported_guests", event, rows=[None, rows])
