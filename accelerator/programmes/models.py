"""Programmes, editions, sectors, hosts, and the series of past editions."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import (
    LoaderCriteriaOption,
    Mapped,
    declared_attr,
    mapped_column,
    relationship,
    with_loader_criteria,
)

from accelerator.core import clock, scope
from accelerator.core.db import Base, one_of, session
from accelerator.core.i18n import lazy, pick
from accelerator.core.lives import kept
from accelerator.core.marks import Marked
from accelerator.core.scope import Scope

GRACE = timedelta(minutes=1)
"""How long after its close a call still takes what arrives, because it may have been sent in time; the call says so."""


class ProgrammeKind(StrEnum):
    """What sort of scheme it is."""

    ACCELERATOR = "accelerator"
    INCUBATION = "incubation"
    CHALLENGE = "challenge"


class Mode(StrEnum):
    """Where an edition takes place."""

    ONLINE = "online"
    HYBRID = "hybrid"
    ON_SITE = "on_site"

    @property
    def label(self) -> str:
        """The mode in words."""
        return str(MODE_LABELS[self])


MODE_LABELS = {Mode.ONLINE: lazy("Online"), Mode.HYBRID: lazy("Hybrid"), Mode.ON_SITE: lazy("On site")}


class Programme(Base):
    """A lasting scheme of one or more host organisations."""

    __tablename__ = "programme"
    __life__ = kept(personal=False)
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[dict[str, str]]
    host: Mapped[dict[str, str]]
    kind: Mapped[ProgrammeKind] = mapped_column(one_of(ProgrammeKind), default=ProgrammeKind.ACCELERATOR)
    since: Mapped[int]  # the year of its first edition
    home_country: Mapped[str] = mapped_column(String(2))  # ISO 3166-1; the others are abroad
    created_at: Mapped[datetime]

    @property
    def title(self) -> str:
        """The name in the viewer's language."""
        return pick(self.name)


class Edition(Marked, Base):
    """One dated run of a programme. ``ahead_seconds`` moves the clock of a demonstration edition, 0 everywhere else.

    ``closes_at`` is the close that everybody reads; without one the call is rolling: open until a close is set.
    ``accepts_until`` is when applications are refused, where that is later; nobody outside of the team knows before the
    announced close has passed. ``extended_from`` is the announced close before it was moved last, once the call was open.
    Its mark is that of the lists which its forms offer as choices.
    """

    __tablename__ = "edition"
    __life__ = kept(personal=False)
    __table_args__ = (
        CheckConstraint("closes_at > opens_at", name="call_closes_after_it_opens"),
        CheckConstraint("accepts_until IS NULL OR accepts_until >= closes_at", name="refuses_after_the_close"),
        CheckConstraint("closes_at IS NOT NULL OR accepts_until IS NULL", name="rolling_refuses_nothing"),
        CheckConstraint("closes_at IS NOT NULL OR NOT sealed", name="sealed_has_a_close"),
        CheckConstraint("places > 0", name="places_positive"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[dict[str, str]]
    theme: Mapped[dict[str, str]]
    about: Mapped[dict[str, str]]
    place: Mapped[dict[str, str]]  # how the zone is called here: Kobe
    zone: Mapped[str] = mapped_column(String(60))
    mode: Mapped[Mode] = mapped_column(one_of(Mode), default=Mode.ONLINE)
    places: Mapped[int]
    announced_on: Mapped[date]
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime | None]
    accepts_until: Mapped[datetime | None]
    extended_from: Mapped[datetime | None]
    decisions_on: Mapped[date]
    starts_on: Mapped[date]
    coaching_ends_on: Mapped[date]
    demo_day_on: Mapped[date]
    sealed: Mapped[bool] = mapped_column(default=False)
    two_person_release: Mapped[bool] = mapped_column(default=True)
    demo_moment: Mapped[dict[str, str] | None]  # what a demonstration edition shows; empty for a real one
    ahead_seconds: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    programme: Mapped[Programme] = relationship(lazy="joined", innerjoin=True)

    @property
    def title(self) -> str:
        """The name in the viewer's language."""
        return pick(self.name)

    @property
    def is_demo(self) -> bool:
        """Whether its startups, people and answers are synthetic."""
        return self.demo_moment is not None

    @property
    def scope(self) -> Scope:
        """What choosing this edition means to queries and to the clock."""
        return Scope(self.id, self.zone, pick(self.place), timedelta(seconds=self.ahead_seconds))

    @property
    def call_is_open(self) -> bool:
        """Whether an application that reached us at this instant is taken. Meaningful while the edition is chosen."""
        return self.takes(clock.arrival())

    @property
    def refuses_at(self) -> datetime | None:
        """The close that refuses: the announced one or a later one. None in a rolling call."""
        return self.accepts_until or self.closes_at

    def takes(self, at: datetime) -> bool:
        """Whether an application that reached us ``at`` this instant is taken."""
        return self.opens_at <= at and not self.has_refused(at)

    def has_refused(self, at: datetime) -> bool:
        """Whether what reached us ``at`` this instant came after the close, and after the time that is added to it."""
        return self.refuses_at is not None and at >= self.refuses_at + GRACE

    def came_late(self, at: datetime) -> bool:
        """Whether what is taken at this instant came after the announced close, because the one that refuses is later."""
        return self.closes_at is not None and self.accepts_until is not None and at >= self.closes_at

    def close_has_passed(self, now: datetime) -> bool:
        """Whether the announced close has passed. Never in a rolling call."""
        return self.closes_at is not None and now >= self.closes_at

    def is_over(self, now: datetime) -> bool:
        """Whether the close that refuses has passed: what pages say, which tell of no added time. Never in a rolling call."""
        return self.refuses_at is not None and now >= self.refuses_at

    def public_close(self, now: datetime) -> datetime | None:
        """The close that applicants may know of: the announced one, and after it the one that refuses. None if rolling."""
        return self.refuses_at if self.close_has_passed(now) else self.closes_at

    @property
    def grace(self) -> timedelta:
        """How long after the close an application is still taken."""
        return GRACE

    @property
    def is_sealed(self) -> bool:
        """Whether answers and files open only with a reason at this instant. Meaningful while the edition is chosen."""
        return self.sealed and not self.is_over(clock.now())

    def is_home(self, country: str) -> bool:
        """Whether ``country`` (ISO 3166-1) is the programme's own."""
        return country == self.programme.home_country


class InEdition:
    """Mixin: the row belongs to one edition and is seen only while that edition is chosen."""

    @declared_attr
    def edition_id(cls) -> Mapped[int]:  # noqa: N805 (a class is what SQLAlchemy passes)
        """The edition that the row belongs to."""
        return mapped_column(ForeignKey("edition.id"), index=True)


def _in_edition(key: int) -> LoaderCriteriaOption:
    return with_loader_criteria(InEdition, lambda cls: cls.edition_id == key, include_aliases=True)


scope.guard(InEdition, _in_edition)


def _scope_of(key: int) -> Scope:
    return session().get_one(Edition, key).scope


scope.known_by(_scope_of)


class Sector(InEdition, Base):
    """A sector of the edition's own list. ``key`` is stable; order is alphabetical by English name."""

    __tablename__ = "sector"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    name: Mapped[dict[str, str]]

    @property
    def title(self) -> str:
        """The name in the viewer's language."""
        return pick(self.name)


class Host(InEdition, Base):
    """An organisation that carries the edition: host, co-host, sponsor or partner, with its role in words.

    Nobody reads for an organisation that applicants were not asked about, so ``reads_applications`` needs ``shares_data``.
    """

    __tablename__ = "host"
    __life__ = kept(personal=False)
    __table_args__ = (CheckConstraint("shares_data OR NOT reads_applications", name="reads_what_is_shared"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[dict[str, str]]
    part: Mapped[dict[str, str]]
    position: Mapped[int]
    shares_data: Mapped[bool] = mapped_column(default=False)  # applicants consent to it by name
    reads_applications: Mapped[bool] = mapped_column(default=False)  # its partners have pages of them here

    @property
    def title(self) -> str:
        """The name in the viewer's language."""
        return pick(self.name)


class HostMember(InEdition, Base):
    """Which organisation a partner of the edition comes from: at most one."""

    __tablename__ = "host_member"
    __life__ = kept(personal=True)
    __table_args__ = (UniqueConstraint("edition_id", "person_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("host.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)


class Figure(InEdition, Base):
    """A reported figure that the rows here can't be counted for: past years, funds, relocations. Never added up.

    ``lower_bound`` marks "more than"; ``kind`` tells apart what must not be summed (relocations, collaborations).
    """

    __tablename__ = "figure"
    __life__ = kept(personal=False)
    __table_args__ = (UniqueConstraint("edition_id", "code", "year"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60))
    year: Mapped[int | None]
    label: Mapped[dict[str, str]]
    value: Mapped[int] = mapped_column(BigInteger)  # yen of a whole programme pass 2**31
    unit: Mapped[str] = mapped_column(String(20))  # count or an ISO 4217 code
    lower_bound: Mapped[bool] = mapped_column(default=False)
    as_of: Mapped[date | None]
    source: Mapped[dict[str, str]]
    note: Mapped[str | None] = mapped_column(Text)
    extra: Mapped[dict[str, Any] | None]


class Counter(Base):
    """The last number of a kind that was given in an edition: A for applications, S for sessions."""

    __tablename__ = "counter"
    __life__ = kept(personal=False)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(4), primary_key=True)
    last: Mapped[int]
