"""Forms over the team's notes about an application."""

from collections.abc import Iterable

from accelerator.accounts.models import Person
from accelerator.core.forms import CheckboxesField, Form, TextField, row_id
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm


class NoteForm(Form):
    """A note, and which colleagues are told of it."""

    body = TextField(lazy("New note"))
    mentioned = CheckboxesField(lazy("Tell these colleagues by e-mail"), coerce=row_id)

    def offer(self, people: Iterable[Person], language: str) -> None:
        """Offer the colleagues who may know of the application."""
        self.mentioned.choices = [(person.id, person.name_in(language)) for person in people]


class NoteEditForm(SharedForm):
    """The words of a note."""

    body = TextField(lazy("Note"))
