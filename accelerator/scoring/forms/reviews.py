"""Forms of a reviewer: marks and words, and stepping aside."""

from collections.abc import Iterable
from typing import Any

from wtforms import RadioField
from wtforms.validators import Length, StopValidation

from accelerator.core.forms import Filled, Form, LineField, TextField
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.scoring.forms.choices import options
from accelerator.scoring.models import Recommendation, RubricLine
from accelerator.scoring.operations.reviews import Answers
from accelerator.scoring.rubric import LEAST_NOTE, MARKS

CONFIDENCE = (("1", lazy("Outside my field")), ("2", lazy("Some knowledge")), ("3", lazy("My field")))


class MarkField(RadioField):
    """A choice without a default: leaving it out is refused in plain words, and so is what is not on the list."""

    def __init__(self, label: Any = None, *, missing: Any, **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.missing = missing

    def pre_validate(self, form: Any) -> None:
        """Refuse nothing and refuse what is not on the list."""
        if not self.data or self.data == "None":
            raise StopValidation(str(self.missing))
        if self.data not in self._values():
            raise StopValidation(_("Choose one from the list."))

    @property
    def chosen(self) -> str | None:
        """What was chosen, if it is on the list: a draft keeps nothing else."""
        return self.data if self.data in self._values() else None

    def _values(self) -> set[str]:
        return {choice.value for choice in self.choices or ()}


class ReviewForm(Form):
    """The part of a review that every rubric has; ``review_form`` adds the criteria."""

    recommendation = MarkField(
        lazy("Talk to them?"),
        choices=options((choice.value, choice.value) for choice in Recommendation),
        missing=lazy("Say whether the committee should talk to them."),
    )
    confidence = MarkField(
        lazy("How sure are you?"), choices=options(CONFIDENCE), missing=lazy("Say how sure you are.")
    )
    note = TextField(
        lazy("Note to the committee"),
        [
            Filled(lazy("Write a note to the committee.")),
            Length(max=4000, message=lazy("Keep it to 4,000 characters.")),
        ],
    )
    feedback = TextField(
        lazy("Feedback for the applicant"), [Length(max=4000, message=lazy("Keep it to 4,000 characters."))]
    )

    def validate_note(self, field: Any) -> None:
        """A recommendation without its grounds helps nobody."""
        if len(field.data.strip()) < LEAST_NOTE:
            raise StopValidation(
                _(
                    "Write at least %(number)s characters; you have %(have)s.",
                    number=LEAST_NOTE,
                    have=len(field.data.strip()),
                )
            )

    def mark_fields(self) -> dict[str, MarkField]:
        """The fields of the criteria by key."""
        return {name.removeprefix("mark_"): field for name, field in self._fields.items() if name.startswith("mark_")}

    def answers(self) -> Answers:
        """Everything that is filled in sensibly, checked or not: what a draft keeps."""
        marks = {key: int(field.chosen) for key, field in self.mark_fields().items() if field.chosen}
        wish, sure = self.recommendation.chosen, self.confidence.chosen
        return Answers(
            marks=marks,
            recommendation=Recommendation(wish) if wish else None,
            confidence=int(sure) if sure else None,
            note=self.note.data or "",
            feedback=self.feedback.data or "",
        )


def review_form(criteria: Iterable[RubricLine], answers: Answers | None = None, *, is_sent: bool = True) -> ReviewForm:
    """The form of a rubric, filled with the answers known so far; ``is_sent`` says that the request may bring others."""
    fields: dict[str, Any] = {
        f"mark_{line.key}": MarkField(
            line.name,
            choices=options((str(mark), str(mark)) for mark in MARKS),
            missing=_("Score “%(criterion)s”.", criterion=line.name),
        )
        for line in criteria
    }
    # Errors are listed in the order of the page: criteria first.
    drawn = type("RubricForm", (ReviewForm,), fields)
    known: dict[str, Any] = {}
    if answers is not None:
        known = {
            **{f"mark_{key}": str(mark) for key, mark in answers.marks.items()},
            "recommendation": answers.recommendation.value if answers.recommendation else None,
            "confidence": str(answers.confidence) if answers.confidence else None,
            "note": answers.note,
            "feedback": answers.feedback,
        }
    form: ReviewForm = drawn(data=known) if is_sent else drawn(formdata=None, data=known)
    first = list(form.mark_fields())
    # WTForms orders by creation; the page, and so the list of problems, begins with the criteria.
    form._fields = {
        **{f"mark_{key}": form._fields[f"mark_{key}"] for key in first},
        **{name: field for name, field in form._fields.items() if not name.startswith("mark_")},
    }
    return form


class AbstainForm(Form):
    """Stepping aside without a conflict."""

    because = LineField(
        lazy("Why can't you judge it?"),
        [
            Filled(lazy("Say in a few words why you can't judge this application.")),
            Length(max=300, message=lazy("Keep it to 300 characters.")),
        ],
    )
