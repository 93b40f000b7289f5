"""Consents as records: which text somebody agreed to, for whom, in which revision, and how it ended.

A consent speaks for the startup that applied: every founder with access sees it and can withdraw it, and it says who
gave it. Texts and consents are never rewritten: other words are a new version, and a consent that is given again is a new
row.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy, pick
from accelerator.core.lives import kept
from accelerator.intake.models import Application
from accelerator.programmes.models import Host, InEdition

IN_FORCE = text("ended_at IS NULL")
KEY_LENGTH = 200


class Purpose(StrEnum):
    """What a consent is for; what the form asks in words of its own is ``OTHER``."""

    PROCESSING = "processing"
    HOST = "host"
    STATISTICS = "statistics"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The purpose in words."""
        return str(PURPOSE_LABELS[self])


PURPOSE_LABELS = {
    Purpose.PROCESSING: lazy("Use of the answers to run the call"),
    Purpose.HOST: lazy("Sharing the application with an organisation"),
    Purpose.STATISTICS: lazy("Statistics about founders"),
    Purpose.OTHER: lazy("Something else that the form asks"),
}


class Ending(StrEnum):
    """How a consent came to its end."""

    WITHDRAWN = "withdrawn"  # on the page of consents
    UNTICKED = "unticked"  # by a revision that was sent without it
    APPLICATION = "application"  # with the whole application
    REPLACED = "replaced"  # by the same consent to other words

    @property
    def label(self) -> str:
        """How it ended, in words."""
        return str(ENDING_LABELS[self])


ENDING_LABELS = {
    Ending.WITHDRAWN: lazy("Consent withdrawn"),
    Ending.UNTICKED: lazy("Application sent again without this consent"),
    Ending.APPLICATION: lazy("Application withdrawn"),
    Ending.REPLACED: lazy("Given again to a newer text"),
}


class ConsentText(InEdition, Base):
    """The words of a consent in all languages, as they were asked. ``key`` names the box; a version never changes.

    ``host_id`` is the organisation that the consent names; it becomes empty if that is taken off the list.
    """

    __tablename__ = "consent_text"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "key", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))  # question:value
    version: Mapped[int]
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id", ondelete="SET NULL"), index=True)
    question: Mapped[dict[str, str]]
    help: Mapped[dict[str, str] | None]
    wording: Mapped[dict[str, str]]
    digest: Mapped[str] = mapped_column(String(64))  # SHA-256 of the words in all languages
    since: Mapped[datetime]
    host: Mapped[Host | None] = relationship()

    @property
    def name(self) -> str:
        """What the box says, in the viewer's language."""
        return pick(self.wording)


class Consent(InEdition, Base):
    """A consent in an application: given by whom, with which revision; of a box at most one is in force."""

    __tablename__ = "consent"
    __life__ = kept(personal=True)
    __table_args__ = (
        Index(
            "uq_consent_in_force",
            "application_id",
            "key",
            unique=True,
            postgresql_where=IN_FORCE,
            sqlite_where=IN_FORCE,
        ),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="end_has_a_kind"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), index=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("consent_text.id"), index=True)
    key: Mapped[str] = mapped_column(String(KEY_LENGTH))
    revision_number: Mapped[int]
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    given_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ending: Mapped[Ending | None] = mapped_column(one_of(Ending))
    application: Mapped[Application] = relationship()
    text: Mapped[ConsentText] = relationship()
    giver: Mapped[Person] = relationship(foreign_keys=[given_by])
