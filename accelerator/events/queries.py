"""Reads about events and registrations."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, and_, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, selectinload

from accelerator.accounts.models import Person
from accelerator.accounts.queries import addresses_of
from accelerator.accounts.tokens import digest
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.pagination import Key, Page, page
from accelerator.core.prepared import Prepared
from accelerator.core.text import mail_address
from accelerator.events.models import (
    TELL_CANCELLED,
    TELL_GUESTS,
    AgendaItem,
    Event,
    EventKind,
    Registration,
    RegistrationState,
    SeatRequest,
)
from accelerator.programmes.models import Edition

SEATED = (RegistrationState.REGISTERED, RegistrationState.ATTENDED)


def event(edition: Edition, event_slug: str) -> Event | None:
    """The event of the edition with this slug, its agenda loaded."""
    return session().scalar(
        select(Event)
        .options(selectinload(Event.agenda))
        .where(Event.edition_id == edition.id, Event.slug == event_slug)
    )


def event_by_id(edition: Edition, event_id: int) -> Event | None:
    """The event of the edition with this id."""
    return session().scalar(select(Event).where(Event.edition_id == edition.id, Event.id == event_id))


def event_in_scope(event_id: int) -> Event | None:
    """The event with this id in the edition that is chosen: for jobs."""
    return session().scalar(select(Event).where(Event.id == event_id))


def event_of(item: AgendaItem) -> Event:
    """The event that a point of an agenda belongs to."""
    return session().get_one(Event, item.event_id)


def agenda_item(edition: Edition, item_id: int) -> AgendaItem | None:
    """One point of the agenda of an event of the edition."""
    kept = kept_item(edition, item_id)
    return kept if kept is not None and kept.removed_at is None else None


def kept_item(edition: Edition, item_id: int) -> AgendaItem | None:
    """One point of an agenda of the edition, removed or not: for putting it back."""
    return session().scalar(
        select(AgendaItem)
        .join(Event, Event.id == AgendaItem.event_id)
        .where(Event.edition_id == edition.id, AgendaItem.id == item_id)
    )


def agenda(event_id: int) -> list[AgendaItem]:
    """The points of an event's agenda by their time."""
    statement = select(AgendaItem).where(AgendaItem.event_id == event_id, AgendaItem.removed_at.is_(None))
    return list(session().scalars(statement.order_by(AgendaItem.starts_at, AgendaItem.id)))


def events(edition: Edition) -> list[Event]:
    """All events of the edition by their start."""
    statement = select(Event).where(Event.edition_id == edition.id)
    return list(session().scalars(statement.order_by(Event.starts_at, Event.id)))


def upcoming(edition: Edition) -> list[Event]:
    """Events that take place and have not ended, the next one first; whether they are public is the caller's business."""
    statement = select(Event).where(Event.edition_id == edition.id, Event.takes_place, Event.ends_at > clock.now())
    return list(session().scalars(statement.order_by(Event.starts_at, Event.id)))


def demo_days(edition_ids: Collection[int]) -> dict[int, datetime]:
    """When Demo Day begins by its own event, by edition; editions whose event is no public one are left out."""
    return {row[0]: row[1] for row in _DEMO_DAYS.rows(editions=list(edition_ids))}


_DEMO_DAYS = Prepared(
    lambda: (
        select(Event.edition_id, func.min(Event.starts_at))
        .where(
            Event.edition_id.in_(bindparam("editions", type_=Integer, expanding=True)),
            Event.kind == EventKind.DEMO_DAY,
            Event.public,
            Event.takes_place,
        )
        .group_by(Event.edition_id)
    )
)


def sub_events(parent: Event, *, published: bool) -> list[Event]:
    """The events within another one, such as those of a week, by their start; ``published`` ones that take place."""
    statement = select(Event).where(Event.edition_id == parent.edition_id, Event.parent_id == parent.id)
    if published:
        statement = statement.where(Event.takes_place)
    return list(session().scalars(statement.order_by(Event.starts_at, Event.id)))


@dataclass(frozen=True)
class RegistrationCounts:
    """How many hold a seat, wait, cancelled, came. Who came still holds the seat: ``seated`` includes ``attended``."""

    seated: int = 0
    waiting: int = 0
    cancelled: int = 0
    attended: int = 0


def _counted(numbers: dict[RegistrationState, int]) -> RegistrationCounts:
    came = numbers.get(RegistrationState.ATTENDED, 0)
    return RegistrationCounts(
        numbers.get(RegistrationState.REGISTERED, 0) + came,
        numbers.get(RegistrationState.WAITING, 0),
        numbers.get(RegistrationState.CANCELLED, 0),
        came,
    )


def registration_counts(event: Event) -> RegistrationCounts:
    """The counts of one event."""
    rows = (
        select(Registration.state, func.count(Registration.id))
        .where(Registration.edition_id == event.edition_id, Registration.event_id == event.id)
        .group_by(Registration.state)
    )
    numbers: dict[RegistrationState, int] = {}
    for state, number in session().execute(rows):
        numbers[state] = number
    return _counted(numbers)


def counts_by_event(edition: Edition) -> dict[int, RegistrationCounts]:
    """The counts of every event of the edition that somebody registered for, in one statement."""
    rows = (
        select(Registration.event_id, Registration.state, func.count(Registration.id))
        .where(Registration.edition_id == edition.id)
        .group_by(Registration.event_id, Registration.state)
    )
    numbers: dict[int, dict[RegistrationState, int]] = defaultdict(dict)
    for event_id, state, number in session().execute(rows):
        numbers[event_id][state] = number
    return {event_id: _counted(by_state) for event_id, by_state in numbers.items()}


def countries(event: Event) -> list[tuple[str, int]]:
    """Guests with a seat by country (ISO 3166-1), the most first; those who named none are left out."""
    rows = (
        select(Registration.country, func.count(Registration.id).label("number"))
        .where(
            Registration.edition_id == event.edition_id,
            Registration.event_id == event.id,
            Registration.state.in_(SEATED),
            Registration.country.is_not(None),
        )
        .group_by(Registration.country)
        .order_by(func.count(Registration.id).desc(), Registration.country)
    )
    return [(str(country), number) for country, number in session().execute(rows)]


def registration(edition: Edition, registration_id: int) -> Registration | None:
    """A registration for an event of the edition."""
    return session().scalar(
        select(Registration).where(Registration.edition_id == edition.id, Registration.id == registration_id)
    )


def registration_by_address(event: Event, email: str) -> Registration | None:
    """The registration of an address for an event."""
    return session().scalar(
        select(Registration).where(
            Registration.edition_id == event.edition_id,
            Registration.event_id == event.id,
            Registration.email == mail_address(email),
        )
    )


def registration_of(person: Person | None, event: Event) -> Registration | None:
    """The registration of somebody who has signed in: by account, or by an address that the account has confirmed."""
    if person is None:
        return None
    mine = [Registration.person_id == person.id]
    if person.confirmed_at is not None:
        mine += [Registration.email.in_(some) for some in addresses_of(person.id)]
    return session().scalar(
        select(Registration)
        .where(Registration.edition_id == event.edition_id, Registration.event_id == event.id, or_(*mine))
        .order_by(Registration.id)
        .limit(1)
    )


@dataclass(frozen=True)
class Place:
    """What a guest's link leads to; ``registration`` is None when a newer link has replaced it.

    ``request`` is what was typed with a link that asks whether its reader wants to come.
    """

    event: Event
    token: str
    registration: Registration | None
    request: SeatRequest | None = None


def place(edition: Edition, event_slug: str, token: str) -> Place | None:
    """The event and the registration that the link's token belongs to."""
    event_row = event(edition, event_slug)
    if event_row is None:
        return None
    here = (Registration.edition_id == edition.id, Registration.event_id == event_row.id)
    asked = SeatRequest.token_hash == digest(token)
    row: Any = session().execute(
        select(Registration, SeatRequest)
        .outerjoin(SeatRequest, and_(SeatRequest.registration_id == Registration.id, asked))
        .where(*here, or_(Registration.token_hash == digest(token), asked))
    )
    held, request = row.one_or_none() or (None, None)
    return Place(event_row, token, held, request)


def first_waiting(event: Event, number: int) -> list[Registration]:
    """So many of those who wait, with their event, whoever has waited longest first."""
    waiting = (
        select(Registration)
        .where(
            Registration.edition_id == event.edition_id,
            Registration.event_id == event.id,
            Registration.state == RegistrationState.WAITING,
        )
        .order_by(Registration.registered_at, Registration.id)
        .limit(number)
    )
    return list(session().scalars(waiting))


def _guests(event: Event, states: Sequence[RegistrationState], search: str) -> Any:
    statement: Any = select(
        Registration.id,
        Registration.state,
        Registration.email,
        Registration.organisation,
        Registration.country,
        Registration.language,
        Registration.zone,
        Registration.registered_at,
        Registration.attended_at,
    ).where(Registration.edition_id == event.edition_id, Registration.event_id == event.id)
    if states:
        statement = statement.where(Registration.state.in_(states))
    if search:
        columns = (Registration.name, Registration.email, Registration.organisation)
        statement = statement.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return statement


def guests(
    event: Event, *, states: Sequence[RegistrationState] = (), search: str = "", mark: str | None = None, size: int = 50
) -> Page[Any]:
    """The registrations of an event by name, a page at a time."""
    keys = [Key(Registration.name), Key(Registration.id)]
    return page(_guests(event, states, search), keys, mark=mark, size=size)


def all_guests(event: Event) -> Sequence[Any]:
    """Every registration of an event by name: for the export."""
    statement = _guests(event, (), "").add_columns(Registration.name)
    return session().execute(statement.order_by(Registration.name, Registration.id)).all()


def to_remind(edition: Edition, first: timedelta, last: timedelta) -> list[Registration]:
    """Guests with a seat at events that take place and begin more than ``first`` and at most ``last`` from now."""
    now = clock.now()
    return _with_event(
        edition,
        Event.starts_at > now + first,
        Event.starts_at <= now + last,
        Registration.state == RegistrationState.REGISTERED,
    )


def to_send_recording(edition: Edition, first: timedelta, last: timedelta) -> list[Registration]:
    """Guests of events that took place, have a recording and ended at least ``first`` and less than ``last`` ago."""
    now = clock.now()
    return _with_event(
        edition,
        Event.recording_url.is_not(None),
        Event.ends_at <= now - first,
        Event.ends_at > now - last,
        Registration.state.in_(SEATED),
    )


def _with_event(edition: Edition, *conditions: ColumnElement[bool]) -> list[Registration]:
    statement = (
        select(Registration)
        .join(Registration.event)
        .options(contains_eager(Registration.event))
        .where(Registration.edition_id == edition.id, Event.takes_place, *conditions)
    )
    return list(session().scalars(statement.order_by(Event.starts_at, Event.id, Registration.id)))


def registrations(event: Event, ids: Collection[int], *states: RegistrationState) -> list[Registration]:
    """Those of these registrations of an event that are in one of the states still, oldest first."""
    statement = select(Registration).where(
        Registration.edition_id == event.edition_id,
        Registration.event_id == event.id,
        Registration.id.in_(ids),
        Registration.state.in_(states),
    )
    return list(session().scalars(statement.order_by(Registration.id)))


def telling(event: Event) -> JobRow | None:
    """The job that is still to tell guests of the event something, the newest first."""
    return session().scalar(
        select(JobRow)
        .where(
            JobRow.scope_key == event.edition_id,
            JobRow.name.in_((TELL_CANCELLED.name, TELL_GUESTS.name)),
            JobRow.state.in_((JobState.WAITING, JobState.RUNNING)),
            JobRow.payload["event_id"].as_integer() == event.id,
        )
        .order_by(JobRow.created_at.desc())
        .limit(1)
    )


def seated(event: Event) -> list[Registration]:
    """The registrations that hold a seat and have not been checked in, oldest first."""
    return in_states(event, RegistrationState.REGISTERED)


def in_states(event: Event, *states: RegistrationState) -> list[Registration]:
    """The registrations of an event in these states, oldest first."""
    statement = select(Registration).where(
        Registration.edition_id == event.edition_id, Registration.event_id == event.id, Registration.state.in_(states)
    )
    return list(session().scalars(statement.order_by(Registration.id)))


@dataclass(frozen=True)
class Cancellation:
    """That an event is cancelled: since when, and what guests should know."""

    at: datetime
    reason: str


def cancellation(event: Event) -> Cancellation | None:
    """The cancellation of an event that is in force."""
    return Cancellation(event.cancelled_at, event.cancel_reason) if event.cancelled_at is not None else None
