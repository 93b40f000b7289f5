"""What the team keeps about applications for itself: tags, and who is responsible for which.

Nobody else ever sees any of it; a member of the team whom an application bars sees none of what is kept about that one.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from accelerator.core.db import Base
from accelerator.core.lives import kept
from accelerator.programmes.models import InEdition

TAG_LENGTH = 30


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
