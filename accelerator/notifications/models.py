"""Messages, the mails of the house."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy
from accelerator.core.lives import blanked, kept
from accelerator.core.outbox import Job
from accelerator.core.states import State, labels

# Its lease outlasts that of messages: whoever takes the job of a killed worker over finds its messages free.
DELIVER = Job(
    "notifications.deliver", label=lazy("Sending e-mails"), queue="mail", tries=8, long=True, lease=90, is_sum=True
)


class MessageState(State):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    BOUNCED = "bounced"
    DISCARDED = "discarded"


labels(
    MessageState,
    {
        MessageState.WAITING: (lazy("Waiting"), lazy("Waiting")),
        MessageState.SENDING: (lazy("Being sent"), lazy("Being sent")),
        MessageState.SENT: (lazy("Sent"), lazy("Sent")),
        MessageState.FAILED: (lazy("Failed, will be tried again"), lazy("Failed, will be tried again")),
        MessageState.BOUNCED: (lazy("Bounced"), lazy("Bounced")),
        MessageState.DISCARDED: (lazy("Discarded"), lazy("Discarded")),
    },
    {
        MessageState.WAITING: "sea",
        MessageState.SENDING: "sea",
        MessageState.SENT: "ok",
        MessageState.FAILED: "warn",
        MessageState.BOUNCED: "bad",
    },
)
OPEN = text("state IN ('waiting', 'sending', 'failed')")


class Message(Base):
    """One mail to one person, complete as it leaves. ``key`` names event, person and object: it exists once.

    ``about_type`` and ``about_id`` are table and id of the row that it tells of, where reading of that row can be barred.
    """

    __tablename__ = "message"
    __life__ = kept(
        blanked(
            400,
            "next_at",
            {"body": "", "html": "", "calendar": None, "storage_key": None, "file_name": None},
            where=lambda message: message.state.in_(("sent", "bounced", "discarded")),
        ),
        personal=True,
    )
    __table_args__ = (
        Index("ix_message_open", "state", "next_at", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_message_edition", "edition_id", "id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str | None] = mapped_column(Text)  # an ICS invitation
    calendar_method: Mapped[str | None] = mapped_column(String(10))
    storage_key: Mapped[str | None] = mapped_column(String(64))  # a PDF that goes along
    file_name: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[MessageState] = mapped_column(one_of(MessageState), default=MessageState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(500))
    about_type: Mapped[str | None] = mapped_column(String(40))
    about_id: Mapped[int | None]
    person: Mapped[Person | None] = relationship()

    @property
    def message_id(self) -> str:
        """The mail's Message-ID: the same at every try, so that a second delivery can be recognised."""
        return f"<{self.id}.{self.kind}@funade>"
