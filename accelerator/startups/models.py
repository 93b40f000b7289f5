"""Startups and their founders."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base
from accelerator.core.lives import kept

LEADS = text("is_lead")


class Startup(Base):
    """A firm or team. Country is ISO 3166-1, prefecture ISO 3166-2 (JP only), of the head office."""

    __tablename__ = "startup"
    __life__ = kept(personal=False)
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
    founders: Mapped[list["Founder"]] = relationship(
        primaryjoin="and_(Startup.id == Founder.startup_id, Founder.left_at.is_(None), Founder.declined_at.is_(None))",
        order_by="Founder.position",
        viewonly=True,
    )  # named or confirmed; who has access is another question

    @property
    def initials(self) -> str:
        """Two letters for the square picture."""
        words = self.name.split()
        return (words[0][:1] + (words[1][:1] if len(words) > 1 else words[0][1:2])).upper()


class Founder(Base):
    """A person behind a startup: named, then invited to confirm it, then with access until they leave or are removed.

    ``person_id`` is set by the confirmation. ``left_at`` is also set where an invitation was withdrawn. Rows are kept, so
    that an application that names somebody again neither invites them again nor lets them in again.
    """

    __tablename__ = "founder"
    __life__ = kept(personal=True)
    __table_args__ = (
        UniqueConstraint("startup_id", "person_id"),
        Index("uq_founder_lead", "startup_id", unique=True, postgresql_where=LEADS, sqlite_where=LEADS),
        CheckConstraint("equity_percent BETWEEN 0 AND 100", name="equity_is_a_share"),
        CheckConstraint("confirmed_at IS NULL OR person_id IS NOT NULL", name="confirmed_is_a_person"),
        CheckConstraint("NOT is_lead OR (confirmed_at IS NOT NULL AND left_at IS NULL)", name="lead_has_access"),
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
    is_lead: Mapped[bool] = mapped_column(default=False)  # one a startup: invites, removes, hands over
    added_by_hand: Mapped[bool] = mapped_column(default=False)  # on the team page and not by an application
    invited_at: Mapped[datetime | None]
    invited_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    link_id: Mapped[int | None] = mapped_column(ForeignKey("link.id"))  # the last invitation
    confirmed_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]  # "that's not me"
    left_at: Mapped[datetime | None]
    access_ended_at: Mapped[datetime | None]  # roles that ended at this instant come back with the access
    startup: Mapped[Startup] = relationship(viewonly=True)
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    inviter: Mapped[Person | None] = relationship(foreign_keys=[invited_by], viewonly=True)

    @property
    def has_access(self) -> bool:
        """Whether they confirmed it and have not left: the twin of :func:`startups.queries.has_access`."""
        return self.confirmed_at is not None and self.left_at is None

    @property
    def is_invited(self) -> bool:
        """Whether they are asked to confirm it and have not answered."""
        answered = (self.confirmed_at, self.declined_at, self.left_at)
        return self.invited_at is not None and all(instant is None for instant in answered)


class StartupAlias(Base):
    """An address part that a startup had before it was joined with another record; it leads to the one that stayed."""

    __tablename__ = "startup_alias"
    __life__ = kept(personal=False)
    slug: Mapped[str] = mapped_column(String(80), primary_key=True)
    startup_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), index=True)


class DistinctStartups(Base):
    """Two records that look like one firm and are not, as the team has found. ``first_id`` is the lower one."""

    __tablename__ = "distinct_startups"
    __life__ = kept(personal=True)
    __table_args__ = (CheckConstraint("first_id < second_id", name="in_order"),)
    first_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), primary_key=True)
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
