"""Reads of the team's notes about an application, and of whom a note may mention."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.accounts.queries import people_with
from accelerator.accounts.rules import TEAM
from accelerator.core.db import session
from accelerator.intake.models import Application
from accelerator.intake.note_models import Note, NoteMention
from accelerator.intake.queries.visibility import bars
from accelerator.programmes.models import Edition

MOST = 100


class NoteLine(NamedTuple):
    """A note, and whom it mentions."""

    note: Note
    mentioned: Sequence[Person]


def notes(application: Application) -> list[NoteLine]:
    """The newest notes about an application, newest first; two statements."""
    written = select(Note).options(joinedload(Note.author)).where(Note.application_id == application.id)
    rows = list(session().scalars(written.order_by(Note.id.desc()).limit(MOST)))
    named: dict[int, list[Person]] = defaultdict(list)
    if rows:
        told = select(NoteMention.note_id, Person).join(Person, Person.id == NoteMention.person_id)
        told = told.where(NoteMention.note_id.in_([row.id for row in rows])).order_by(Person.family_name, Person.id)
        for note_id, person in session().execute(told):
            named[note_id].append(person)
    return [NoteLine(row, named[row.id]) for row in rows]


def note(edition: Edition, note_id: int) -> Note | None:
    """One note of the edition, with its application."""
    written = select(Note).options(joinedload(Note.application))
    return session().scalar(written.where(Note.id == note_id, Note.edition_id == edition.id))


def colleagues(application: Application, author: Person) -> list[Person]:
    """Whom of the team a note of ``author`` about the application may mention: nobody whom it bars; two statements."""
    team = [person for person in people_with(application.edition_id, *TEAM) if person.id != author.id]
    barred = set(
        session().scalars(
            select(Person.id)
            .select_from(Person)
            .join(Application, Application.id == application.id)
            .where(Person.id.in_([person.id for person in team]), bars(Person.id))
        )
    )
    return [person for person in team if person.id not in barred]
