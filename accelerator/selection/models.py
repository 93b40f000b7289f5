"""Decisions, releases, offers, waitlist entries and the cohort."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy
from accelerator.core.lives import kept
from accelerator.core.outbox import Job
from accelerator.core.states import State, labels
from accelerator.intake.models import Application
from accelerator.programmes.models import InEdition
from accelerator.scoring.models import Review
from accelerator.startups.models import Startup

LAPSE_OFFERS = Job("selection.lapse_offers", label=lazy("Offer reminders and expiry"), long=True)


class Choice(StrEnum):
    """What is decided."""

    OFFER = "offer"
    WAIT = "wait"
    DECLINE = "decline"

    @property
    def label(self) -> str:
        """The decision in words."""
        return str(CHOICE_LABELS[self])

    @property
    def tone(self) -> str:
        """The badge's tone."""
        return {"offer": "ok", "wait": "warn", "decline": "bad"}[self.value]


CHOICE_LABELS = {Choice.OFFER: lazy("Offer"), Choice.WAIT: lazy("Wait"), Choice.DECLINE: lazy("Decline")}


class Basis(StrEnum):
    """What a decision rests on: recorded, because both scores are shown."""

    RAW = "raw"
    ADJUSTED = "adjusted"
    DISCUSSION = "discussion"
    SCREENING = "screening"  # nobody chose it: the letter follows from "not eligible", and is written by the release

    @property
    def label(self) -> str:
        """The basis in words."""
        return str(BASIS_LABELS[self])


BASIS_LABELS = {
    Basis.RAW: lazy("Raw mean"),
    Basis.ADJUSTED: lazy("Adjusted score"),
    Basis.DISCUSSION: lazy("Discussion"),
    Basis.SCREENING: lazy("Screening"),
}


class ReleaseState(State):
    """Where a release stands."""

    PREPARED = "prepared"
    APPROVED = "approved"
    RELEASED = "released"
    CANCELLED = "cancelled"


R = ReleaseState
labels(
    R,
    {
        R.PREPARED: (lazy("Waiting for approval"), lazy("In review")),
        R.APPROVED: (lazy("Approved"), lazy("In review")),
        R.RELEASED: (lazy("Released"), lazy("Released")),
        R.CANCELLED: (lazy("Cancelled"), lazy("In review")),
    },
    {R.PREPARED: "warn", R.APPROVED: "sea", R.RELEASED: "ok", R.CANCELLED: "line"},
)
RELEASE_MOVES = {R.PREPARED: frozenset({R.APPROVED, R.CANCELLED}), R.APPROVED: frozenset({R.RELEASED, R.CANCELLED})}


OPEN_RELEASE = text("state IN ('prepared', 'approved')")


class Release(InEdition, Base):
    """The one instant at which decisions become visible. ``counts`` is what the approver saw: ``{choice: number}``.

    ``answer_days`` is how long an offer of this release stays open; an edition has at most one release under way.
    """

    __tablename__ = "release"
    __life__ = kept(personal=True)
    __table_args__ = (
        CheckConstraint("state <> 'released' OR released_at IS NOT NULL", name="released_has_an_instant"),
        CheckConstraint("approved_by IS NULL OR approved_by <> prepared_by", name="second_person_approves"),
        CheckConstraint("answer_days BETWEEN 1 AND 60", name="answer_days"),
        Index("uq_release_open", "edition_id", unique=True, postgresql_where=OPEN_RELEASE, sqlite_where=OPEN_RELEASE),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[ReleaseState] = mapped_column(one_of(ReleaseState), default=R.PREPARED)
    counts: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))  # of the decisions approved: a later change needs a new approval
    prepared_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    prepared_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    released_at: Mapped[datetime | None]
    answer_days: Mapped[int] = mapped_column(default=7)
    preparer: Mapped[Person] = relationship(foreign_keys=[prepared_by])
    approver: Mapped[Person | None] = relationship(foreign_keys=[approved_by])

    @property
    def letters(self) -> int:
        """How many applications get a letter: the number that the approver types."""
        return sum(int(number) for number in self.counts.values())

    @property
    def version(self) -> str:
        """Which release, and where it stood: a page sends it back, so that nobody signs or undoes what they did not see."""
        return f"{self.id}-{self.state}"


class Decision(InEdition, Base):
    """The verdict on one application, with reason, basis and who signed. Outsiders' pages never load this table."""

    __tablename__ = "decision"
    __life__ = kept(personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    choice: Mapped[Choice] = mapped_column(one_of(Choice), index=True)
    basis: Mapped[Basis] = mapped_column(one_of(Basis), default=Basis.ADJUSTED)
    reason: Mapped[str] = mapped_column(default="")
    feedback: Mapped[str] = mapped_column(default="")  # goes into the letter, without names
    shared: Mapped[list[Any]] = mapped_column(default=list)  # reviewers' feedback as the release sent it, without names
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"), index=True)
    application: Mapped[Application] = relationship()
    decider: Mapped[Person] = relationship()
    release: Mapped[Release | None] = relationship()

    @property
    def noted(self) -> list[str]:
        """What the released letter says beside the decision: the committee's feedback, then what reviewers wrote."""
        return [text for text in (self.feedback, *self.shared) if text]


class FeedbackCopy(InEdition, Base):
    """A reviewer's feedback as staff edited it; the review itself keeps what its reviewer wrote.

    ``original`` is the reviewer's text at the time that staff read it, ``text`` what the applicant gets if ``shared``.
    Letters are made of this copy alone, so nothing goes out that staff did not read.
    """

    __tablename__ = "feedback_copy"
    __life__ = kept(personal=True)
    __table_args__ = (CheckConstraint("NOT shared OR text <> ''", name="shared_says_something"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), unique=True)
    original: Mapped[str]
    text: Mapped[str]
    shared: Mapped[bool] = mapped_column(default=False)
    saved_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime]
    review: Mapped[Review] = relationship()


class OfferState(State):
    """Where an offer stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"


labels(
    OfferState,
    {
        OfferState.OPEN: (lazy("Waiting for an answer"), lazy("Waiting for your answer")),
        OfferState.ACCEPTED: (lazy("Accepted"), lazy("Accepted")),
        OfferState.DECLINED: (lazy("Turned down"), lazy("Turned down")),
        OfferState.LAPSED: (lazy("Lapsed"), lazy("Lapsed")),
    },
    {OfferState.OPEN: "sea", OfferState.ACCEPTED: "ok", OfferState.DECLINED: "warn", OfferState.LAPSED: "bad"},
)
OFFER_MOVES = {OfferState.OPEN: frozenset({OfferState.ACCEPTED, OfferState.DECLINED, OfferState.LAPSED})}


class Offer(InEdition, Base):
    """A place offered until ``expires_at``."""

    __tablename__ = "offer"
    __life__ = kept(personal=True)
    __table_args__ = (CheckConstraint("state = 'open' OR answered_at IS NOT NULL", name="answer_has_an_instant"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    state: Mapped[OfferState] = mapped_column(one_of(OfferState), default=OfferState.OPEN)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    comment: Mapped[str] = mapped_column(default="")
    application: Mapped[Application] = relationship()


class WaitlistEntry(InEdition, Base):
    """A place in the queue behind the offers; 1 moves up first."""

    __tablename__ = "waitlist_entry"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    position: Mapped[int]
    application: Mapped[Application] = relationship()


class CohortEntry(InEdition, Base):
    """A startup in the cohort of an edition."""

    __tablename__ = "cohort_entry"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "startup_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    startup_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), index=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    joined_at: Mapped[datetime]
    startup: Mapped[Startup] = relationship(lazy="joined", innerjoin=True)
    application: Mapped[Application] = relationship()
