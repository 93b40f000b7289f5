"""Forms of screening."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from accelerator.core.forms import ChoiceField, DayField, Filled, Form, TextField
from accelerator.core.i18n import lazy
from accelerator.screening.models import OUTCOME_LABELS, REASONS, Outcome


class VerdictForm(Form):
    """The staff's word on one application."""

    outcome = RadioField(
        lazy("Verdict"),
        [Filled(lazy("Choose a verdict."))],
        choices=[SelectChoice(outcome.value, OUTCOME_LABELS[outcome]) for outcome in Outcome],
        validate_choice=True,
    )
    reason_code = ChoiceField(
        lazy("Reason"),
        description=lazy("Needed for a fail and when you ask."),
        choices=[SelectChoice("", lazy("No reason")), *(SelectChoice(code, label) for code, label in REASONS.items())],
    )
    question = TextField(
        lazy("What we ask the applicant"),
        description=lazy(
            "Needed when you ask. The applicant gets these words by e-mail, with your name, and answers in the form."
        ),
    )
    about = ChoiceField(
        lazy("Answer that you ask about"),
        description=lazy("Needed when you ask. Once the call has closed the applicant can change this answer alone."),
        choices=[],
        default="",
    )
    due_on = DayField(lazy("Answer by"), [Optional()], description=lazy("Empty: in a week."))
    comment = TextField(lazy("Comment for the team"), description=lazy("The applicant does not see it."))
