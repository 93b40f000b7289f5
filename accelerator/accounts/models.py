"""People, roles, sign-ins and single-use links."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.accounts.names import Name
from accelerator.core.db import Base, one_of
from accelerator.core.i18n import lazy
from accelerator.core.lives import gone, kept, removed

CONFIRMED = text("confirmed_at IS NOT NULL")


class Role(StrEnum):
    """What a person may be in one edition; one person may hold several."""

    ADMIN = "admin"
    STAFF = "staff"
    REVIEWER = "reviewer"
    MENTOR = "mentor"
    FOUNDER = "founder"
    INVESTOR = "investor"
    PARTNER = "partner"

    @property
    def label(self) -> str:
        """The role's name for people."""
        return str(ROLE_LABELS[self])


ROLE_LABELS = {
    Role.ADMIN: lazy("Programme admin"),
    Role.STAFF: lazy("Programme team"),
    Role.REVIEWER: lazy("Reviewer"),
    Role.MENTOR: lazy("Mentor"),
    Role.FOUNDER: lazy("Founder"),
    Role.INVESTOR: lazy("Investor"),
    Role.PARTNER: lazy("Partner"),
}


class LinkPurpose(StrEnum):
    """What a single-use link does; a link for one purpose is worth nothing for another.

    ``JOIN`` leads to a page that asks something of the address's owner (``next_path``) and makes their account first if
    they have none. ``ADDRESS`` adds the address to the account of whoever asked for it.
    """

    CONFIRM = "confirm"
    SIGN_IN = "sign_in"
    PASSWORD = "password"  # noqa: S105 (the name of a purpose)
    INVITATION = "invitation"
    JOIN = "join"
    ADDRESS = "address"


class Person(Base):
    """Somebody with an address. ``password_hash`` (Argon2id) is empty for whoever signs in by link only."""

    __tablename__ = "person"
    __life__ = kept(personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    given_name: Mapped[str] = mapped_column(String(80))
    family_name: Mapped[str] = mapped_column(String(80))
    native_name: Mapped[str | None] = mapped_column(String(120))  # as written at home: 森田 葵
    family_first: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str] = mapped_column(String(5), default="en")
    zone: Mapped[str] = mapped_column(String(60), default="UTC")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    is_site_admin: Mapped[bool] = mapped_column(default=False)
    synthetic: Mapped[bool] = mapped_column(default=False)

    @property
    def name(self) -> str:
        """The name as the person wishes it in Latin letters: MORITA Aoi, or Kadri Lepik."""
        return Name(self.given_name, self.family_name, self.family_first).latin

    def name_in(self, language: str) -> str:
        """The name for a reader of ``language``."""
        return Name(self.given_name, self.family_name, self.family_first, self.native_name).in_language(language)

    @property
    def initials(self) -> str:
        """Two letters for the round picture."""
        first, second = (
            (self.family_name, self.given_name) if self.family_first else (self.given_name, self.family_name)
        )
        return (first[:1] + second[:1]).upper() or "?"


class PersonAddress(Base):
    """A further address of a person, beside ``Person.email``; it counts from ``confirmed_at`` on.

    Several people may have asked for an address, one may have confirmed it.
    """

    __tablename__ = "person_address"
    __life__ = removed(30, "created_at", where=lambda address: address.confirmed_at.is_(None), personal=True)
    __table_args__ = (
        UniqueConstraint("person_id", "email"),
        Index("uq_person_address_confirmed", "email", unique=True, postgresql_where=CONFIRMED, sqlite_where=CONFIRMED),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(String(254))  # lower case
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class FormerAddress(Base):
    """A confirmed address that a person removed: it does nothing for them, and what it barred them from stays barred."""

    __tablename__ = "former_address"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("person_id", "email"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    email: Mapped[str] = mapped_column(String(254))  # lower case
    removed_at: Mapped[datetime]


class Membership(Base):
    """One role of one person in one edition. It ends with ``ended_at``; ended ones give no rights."""

    __tablename__ = "membership"
    __life__ = kept(personal=True)
    __table_args__ = (
        UniqueConstraint("person_id", "edition_id", "role"),
        Index("ix_membership_edition", "edition_id", "role"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"))
    role: Mapped[Role] = mapped_column(one_of(Role))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class SignIn(Base):
    """A signed-in browser. Its token is kept as SHA-256 only; ``ended_at`` ends it everywhere at once."""

    __tablename__ = "sign_in"
    __life__ = removed(90, "ended_at", "expires_at", personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    agent: Mapped[str] = mapped_column(String(200))
    network: Mapped[str] = mapped_column(String(60))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    person: Mapped[Person] = relationship()


class Link(Base):
    """A single-use link sent by mail, bound to a purpose and an address; only the SHA-256 of its token is kept.

    ``used_at`` is also set when a newer link of the same purpose replaces it, and with ``withdrawn_at`` when it is taken
    back. ``sent_by`` is who sent an invitation, or asked for a further address.
    """

    __tablename__ = "link"
    __life__ = removed(90, "used_at", "expires_at", personal=True)
    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(one_of(LinkPurpose))
    email: Mapped[str] = mapped_column(String(254), index=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"))
    role: Mapped[Role | None] = mapped_column(one_of(Role))
    next_path: Mapped[str | None] = mapped_column(String(300))
    about: Mapped[dict[str, str] | None]  # what an invitation is to, in both languages: the edition's name
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[datetime | None]


class Attempt(Base):
    """A try to sign in or to have a link sent, for the rate limit. ``place`` is a network of /24 or /56."""

    __tablename__ = "attempt"
    __life__ = kept(
        # A right one is remembered for longer, since it tells which networks a person signs in from.
        gone(1, "at", where=lambda attempt: attempt.succeeded.is_(False)),
        gone(90, "at"),
        personal=True,
    )
    __table_args__ = (Index("ix_attempt_email", "email", "at"), Index("ix_attempt_place", "place", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    email: Mapped[str] = mapped_column(String(254))
    place: Mapped[str] = mapped_column(String(60))
    at: Mapped[datetime]
    succeeded: Mapped[bool]
