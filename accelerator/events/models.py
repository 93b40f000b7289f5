"""Events, their agenda and registrations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy, pick
from accelerator.core.outbox import Job
from accelerator.core.states import State, labels
from accelerator.programmes.models import InEdition

REMIND_GUESTS = Job("events.remind_guests")
TELL_GUESTS = Job("events.tell_guests")


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
    """An event of an edition. ``stream_url`` is for those admitted; ``public`` ones have a page for everybody."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("edition_id", "slug"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("capacity > 0", name="capacity_positive"),
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
    stream_url: Mapped[str | None] = mapped_column(String(300))
    recording_url: Mapped[str | None] = mapped_column(String(300))
    uid: Mapped[str] = mapped_column(String(80))
    agenda: Mapped[list["AgendaItem"]] = relationship(order_by="AgendaItem.starts_at")

    @property
    def name(self) -> str:
        """The title in the viewer's language."""
        return pick(self.title)


class AgendaItem(Base):
    """One point of an event's agenda."""

    __tablename__ = "agenda_item"
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    starts_at: Mapped[datetime]
    minutes: Mapped[int]
    title: Mapped[dict[str, str]]
    speaker: Mapped[str] = mapped_column(String(160), default="")


class RegistrationState(State):
    """Where a registration stands."""

    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    ATTENDED = "attended"


G = RegistrationState
labels(
    G,
    {
        G.REGISTERED: (lazy("Registered"), lazy("You have a place")),
        G.WAITING: (lazy("Waiting list"), lazy("On the waiting list")),
        G.CANCELLED: (lazy("Cancelled"), lazy("Cancelled")),
        G.ATTENDED: (lazy("Came"), lazy("You were there")),
    },
    {G.REGISTERED: "ok", G.WAITING: "warn", G.CANCELLED: "line", G.ATTENDED: "ok"},
)
REGISTRATION_MOVES = {
    G.REGISTERED: frozenset({G.CANCELLED, G.ATTENDED}),
    G.WAITING: frozenset({G.REGISTERED, G.CANCELLED}),
    G.CANCELLED: frozenset({G.REGISTERED, G.WAITING}),
    G.ATTENDED: frozenset({G.REGISTERED}),
}


class Registration(InEdition, Base):
    """One person's place at an event. ``token_hash`` is of the link that lets a guest without an account manage it."""

    __tablename__ = "registration"
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
