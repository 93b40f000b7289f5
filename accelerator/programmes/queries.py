"""Reads about programmes and editions."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, bindparam, case, cast, func, inspect, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from accelerator.accounts.models import Attempt, Link, LinkPurpose, Membership, Person, SignIn
from accelerator.core import i18n, scope
from accelerator.core.audit import AuditDetail, AuditEntry
from accelerator.core.db import Base, session
from accelerator.core.pagination import Key, Page, page
from accelerator.core.prepared import Prepared
from accelerator.core.times import day_in
from accelerator.notifications.models import Message, MessageState
from accelerator.programmes.models import Edition, Figure, Host, HostMember, Programme, Sector


def edition_by_slug(slug: str) -> Edition | None:
    """The edition with this slug, its programme loaded."""
    edition: Edition | None = _BY_SLUG.entities(slug=slug).scalar()
    return edition


_BY_SLUG = Prepared(lambda: select(Edition).where(Edition.slug == bindparam("slug")))  # every page begins with it


def edition(edition_id: int) -> Edition | None:
    """The edition with this id."""
    return session().get(Edition, edition_id)


def editions() -> list[Edition]:
    """All editions, newest call first. Editions are no secret; what is in them is."""
    return list(session().scalars(select(Edition).order_by(Edition.opens_at.desc(), Edition.id)))


def newest_of(edition_ids: Collection[int], most: int) -> list[Edition]:
    """Those of the editions whose call opened last, at most ``most``."""
    chosen = select(Edition).where(Edition.id.in_(edition_ids)).order_by(Edition.opens_at.desc(), Edition.id)
    return list(session().scalars(chosen.limit(most)))


def each_edition() -> Iterator[Edition]:
    """Every edition in turn, chosen while the caller works on it: for jobs that go over all."""
    for edition in editions():
        with scope.choose(edition.scope):
            yield edition


def sectors(edition: Edition) -> list[Sector]:
    """The sectors of an edition, alphabetical by English name."""
    rows = session().scalars(select(Sector).where(Sector.edition_id == edition.id))
    return sorted(rows, key=lambda sector: sector.name["en"])


def hosts(edition: Edition) -> list[Host]:
    """Who carries the edition, in their order."""
    return list(session().scalars(select(Host).where(Host.edition_id == edition.id).order_by(Host.position)))


def host_of(edition_id: int, person: Person) -> Host | None:
    """The organisation that a partner of the edition comes from."""
    statement = select(Host).join(HostMember, HostMember.host_id == Host.id)
    return session().scalar(statement.where(HostMember.edition_id == edition_id, HostMember.person_id == person.id))


def host_members(edition: Edition) -> dict[int, int]:
    """``{person id: host id}`` of the partners whose organisation is known."""
    statement = select(HostMember.person_id, HostMember.host_id).where(HostMember.edition_id == edition.id)
    return dict(session().execute(statement).all())


def figures(edition: Edition) -> list[Figure]:
    """Reported figures of an edition, by code and year."""
    return list(
        session().scalars(select(Figure).where(Figure.edition_id == edition.id).order_by(Figure.code, Figure.year))
    )


def programme_count() -> int:
    """How many programmes this installation runs."""
    return session().scalar(select(func.count(Programme.id))) or 0


def programmes() -> list[Programme]:
    """All programmes, by slug."""
    return list(session().scalars(select(Programme).order_by(Programme.slug)))


def programme_by_slug(slug: str) -> Programme | None:
    """The programme with this slug."""
    return session().scalar(select(Programme).where(Programme.slug == slug))


def overlapping(
    programme_id: int, opens_at: datetime, refuses_at: datetime | None, *, but: int | None = None
) -> Edition | None:
    """Another edition of the programme whose call takes applications at any instant from ``opens_at`` to ``refuses_at``.

    Without an end a call is rolling, and meets every later one.
    """
    ends = func.coalesce(Edition.accepts_until, Edition.closes_at)
    other = select(Edition).where(
        Edition.programme_id == programme_id,
        or_(ends.is_(None), ends > opens_at),
        Edition.id != (but or 0),
    )
    if refuses_at is not None:
        other = other.where(Edition.opens_at < refuses_at)
    return session().scalar(other.order_by(Edition.opens_at).limit(1))


def next_call(edition: Edition, now: datetime) -> Edition | None:
    """The programme's call that opens next after ``now``, once it is announced; None if there is none."""
    today = day_in(edition.zone, now)
    coming = select(Edition).where(
        Edition.programme_id == edition.programme_id, Edition.opens_at > now, Edition.announced_on <= today
    )
    return session().scalar(coming.order_by(Edition.opens_at).limit(1))


def newest_edition(programme: Programme) -> Edition | None:
    """The programme's edition whose call opens last."""
    statement = select(Edition).where(Edition.programme_id == programme.id)
    return session().scalar(statement.order_by(Edition.opens_at.desc(), Edition.id.desc()).limit(1))


def sector(edition: Edition, sector_id: int) -> Sector | None:
    """One sector of the edition."""
    return session().scalar(select(Sector).where(Sector.id == sector_id, Sector.edition_id == edition.id))


def sector_uses(edition: Edition) -> dict[int, int]:
    """How many rows point at each sector of the edition, by its id; those nothing points at are left out.

    Later stages point at sectors by foreign keys, and the mapper knows them all, so nobody has to be asked by name.
    """
    table = inspect(Sector).local_table
    uses: Counter[int] = Counter()
    for mapper in Base.registry.mappers:
        for column in mapper.column_attrs:
            if any(key.column.table is table for key in getattr(column.expression, "foreign_keys", ())):
                pointer = getattr(mapper.class_, column.key)
                counted = select(pointer, func.count(pointer)).join(Sector, Sector.id == pointer)
                uses.update(
                    dict(session().execute(counted.where(Sector.edition_id == edition.id).group_by(pointer)).all())
                )
    return dict(uses)


class AccountEvent(NamedTuple):
    """Something that happened to an account: who did it to whom. ``address`` is of a link or of a try without account."""

    at: datetime
    action: str
    changes: dict[str, Any]
    beside: dict[str, Any] | None
    actor: Person | None
    person: Person | None
    address: str | None
    edition: dict[str, str] | None

    @property
    def network(self) -> str:
        """The network that it came from, as long as that is kept."""
        return str((self.beside or {}).get("network", ""))


def account_events(actions: Collection[str], *, search: str = "", mark: str | None = None) -> Page[AccountEvent]:
    """What happened to accounts in all editions, the newest first, 50 at a time; ``search`` is part of a name or address."""
    actor, subject = aliased(Person), aliased(Person)
    is_of = {row: AuditEntry.subject_type == row.__tablename__ for row in (Person, Membership, SignIn, Link, Attempt)}
    person_id = func.coalesce(
        Membership.person_id, SignIn.person_id, case((is_of[Person], AuditEntry.subject_id), else_=None)
    )
    address = func.coalesce(Link.email, Attempt.email)
    statement: Any = select(
        AuditEntry.at,
        AuditEntry.action,
        AuditEntry.changes,
        AuditDetail.changes,
        actor,
        subject,
        address.label("address"),
        Edition.name,
    ).select_from(AuditEntry)
    statement = statement.outerjoin(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
    statement = statement.outerjoin(actor, actor.id == AuditEntry.actor_id)
    for row in (Membership, SignIn, Link, Attempt):
        statement = statement.outerjoin(row, is_of[row] & (row.id == AuditEntry.subject_id))
    statement = statement.outerjoin(subject, subject.id == person_id).outerjoin(
        Edition, Edition.id == AuditEntry.scope_key
    )
    statement = statement.where(AuditEntry.action.in_(actions))
    if search:
        names = [name for who in (actor, subject) for name in (who.given_name, who.family_name, who.email)]
        statement = statement.where(or_(*(text.icontains(search, autoescape=True) for text in (*names, address))))
    listed = page(statement, [Key(AuditEntry.id, descending=True)], mark=mark)
    return Page([AccountEvent(*row[:8]) for row in listed.rows], listed.before, listed.after)


class Invitation(NamedTuple):
    """An invitation that nobody has answered: the link, who sent it, and how far its mail has come."""

    link: Link
    sender: Person | None
    mail: MessageState | None


def _mail_of(link_id: ColumnElement[int] | InstrumentedAttribute[int]) -> ColumnElement[str]:
    return literal("link:") + cast(link_id, String)


def invitations(edition: Edition) -> list[Invitation]:
    """Unanswered invitations to an edition, newest first; also those that are too old by now."""
    statement = (
        select(Link, Person, Message.state)
        .outerjoin(Person, Person.id == Link.sent_by)
        .outerjoin(Message, Message.key == _mail_of(Link.id))
        .where(Link.edition_id == edition.id, Link.purpose == LinkPurpose.INVITATION, Link.used_at.is_(None))
        .order_by(Link.id.desc())
    )
    return [Invitation(*row) for row in session().execute(statement)]


def language_of_invitation(link: Link) -> str:
    """The language of the mail that brought a link; the viewer's where the mail is gone."""
    return session().scalar(select(Message.language).where(Message.key == f"link:{link.id}")) or i18n.language()
