"""Startups and their founders."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.models import Person
from accelerator.core.db import Base, one_of
from accelerator.core.lives import kept, removed

LEADS = text("is_lead")


class Startup(Base):
    """A firm or team. Country is ISO 3166-1, prefecture ISO 3166-2 (JP only), of the head office.

    A record that was merged into another one stays as it was, so that it can come back; nothing refers to it any more.
    """

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
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("startup.id"), index=True)
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
    """An address part that a startup had before it was merged with another record; it leads to the one that stayed."""

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
    reason: Mapped[str] = mapped_column(Text, default="")
    decider: Mapped[Person] = relationship(viewonly=True)


class KeyKind(StrEnum):
    """What two records of one firm may have in common."""

    NUMBER = "number"
    HOST = "host"
    FOUNDER = "founder"
    NAME = "name"
    MAIL = "mail"


class StartupKey(Base):
    """What a record is found by as the same firm; kept by operations/keys.py. A founder is an address or ``#<person id>``."""

    __tablename__ = "startup_key"
    __life__ = kept(personal=True)
    kind: Mapped[KeyKind] = mapped_column(one_of(KeyKind), primary_key=True)
    value: Mapped[str] = mapped_column(String(254), primary_key=True)
    startup_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), primary_key=True, index=True)


class StartupMerge(Base):
    """Two records that were made one. ``set_aside`` has the values that are not shown since, by field.

    ``standing`` names what referred to the record right after it, one digest for each kind: it can be undone while that
    is still so.
    """

    __tablename__ = "startup_merge"
    __life__ = kept(personal=True)
    __table_args__ = (
        CheckConstraint("kept_id <> gone_id", name="two_records"),
        CheckConstraint("(undone_at IS NULL) = (undone_by IS NULL)", name="undone_by_somebody"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), index=True)
    gone_id: Mapped[int] = mapped_column(ForeignKey("startup.id"), index=True)
    merged_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    merged_at: Mapped[datetime]
    set_aside: Mapped[dict[str, Any]]
    standing: Mapped[dict[str, Any]]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    kept_startup: Mapped[Startup] = relationship(foreign_keys=[kept_id], viewonly=True)
    gone_startup: Mapped[Startup] = relationship(foreign_keys=[gone_id], viewonly=True)
    merger: Mapped[Person] = relationship(foreign_keys=[merged_by], viewonly=True)


class StartupMergeRow(Base):
    """A row that a merge changed: which, and its columns before and after. ``before`` is empty where it was added."""

    __tablename__ = "startup_merge_row"
    __life__ = removed(2, "merged_at", personal=True)  # a merge can be undone for a day
    id: Mapped[int] = mapped_column(primary_key=True)
    merge_id: Mapped[int] = mapped_column(ForeignKey("startup_merge.id"), index=True)
    merged_at: Mapped[datetime]
    table_name: Mapped[str] = mapped_column(String(60))
    row_key: Mapped[dict[str, Any]]  # its primary key, after the merge
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any]]
