"""The form as data, applications, their revisions and attachments."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy, pick
from accelerator.core.lives import kept, own
from accelerator.core.marks import Marked
from accelerator.core.outbox import Job
from accelerator.core.states import State, labels
from accelerator.intake.roles import QuestionRole
from accelerator.intake.terms import LONGEST
from accelerator.programmes.models import InEdition, Sector
from accelerator.startups.models import Startup

AFTER_SENDING = Job("intake.after_sending", label=lazy("Taking in an application"), is_sum=True)
REMIND_DRAFTS = Job("intake.remind_drafts", label=lazy("Draft reminders"), long=True)
ASK_FOR_NEW = Job("intake.ask_for_new", label=lazy("Asking applicants what is new in the form"), is_sum=True)


OPEN = text("closed_at IS NULL")
HELD = text("state <> 'withdrawn'")
TERM = String(LONGEST).with_variant(String(LONGEST, collation="C"), "postgresql")


class QuestionKind(StrEnum):
    """What an answer looks like; the form engine draws and checks each kind."""

    SHORT = "short"
    LONG = "long"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    CHOICE = "choice"
    CHOICES = "choices"
    COUNTRY = "country"
    COUNTRIES = "countries"
    PREFECTURE = "prefecture"
    SECTOR = "sector"
    TRACK = "track"
    URL = "url"
    FILE = "file"
    FOUNDERS = "founders"
    ZONE = "zone"
    HOURS = "hours"
    DECLARATION = "declaration"
    CONSENT = "consent"


class Audience(StrEnum):
    """Who may read an answer."""

    REVIEWERS = "reviewers"
    MASKED = "masked"  # reviewers, but not in a blind round
    STAFF = "staff"
    STATISTICS = "statistics"  # only in sums of five or more


class Form(Marked, InEdition, Base):
    """One version of the form of a call; the newest without ``published_at`` is the draft of the next one.

    A frozen one never changes; ``digest`` is the SHA-256 of what it asks. Its mark is that of its questions.
    """

    __tablename__ = "form"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime | None]
    frozen_at: Mapped[datetime | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    sections: Mapped[list["Section"]] = relationship(order_by="Section.position")


class Section(Base):
    """One page of the form: a topic."""

    __tablename__ = "section"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("form_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[dict[str, str]]
    help: Mapped[dict[str, str] | None]
    position: Mapped[int]
    questions: Mapped[list["Question"]] = relationship(order_by="Question.position", lazy="selectin")

    @property
    def name(self) -> str:
        """The title in the viewer's language."""
        return pick(self.title)


class Question(Base):
    """One question. ``limits`` and ``choices`` depend on the kind; see intake/answers.py.

    ``limits``: ``max`` and ``min`` (characters, or the number's bounds, or hours), ``max_choices``, ``mb``, ``pages``,
    ``rows``, ``lines``; ``max`` may be ``this year`` or ``today``; ``decimals``; ``at_most``, the key of a number that
    this one can't pass; ``with``, the key of an answer that must come with this one; ``check``
    (``corporate_number``); ``fold`` (NFKC); ``list`` (draw a list, not buttons); ``columns`` of the founders' table
    (``statistics``).
    ``choices``: ``[{"value": str, "label": {"en", "ja"}}]``.
    ``shown_if``: ``{"question": key, "in": [values], "and": {another one}}``. ``currency`` is the key of the one
    whose currency an amount is in. ``carried`` answers are filled in from the last application of the firm.
    """

    __tablename__ = "question"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("section_id", "key"), UniqueConstraint("form_id", "role"))
    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[QuestionKind] = mapped_column(one_of(QuestionKind))
    role: Mapped[QuestionRole | None] = mapped_column(one_of(QuestionRole))
    carried: Mapped[bool] = mapped_column(default=False)
    label: Mapped[dict[str, str]]
    help: Mapped[dict[str, str] | None]
    required: Mapped[bool] = mapped_column(default=False)
    limits: Mapped[dict[str, Any]]
    choices: Mapped[list[Any]]
    shown_if: Mapped[dict[str, Any] | None]
    audience: Mapped[Audience] = mapped_column(one_of(Audience), default=Audience.REVIEWERS)
    position: Mapped[int]

    @property
    def name(self) -> str:
        """The label in the viewer's language."""
        return pick(self.label)


class RemovedQuestion(Base):
    """A question that was taken out of a form: ``values`` are the columns that it had, ``section`` those of its page."""

    __tablename__ = "removed_question"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("form_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    key: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, Any]]
    section: Mapped[dict[str, Any]]
    removed_at: Mapped[datetime]

    @property
    def name(self) -> str:
        """The label in the viewer's language."""
        return pick(self.values["label"])


class Track(InEdition, Base):
    """A thematic stream of the call."""

    __tablename__ = "track"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[dict[str, str]]

    @property
    def title(self) -> str:
        """The name in the viewer's language."""
        return pick(self.name)


class ApplicationState(State):
    """Where an application stands. What follows a decision is entered by the release alone, never before."""

    DRAFT = "draft"
    SENT = "sent"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    OFFERED = "offered"
    WAITING = "waiting"
    DECLINED = "declined"
    JOINED = "joined"
    TURNED_DOWN = "turned_down"
    WITHDRAWN = "withdrawn"


A = ApplicationState
labels(
    A,
    {
        A.DRAFT: (lazy("Draft"), lazy("Draft")),
        A.SENT: (lazy("Sent"), lazy("Sent")),
        A.ELIGIBLE: (lazy("Eligible"), lazy("In review")),
        A.INELIGIBLE: (lazy("Not eligible"), lazy("In review")),
        A.OFFERED: (lazy("Offered"), lazy("Offered a place")),
        A.WAITING: (lazy("Wait"), lazy("On the waitlist")),
        A.DECLINED: (lazy("Declined"), lazy("Not selected")),
        A.JOINED: (lazy("Joined"), lazy("Joined")),
        A.TURNED_DOWN: (lazy("Offer turned down"), lazy("Offer turned down")),
        A.WITHDRAWN: (lazy("Withdrawn"), lazy("Withdrawn")),
    },
    {
        A.DRAFT: "line",
        A.SENT: "sea",
        A.ELIGIBLE: "sea",
        A.INELIGIBLE: "bad",
        A.OFFERED: "ok",
        A.WAITING: "warn",
        A.DECLINED: "bad",
        A.JOINED: "ok",
        A.TURNED_DOWN: "warn",
        A.WITHDRAWN: "line",
    },
)
EDITABLE = (A.DRAFT, A.SENT, A.ELIGIBLE, A.INELIGIBLE)  # a verdict that nobody was told must not show in what works
MOVES = {
    A.DRAFT: frozenset({A.SENT, A.WITHDRAWN}),
    A.SENT: frozenset({A.ELIGIBLE, A.INELIGIBLE, A.WITHDRAWN}),
    A.ELIGIBLE: frozenset({A.INELIGIBLE, A.OFFERED, A.WAITING, A.DECLINED, A.WITHDRAWN}),
    A.INELIGIBLE: frozenset({A.ELIGIBLE, A.DECLINED, A.WITHDRAWN}),
    A.WAITING: frozenset({A.OFFERED, A.DECLINED, A.WITHDRAWN}),
    A.OFFERED: frozenset({A.JOINED, A.TURNED_DOWN}),
}
COUNTED = tuple(state for state in A if state not in (A.DRAFT, A.WITHDRAWN))  # what "237 applications" counts


class Application(InEdition, Base):
    """One startup's answer to one call.

    ``answers`` is the draft, ``{question key: value}``, written for the version ``form_id`` of the form (empty: the
    present one); ``token`` counts its saves. The columns from ``name`` to ``channel`` repeat answers for lists and sums.
    """

    __tablename__ = "application"
    __life__ = kept(own(400, "saved_at"), personal=True)  # a draft that was never sent, after the call has closed
    __table_args__ = (
        UniqueConstraint("edition_id", "reference"),
        # A firm that had two records may have withdrawn one of two applications; one counts.
        Index(
            "uq_application_startup", "edition_id", "startup_id", unique=True, postgresql_where=HELD, sqlite_where=HELD
        ),
        CheckConstraint("(state IN ('draft', 'withdrawn')) OR submitted_at IS NOT NULL", name="sent_has_an_instant"),
        Index("ix_application_list", "edition_id", "submitted_at", "id"),
        # With the id, which says who is left out of a count: PostgreSQL keeps none in an index by itself.
        Index("ix_application_counts", "edition_id", "state", "country", "id"),
        Index("ix_application_country", "edition_id", "country"),
        Index("ix_application_name", "edition_id", "name"),
        Index("ix_application_queue", "edition_id", "state", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    # Without an index of its own: six begin with it, and SQLite would take the short one for lists in order of id.
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    reference: Mapped[str] = mapped_column(String(12))  # A-0142
    startup_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), index=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[ApplicationState] = mapped_column(one_of(ApplicationState), default=A.DRAFT)
    form_id: Mapped[int | None] = mapped_column(ForeignKey("form.id"))
    answers: Mapped[dict[str, Any]]
    prefilled: Mapped[dict[str, Any] | None]  # {"keys": [...], "at": instant} of what was filled in at the beginning
    token: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime]
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    is_late: Mapped[bool] = mapped_column(default=False)  # first sent after the announced close, before what refuses
    withdrawn_from: Mapped[ApplicationState | None] = mapped_column(one_of(ApplicationState, "withdrawn_from"))
    revision_number: Mapped[int] = mapped_column(default=0)
    name: Mapped[str] = mapped_column(String(120))
    one_line: Mapped[str] = mapped_column(String(140), default="")
    country: Mapped[str | None] = mapped_column(String(2))
    prefecture: Mapped[str | None] = mapped_column(String(6))
    city: Mapped[str] = mapped_column(String(80), default="")
    sector_id: Mapped[int | None] = mapped_column(ForeignKey("sector.id"), index=True)
    stage: Mapped[str | None] = mapped_column(String(20))
    channel: Mapped[str | None] = mapped_column(String(40))
    synthetic: Mapped[bool] = mapped_column(default=False)
    startup: Mapped[Startup] = relationship()
    applicant: Mapped[Person] = relationship()
    sector: Mapped[Sector | None] = relationship()


class SearchTerm(InEdition, Base):
    """A term that an application is found by; see intake/terms.py, and operations/indexing.py, which keeps them.

    An ordinary table, so that SQLite and PostgreSQL find the same and a migration loses no trigger.
    """

    __tablename__ = "search_term"
    __life__ = kept(personal=True)
    __table_args__ = ({"sqlite_with_rowid": False},)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    # In order of code points everywhere: a beginning is looked up as a range.
    term: Mapped[str] = mapped_column(TERM, primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True, index=True)
    is_answer: Mapped[bool] = mapped_column(default=False)  # only an answer holds it: not looked up while sealed


class Revision(Base):
    """An application as it was sent, never changed. ``digest`` is the SHA-256 of its answers, on the receipt."""

    __tablename__ = "revision"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("application_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int]
    form_id: Mapped[int] = mapped_column(ForeignKey("form.id"))
    answers: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    sent_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[datetime]
    is_late: Mapped[bool] = mapped_column(default=False)  # after the announced close, before the one that refuses


class Enquiry(Base):
    """What the team asks about an application, in the words that the applicant reads; one is open at a time.

    It is closed by the revision that answers it, or by the team (``answer_revision`` is empty then). ``due_at`` is when
    the team wants the answer; a later one is still taken while it is open.
    """

    __tablename__ = "enquiry"
    __life__ = kept(personal=True)
    __table_args__ = (
        Index("uq_enquiry_open", "application_id", unique=True, postgresql_where=OPEN, sqlite_where=OPEN),
        CheckConstraint("answer_revision IS NULL OR closed_at IS NOT NULL", name="answered_is_closed"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    revision_number: Mapped[int]  # the one that it is about
    question: Mapped[str] = mapped_column(Text)
    question_key: Mapped[str | None] = mapped_column(String(40))  # of the form: answered alone after the close
    due_at: Mapped[datetime]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    answer_revision: Mapped[int | None]
    application: Mapped[Application] = relationship()
    asker: Mapped[Person] = relationship()


class Attachment(Base):
    """A private file given as an answer; replaced ones stay with ``removed_at``."""

    __tablename__ = "attachment"
    __life__ = kept(own(30, "removed_at"), personal=True)  # a replaced file that no revision names, once it was sent
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    question_key: Mapped[str] = mapped_column(String(40))
    storage_key: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    size: Mapped[int]  # bytes
    pages: Mapped[int | None]
    uploaded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship()


class ConflictKind(StrEnum):
    """Why a person may not judge an application."""

    EMPLOYER = "employer"
    INVESTOR = "investor"
    FOUNDER = "founder"
    MENTOR = "mentor"
    FAMILY = "family"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The reason in words."""
        return str(CONFLICT_LABELS[self])


CONFLICT_LABELS = {
    ConflictKind.EMPLOYER: lazy("Same employer now or before"),
    ConflictKind.INVESTOR: lazy("Invested in it or in a rival"),
    ConflictKind.FOUNDER: lazy("Founder or adviser of it"),
    ConflictKind.MENTOR: lazy("Already mentors it"),
    ConflictKind.FAMILY: lazy("Family or close friend"),
    ConflictKind.OTHER: lazy("Another reason"),
}


class Conflict(InEdition, Base):
    """A typed reason that bars a person from an application: reading, lists, sums and charts alike."""

    __tablename__ = "conflict"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("application_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[ConflictKind] = mapped_column(one_of(ConflictKind))
    note: Mapped[str] = mapped_column(default="")
    declared_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    declared_at: Mapped[datetime]
