"""Reads about startups and their founders."""

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.startups.models import Founder, Startup


def startup(startup_id: int) -> Startup | None:
    """The startup with this id."""
    return session().get(Startup, startup_id)


def startup_by_slug(slug: str) -> Startup | None:
    """The startup with this address part."""
    return session().scalar(select(Startup).where(Startup.slug == slug))


def startups_of(person: Person) -> list[Startup]:
    """Every startup that the person founded, by name."""
    founded = select(Startup).join(Founder, Founder.startup_id == Startup.id).where(Founder.person_id == person.id)
    return list(session().scalars(founded.order_by(Startup.name, Startup.id)))


def founders(startup: Startup) -> list[Founder]:
    """The founders of a startup, in their order."""
    found = select(Founder).where(Founder.startup_id == startup.id)
    return list(session().scalars(found.order_by(Founder.position, Founder.id)))


def is_founder(person: Person | None, startup_id: int) -> bool:
    """Whether the person founded the startup."""
    if person is None:
        return False
    found = select(Founder.id).where(Founder.startup_id == startup_id, Founder.person_id == person.id)
    return session().scalar(found) is not None


def slugs_like(start: str) -> set[str]:
    """The slugs in use that begin with ``start``."""
    return set(session().scalars(select(Startup.slug).where(Startup.slug.startswith(start, autoescape=True))))
