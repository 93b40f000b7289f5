"""Forms of selection."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from accelerator.core.forms import ChoiceField, DigitsField, Filled, Form, LineField, TextField
from accelerator.core.i18n import lazy
from accelerator.core.text import half_width
from accelerator.selection.models import CHOICE_LABELS, Basis, Choice

SURE = lazy("Type “yes” to continue anyway")
YES = ("yes", "はい")


def says_yes(typed: str | None) -> bool:
    """Whether somebody typed yes, in either language."""
    return half_width(typed or "").strip(" .!。").casefold() in YES


class DecisionForm(Form):
    """The decision on one application, with reason, basis and what the applicant may read."""

    choice = RadioField(
        lazy("Decision"),
        choices=[
            *(SelectChoice(choice.value, CHOICE_LABELS[choice]) for choice in Choice),
            SelectChoice("", lazy("No decision yet")),
        ],
        default="",
    )
    basis = ChoiceField(
        lazy("Basis"),
        choices=[
            SelectChoice(Basis.ADJUSTED.value, lazy("Adjusted score")),
            SelectChoice(Basis.RAW.value, lazy("Raw mean")),
            SelectChoice(Basis.DISCUSSION.value, lazy("Discussion")),
        ],
    )
    reason = TextField(lazy("Reason"), description=lazy("For the minutes. The applicant does not see it."))
    feedback = TextField(
        lazy("Feedback in the letter"),
        description=lazy("The applicant reads this once the decisions are released. Write no names of reviewers."),
    )
    undo = LineField()  # the mark of the release that the change cancels, once the person has agreed to that


class FeedbackForm(Form):
    """Reviewers' feedback for the letter. Its texts and ticks carry the numbers of the reviews in their names."""

    undo = LineField(id="undo-feedback")


class PrepareForm(Form):
    """What the preparer of a release chooses."""

    answer_days = DigitsField(
        lazy("Days to answer an offer"),
        [Filled()],
        description=lazy("Offers lapse at 23:59 on the last day, in the programme's time zone."),
        default=7,
    )
    sure = LineField(SURE)


class ApproveForm(Form):
    """The second signature."""

    sure = LineField(SURE)
    count = DigitsField(lazy("Number of letters"), [Filled(lazy("Type the number of letters that will go out."))])


class TurnDownForm(Form):
    """Why a place is turned down."""

    comment = TextField(lazy("Reason, if you'd like to give one"), description=lazy("The programme team reads it."))
