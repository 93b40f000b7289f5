"""Forms over what several people change: nobody overwrites unseen what somebody else saved in the meantime."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from wtforms import BooleanField, Field, FieldList, FormField, HiddenField
from wtforms.fields.choices import SelectFieldBase

from accelerator.core import i18n, times
from accelerator.core.forms import Form
from accelerator.core.i18n import gettext as _
from accelerator.core.versions import stale_problems, version_of
from accelerator.core.zone_field import ZoneField


class SharedForm(Form):
    """A form whose page carries the version of what it shows: ``start(form=…)`` writes it.

    Give it what is stored as ``obj`` or ``data``, read once nobody else can save any more (``web.held``); where the
    fields don't hold that as it is stored, give ``stored``, and ``saved`` with its words. When it comes back with the
    version of another state it is refused, says what is saved now where it would overwrite that (``saved_since``), and
    carries the new version.
    """

    version = HiddenField()

    def __init__(
        self, *arguments: Any, stored: Any = None, saved: Sequence[tuple[str, str]] = (), **options: Any
    ) -> None:
        super().__init__(*arguments, **options)
        self._saved = list(saved)
        fields = {field.short_name: _plain(field.object_data) for field in self._shown}
        present = version_of(fields if stored is None else stored)
        shown = self.version.data if self.is_submitted() and self.version.raw_data else None
        self.stale = list(stale_problems(shown, present))
        self.version.data = present

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the fields are right and nobody else has saved."""
        is_valid = super().validate(extra_validators)
        for problem in self.stale:
            self.refuse(problem)
        return is_valid and not self.stale

    @property
    def saved_since(self) -> list[tuple[str, str]]:
        """``(label, what is saved now)`` of what somebody else saved and this form would overwrite."""
        if not self.stale:
            return []
        return self._saved + [(str(field.label.text), in_words(field)) for field in self._shown if _differs(field)]

    @property
    def _shown(self) -> list[Field]:
        return [field for field in self if not isinstance(field, HiddenField | FieldList | FormField)]


def _differs(field: Field) -> bool:
    return bool(_plain(field.object_data) != _plain(field.data))


def _plain(value: Any) -> Any:
    return None if value in ("", [], ()) else value


def in_words(field: Field) -> str:
    """What is stored for a field, as the field itself names it."""
    stored = field.object_data
    if isinstance(field, BooleanField):
        return _("Yes") if stored else _("No")
    if isinstance(field, SelectFieldBase):
        names = {str(choice[0]): str(choice[1]) for choice in field.iter_choices()}
        chosen = [_code(value) for value in (stored if isinstance(stored, list | tuple | set) else [stored])]
        return i18n.marks().comma.join(names.get(code, code) for code in chosen) or "–"
    if isinstance(stored, datetime):
        # Wall-clock time of whichever zone the form counts in, as its fields have it.
        return f"{times.day(date(stored.year, stored.month, stored.day))} {stored:%H:%M}"
    if isinstance(stored, date):
        return times.day(stored)
    if _plain(stored) is None:
        return "–"
    if isinstance(field, ZoneField) and times.is_zone(stored):
        return times.zone_city(stored)
    return format(stored.normalize(), "f") if isinstance(stored, Decimal) else str(stored)


def _code(value: Any) -> str:
    return "" if value is None else str(value.value if isinstance(value, Enum) else value)
