"""Snapshots and reports."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy
from accelerator.core.lives import kept
from accelerator.core.outbox import Job
from accelerator.core.states import State, labels
from accelerator.programmes.models import InEdition

RENDER_REPORT = Job(
    "reporting.render_report", label=lazy("Making a report"), queue="reports", tries=3, long=True, lease=60
)
WORK_OUT_FIGURES = Job(
    "reporting.work_out_figures",
    label=lazy("Counting the figures"),
    queue="reports",
    tries=3,
    long=True,
    lease=60,
    is_sum=True,
)
KEEP_FIGURES = Job("reporting.keep_figures", label=lazy("Checking whether figures have changed"), long=True)
DIGEST_DIFFERS = "digest differs"


class Snapshot(InEdition, Base):
    """Every figure of an edition at one instant. ``digest`` is the SHA-256 of ``figures``; rows never change."""

    __tablename__ = "snapshot"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("edition_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    taken_at: Mapped[datetime]
    taken_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str] = mapped_column(String(120), default="")
    figures: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    taker: Mapped[Person] = relationship()


class PresentFigures(InEdition, Base):
    """The figures of an edition as they were last worked out, for reading; one row an edition, replaced by newer ones.

    ``made_at`` is the instant that they are of, by the edition's clock. ``begun_at`` is when that work began, by the
    machine's, which no demonstration moves: it tells which of two workers saw the rows last.
    """

    __tablename__ = "present_figures"
    __life__ = kept(personal=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    figures: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime]
    begun_at: Mapped[datetime]


class ReportState(State):
    """Where a report stands."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


labels(
    ReportState,
    {
        ReportState.WAITING: (lazy("Being created"), lazy("Being created")),
        ReportState.READY: (lazy("Finished"), lazy("Finished")),
        ReportState.FAILED: (lazy("Failed"), lazy("Failed")),
    },
    {ReportState.WAITING: "sea", ReportState.READY: "ok", ReportState.FAILED: "bad"},
)
REPORT_MOVES = {
    ReportState.WAITING: frozenset({ReportState.READY, ReportState.FAILED}),
    ReportState.FAILED: frozenset({ReportState.WAITING}),
}


class Report(InEdition, Base):
    """One rendering of a snapshot in one language. The PDF lies in the storage under its SHA-256.

    ``reason`` says why it failed: what the typesetter lacks, or ``DIGEST_DIFFERS``. ``identical`` is what a second
    rendering came to that was made to check the first.
    """

    __tablename__ = "report"
    __life__ = kept(personal=True)
    __table_args__ = (
        UniqueConstraint("snapshot_id", "language"),
        CheckConstraint("state <> 'ready' OR storage_key IS NOT NULL", name="ready_has_a_file"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id"))
    language: Mapped[str] = mapped_column(String(5))
    state: Mapped[ReportState] = mapped_column(one_of(ReportState), default=ReportState.WAITING)
    job_id: Mapped[str | None] = mapped_column(String(32))
    storage_key: Mapped[str | None] = mapped_column(String(64))
    size: Mapped[int | None]  # bytes
    pages: Mapped[int | None]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(500))
    checked_at: Mapped[datetime | None]
    identical: Mapped[bool | None]
    snapshot: Mapped[Snapshot] = relationship(lazy="joined", innerjoin=True)
