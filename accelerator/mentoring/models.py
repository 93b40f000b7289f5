"""Mentors, their hours, sessions, claims and session logs."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy, pick
from accelerator.core.lives import kept
from accelerator.core.outbox import Job
from accelerator.core.states import State, labels
from accelerator.mentoring.turnout import Attendance, Turnout
from accelerator.programmes.models import InEdition
from accelerator.startups.models import Startup

REMIND_SESSIONS = Job("mentoring.remind_sessions", label=lazy("Session reminders"), long=True)

TOPICS = {
    "customers": lazy("First customers"),
    "pricing": lazy("Pricing"),
    "sales": lazy("Sales to companies"),
    "marketing": lazy("Marketing"),
    "product": lazy("Product"),
    "technology": lazy("Technology"),
    "hardware": lazy("Hardware and manufacturing"),
    "data": lazy("Data and AI"),
    "health": lazy("Regulated health"),
    "public": lazy("Selling to cities"),
    "fundraising": lazy("Fundraising"),
    "finance": lazy("Finance and accounting"),
    "legal": lazy("Law and patents"),
    "people": lazy("Hiring and team"),
    "japan": lazy("Entering Japan"),
    "us": lazy("Entering the US"),
    "europe": lazy("Entering Europe"),
    "asia": lazy("Entering South-East Asia"),
    "impact": lazy("Social impact"),
    "pitch": lazy("Pitching"),
}
"""What a mentor can help with: the stored key and its name. A key that is not here is shown as it is."""


def topic_label(key: str) -> str:
    """The name of a topic in the viewer's language."""
    return str(TOPICS.get(key, key))


class Mentor(InEdition, Base):
    """A person who mentors in this edition. ``paused`` hides the hours without losing them."""

    __tablename__ = "mentor"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("edition_id", "person_id"), UniqueConstraint("edition_id", "slug"))
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    slug: Mapped[str] = mapped_column(String(80))
    headline: Mapped[dict[str, str]]
    bio: Mapped[dict[str, str]]
    topics: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    minutes: Mapped[int] = mapped_column(default=30)  # length of a session
    buffer_minutes: Mapped[int] = mapped_column(default=5)
    notice_hours: Mapped[int] = mapped_column(default=12)
    horizon_days: Mapped[int] = mapped_column(default=28)
    daily_cap: Mapped[int] = mapped_column(default=6)
    paused: Mapped[bool] = mapped_column(default=False)
    video_link: Mapped[str | None] = mapped_column(String(300))
    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    hours: Mapped[list["WeeklyHours"]] = relationship(order_by="(WeeklyHours.weekday, WeeklyHours.start)")
    exceptions: Mapped[list["HoursException"]] = relationship(order_by="HoursException.first")

    @property
    def summary(self) -> str:
        """The headline in the viewer's language."""
        return pick(self.headline)


class WeeklyHours(Base):
    """A weekly window in the mentor's own zone (the person's); an end not after the start runs past midnight."""

    __tablename__ = "weekly_hours"
    __life__ = kept(personal=True)
    __table_args__ = (CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentor.id"), index=True)
    weekday: Mapped[int]  # 0 is Monday
    start: Mapped[time]
    end: Mapped[time]


class ExceptionKind(StrEnum):
    """Away, or extra hours."""

    AWAY = "away"
    EXTRA = "extra"


class HoursException(Base):
    """Dated: away on these days, or free at extra hours."""

    __tablename__ = "hours_exception"
    __life__ = kept(personal=True)
    __table_args__ = (
        CheckConstraint('"last" >= "first"', name="ends_after_start"),
        CheckConstraint("kind = 'away' OR (start IS NOT NULL AND \"end\" IS NOT NULL)", name="extra_has_hours"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentor.id"), index=True)
    kind: Mapped[ExceptionKind] = mapped_column(one_of(ExceptionKind))
    first: Mapped[date]
    last: Mapped[date]
    start: Mapped[time | None]
    end: Mapped[time | None]


class SessionState(State):
    """Where a session stands."""

    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    HELD = "held"
    MISSED = "missed"


S = SessionState
labels(
    S,
    {
        S.BOOKED: (lazy("Booked"), lazy("Booked")),
        S.MOVED: (lazy("Moved to another time"), lazy("Moved to another time")),
        S.CANCELLED: (lazy("Cancelled"), lazy("Cancelled")),
        S.HELD: (lazy("Held"), lazy("Held")),
        S.MISSED: (lazy("Did not take place"), lazy("Did not take place")),
    },
    {S.BOOKED: "sea", S.MOVED: "line", S.CANCELLED: "line", S.HELD: "ok", S.MISSED: "bad"},
)
SESSION_MOVES = {
    S.BOOKED: frozenset({S.MOVED, S.CANCELLED, S.HELD, S.MISSED}),
    S.MISSED: frozenset({S.HELD}),
    S.HELD: frozenset({S.MISSED}),
}


class Session(InEdition, Base):
    """A booked meeting of a mentor and a startup. ``uid`` and ``sequence`` are those of its calendar entry.

    A moved session keeps its row; the new one names it in ``moved_from_id`` and takes over the ``uid``.
    ``client_token`` makes a repeated booking return the first one. ``mentor_came`` and ``startup_came`` are what is
    known of each side; once the team has settled them (``settled_by``), notes of the sides don't change them any more.
    """

    __tablename__ = "mentor_session"
    __life__ = kept(personal=True)
    __table_args__ = (
        UniqueConstraint("edition_id", "reference"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "state IN ('held', 'missed') OR (mentor_came = 'unknown' AND startup_came = 'unknown')",
            name="nobody_came_before",
        ),
        CheckConstraint(
            "state <> 'held' OR (mentor_came <> 'missed' AND startup_came <> 'missed')", name="held_has_both"
        ),
        CheckConstraint(
            "state <> 'missed' OR mentor_came <> 'present' OR startup_came <> 'present'", name="missed_lacks_somebody"
        ),
        Index("ix_mentor_session_mentor", "mentor_id", "starts_at"),
        Index("ix_mentor_session_startup", "startup_id", "starts_at"),
        Index("ix_mentor_session_due", "edition_id", "state", "starts_at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(12))  # S-0211
    mentor_id: Mapped[int] = mapped_column(ForeignKey("mentor.id"))
    startup_id: Mapped[int] = mapped_column(ForeignKey("startup.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    state: Mapped[SessionState] = mapped_column(one_of(SessionState), default=S.BOOKED)
    purpose: Mapped[str] = mapped_column(default="")
    video_link: Mapped[str | None] = mapped_column(String(300))
    uid: Mapped[str] = mapped_column(String(80), index=True)
    sequence: Mapped[int] = mapped_column(default=0)
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("mentor_session.id"))
    reason: Mapped[str] = mapped_column(default="")
    booked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    booked_at: Mapped[datetime]
    client_token: Mapped[str | None] = mapped_column(String(40), unique=True)
    mentor_came: Mapped[Attendance] = mapped_column(one_of(Attendance, "mentor_came"), default=Attendance.UNKNOWN)
    startup_came: Mapped[Attendance] = mapped_column(one_of(Attendance, "startup_came"), default=Attendance.UNKNOWN)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    mentor: Mapped[Mentor] = relationship(lazy="joined", innerjoin=True)
    startup: Mapped[Startup] = relationship(lazy="joined", innerjoin=True)
    logs: Mapped[list["SessionLog"]] = relationship(back_populates="session")
    actions: Mapped[list["AgreedAction"]] = relationship(back_populates="session", order_by="AgreedAction.id")

    @property
    def turnout(self) -> Turnout:
        """What is known of who came."""
        return Turnout(self.mentor_came, self.startup_came)


class Claim(Base):
    """Five minutes of one party, taken by one session. The primary key is what refuses an overlap.

    ``party`` is ``p:<person id>`` or ``s:<startup id>``; ``tick`` counts five-minute steps since the epoch.
    """

    __tablename__ = "claim"
    __life__ = kept(personal=False)
    party: Mapped[str] = mapped_column(String(24), primary_key=True)
    tick: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("mentor_session.id"), index=True)


class Side(StrEnum):
    """Whose view."""

    MENTOR = "mentor"
    STARTUP = "startup"


class SessionLog(Base):
    """What one side noted after a session: who came, as this side says it, and what came of it.

    ``useful`` is 1 to 5; it and ``private_note`` are for the programme team.
    """

    __tablename__ = "session_log"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("session_id", "side"), CheckConstraint("useful BETWEEN 1 AND 5", name="useful"))
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("mentor_session.id"))
    side: Mapped[Side] = mapped_column(one_of(Side))
    mentor_came: Mapped[Attendance] = mapped_column(one_of(Attendance, "mentor_came"))
    startup_came: Mapped[Attendance] = mapped_column(one_of(Attendance, "startup_came"))
    useful: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    private_note: Mapped[str] = mapped_column(default="")
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    session: Mapped[Session] = relationship(back_populates="logs")

    @property
    def turnout(self) -> Turnout:
        """Who came, as this side says it."""
        return Turnout(self.mentor_came, self.startup_came)


class AgreedAction(Base):
    """Something agreed in a session, with an owner and a day."""

    __tablename__ = "agreed_action"
    __life__ = kept(personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("mentor_session.id"), index=True)
    text: Mapped[str] = mapped_column(String(300))
    owner: Mapped[Side] = mapped_column(one_of(Side), default=Side.STARTUP)
    due_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    session: Mapped[Session] = relationship(back_populates="actions")
