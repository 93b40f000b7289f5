"""The form that compares two records of one firm: which is kept, what is shown, which application counts."""

from collections.abc import Mapping
from typing import Any

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from accelerator.core.forms import TextField
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.intake.queries.same import Pair, Record

FIRST, SECOND = "first", "second"
SIDES = (SelectChoice(FIRST, FIRST), SelectChoice(SECOND, SECOND))
GROUPS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "name": (lazy("Company name"), ("name",)),
    "native_name": (lazy("Local name"), ("native_name",)),
    "one_line": (lazy("In one line"), ("one_line",)),
    "one_line_ja": (lazy("In one line, in Japanese"), ("one_line_ja",)),
    "place": (lazy("Head office"), ("country", "prefecture", "city")),
    "website": (lazy("Website"), ("website",)),
    "founded": (lazy("Year founded"), ("founded",)),
}
"""What is chosen as a whole, by the name of the choice: label and columns of the record."""


class PairForm(SharedForm):
    """What every comparison asks. ``of`` adds what is to be chosen for two records."""

    keep: RadioField = RadioField(lazy("Record that stays"), choices=SIDES, default=FIRST)
    reason: StringField = TextField(
        lazy("Why are these two firms?"), [Length(max=1000, message=lazy("Use 1,000 characters at most."))]
    )

    @property
    def saved_since(self) -> list[tuple[str, str]]:
        """Nothing beside the page itself, which shows both records as they are now."""
        return []

    @property
    def shown(self) -> dict[str, str]:
        """Which side each group of values is taken from, as far as it was asked."""
        return {name: str(self[f"show_{name}"].data) for name in GROUPS if f"show_{name}" in self._fields}

    @property
    def counting(self) -> dict[int, str | None]:
        """By edition, the reference of the application that counts."""
        prefix = "counts_"
        return {
            int(name.removeprefix(prefix)): field.data
            for name, field in self._fields.items()
            if name.startswith(prefix)
        }


def values_of(record: Record, group: str) -> tuple[Any, ...]:
    """What a record says for a group, empty values as None."""
    return tuple(getattr(record.startup, name) or None for name in GROUPS[group][1])


def pair_form(pair: Pair) -> PairForm:
    """The form for two records: a choice for each value in which they differ, and for each call that both applied to."""
    fields: dict[str, Any] = {}
    for name, (label, _columns) in GROUPS.items():
        first, second = values_of(pair.first, name), values_of(pair.second, name)
        if first != second:
            chosen = FIRST if any(first) else SECOND
            fields[f"show_{name}"] = RadioField(label, choices=SIDES, default=chosen)
    for mine, other in pair.double:
        label = _("Which application to %(edition)s counts?", edition=mine.edition.title)
        choices = [SelectChoice(row.reference, f"{row.reference} · {row.state.label}") for row in (mine, other)]
        fields[f"counts_{mine.edition.id}"] = RadioField(label, choices=choices, validate_choice=False)
    form: PairForm = type("PairForm", (PairForm,), fields)(stored=pair.version)
    return form


def values_shown(pair: Pair, form: PairForm) -> dict[str, Any]:
    """The values that the kept record is to show, by column."""
    kept, gone = (pair.second, pair.first) if form.keep.data == SECOND else (pair.first, pair.second)
    shown: dict[str, Any] = {}
    for name, (_label, columns) in GROUPS.items():
        side = form.shown.get(name)
        record = {FIRST: pair.first, SECOND: pair.second}.get(side or "", kept)
        if side is None and not any(values_of(record, name)):
            record = gone
        shown |= {column: getattr(record.startup, column) for column in columns}
    return shown
