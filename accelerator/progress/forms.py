"""Forms of milestones and numbers: shape only."""

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import AnyOf, Length

from accelerator.core.forms import ChoiceField, DayField, Filled, Form, LineField, LinkField, TextField, row_id
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.core.text import half_width
from accelerator.progress.amounts import unit_sign
from accelerator.progress.models import Direction, Metric

_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,4})?")
_SIGNS = str.maketrans({"−": "-", "ー": "-", "¥": "", "円": "", "$": "", "€": "", "£": "", ",": "", "、": "", " ": ""})


def read_number(text: str) -> Decimal | None:
    """The number that somebody typed, full-width digits, commas and money signs included; None if it is none.

    >>> read_number("４１２，０００円"), read_number("−3.5"), read_number("1e5")
    (Decimal('412000'), Decimal('-3.5'), None)
    """
    folded = half_width(text).translate(_SIGNS).strip()
    try:
        return Decimal(folded) if _NUMBER.fullmatch(folded) else None
    except InvalidOperation:
        return None


class NumberField(StringField):
    """A number as a Decimal; what can't be read stays in the field as it was typed."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number or say how to write it."""
        self.data = None
        if valuelist and valuelist[0].strip():
            self.data = read_number(valuelist[0])
            if self.data is None:
                raise ValueError(_("Enter “%(field)s” as a number, like 4200 or 3.5.", field=self.label.text))

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return format(self.data.normalize(), "f") if self.data is not None else ""


SOURCE = partial(
    LineField,
    lazy("Where it comes from"),
    [Length(max=120, message=lazy("Use 120 characters at most."))],
    description=lazy("For example: bookkeeping, or the payment service."),
)
TITLE = [Filled(lazy("Give it a title.")), Length(max=120)]
DAY = [Filled(lazy("Choose the day it is due."))]


class TemplateForm(SharedForm):
    """A milestone template in both languages."""

    title_en = LineField(lazy("Title in English"), TITLE)
    title_ja = LineField(lazy("Title in Japanese"), TITLE)
    detail_en = TextField(lazy("What it means, in English"), [Length(max=1000)])
    detail_ja = TextField(lazy("What it means, in Japanese"), [Length(max=1000)])
    due_on = DayField(lazy("Due on"), DAY)


class PlanForm(SharedForm):
    """What may always be changed about a milestone."""

    detail = TextField(lazy("What it means"), [Length(max=2000)])
    unit = LineField(lazy("What the target counts"), [Length(max=40)], description=lazy("For example: interviews"))
    target = NumberField(lazy("Target"))
    owner_id = ChoiceField(lazy("Person responsible"), coerce=row_id)

    def offer_owners(self, founders: Sequence[Any], language: str) -> None:
        """Let one of the founders be chosen, or nobody."""
        named = [SelectChoice(str(person.id), person.name_in(language)) for person in founders]
        self.owner_id.choices = [SelectChoice("0", _("Nobody yet")), *named]


class MilestoneForm(PlanForm):
    """A milestone with title and day."""

    field_order = ("title", "due_on")

    title = LineField(lazy("Title"), TITLE)
    due_on = DayField(lazy("Due on"), DAY)


class EvidenceForm(Form):
    """Evidence and result, to keep or to send in."""

    text = TextField(lazy("What shows that it has been achieved"), [Length(max=2000)])
    url = LinkField(lazy("Link"), [Length(max=300)], description=lazy("Like example.org/page."))
    file = FileField(
        lazy("File"),
        description=lazy(
            "PDF, PNG or JPEG, at most 20 MB. Seen by the startup, the programme team, mentors and partners."
        ),
    )
    result = NumberField(lazy("Result"))


class ReviewForm(Form):
    """The team's verdict."""

    verdict = RadioField(
        lazy("Verdict"),
        [Filled(lazy("Choose one.")), AnyOf(("achieve", "send_back"))],
        validate_choice=False,
        choices=[SelectChoice("achieve", lazy("Achieved")), SelectChoice("send_back", lazy("Send back"))],
    )
    comment = TextField(
        lazy("Comment"), [Length(max=2000)], description=lazy("Required when you send it back. The startup reads it.")
    )


class CommentForm(Form):
    """A comment."""

    text = TextField(lazy("Comment"), [Length(max=2000)])


class NumbersForm(Form):
    """Week, source and note; the numbers themselves are added for each startup by :func:`numbers_form`.

    ``asked`` holds the values that are asked back, as ``CODE:value``: the page sends them along as confirmed.
    """

    asked: Sequence[str] = ()

    as_of = ChoiceField(lazy("Week"))
    source = SOURCE()
    note = TextField(
        lazy("Note"), [Length(max=1000)], description=lazy("What explains the numbers, in a sentence or two.")
    )


def confirmed_in(lines: Sequence[str]) -> dict[str, Decimal]:
    """Values that were asked back, by code; lines that can't be read are left out."""
    parts = [line.rpartition(":") for line in lines]
    return {code: number for code, _colon, text in parts if (number := read_number(text)) is not None}


def numbers_form(metrics: Sequence[Metric]) -> type[NumbersForm]:
    """A form with a field for each metric, named by its code."""
    fields = {metric.code: NumberField(_label(metric)) for metric in metrics}
    return type("StartupNumbersForm", (NumbersForm,), fields)


def _label(metric: Metric) -> str:
    sign = unit_sign(metric.unit)
    return f"{metric.name} ({sign})" if sign else metric.name


class CorrectionForm(Form):
    """Another value and why."""

    number = NumberField(lazy("Right value"), [Filled(lazy("Enter the right value."))])
    source = SOURCE()
    note = TextField(lazy("Why it changes"), [Length(max=1000)])
    back = HiddenField()


class TargetForm(SharedForm):
    """Where a metric is to go."""

    direction = RadioField(
        lazy("Which way is good?"),
        [Filled(lazy("Say which way is good."))],
        choices=[SelectChoice(direction.value, direction.label) for direction in Direction],
    )
    target = NumberField(lazy("Target"), description=lazy("Empty means no target."))
