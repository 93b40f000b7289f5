"""Forms: shape and choices only. What was typed is kept, every text passes the one filter, Refused becomes an error."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from flask import request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    FieldList,
    FileField,
    FormField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
)
from wtforms.fields.core import UnboundField
from wtforms.validators import StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from accelerator.core import i18n
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.requests import LARGEST
from accelerator.core.text import clean, clean_line, half_width, mail_address, web_address

__all__ = [
    "AddressField",
    "Between",
    "CheckboxesField",
    "DayField",
    "DigitsField",
    "Filled",
    "Form",
    "LineField",
    "LinkField",
    "MoneyField",
    "TextField",
    "row_id",
]


YEARS = range(1900, 2200)
"""Beyond them a day can't be moved from zone to zone, and nobody means it."""
AMOUNT = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,4})?")
"""What a database takes as a number; ``float`` also reads nan, inf and 1e400."""


def _clean(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


class Form(FlaskForm):
    """The form every page uses.

    CSRF is checked for the whole application before any view runs, so the form itself does not do it again.
    ``field_order`` names the fields that come first on the page, where that is not the order of the class.
    """

    field_order: tuple[str, ...] = ()

    class Meta(FlaskForm.Meta):
        csrf = False

        def bind_field(self, form: Any, unbound_field: UnboundField, options: dict[str, Any]) -> Field:
            """Give every text field the one filter for incoming text."""
            if issubclass(unbound_field.field_class, StringField):
                options = {**options, "filters": [*unbound_field.kwargs.get("filters", ()), _clean]}
                unbound_field.kwargs.pop("filters", None)
            return unbound_field.bind(form=form, **options)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was typed, and files for the fields of files alone: no other field bears one."""
            typed = super().wrap_formdata(form, formdata)
            if typed is None or formdata is typed:
                return typed
            named = {field.name for field in form._fields.values() if isinstance(field, FileField)}
            files = MultiDict((name, file) for name, file in request.files.items(multi=True) if name in named)
            return CombinedMultiDict((files, request.form)) if files else request.form

        def get_translations(self, form: Any) -> Any:
            """WTForms' own sentences pass through our catalogues."""
            return _Sentences()

    def __iter__(self) -> Iterator[Field]:
        """The fields in the order of the page."""
        fields: dict[str, Field] = self._fields
        return iter({name: fields[name] for name in (*self.field_order, *fields) if name in fields}.values())

    def process(self, *arguments: Any, **options: Any) -> None:
        """Fill the fields; a day or time that can't be moved from zone to zone is refused."""
        super().process(*arguments, **options)
        for field in self:
            if isinstance(field.data, date) and field.data.year not in YEARS:
                field.data = None
                field.process_errors.append(
                    _("Enter “%(field)s” with a year between 1900 and 2199.", field=_named(field))
                )

    def validate_with(self, check: Callable[[], Iterable[Refused]]) -> bool:
        """Whether the form was sent and both it and ``check`` find nothing wrong; all that is wrong is shown at once.

        ``check`` is what the operation asks of itself. It runs whatever the form found, so it has to bear None for what
        is empty or unreadable; of a field that has an error already it need say nothing more.
        """
        if not self.is_submitted():
            return False
        is_valid, clear = self.validate(), {name for name, field in self._fields.items() if not field.errors}
        try:
            problems = list(check())
        except Refused as refusal:
            problems = [refusal, *refusal.also]
        for problem in problems:
            if problem.field is None or problem.field in clear or problem.field not in self._fields:
                self.refuse(problem)
        return is_valid and not self.errors

    def attempt(self, operation: Callable[..., Any], *subject: Any, **values: Any) -> bool:
        """Run an operation; on Refused undo what it wrote, show its sentence, and return False."""
        try:
            with session().begin_nested():
                operation(*subject, **values)
        except Refused as refusal:
            self.refuse(refusal)
            return False
        return True

    def refuse(self, refusal: Refused) -> None:
        """Show each of its sentences beside the field that it names, else above the form."""
        for problem in (refusal, *refusal.also):
            if problem.field and problem.field in self._fields:
                field = self._fields[problem.field]
                field.errors = [*field.errors, problem.message]
            else:
                self.form_errors.append(problem.message)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """``(id of the field or "", sentence)`` in the order of the page: the error summary."""
        return [*(("", str(message)) for message in self.form_errors), *_problems_of(self)]


def _problems_of(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    """What is wrong with each field, and with those within it where it is a list of lines."""
    for field in fields:
        if isinstance(field, FormField):
            yield from _problems_of(field.form)
        elif isinstance(field, FieldList):
            yield from _problems_of(field.entries)
        else:
            yield from ((field.id, str(message)) for message in field.errors)


ONE_OF_LIST, FROM_LIST = i18n.lazy("Choose one from the list."), i18n.lazy("Choose from the list.")
AT_MOST = i18n.lazy("Use %(max)d characters at most.")
OWN_WORDS = {
    "Not a valid choice.": ONE_OF_LIST,
    "Invalid Choice: could not coerce.": ONE_OF_LIST,
    "Invalid choice(s): one or more data inputs could not be coerced.": FROM_LIST,
    "'%(value)s' is not a valid choice for this field.": FROM_LIST,
    "'%(value)s' are not valid choices for this field.": FROM_LIST,
    "Field cannot be longer than %(max)d character.": AT_MOST,
    "Field cannot be longer than %(max)d characters.": AT_MOST,
}
"""What WTForms says, and what we say instead: what to do."""


class _Sentences:
    def gettext(self, message: str) -> str:
        """Our own sentence, from our catalogue."""
        return str(OWN_WORDS[message]) if message in OWN_WORDS else i18n.gettext(message)

    def ngettext(self, singular: str, several: str, count: int) -> str:
        """WTForms interpolates the values itself, so only the choice of the sentence is ours."""
        return self.gettext(singular if count == 1 else several)


def _named(field: Field) -> str:
    return str(field.label.text)


def _is_blank(field: Field, typed: list[Any]) -> bool:
    """Whether nothing was typed; what the field held before is then meant no longer, unless the page did not draw it."""
    is_blank = not any(text.strip() for text in typed)
    if is_blank and typed:
        field.data = None
    return is_blank


class Filled:
    """The field must hold something but spaces; ``message`` says what to enter, without it the field is named."""

    field_flags = {"required": True}

    def __init__(self, message: Any = None) -> None:
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:
        """Raise StopValidation when nothing is there."""
        value = field.data
        if value is None or value == [] or (isinstance(value, str) and not value.strip()):
            # A value that could not be read has an error of its own already.
            if not field.errors:
                raise StopValidation(
                    str(self.message) if self.message else _("Fill in “%(field)s”.", field=_named(field))
                )
            raise StopValidation()


class Between:
    """A number must lie between two others, both allowed; nothing is for :class:`Filled` to judge."""

    def __init__(self, least: int, most: int) -> None:
        self.least, self.most = least, most

    def __call__(self, form: Any, field: Any) -> None:
        """Raise StopValidation with the bounds and the field's name."""
        if field.data is not None and not self.least <= field.data <= self.most:
            bounds = {"least": f"{self.least:,}", "most": f"{self.most:,}"}
            raise StopValidation(
                _("Enter “%(field)s” as a number from %(least)s to %(most)s.", field=_named(field), **bounds)
            )


class LineField(StringField):
    """One line of text, spaces folded."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Fold the typed text to one line."""
        if valuelist:
            self.data = clean_line(valuelist[0])


class AddressField(LineField):
    """A mail address, folded to half width and lower case."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the address as it will be kept."""
        if valuelist:
            self.data = mail_address(valuelist[0])


class LinkField(LineField):
    """An address on the web; example.org gets its https://."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Complete the address."""
        if valuelist:
            self.data = web_address(valuelist[0])


class TextField(StringField):
    """Several lines of text. ``rows`` is a hint for the page."""

    multiline = True


class DigitsField(IntegerField):
    """A whole number; full-width digits and thousands separators are taken. ``largest`` is what its column holds."""

    def __init__(self, label: Any = None, validators: Any = None, *, largest: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.largest = largest

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number or say how to write it."""
        self.raw_data = valuelist
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        text = half_width(valuelist[0]).replace(",", "").replace(" ", "").strip()
        try:
            self.data = int(text)
        except ValueError:
            self.data = None
            raise ValueError(_("Enter “%(field)s” as a whole number, like 4200.", field=_named(self))) from None
        if abs(self.data) > self.largest:
            self.data = None
            most = format_decimal(self.largest, locale=i18n.locale())
            raise ValueError(_("Enter “%(field)s” as a number up to %(most)s.", field=_named(self), most=most))


class DayField(DateField):
    """A day; an unreadable one is refused in plain words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day or say how to write it. What is not filled in is for :class:`Filled` to judge."""
        if _is_blank(self, valuelist):
            return
        try:
            super().process_formdata([half_width(text).strip() for text in valuelist])
        except ValueError:
            raise ValueError(_("Enter “%(field)s” as a day, like 2020-10-16.", field=_named(self))) from None


class MoneyField(StringField):
    """An amount without its currency, kept as a Decimal text; full-width digits and commas are taken."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount or say how to write it."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        text = half_width(valuelist[0]).replace(",", "").replace(" ", "").strip()
        if not AMOUNT.fullmatch(text):
            self.data = valuelist[0]
            raise ValueError(_("Enter “%(field)s” as a number, like 4200.", field=_named(self)))
        self.data = text


class CheckboxesField(SelectMultipleField):
    """Several choices as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ChoiceField(SelectField):
    """One choice; an unknown one is refused in plain words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the choice; what is none of its kind is an unknown one."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Choose one from the list.")) from None

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not on the list."""
        try:
            super().pre_validate(form)
        except Exception as error:
            raise StopValidation(_("Choose one from the list.")) from error


def row_id(typed: Any) -> int:
    """The id of a row, for fields that choose one; ValueError for what no column holds."""
    number = int(typed)
    if not 0 <= number <= LARGEST:
        raise ValueError(typed)
    return number


class LocalMomentField(DateTimeLocalField):
    """A wall-clock time; the view says in which zone it counts."""

    def __init__(self, label: Any = None, validators: Any = None, **kwargs: Any) -> None:
        super().__init__(label, validators, format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time or say how to write it. What is not filled in is for :class:`Filled` to judge."""
        if _is_blank(self, valuelist):
            return
        try:
            super().process_formdata([half_width(text).strip() for text in valuelist])
        except ValueError:
            raise ValueError(
                _("Enter “%(field)s” as a day and a time, like 2020-11-12 10:00.", field=_named(self))
            ) from None


class HourField(TimeField):
    """A time of day; an unreadable one is refused in plain words."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the time or say how to write it. What is not filled in is for the validators to judge."""
        if _is_blank(self, valuelist):
            return
        try:
            super().process_formdata([half_width(text).strip() for text in valuelist])
        except ValueError:
            raise ValueError(_("Enter “%(field)s” as a time, like 07:30.", field=_named(self))) from None


def day_of(text: str | None) -> date | None:
    """A day from a query string, None when it is absent or no day."""
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS else None
