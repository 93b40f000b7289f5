"""Reads about conflicts of interest: they bar reading, lists, sums and charts alike."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.intake.models import Application, ApplicationState, Conflict, ConflictKind
from accelerator.programmes.models import Edition
from accelerator.scoring.models import JUDGED
from accelerator.startups.models import Startup


def names(edition: Edition, search: str = "") -> list[tuple[str, str, str | None]]:
    """``(startup slug, name, country)`` of all that applied, by name.

    The list carries no reference and no order of arrival: in a blind round nobody can tell which is which.
    """
    statement = (
        select(Startup.slug, Application.name, Application.country)
        .join(Startup, Startup.id == Application.startup_id)
        .where(
            Application.edition_id == edition.id,
            Application.state.notin_([ApplicationState.DRAFT, ApplicationState.WITHDRAWN]),
        )
        .order_by(Application.name, Application.id)
    )
    if search:
        statement = statement.where(Application.name.icontains(search, autoescape=True))
    return list(session().execute(statement))


def applications_by_slug(edition: Edition, slugs: Collection[str]) -> list[Application]:
    """The applications of these startups, drafts and withdrawn ones excepted."""
    statement = (
        select(Application)
        .join(Startup, Startup.id == Application.startup_id)
        .where(
            Application.edition_id == edition.id,
            Application.state.notin_([ApplicationState.DRAFT, ApplicationState.WITHDRAWN]),
            Startup.slug.in_(slugs),
        )
        .order_by(Application.id)
    )
    return list(session().scalars(statement))


def is_on_record(application: Application, person: Person) -> bool:
    """Whether a conflict of the person with the application was declared already."""
    known = select(Conflict.id).where(
        Conflict.edition_id == application.edition_id,
        Conflict.application_id == application.id,
        Conflict.person_id == person.id,
    )
    return session().scalar(known) is not None


def judged_application(edition: Edition, reference: str) -> Application | None:
    """An application that is being judged or was."""
    return session().scalar(
        select(Application).where(
            Application.edition_id == edition.id, Application.reference == reference, Application.state.in_(JUDGED)
        )
    )


def conflicts_of(edition: Edition, person: Person) -> list[tuple[str, str, ConflictKind, str]]:
    """``(slug, name, kind, note)`` of a person's own conflicts, by name, without references."""
    statement = (
        select(Startup.slug, Application.name, Conflict.kind, Conflict.note)
        .join(Application, Application.id == Conflict.application_id)
        .join(Startup, Startup.id == Application.startup_id)
        .where(Conflict.edition_id == edition.id, Conflict.person_id == person.id)
        .order_by(Application.name, Conflict.id)
    )
    return list(session().execute(statement))


def conflicts(edition: Edition) -> list[Any]:
    """All conflicts for the team: ``(id, person, application's name, kind, note, declared at, declared by)``, by person."""
    statement = (
        select(
            Conflict.id,
            Person,
            Application.name,
            Conflict.kind,
            Conflict.note,
            Conflict.declared_at,
            Conflict.declared_by,
        )
        .select_from(Conflict)
        .join(Person, Person.id == Conflict.person_id)
        .join(Application, Application.id == Conflict.application_id)
        .where(Conflict.edition_id == edition.id)
        .order_by(Person.family_name, Person.given_name, Person.id, Application.name, Conflict.id)
    )
    return list(session().execute(statement))


def conflict(edition: Edition, conflict_id: int) -> Conflict | None:
    """A conflict on record."""
    return session().scalar(select(Conflict).where(Conflict.edition_id == edition.id, Conflict.id == conflict_id))
