"""Forms of this stage."""

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, StopValidation

from accelerator.core.forms import ChoiceField, DayField, DigitsField, Filled, Form, LineField
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, speaking
from accelerator.core.shared_form import SharedForm
from accelerator.intake.answers.currencies import CURRENCIES, currency_name
from accelerator.programmes.models import Figure
from accelerator.programmes.operations.lists import key_for
from accelerator.reporting.operations import LARGEST, ReportedLine

OTHER = "other"
REPORTED_LABELS: Mapping[str, Any] = {
    "applications": lazy("Applications"),
    "applications_home": lazy("Applications from the home country"),
    "applications_abroad": lazy("Applications from abroad"),
    "selected": lazy("Startups selected"),
    "selected_home": lazy("Startups selected from the home country"),
    "selected_abroad": lazy("Startups selected from abroad"),
    "past_companies": lazy("Companies that took part in earlier years"),
    "past_raised": lazy("Funds raised by them"),
    "relocations": lazy("Relocations"),
    "collaborations": lazy("Collaborations"),
}
"""What can be chosen; whatever else is reported has a name that is typed."""


class SnapshotForm(Form):
    """A new version of the figures."""

    title = LineField(
        lazy("Name of the version"),
        [Length(max=120, message=lazy("Use 120 characters or fewer."))],
        description=lazy("For example: for the council meeting."),
    )


class ReportedForm(SharedForm):
    """A figure of a source outside. A name is asked only of what is not on the list."""

    code = ChoiceField(lazy("What is counted"))
    label_en = LineField(lazy("Its name, English"), [Length(max=120)])
    label_ja = LineField(lazy("Its name, Japanese"), [Length(max=120)], render_kw={"lang": "ja"})
    year = DigitsField(
        lazy("Year"), description=lazy("The year of the figure; leave it empty for several years together.")
    )
    value = DigitsField(lazy("Value"), [Filled(lazy("Enter a number, like 216."))], largest=LARGEST)
    unit = ChoiceField(lazy("Unit"))
    lower_bound = BooleanField(lazy("The source says “more than”"))
    as_of = DayField(lazy("As of"), [Optional()], description=lazy("The day the source refers to."))
    source_en = LineField(lazy("Source, English"), [Filled(lazy("Say where you read this.")), Length(max=300)])
    source_ja = LineField(
        lazy("Source, Japanese"), [Filled(lazy("Say where you read this.")), Length(max=300)], render_kw={"lang": "ja"}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [SelectChoice(code, str(label)) for code, label in REPORTED_LABELS.items()]
        self.code.choices = [*listed, SelectChoice(OTHER, _("Something else"))]
        money = [SelectChoice(code, currency_name(code)) for code in CURRENCIES]
        self.unit.choices = [SelectChoice("count", _("A number of companies, people or cases")), *money]

    @classmethod
    def of(cls, figure: Figure) -> "ReportedForm":
        """The form filled with a figure that is there."""
        columns = {name: getattr(figure, name) for name in ("year", "value", "unit", "lower_bound", "as_of")}
        pairs = {f"{name}_{code}": text for name in ("label", "source") for code, text in getattr(figure, name).items()}
        return cls(data={**columns, **pairs, "code": figure.code if figure.code in REPORTED_LABELS else OTHER})

    def validate_label_en(self, field: Any) -> None:
        """A figure of another kind needs its name."""
        self._check_label(field)

    def validate_label_ja(self, field: Any) -> None:
        """A figure of another kind needs its name."""
        self._check_label(field)

    def _check_label(self, field: Any) -> None:
        if self.code.data == OTHER and not field.data:
            raise StopValidation(_("Name what is counted, in both languages."))

    def line(self, present: Figure | None = None) -> ReportedLine:
        """What was typed. A figure of another kind keeps the code it has."""
        return ReportedLine(
            code=self._code(present),
            label=self._label(),
            value=self.value.data or 0,  # an empty one was refused before
            unit=self.unit.data,
            year=self.year.data,
            as_of=self.as_of.data,
            lower_bound=self.lower_bound.data,
            source={"en": self.source_en.data or "", "ja": self.source_ja.data or ""},
        )

    def _code(self, present: Figure | None) -> str:
        if self.code.data != OTHER:
            return str(self.code.data)
        if present is not None and present.code not in REPORTED_LABELS:
            return present.code
        return f"{OTHER}_{key_for(self.label_en.data or '', ())}"

    def _label(self) -> dict[str, str]:
        if self.code.data == OTHER:
            return {"en": self.label_en.data or "", "ja": self.label_ja.data or ""}
        label = {}
        for language in ("en", "ja"):
            with speaking(language):
                label[language] = str(REPORTED_LABELS[self.code.data])
        return label
