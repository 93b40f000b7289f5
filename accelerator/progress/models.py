"""Milestones, evidence and comments; metrics and their values."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy, pick
from accelerator.core.lives import kept
from accelerator.core.outbox import Job
from accelerator.core.states import State, labels
from accelerator.programmes.models import InEdition
from accelerator.startups.models import Startup

REMIND_MILESTONES = Job("progress.remind_milestones", label=lazy("Milestone reminders"), long=True)


class MilestoneState(State):
    """Where a milestone stands."""

    PLANNED = "planned"
    SENT_IN = "sent_in"
    ACHIEVED = "achieved"
    SENT_BACK = "sent_back"
    DROPPED = "dropped"


M = MilestoneState
labels(
    M,
    {
        M.PLANNED: (lazy("Planned"), lazy("Planned")),
        M.SENT_IN: (lazy("To review"), lazy("Sent in, being reviewed")),
        M.ACHIEVED: (lazy("Achieved"), lazy("Achieved")),
        M.SENT_BACK: (lazy("Sent back"), lazy("Sent back with a comment")),
        M.DROPPED: (lazy("Dropped"), lazy("Dropped")),
    },
    {M.PLANNED: "line", M.SENT_IN: "warn", M.ACHIEVED: "ok", M.SENT_BACK: "bad", M.DROPPED: "line"},
)
MILESTONE_MOVES = {
    M.PLANNED: frozenset({M.SENT_IN, M.DROPPED}),
    M.SENT_IN: frozenset({M.ACHIEVED, M.SENT_BACK}),
    M.SENT_BACK: frozenset({M.SENT_IN, M.DROPPED}),
    M.ACHIEVED: frozenset({M.SENT_BACK}),
    M.DROPPED: frozenset({M.PLANNED}),
}


class MilestoneTemplate(InEdition, Base):
    """A milestone that every startup of the cohort gets. ``due_on`` is a day in the edition's zone."""

    __tablename__ = "milestone_template"
    __life__ = kept(personal=False)
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[dict[str, str]]
    detail: Mapped[dict[str, str]]
    due_on: Mapped[date]
    position: Mapped[int]


class Milestone(InEdition, Base):
    """A dated promise of one startup, from a template or its own; ``target`` and ``result`` share ``unit``."""

    __tablename__ = "milestone"
    __life__ = kept(personal=True)
    __table_args__ = (
        CheckConstraint("state <> 'achieved' OR achieved_on IS NOT NULL", name="achieved_has_a_day"),
        UniqueConstraint("startup_id", "template_id"),
        Index("ix_milestone_startup", "edition_id", "startup_id", "due_on"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    startup_id: Mapped[int] = mapped_column(ForeignKey("startup.id"))
    template_id: Mapped[int | None] = mapped_column(ForeignKey("milestone_template.id"))
    title: Mapped[dict[str, str]]
    detail: Mapped[str] = mapped_column(default="")
    due_on: Mapped[date]
    unit: Mapped[str | None] = mapped_column(String(40))
    target: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))
    result: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))
    state: Mapped[MilestoneState] = mapped_column(one_of(MilestoneState), default=M.PLANNED)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_in_at: Mapped[datetime | None]
    achieved_on: Mapped[date | None]
    created_at: Mapped[datetime]
    startup: Mapped[Startup] = relationship(lazy="joined", innerjoin=True)
    evidence: Mapped[list["Evidence"]] = relationship(back_populates="milestone", order_by="Evidence.id")
    comments: Mapped[list["MilestoneComment"]] = relationship(order_by="MilestoneComment.id")

    @property
    def name(self) -> str:
        """The title in the viewer's language."""
        return pick(self.title)


class Evidence(Base):
    """What shows that a milestone is met: a sentence, with a link or a private file."""

    __tablename__ = "evidence"
    __life__ = kept(personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), index=True)
    text: Mapped[str]
    url: Mapped[str | None] = mapped_column(String(300))
    storage_key: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str | None] = mapped_column(String(200))
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    milestone: Mapped[Milestone] = relationship(back_populates="evidence")


class MilestoneComment(Base):
    """A word on a milestone by staff, a mentor or the startup; ``verdict`` is set when it was a review."""

    __tablename__ = "milestone_comment"
    __life__ = kept(personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    milestone_id: Mapped[int] = mapped_column(ForeignKey("milestone.id"), index=True)
    text: Mapped[str]
    verdict: Mapped[str | None] = mapped_column(String(20))
    written_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[datetime]
    writer: Mapped[Person] = relationship(lazy="joined", innerjoin=True)


class Period(StrEnum):
    """How often a metric is told."""

    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Direction(StrEnum):
    """Which way is good."""

    UP = "up"
    DOWN = "down"

    @property
    def label(self) -> Any:
        """The direction in words."""
        return {"up": lazy("Higher is better"), "down": lazy("Lower is better")}[self.value]


class Metric(InEdition, Base):
    """A number that one startup reports. ``code`` is of the dictionary (USERS_ACT, REV_M ...) or the startup's own."""

    __tablename__ = "metric"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "startup_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    startup_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), index=True)
    code: Mapped[str] = mapped_column(String(20))
    label: Mapped[dict[str, str]]
    definition: Mapped[dict[str, str]]
    unit: Mapped[str] = mapped_column(String(20))  # count, percent, months, or an ISO 4217 code
    period: Mapped[Period] = mapped_column(one_of(Period), default=Period.WEEK)
    direction: Mapped[Direction] = mapped_column(one_of(Direction), default=Direction.UP)
    target: Mapped[Decimal | None] = mapped_column(Numeric(20, 4))
    position: Mapped[int] = mapped_column(default=1)
    startup: Mapped[Startup] = relationship()
    values: Mapped[list["MetricValue"]] = relationship(order_by="MetricValue.as_of", viewonly=True)

    @property
    def name(self) -> str:
        """The label in the viewer's language."""
        return pick(self.label)


class ValueStatus(StrEnum):
    """How far a value can be trusted."""

    REPORTED = "reported"
    VERIFIED = "verified"
    ESTIMATED = "estimated"

    @property
    def label(self) -> str:
        """The status in words."""
        names = {"reported": lazy("Reported"), "verified": lazy("Verified"), "estimated": lazy("Estimated")}
        return str(names[self.value])


CURRENT = text("replaced_by_id IS NULL")


class MetricValue(Base):
    """One value as of a day. A corrected value stays and names its replacement."""

    __tablename__ = "metric_value"
    __life__ = kept(personal=True)
    __table_args__ = (
        Index("ix_metric_value_series", "metric_id", "as_of"),
        Index(
            "uq_metric_value_current", "metric_id", "as_of", unique=True, postgresql_where=CURRENT, sqlite_where=CURRENT
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    metric_id: Mapped[int] = mapped_column(ForeignKey("metric.id"))
    as_of: Mapped[date]
    value: Mapped[Decimal] = mapped_column(Numeric(20, 4))
    source: Mapped[str] = mapped_column(String(120), default="")
    status: Mapped[ValueStatus] = mapped_column(one_of(ValueStatus), default=ValueStatus.REPORTED)
    note: Mapped[str] = mapped_column(default="")
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime]
    replaced_by_id: Mapped[int | None] = mapped_column(ForeignKey("metric_value.id"))
    metric: Mapped[Metric] = relationship(viewonly=True)
