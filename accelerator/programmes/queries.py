"""Reads about programmes and editions."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core import scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.pagination import Key, Page, page
from accelerator.programmes.models import Edition, Figure, Host, Programme, Sector


def edition_by_slug(slug: str) -> Edition | None:
    """The edition with this slug, its programme loaded."""
    return session().scalar(select(Edition).where(Edition.slug == slug))


def edition(edition_id: int) -> Edition | None:
    """The edition with this id."""
    return session().get(Edition, edition_id)


def editions() -> list[Edition]:
    """All editions, newest call first. Editions are no secret; what is in them is."""
    return list(session().scalars(select(Edition).order_by(Edition.opens_at.desc(), Edition.id)))


def each_edition() -> Iterator[Edition]:
    """Every edition in turn, chosen while the caller works on it: for jobs that go over all."""
    for found in editions():
        with scope.choose(found.scope):
            yield found


def sectors(edition: Edition) -> list[Sector]:
    """The sectors of an edition, alphabetical by English name."""
    found = session().scalars(select(Sector).where(Sector.edition_id == edition.id))
    return sorted(found, key=lambda sector: sector.name["en"])


def hosts(edition: Edition) -> list[Host]:
    """Who carries the edition, in their order."""
    return list(session().scalars(select(Host).where(Host.edition_id == edition.id).order_by(Host.position)))


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
    programme_id: int, opens_at: datetime, closes_at: datetime, *, but: int | None = None
) -> Edition | None:
    """Another edition of the programme whose call is open at any instant from ``opens_at`` to ``closes_at``."""
    other = select(Edition).where(
        Edition.programme_id == programme_id, Edition.opens_at < closes_at, Edition.closes_at > opens_at,
        Edition.id != (but or 0),
    )  # fmt: skip
    return session().scalar(other.order_by(Edition.opens_at).limit(1))


def newest_edition(programme: Programme) -> Edition | None:
    """The programme's edition whose call opens last."""
    found = select(Edition).where(Edition.programme_id == programme.id)
    return session().scalar(found.order_by(Edition.opens_at.desc(), Edition.id.desc()).limit(1))


def audit_trail(edition: Edition, mark: str | None) -> Page[Any]:
    """What was done in an edition, newest first: at, action, subject, changes, reason and who, page by page."""
    listed: Any = (
        select(
            AuditEntry.at, AuditEntry.action, AuditEntry.subject_type, AuditEntry.subject_id, AuditEntry.changes,
            AuditEntry.reason, AuditEntry.actor_id, Person.given_name, Person.family_name, Person.native_name,
            Person.family_first,
        )
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.scope_key == edition.id)
    )  # fmt: skip
    return page(listed, [Key(AuditEntry.id, descending=True)], mark=mark)
