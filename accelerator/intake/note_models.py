"""Notes of the team about an application. Nobody outside the team sees one, nor whom the application bars."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base
from accelerator.core.lives import kept
from accelerator.intake.models import Application
from accelerator.programmes.models import InEdition

NOTE_LENGTH = 2000
EDITABLE_FOR = timedelta(hours=1)
"""For so long a note's author may change its words; whoever was told of it has read them by then."""


class Note(InEdition, Base):
    """What somebody of the team wrote about an application for the others."""

    __tablename__ = "note"
    __life__ = kept(personal=True)
    __table_args__ = (Index("ix_note_application", "application_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    application: Mapped[Application] = relationship()
    author: Mapped[Person] = relationship()


class NoteMention(InEdition, Base):
    """A colleague whom a note names, and who was told of it."""

    __tablename__ = "note_mention"
    __life__ = kept(personal=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, index=True)
