"""Events, their agenda and registrations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, UniqueConstraint, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy, pick
from accelerator.core.lives import kept, removed
from accelerator.core.outbox import Job
from accelerator.core.states import State, labels
from accelerator.programmes.models import InEdition

REMIND_GUESTS = Job("events.remind_guests", label=lazy("Guest reminders"), long=True)
TELL_GUESTS = Job("events.tell_guests", label=lazy("Telling guests about changes"), long=True)
FILL_SEATS = Job("events.fill_seats", label=lazy("Moving guests up from the waiting list"), long=True)
TELL_CANCELLED = Job("events.tell_cancelled", label=lazy("Telling guests about a cancellation"), long=True)


class EventKind(StrEnum):
    """What sort of event it is."""

    LECTURE = "lecture"
    WORKSHOP = "workshop"
    SIDE_EVENT = "side_event"
    MATCHING = "matching"
    DEMO_DAY = "demo_day"

    @property
    def label(self) -> str:
        """The kind in words."""
        return str(KIND_LABELS[self])


KIND_LABELS = {
    EventKind.LECTURE: lazy("Lecture"),
    EventKind.WORKSHOP: lazy("Workshop"),
    EventKind.SIDE_EVENT: lazy("Side event"),
    EventKind.MATCHING: lazy("Matching"),
    EventKind.DEMO_DAY: lazy("Demo Day"),
}


class Event(InEdition, Base):
    """An event of an edition. ``stream_url`` is for those admitted; ``public`` ones have a page for everybody.

    A cancelled event stays published: its page says that it is cancelled, to whoever could see it before.
    """

    __tablename__ = "event"
    __life__ = kept(personal=True)
    __table_args__ = (
        UniqueConstraint("edition_id", "slug"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
        CheckConstraint("cancelled_at IS NULL OR published_at IS NOT NULL", name="cancelled_is_published"),
        CheckConstraint(
            "cancelled_at IS NOT NULL OR (cancelled_by IS NULL AND cancel_reason = '')", name="reason_is_of_cancelled"
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("event.id"))
    slug: Mapped[str] = mapped_column(String(60))
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind))
    title: Mapped[dict[str, str]]
    about: Mapped[dict[str, str]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None]
    public: Mapped[bool] = mapped_column(default=True)
    published_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    stream_url: Mapped[str | None] = mapped_column(String(300))
    recording_url: Mapped[str | None] = mapped_column(String(300))
    uid: Mapped[str] = mapped_column(String(80))
    agenda: Mapped[list["AgendaItem"]] = relationship(
        primaryjoin="and_(AgendaItem.event_id == Event.id, AgendaItem.removed_at.is_(None))",
        order_by="AgendaItem.starts_at",
        viewonly=True,
    )

    @property
    def name(self) -> str:
        """The title in the viewer's language."""
        return pick(self.title)

    @hybrid_property
    def takes_place(self) -> bool:
        """Published and not cancelled: what takes guests in, is announced and is reminded of."""
        return self.published_at is not None and self.cancelled_at is None

    @takes_place.inplace.expression
    @classmethod
    def _takes_place(cls) -> ColumnElement[bool]:
        return and_(cls.published_at.is_not(None), cls.cancelled_at.is_(None))


class AgendaItem(Base):
    """One point of an event's agenda. A removed one is kept, so that it can be put back, and shown nowhere."""

    __tablename__ = "agenda_item"
    __life__ = kept(personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    title: Mapped[dict[str, str]]
    speaker: Mapped[str] = mapped_column(String(160), default="")
    removed_at: Mapped[datetime | None]


class RegistrationState(State):
    """Where a registration stands. ``ASKED``: nobody has shown yet that the address is theirs, so it holds no seat."""

    ASKED = "asked"
    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    ATTENDED = "attended"


G = RegistrationState
labels(
    G,
    {
        G.ASKED: (lazy("Not confirmed"), lazy("To be confirmed")),
        G.REGISTERED: (lazy("Registered"), lazy("You have a seat")),
        G.WAITING: (lazy("Waiting list"), lazy("On the waiting list")),
        G.CANCELLED: (lazy("Cancelled"), lazy("Cancelled")),
        G.ATTENDED: (lazy("Came"), lazy("You attended")),
    },
    {G.ASKED: "line", G.REGISTERED: "ok", G.WAITING: "warn", G.CANCELLED: "line", G.ATTENDED: "ok"},
)
REGISTRATION_MOVES = {
    G.ASKED: frozenset({G.REGISTERED, G.WAITING, G.CANCELLED}),
    G.REGISTERED: frozenset({G.CANCELLED, G.ATTENDED}),
    G.WAITING: frozenset({G.REGISTERED, G.CANCELLED}),
    G.CANCELLED: frozenset({G.ASKED, G.REGISTERED, G.WAITING}),
    G.ATTENDED: frozenset({G.REGISTERED}),
}


class Registration(InEdition, Base):
    """One person's place at an event. ``token_hash`` is of the link that lets a guest without an account manage it."""

    __tablename__ = "registration"
    __life__ = kept(personal=True)
    __table_args__ = (
        UniqueConstraint("event_id", "email"),
        Index("ix_registration_queue", "event_id", "state", "registered_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    organisation: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(5), default="en")
    zone: Mapped[str] = mapped_column(String(60), default="UTC")
    state: Mapped[RegistrationState] = mapped_column(one_of(RegistrationState), default=G.REGISTERED)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    sequence: Mapped[int] = mapped_column(default=0)  # of the calendar entry
    registered_at: Mapped[datetime]
    attended_at: Mapped[datetime | None]
    event: Mapped[Event] = relationship(lazy="joined", innerjoin=True)


class SeatRequest(Base):
    """What was typed with one link that its reader has not answered. Anybody can type an address, so each link has its own.

    The first answer takes over what was typed with its link and ends the others.
    """

    __tablename__ = "seat_request"
    __life__ = removed(90, "asked_at", personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    organisation: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str | None] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(5))
    zone: Mapped[str] = mapped_column(String(60))
    asked_at: Mapped[datetime]

    @property
    def details(self) -> dict[str, str | None]:
        """What was typed, by column of the registration."""
        return {column: getattr(self, column) for column in ("name", "organisation", "country", "language", "zone")}
