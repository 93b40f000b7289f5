"""Reads about decisions, offers and the cohort."""

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.programmes.models import Edition
from accelerator.selection.models import CohortEntry
from accelerator.startups.models import Founder, Startup


def cohort(edition: Edition) -> list[CohortEntry]:
    """The startups of the edition's cohort, by name."""
    found = select(CohortEntry).join(CohortEntry.startup).where(CohortEntry.edition_id == edition.id)
    return list(session().scalars(found.order_by(Startup.name, Startup.id)))


def startup_of(person: Person | None, edition: Edition) -> Startup | None:
    """The startup of the cohort that the person founded, None for everybody else."""
    if person is None:
        return None
    return session().scalar(
        select(Startup)
        .join(CohortEntry, CohortEntry.startup_id == Startup.id)
        .join(Founder, Founder.startup_id == Startup.id)
        .where(CohortEntry.edition_id == edition.id, Founder.person_id == person.id)
        .order_by(Startup.id)
        .limit(1)
    )


def is_in_cohort(startup: Startup, edition: Edition) -> bool:
    """Whether the startup is in the edition's cohort."""
    found = select(CohortEntry.id).where(CohortEntry.edition_id == edition.id, CohortEntry.startup_id == startup.id)
    return session().scalar(found) is not None
