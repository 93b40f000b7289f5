"""Reads about programmes and editions."""

from collections.abc import Iterator

from sqlalchemy import func, select

from accelerator.core import scope
from accelerator.core.db import session
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
