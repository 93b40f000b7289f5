"""Startups and their founders."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base


class Startup(Base):
    """A firm or team. Country is ISO 3166-1, prefecture ISO 3166-2 (JP only), of the head office."""

    __tablename__ = "startup"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    native_name: Mapped[str | None] = mapped_column(String(120))
    one_line: Mapped[str] = mapped_column(String(140), default="")
    one_line_ja: Mapped[str | None] = mapped_column(String(140))
    country: Mapped[str | None] = mapped_column(String(2))
    prefecture: Mapped[str | None] = mapped_column(String(6))
    city: Mapped[str] = mapped_column(String(80), default="")
    website: Mapped[str | None] = mapped_column(String(300))
    founded: Mapped[int | None]
    synthetic: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    founders: Mapped[list["Founder"]] = relationship(order_by="Founder.position", viewonly=True)

    @property
    def initials(self) -> str:
        """Two letters for the square picture."""
        words = self.name.split()
        return (words[0][:1] + (words[1][:1] if len(words) > 1 else words[0][1:2])).upper()


class Founder(Base):
    """A person behind a startup. ``person_id`` is set once the person has an account here."""

    __tablename__ = "founder"
    __table_args__ = (
        UniqueConstraint("startup_id", "person_id"),
        CheckConstraint("equity_percent BETWEEN 0 AND 100", name="equity_is_a_share"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    startup_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(80), default="")
    email: Mapped[str | None] = mapped_column(String(254), index=True)  # lower case
    equity_percent: Mapped[int | None]
    full_time: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=1)
    startup: Mapped[Startup] = relationship(viewonly=True)
    person: Mapped[Person | None] = relationship()
