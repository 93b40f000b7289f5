"""Forms of the team: dates and rights, commitments, invitations, single reads."""

from datetime import datetime
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.validators import InputRequired, Length

from accelerator.core import i18n, times
from accelerator.core.forms import (
    Between,
    CheckboxesField,
    ChoiceField,
    DigitsField,
    Filled,
    Form,
    LineField,
    LocalMomentField,
)
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.scoring.forms.choices import options
from accelerator.scoring.models import CommitmentState, SeeOthers


class RoundForm(SharedForm):
    """Dates and rights of a round. Times are those of the programme's zone."""

    name_en = LineField(
        lazy("Name in English"),
        [Filled(lazy("Enter a name in English.")), Length(max=80, message=lazy("Keep it short."))],
    )
    name_ja = LineField(
        lazy("Name in Japanese"),
        [Filled(lazy("Enter a name in Japanese.")), Length(max=80, message=lazy("Keep it short."))],
    )
    opens_at = LocalMomentField(lazy("Opens"), [Filled()])
    closes_at = LocalMomentField(lazy("Closes"), [Filled()])
    reads = DigitsField(lazy("Reviews per application"), [Filled(), Between(1, 9)])
    blind = BooleanField(lazy("Hide names of companies and founders from reviewers"))
    see_others = RadioField(
        lazy("When do reviewers see what others wrote about the same application?"),
        [InputRequired(lazy("Choose one from the list."))],
        choices=options((right.value, right.value) for right in SeeOthers),
    )

    def label_choices(self) -> None:
        """Name the choices in the viewer's language."""
        self.see_others.choices = options((right.value, right.label) for right in SeeOthers)

    def instant(self, field: Any, zone: str) -> datetime | None:
        """The instant that a wall-clock time means in a zone; an error beside the field if there is none."""
        try:
            return times.from_local(field.data, zone) if field.data is not None else None
        except ValueError:
            field.errors = [*field.errors, _("This hour doesn't exist: the clocks change then. Choose another.")]
            return None


class CommitmentForm(SharedForm):
    """What a reviewer says about a round."""

    answer = RadioField(
        lazy("Will you take part?"),
        [InputRequired(lazy("Choose one from the list."))],
        choices=options((("yes", lazy("Yes")), ("no", lazy("Not this time")))),
    )
    capacity = DigitsField(lazy("How many applications can you review?"), [Filled(), Between(0, 500)])
    expertise = CheckboxesField(lazy("Sectors you know well"), choices=[])
    languages = CheckboxesField(
        lazy("Languages you can judge an application in"), choices=options(i18n.LANGUAGES.items())
    )


class StaffCommitmentForm(CommitmentForm):
    """The same, as corrected by the team."""

    answer = RadioField(
        lazy("Answer"),
        [InputRequired(lazy("Choose one from the list."))],
        choices=options((state.value, state.value) for state in (CommitmentState.YES, CommitmentState.NO)),
    )


class InviteForm(Form):
    """Whom to invite. Whether everybody chosen still can be is for the operation to say."""

    people = CheckboxesField(
        lazy("Reviewers"), [Filled(lazy("Choose at least one person."))], choices=[], validate_choice=False
    )
    capacity = DigitsField(lazy("Reviews to ask each of them for"), [Filled(), Between(1, 500)], default=60)

    @property
    def person_ids(self) -> set[int]:
        """The ids of those who were chosen; 0 for what is no number of ours."""
        typed = self.people.data or []
        return {int(key) if key.isascii() and key.isdecimal() and len(key) < 10 else 0 for key in typed}


class ReadForm(Form):
    """One read, by hand."""

    reference = LineField(lazy("Application number"), [Filled(lazy("Enter a number like A-0142."))])
    person_id = ChoiceField(lazy("Reviewer"), [Filled(lazy("Choose a reviewer."))], choices=[])
