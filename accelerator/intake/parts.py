"""The team's notes, on its page of an application."""

from collections.abc import Mapping
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import i18n
from accelerator.core.i18n import lazy
from accelerator.core.parts import Part
from accelerator.intake import rules
from accelerator.intake.models import Application
from accelerator.intake.note_forms import NoteForm
from accelerator.intake.operations.notes import can_still_edit
from accelerator.intake.queries import notes


def note_contents(actor: Person, application: Application, form: NoteForm | None = None) -> Mapping[str, Any]:
    """The notes, newest first, and the form for another one."""
    form = form or NoteForm(formdata=None)
    form.offer(notes.colleagues(application, actor), i18n.language())
    return {"notes": notes.notes(application), "form": form, "me": actor, "can_still_edit": can_still_edit}


def _contents(actor: Person, application: Application) -> Mapping[str, Any]:
    return note_contents(actor, application)


PART = Part("notes", lazy("Notes of the team"), rules.can_see, "intake/notes_part.html", _contents)
