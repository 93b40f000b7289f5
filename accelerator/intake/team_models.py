"""What the team keeps about applications for itself: tags, who is responsible for which, and acts on many at once.

Nobody else ever sees any of it; a member of the team whom an application bars sees none of what is kept about that one.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy
from accelerator.core.lives import kept, removed
from accelerator.core.outbox import Job
from accelerator.programmes.models import InEdition

TAG_LENGTH, VIEW_LENGTH = 30, 40
ACT_ON_MANY = Job("intake.act_on_many", label=lazy("An act on many applications"), long=True, is_sum=True)


class Tag(InEdition, Base):
    """A word of the team's own for some applications of an edition. ``folded`` is the name however it is typed."""

    __tablename__ = "tag"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "folded"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(TAG_LENGTH))
    folded: Mapped[str] = mapped_column(String(4 * TAG_LENGTH))


class ApplicationTag(InEdition, Base):
    """An application bears a tag."""

    __tablename__ = "application_tag"
    __life__ = kept(personal=False)
    __table_args__ = (Index("ix_application_tag_tag_id", "tag_id", "application_id"),)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("tag.id"), primary_key=True)


class ApplicationOwner(InEdition, Base):
    """The member of the team who is responsible for an application."""

    __tablename__ = "application_owner"
    __life__ = kept(personal=True)
    __table_args__ = (Index("ix_application_owner_person_id", "person_id", "application_id"),)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]


class LineState(StrEnum):
    """How far one application of an act on many is."""

    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"


class BulkRun(InEdition, Base):
    """An act on many applications at once, as its previewer confirmed it. ``values`` is what the act was given."""

    __tablename__ = "bulk_run"
    __life__ = removed(30, "asked_at", personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(String(40))
    values: Mapped[dict[str, Any]]
    asked_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_at: Mapped[datetime]
    job_id: Mapped[str | None] = mapped_column(String(32))


class BulkLine(InEdition, Base):
    """One application of an act on many, and what came of it; ``reason`` says why not, to whoever asked for the act."""

    __tablename__ = "bulk_line"
    __life__ = removed(30, "asked_at", personal=True)
    __table_args__ = (Index("ix_bulk_line_state", "run_id", "state", "application_id"),)
    run_id: Mapped[int] = mapped_column(ForeignKey("bulk_run.id"), primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), primary_key=True, index=True)
    state: Mapped[LineState] = mapped_column(one_of(LineState), default=LineState.WAITING)
    reason: Mapped[str] = mapped_column(Text, default="")
    asked_at: Mapped[datetime]


class SavedView(InEdition, Base):
    """A list of applications as somebody wants to see it again. ``query`` is that of its address, columns included.

    One without a person is the whole team's.
    """

    __tablename__ = "saved_view"
    __life__ = kept(personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(VIEW_LENGTH))
    query: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
