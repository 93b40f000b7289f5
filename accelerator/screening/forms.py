"""Forms of screening."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from accelerator.core.forms import ChoiceField, DayField, Filled, Form, TextField
from accelerator.core.i18n import lazy
from accelerator.screening.models import OUTCOME_LABELS, REASONS, VERDICTS


class VerdictForm(Form):
    """The staff's word on one application."""

    outcome = RadioField(
        lazy("Verdict"),
        [Filled(lazy("Choose a verdict."))],
        choices=[SelectChoice(outcome.value, OUTCOME_LABELS[outcome]) for outcome in VERDICTS],
        validate_choice=True,
    )
    reason_code = ChoiceField(
        lazy("Reason"),
        description=lazy("Required for a fail and when you ask the applicant."),
        choices=[SelectChoice("", lazy("No reason")), *(SelectChoice(code, label) for code, label in REASONS.items())],
    )
    question = TextField(
        lazy("What we ask the applicant"),
        description=lazy(
            "Required when you ask. The applicant gets your words by e-mail, with your name, and answers in the form."
        ),
    )
    about = ChoiceField(
        lazy("Answer that you ask about"),
        description=lazy("Required when you ask. Once the call has closed, the applicant can change only this answer."),
        choices=[],
        default="",
    )
    due_on = DayField(lazy("Answer by"), [Optional()], description=lazy("Leave it empty for a week from now."))
    comment = TextField(lazy("Comment for the team"), description=lazy("The applicant does not see it."))


class BulkAskForm(Form):
    """What the applicants of many applications are asked, all of them the same."""

    reason_code = ChoiceField(
        lazy("Reason"),
        choices=[
            SelectChoice("", lazy("Choose")),
            *(SelectChoice(code, label) for code, label in REASONS.items() if code != "other"),
        ],
    )
    question = TextField(
        lazy("What we ask the applicant"),
        description=lazy("Each applicant gets your words by e-mail, with your name, and answers in the form."),
    )
    about = ChoiceField(
        lazy("Answer that you ask about"),
        description=lazy("Once the call has closed, the applicant can change only this answer."),
        choices=[],
        default="",
    )
    due_on = DayField(lazy("Answer by"), [Optional()], description=lazy("Leave it empty for a week from now."))
