"""Who may write although the call has closed, and until when."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base
from accelerator.core.i18n import lazy
from accelerator.core.lives import kept
from accelerator.core.outbox import Job
from accelerator.intake.models import Application
from accelerator.programmes.models import InEdition

CALL_EXTENDED = Job(
    "intake.call_extended", label=lazy("Telling applicants of the later close"), long=True
)  # everybody with a draft, once for each close
LIVE = text("revoked_at IS NULL")
REASON_LENGTH = 1000


class Extension(InEdition, Base):
    """More time for one application, or, before there is one, for the owner of an address, who has a code for it.

    The code is used once, by whoever owns the address; only its SHA-256 is kept. From then on ``used_by`` may begin, and
    what they begin is ``application_id``. A new one takes the place of the one before, which is revoked.
    """

    __tablename__ = "extension"
    __life__ = kept(personal=True)
    __table_args__ = (
        Index("uq_extension_live", "application_id", unique=True, postgresql_where=LIVE, sqlite_where=LIVE),
        Index(
            "uq_extension_address",
            "edition_id",
            "email",
            unique=True,
            postgresql_where=text("revoked_at IS NULL AND email IS NOT NULL"),
            sqlite_where=text("revoked_at IS NULL AND email IS NOT NULL"),
        ),
        CheckConstraint("application_id IS NOT NULL OR email IS NOT NULL", name="for_somebody"),
        CheckConstraint("(email IS NULL) = (code_hash IS NULL)", name="address_has_a_code"),
        CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name="used_by_somebody"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"), index=True)
    email: Mapped[str | None] = mapped_column(String(254))  # lower case
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    given_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    given_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    application: Mapped[Application | None] = relationship()
    giver: Mapped[Person] = relationship(foreign_keys=[given_by])
    user: Mapped[Person | None] = relationship(foreign_keys=[used_by])
