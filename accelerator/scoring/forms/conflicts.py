"""Forms of conflicts of interest."""

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Length

from accelerator.core.forms import CheckboxesField, ChoiceField, Filled, Form, LineField
from accelerator.core.i18n import lazy
from accelerator.intake.models import ConflictKind
from accelerator.scoring.forms.choices import options


class ConflictForm(Form):
    """Why somebody may not judge, and a word to the team."""

    kind = RadioField(
        lazy("Why?"),
        [InputRequired(lazy("Choose a reason."))],
        choices=options((kind.value, kind.value) for kind in ConflictKind),
    )
    note = LineField(lazy("Anything to add"), [Length(max=300, message=lazy("Keep it to 300 characters."))])

    def label_choices(self) -> None:
        """Name the reasons in the viewer's language."""
        self.kind.choices = options((kind.value, kind.label) for kind in ConflictKind)


class OwnConflictsForm(ConflictForm):
    """A reviewer's own conflicts, chosen from the list of names."""

    field_order = ("slugs",)
    slugs = CheckboxesField(
        lazy("Names"), [Filled(lazy("Choose at least one name."))], choices=[], validate_choice=False
    )


class StaffConflictForm(ConflictForm):
    """A conflict of somebody else, recorded by the team."""

    field_order = ("person_id", "slug")
    person_id = ChoiceField(lazy("Person"), [Filled(lazy("Choose a person."))], choices=[])
    slug = SelectField(lazy("Application"), [Filled(lazy("Choose an application."))], choices=[], validate_choice=False)
