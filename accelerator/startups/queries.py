"""Reads about startups and their founders. Who has access to a startup is asked here and nowhere else."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, or_, select
from sqlalchemy.orm import joinedload

from accelerator.accounts import queries as accounts
from accelerator.accounts.models import Link, LinkPurpose, Person
from accelerator.core.db import is_writing, session
from accelerator.startups.models import DistinctStartups, Founder, Startup, StartupAlias


def startup(startup_id: int) -> Startup | None:
    """The startup with this id."""
    return session().get(Startup, startup_id)


def startup_by_slug(slug: str) -> Startup | None:
    """The startup with this address part, also with one that it had before it was merged with another record."""
    return session().scalar(select(Startup).where(named_by(slug)))


def named_by(slug: str) -> ColumnElement[bool]:
    """The condition on :class:`Startup` that an address part names it, now or formerly.

    A record that was merged into another one keeps its address part, which names the other one meanwhile.
    """
    formerly = select(StartupAlias.startup_id).where(StartupAlias.slug == slug)
    return and_(Startup.merged_into_id.is_(None), or_(Startup.slug == slug, Startup.id.in_(formerly)))


def has_access() -> ColumnElement[bool]:
    """The condition on :class:`Founder` that the person has access: confirmed, and has not left."""
    return and_(Founder.confirmed_at.is_not(None), Founder.left_at.is_(None))


def founded_by(person_id: Any) -> Select[int]:
    """The ids of the startups that a person has access to as a founder; ``person_id`` may be a column."""
    return select(Founder.startup_id).where(Founder.person_id == person_id, has_access())


def startups_of(person: Person) -> list[Startup]:
    """Every startup that the person has access to, by name."""
    founded = select(Startup).where(Startup.id.in_(founded_by(person.id)))
    return list(session().scalars(founded.order_by(Startup.name, Startup.id)))


def founders(startup: Startup) -> list[Founder]:
    """Everybody who is or was a founder or was named as one, in their order, with their accounts."""
    rows = select(Founder).options(joinedload(Founder.person)).where(Founder.startup_id == startup.id)
    return list(session().scalars(rows.order_by(Founder.position, Founder.id)))


def people(startup_id: int) -> list[Person]:
    """The people who have access to a startup, the lead first."""
    rows = (
        select(Person)
        .join(Founder, Founder.person_id == Person.id)
        .where(Founder.startup_id == startup_id, has_access())
    )
    return list(session().scalars(rows.order_by(Founder.is_lead.desc(), Founder.position, Founder.id)))


def people_of(startup_ids: Collection[int]) -> dict[int, list[Person]]:
    """The same by startup, in one statement."""
    by_startup: dict[int, list[Person]] = {startup_id: [] for startup_id in startup_ids}
    rows = (
        select(Founder.startup_id, Person)
        .join(Person, Founder.person_id == Person.id)
        .where(Founder.startup_id.in_(startup_ids), has_access())
        .order_by(Founder.startup_id, Founder.is_lead.desc(), Founder.position, Founder.id)
    )
    for startup_id, person in session().execute(rows):
        by_startup[startup_id].append(person)
    return by_startup


def founder_ids(startup_id: int) -> frozenset[int]:
    """The ids of the people who have access to a startup.

    Rules, pages and the navigation of one page all ask, so a session that only reads remembers the answer.
    """
    known: dict[int, frozenset[int]] = {} if is_writing() else session().info.setdefault("founder_ids", {})
    if startup_id not in known:
        rows = select(Founder.person_id).where(Founder.startup_id == startup_id, has_access())
        known[startup_id] = frozenset(person_id for person_id in session().scalars(rows) if person_id is not None)
    return known[startup_id]


def is_founder(person: Person | None, startup_id: int) -> bool:
    """Whether the person has access to the startup as a founder: the one question that every rule asks."""
    return person is not None and person.id in founder_ids(startup_id)


def lead(startup_id: int) -> Founder | None:
    """The founder who leads."""
    return session().scalar(select(Founder).where(Founder.startup_id == startup_id, Founder.is_lead))


def founder(startup: Startup, founder_id: int) -> Founder | None:
    """One founder of this startup, whatever became of them."""
    return session().scalar(select(Founder).where(Founder.id == founder_id, Founder.startup_id == startup.id))


def founder_of(person: Person, startup: Startup) -> Founder | None:
    """The person's own row at the startup, by account or by any of their addresses; that of the account first."""
    own = select(Founder).where(
        Founder.startup_id == startup.id,
        or_(Founder.person_id == person.id, Founder.email.in_(accounts.addresses(person))),
    )
    return session().scalar(own.order_by(Founder.person_id.is_(None), Founder.id).limit(1))


def asks(person: Person) -> ColumnElement[bool]:
    """Whether a row asks the person, by any of their addresses, to confirm that they are a founder."""
    return names(person.id) if person.confirmed_at is not None else false()


def names(person_id: Any) -> ColumnElement[bool]:
    """The same of somebody who has confirmed their address, who may be a parameter of a statement that is kept."""
    first, further = accounts.addresses_of(person_id)
    return and_(
        or_(Founder.email.in_(first), Founder.email.in_(further)),
        Founder.invited_at.is_not(None),
        Founder.confirmed_at.is_(None),
        Founder.declined_at.is_(None),
        Founder.left_at.is_(None),
    )


def invitations(person: Person) -> list[Founder]:
    """What the person is asked to confirm, by any of their addresses; the oldest first."""
    rows = select(Founder).options(joinedload(Founder.startup), joinedload(Founder.inviter)).where(asks(person))
    return list(session().scalars(rows.order_by(Founder.invited_at, Founder.id)))


def invited_by_link(token: str) -> Founder | None:
    """The founder whom a mailed link invites, while they have not answered."""
    link = accounts.link(token)
    if link is None or link.purpose is not LinkPurpose.JOIN:
        return None
    row = session().scalar(select(Founder).where(Founder.link_id == link.id))
    return row if row is not None and row.is_invited else None


def link_of(founder: Founder) -> Link | None:
    """The link of a founder's last invitation."""
    return session().get(Link, founder.link_id) if founder.link_id else None


def slugs_like(start: str) -> set[str]:
    """The slugs in use, or used before, that begin with ``start``."""
    now = select(Startup.slug).where(Startup.slug.startswith(start, autoescape=True))
    formerly = select(StartupAlias.slug).where(StartupAlias.slug.startswith(start, autoescape=True))
    return {*session().scalars(now), *session().scalars(formerly)}


def are_distinct(one_id: int, other_id: int) -> bool:
    """Whether the team has said that two records are not the same firm."""
    return session().get(DistinctStartups, (min(one_id, other_id), max(one_id, other_id))) is not None


def distinct_from(startup_id: int) -> set[int]:
    """The ids of the records of which the team has said that they are another firm than this one."""
    notes = select(DistinctStartups).where(
        or_(DistinctStartups.first_id == startup_id, DistinctStartups.second_id == startup_id)
    )
    return {row.second_id if row.first_id == startup_id else row.first_id for row in session().scalars(notes)}
