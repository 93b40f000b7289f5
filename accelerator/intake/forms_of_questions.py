"""Forms in which the team writes the questions of a call: shape only."""

from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, StopValidation

from accelerator.core import i18n
from accelerator.core.forms import Between, ChoiceField, DigitsField, Filled, Form, LineField, TextField
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.core.text import clean_line
from accelerator.intake.models import Audience
from accelerator.intake.models import QuestionKind as Kind
from accelerator.intake.roles import roles_for

KIND_LABELS: dict[Kind, Any] = {
    Kind.SHORT: lazy("Short text"),
    Kind.LONG: lazy("Long text"),
    Kind.NUMBER: lazy("Number"),
    Kind.MONEY: lazy("Amount and currency"),
    Kind.DATE: lazy("Date"),
    Kind.CHOICE: lazy("One choice"),
    Kind.CHOICES: lazy("Several choices"),
    Kind.COUNTRY: lazy("Country"),
    Kind.COUNTRIES: lazy("Several countries"),
    Kind.PREFECTURE: lazy("Prefecture of Japan"),
    Kind.SECTOR: lazy("One of the edition's sectors"),
    Kind.TRACK: lazy("One of the call's tracks"),
    Kind.URL: lazy("Web address"),
    Kind.FILE: lazy("File"),
    Kind.FOUNDERS: lazy("Table of founders"),
    Kind.ZONE: lazy("Time zone"),
    Kind.HOURS: lazy("Hours of the week"),
    Kind.DECLARATION: lazy("Declaration"),
    Kind.CONSENT: lazy("Consent"),
}
AUDIENCE_LABELS: dict[Audience, Any] = {
    Audience.REVIEWERS: lazy("The team and all reviewers"),
    Audience.MASKED: lazy("The team, and reviewers except in a blind round"),
    Audience.STAFF: lazy("The team only"),
    Audience.STATISTICS: lazy("Nobody; shown only for groups of five or more"),
}
ADDED = (Kind.SHORT, Kind.LONG, Kind.NUMBER, Kind.DATE, Kind.CHOICE, Kind.CHOICES, Kind.URL, Kind.TRACK)
OFFERED = (Audience.REVIEWERS, Audience.MASKED, Audience.STAFF)
MOST_CHOICES = 60
LONGEST_CHOICE = 120


class QuestionForm(SharedForm):
    """The words of a question in both languages, and what it asks for."""

    label_en = LineField(lazy("Question, English"), [Filled(lazy("Ask the question in English.")), Length(max=200)])
    label_ja = LineField(
        lazy("Question, Japanese"),
        [Filled(lazy("Ask the question in Japanese.")), Length(max=200)],
        render_kw={"lang": "ja"},
    )
    help_en = TextField(lazy("Help, English"), [Length(max=600)])
    help_ja = TextField(lazy("Help, Japanese"), [Length(max=600)])
    choices = TextField(
        lazy("Choices"), [Length(max=8000)], description=lazy("One per line, in both languages: English | 日本語")
    )
    longest = DigitsField(lazy("Maximum characters"), [Optional(), Between(1, 5000)])
    required = BooleanField(lazy("Applicants have to answer it"))
    role = ChoiceField(lazy("Funade uses the answer as"), choices=[])

    def offer_roles(self, kind: Kind) -> None:
        """The roles that fit, each with what the program does with it; without any there is nothing to choose."""
        roles = roles_for(kind)
        if not roles:
            del self.role
            return
        named = [(role.value, f"{role.label}{i18n.marks().colon}{role.use}") for role in roles]
        self.role.choices = [SelectChoice("", _("Nothing of its own")), *(SelectChoice(*choice) for choice in named)]

    def validate_choices(self, field: Any) -> None:
        """Say which line can't be read."""
        lines = _lines(field.data)
        if len(lines) > MOST_CHOICES:
            raise StopValidation(_("Enter at most %(most)s choices.", most=MOST_CHOICES))
        for number, parts in lines:
            if len(parts) != 2 or not all(parts):
                raise StopValidation(_("Write line %(number)s as English | 日本語.", number=number))
            if max(map(len, parts)) > LONGEST_CHOICE:
                raise StopValidation(
                    _(
                        "Shorten line %(number)s: a choice has at most %(most)s characters.",
                        number=number,
                        most=LONGEST_CHOICE,
                    )
                )
            if any(parts[at] == other[at] for at in (0, 1) for before, other in lines if before < number):
                raise StopValidation(_("Line %(number)s repeats an earlier choice.", number=number))

    @property
    def labels(self) -> list[dict[str, str]]:
        """The choices in both languages; a line that can't be read stands for a choice all the same."""
        return [
            dict(zip(("en", "ja"), (*parts, "", "")[:2], strict=True)) for _number, parts in _lines(self.choices.data)
        ]


def _lines(text: str | None) -> list[tuple[int, list[str]]]:
    """The lines that hold something, with their numbers and their two parts; a Japanese keyboard's bar counts too."""
    typed = enumerate((text or "").replace("｜", "|").split("\n"), 1)
    return [(number, [clean_line(part) for part in line.split("|")]) for number, line in typed if line.strip()]


def lines_of(choices: Any) -> str:
    """Choices as they are typed."""
    return "\n".join(f"{choice['label'].get('en', '')} | {choice['label'].get('ja', '')}" for choice in choices)


class NewQuestionForm(QuestionForm):
    """A question that is not there yet."""

    field_order = ("label_en", "label_ja", "help_en", "help_ja", "kind", "audience")
    kind = ChoiceField(
        lazy("What is answered"), choices=[SelectChoice(kind.value, KIND_LABELS[kind]) for kind in ADDED], coerce=Kind
    )
    audience = ChoiceField(
        lazy("Who may read the answers"),
        choices=[SelectChoice(audience.value, AUDIENCE_LABELS[audience]) for audience in OFFERED],
        coerce=Audience,
    )


class PublishForm(Form):
    """A yes to the draft that the page showed; ``shown`` is its digest."""

    shown = HiddenField()
    asks = BooleanField(lazy("Ask those who have sent for what is new"))


class DiscardForm(Form):
    """A no to it."""

    shown = HiddenField()
