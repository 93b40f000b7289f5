"""Pitches, the live state, investors, interests."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy, pick
from accelerator.core.lives import kept
from accelerator.core.states import State, labels
from accelerator.events.models import Event
from accelerator.programmes.models import InEdition
from accelerator.startups.models import Startup

CHANGE = timedelta(minutes=2)
"""What it takes from one pitch to the next."""


class Pitch(InEdition, Base):
    """A startup's turn on stage. ``planned_at`` follows from the running order; ``started_at`` is what happened."""

    __tablename__ = "pitch"
    __life__ = kept(personal=False)
    __table_args__ = (
        UniqueConstraint("event_id", "startup_id"),
        CheckConstraint("minutes > 0", name="minutes_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), index=True)
    startup_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), index=True)
    position: Mapped[int]
    planned_at: Mapped[datetime]
    minutes: Mapped[int] = mapped_column(default=4)
    line: Mapped[dict[str, str]]  # one line for the card
    ask: Mapped[dict[str, str]]
    sector: Mapped[dict[str, str]]
    confirmed_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    skipped: Mapped[bool] = mapped_column(default=False)
    startup: Mapped[Startup] = relationship(lazy="joined", innerjoin=True)
    event: Mapped[Event] = relationship()

    @property
    def summary(self) -> str:
        """The one line in the viewer's language."""
        return pick(self.line)


class Phase(State):
    """What the audience sees."""

    BEFORE = "before"
    PITCH = "pitch"
    QUESTIONS = "questions"
    CLOSED = "closed"


labels(
    Phase,
    {
        Phase.BEFORE: (lazy("Before"), lazy("Not started")),
        Phase.PITCH: (lazy("On stage"), lazy("On stage")),
        Phase.QUESTIONS: (lazy("Questions"), lazy("Questions")),
        Phase.CLOSED: (lazy("Closed"), lazy("Ended")),
    },
    {Phase.BEFORE: "line", Phase.PITCH: "beacon", Phase.QUESTIONS: "beacon", Phase.CLOSED: "line"},
)
PHASE_MOVES = {
    Phase.BEFORE: frozenset({Phase.PITCH}),
    Phase.PITCH: frozenset({Phase.PITCH, Phase.QUESTIONS, Phase.CLOSED, Phase.BEFORE}),
    Phase.QUESTIONS: frozenset({Phase.PITCH, Phase.CLOSED}),
    Phase.CLOSED: frozenset({Phase.QUESTIONS, Phase.PITCH}),
}


class Show(InEdition, Base):
    """The live state of one Demo Day; one row, locked by whoever moves it.

    ``steps`` is where it stood before each step forward, ``[[phase, pitch id], ...]``: what undoing goes back to.
    """

    __tablename__ = "show"
    __life__ = kept(personal=False)
    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id"), unique=True)
    state: Mapped[Phase] = mapped_column(one_of(Phase), default=Phase.BEFORE)
    pitch_id: Mapped[int | None] = mapped_column(ForeignKey("pitch.id"))
    changed_at: Mapped[datetime]
    steps: Mapped[list[Any]] = mapped_column(default=list)
    pitch: Mapped[Pitch | None] = relationship()


class Vetting(StrEnum):
    """Whether staff know an investor."""

    ASKED = "asked"
    ADMITTED = "admitted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """The vetting in words."""
        names = {"asked": lazy("To be checked"), "admitted": lazy("Admitted"), "refused": lazy("Not admitted")}
        return str(names[self.value])


class Investor(InEdition, Base):
    """A person who invests, in this edition."""

    __tablename__ = "investor"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("edition_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    firm: Mapped[str] = mapped_column(String(120))
    focus: Mapped[str] = mapped_column(String(300), default="")
    vetting: Mapped[Vetting] = mapped_column(one_of(Vetting), default=Vetting.ASKED)
    vetted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    vetted_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship(foreign_keys=[person_id], lazy="joined", innerjoin=True)


class InterestLevel(StrEnum):
    """How much."""

    INTERESTED = "interested"
    MEET = "meet"

    @property
    def label(self) -> str:
        """The level in words."""
        return str({"interested": lazy("Interested"), "meet": lazy("Asks to meet")}[self.value])


class Interest(InEdition, Base):
    """An investor's wish about one pitch. ``agreed_at`` is the startup's yes: only then are addresses exchanged."""

    __tablename__ = "interest"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("pitch_id", "investor_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id"))
    investor_id: Mapped[int] = mapped_column(ForeignKey("investor.id"), index=True)
    level: Mapped[InterestLevel] = mapped_column(one_of(InterestLevel))
    note: Mapped[str] = mapped_column(default="")
    shown_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    agreed_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]
    pitch: Mapped[Pitch] = relationship(lazy="joined", innerjoin=True)
    investor: Mapped[Investor] = relationship(lazy="joined", innerjoin=True)
