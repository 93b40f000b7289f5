"""What the team writes into the privacy notice of an edition; all else of it follows from what is set and declared."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from accelerator.core.db import Base
from accelerator.core.lives import kept
from accelerator.programmes.models import InEdition


class PrivacyNotice(InEdition, Base):
    """The free parts of a notice, in both languages: who is responsible, whom to write to, and what else is to be said."""

    __tablename__ = "privacy_notice"
    __life__ = kept(personal=False)
    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), unique=True)
    responsible: Mapped[dict[str, str]]
    contact: Mapped[dict[str, str]]
    further: Mapped[dict[str, str]]
    changed_at: Mapped[datetime]
