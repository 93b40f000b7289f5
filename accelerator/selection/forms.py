"""Forms of selection."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.fields.choices import SelectChoice

from accelerator.core.forms import ChoiceField, DigitsField, Filled, Form, LineField, TextField
from accelerator.core.i18n import lazy
from accelerator.core.text import half_width
from accelerator.selection.models import CHOICE_LABELS, Basis, Choice
from accelerator.selection.queries.feedback import FeedbackLine

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
    undo = LineField()  # the version of the release that the change cancels, once the person has agreed to that


class FeedbackForm(Form):
    """Reviewers' feedback for the letter: see :func:`feedback_form` for its texts and ticks."""

    undo = LineField(id="undo-feedback")


def feedback_form(lines: Sequence[FeedbackLine], *, is_sent: bool) -> FeedbackForm:
    """The form with a text and a tick for each review; both carry the review's id in their names."""
    fields: dict[str, Any] = {}
    for line in lines:
        fields[f"text-{line.review_id}"] = TextField(lazy("Text for the letter"), default=line.text)
        fields[f"share-{line.review_id}"] = BooleanField(lazy("Share in the letter"), default=line.shared)
    kind: type[FeedbackForm] = type("FeedbackForm", (FeedbackForm,), fields)
    return kind() if is_sent else kind(formdata=None)


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
