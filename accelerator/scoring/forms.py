"""Forms of this stage: shape and choices only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, StopValidation

from accelerator.accounts.models import Person
from accelerator.core import i18n, times
from accelerator.core.forms import (
    CheckboxesField,
    ChoiceField,
    DigitsField,
    Filled,
    Form,
    LineField,
    LocalMomentField,
    TextField,
)
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.scoring.models import CommitmentState, ConflictKind, Criterion, Recommendation, SeeOthers
from accelerator.scoring.operations.reviews import Answers
from accelerator.scoring.rubric import LEAST_NOTE, MARKS


def options(pairs: Iterable[tuple[str, Any]]) -> list[SelectChoice]:
    """``(value, label)`` pairs as WTForms wants its choices."""
    return [SelectChoice(value, label) for value, label in pairs]


CONFIDENCE = (
    ("1", lazy("Outside my field")),
    ("2", lazy("Some knowledge")),
    ("3", lazy("My field")),
)


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
            raise StopValidation(_("Choose one of the list."))

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


def review_form(criteria: Iterable[Criterion], answers: Answers | None = None) -> ReviewForm:
    """The form of a rubric, filled with the answers known so far."""
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
    form: ReviewForm = drawn(data=known)
    first = list(form.mark_fields())
    # WTForms orders by creation; the page, and so the list of problems, begins with the criteria.
    form._fields = {
        **{f"mark_{key}": form._fields[f"mark_{key}"] for key in first},
        **{name: field for name, field in form._fields.items() if not name.startswith("mark_")},
    }
    return form


class RoundForm(Form):
    """Dates and rights of a round. Times are those of the programme's zone."""

    name_en = LineField(
        lazy("Name in English"),
        [Filled(lazy("Enter a name in English.")), Length(max=80, message=lazy("Keep it short."))],
    )
    name_ja = LineField(
        lazy("Name in Japanese"),
        [Filled(lazy("Enter a name in Japanese.")), Length(max=80, message=lazy("Keep it short."))],
    )
    opens_at = LocalMomentField(lazy("Opens"), [Filled(lazy("Enter date and time."))])
    closes_at = LocalMomentField(lazy("Closes"), [Filled(lazy("Enter date and time."))])
    reads = DigitsField(
        lazy("Reads per application"),
        [Filled(lazy("Enter a number.")), NumberRange(1, 9, message=lazy("Enter a number from 1 to 9."))],
    )
    blind = BooleanField(lazy("Hide names of companies and founders from reviewers"))
    see_others = RadioField(
        lazy("When do reviewers see what others wrote about the same application?"),
        [InputRequired(lazy("Choose one of the list."))],
        choices=options((right.value, right.value) for right in SeeOthers),
    )

    def label_choices(self) -> None:
        """Name the choices in the viewer's language."""
        self.see_others.choices = options((right.value, right.label) for right in SeeOthers)

    def instant(self, field: Any, zone: str) -> datetime | None:
        """The instant that a wall-clock time means in a zone; an error beside the field if there is none."""
        try:
            return times.from_local(field.data, zone)
        except ValueError:
            field.errors = [*field.errors, _("This hour does not exist: the clocks change then. Choose another.")]
            return None


class CommitmentForm(Form):
    """What a reviewer says about a round."""

    answer = RadioField(
        lazy("Will you take part?"),
        [InputRequired(lazy("Choose one of the list."))],
        choices=options((("yes", lazy("Yes")), ("no", lazy("Not this time")))),
    )
    capacity = DigitsField(
        lazy("How many applications can you read?"),
        [Filled(lazy("Enter a number.")), NumberRange(0, 500, message=lazy("Enter a number from 0 to 500."))],
    )
    expertise = CheckboxesField(lazy("Sectors you know well"), choices=[])
    languages = CheckboxesField(
        lazy("Languages you can judge an application in"), choices=options(i18n.LANGUAGES.items())
    )


class StaffCommitmentForm(CommitmentForm):
    """The same, as corrected by the team."""

    answer = RadioField(
        lazy("Answer"),
        [InputRequired(lazy("Choose one of the list."))],
        choices=options((state.value, state.value) for state in (CommitmentState.YES, CommitmentState.NO)),
    )


class InviteForm(Form):
    """Whom to invite."""

    people = CheckboxesField(lazy("Reviewers"), [Filled(lazy("Choose at least one person."))], choices=[])
    capacity = DigitsField(
        lazy("Reads to ask each of them for"),
        [Filled(lazy("Enter a number.")), NumberRange(1, 500, message=lazy("Enter a number from 1 to 500."))],
        default=60,
    )


class ReadForm(Form):
    """One read, by hand."""

    reference = LineField(lazy("Application number"), [Filled(lazy("Enter a number like A-0142."))])
    person_id = ChoiceField(lazy("Reviewer"), [Filled(lazy("Choose a reviewer."))], choices=[])


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

    slugs = CheckboxesField(
        lazy("Names"), [Filled(lazy("Choose at least one name."))], choices=[], validate_choice=False
    )


class StaffConflictForm(ConflictForm):
    """A conflict of somebody else, recorded by the team."""

    person_id = ChoiceField(lazy("Person"), [Filled(lazy("Choose a person."))], choices=[])
    slug = SelectField(lazy("Application"), [Filled(lazy("Choose an application."))], choices=[], validate_choice=False)


class AbstainForm(Form):
    """Stepping aside without a conflict."""

    because = LineField(
        lazy("Why can't you judge it?"),
        [
            Filled(lazy("Say in a few words why you can't judge this application.")),
            Length(max=300, message=lazy("Keep it to 300 characters.")),
        ],
    )


def people_choices(people: Sequence[Person], language: str) -> list[tuple[str, str]]:
    """People as ``(id, name)`` pairs, in their order."""
    return [(str(person.id), person.name_in(language)) for person in people]
