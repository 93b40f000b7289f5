"""Notes of the team about an application: written, edited by their author for a while, removed."""

from collections.abc import Collection, Iterator

from sqlalchemy import delete

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean
from accelerator.intake.models import Application
from accelerator.intake.note_models import EDITABLE_FOR, NOTE_LENGTH, Note, NoteMention
from accelerator.intake.queries.notes import colleagues
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition


def note_problems(body: str) -> Iterator[Refused]:
    """What is wrong with the words of a note."""
    text = clean(body).strip()
    if not text:
        yield Refused(_("Write the note."), field="body")
    if len(text) > NOTE_LENGTH:
        yield Refused(_("Shorten this to %(most)s characters.", most=NOTE_LENGTH), field="body")


def write_note(application: Application, *, body: str, mentioned: Collection[int], actor: Person) -> Note:
    """Write a note about an application. Each colleague whom it mentions gets a mail that names the application alone.

    Who is not on the team any more, or whom the application bars, is told nothing.
    """
    refuse(note_problems(body))
    lock(application)
    told = [person for person in colleagues(application, actor) if person.id in set(mentioned)]
    note = add(
        Note(
            edition_id=application.edition_id,
            application_id=application.id,
            author_id=actor.id,
            body=clean(body).strip(),
            written_at=clock.now(),
        )
    )
    edition = session().get_one(Edition, application.edition_id)
    for person in told:
        add(NoteMention(note_id=note.id, person_id=person.id, edition_id=note.edition_id))
        notify(
            person,
            "note_mention",
            key=f"note_mention:{note.id}:{person.id}",
            about=application,
            reference=application.reference,
            author=actor,
            edition=edition,
        )
    audit(actor, "note.written", note, count=len(told))
    return note


def can_still_edit(note: Note) -> bool:
    """Whether it was written so short a while ago that its words may change."""
    return clock.now() < note.written_at + EDITABLE_FOR


def edit_problems(note: Note, body: str) -> Iterator[Refused]:
    """What forbids to change the words of a note."""
    if not can_still_edit(note):
        yield Refused(_("A note can be edited for an hour. Write another one."), field="body")
    yield from note_problems(body)


def edit_note(note: Note, *, body: str, actor: Person) -> None:
    """Change the words of a note that was written a short while ago."""
    lock(note)
    refuse(edit_problems(note, body))
    text = clean(body).strip()
    if text != note.body:
        note.body, note.edited_at = text, clock.now()
        audit(actor, "note.edited", note)


def remove_note(note: Note, *, actor: Person) -> None:
    """Take a note away for good."""
    lock(note)
    audit(actor, "note.removed", note)
    session().execute(delete(NoteMention).where(NoteMention.note_id == note.id))
    session().delete(note)
