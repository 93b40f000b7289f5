"""Forms of events: shape only."""

from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, StopValidation

from accelerator.core import i18n
from accelerator.core.countries import countries
from accelerator.core.forms import (
    AddressField,
    ChoiceField,
    DigitsField,
    Filled,
    Form,
    LineField,
    LinkField,
    LocalMomentField,
    TextField,
    row_id,
)
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.core.zone_field import ZoneField
from accelerator.events.models import KIND_LABELS, Event


class Address:
    """The field must hold an address of the shape that mail servers take; nobody is asked whether it exists."""

    def __call__(self, form: Form, field: LineField) -> None:
        """Raise StopValidation for anything else."""
        try:
            field.data = validate_email(field.data or "", check_deliverability=False).normalized
        except EmailNotValidError:
            raise StopValidation(_("Enter an address like name@example.org.")) from None


class RegistrationForm(Form):
    """What a guest tells."""

    name = LineField(
        lazy("Your name"), [Filled(lazy("Enter your name.")), Length(max=120)], render_kw={"autocomplete": "name"}
    )
    email = AddressField(
        lazy("E-mail"),
        [Filled(lazy("Enter your address.")), Length(max=254), Address()],
        render_kw={"autocomplete": "email", "inputmode": "email"},
    )
    organisation = LineField(lazy("Organisation"), [Length(max=120)], render_kw={"autocomplete": "organization"})
    country = ChoiceField(lazy("Country"))
    language = ChoiceField(lazy("Language of our e-mails"))
    zone = ZoneField(
        lazy("Your time zone"),
        [Filled(lazy("Enter a city in your time zone."))],
        description=lazy("Type a city. E-mails show times in this zone."),
    )

    def offer_choices(self) -> None:
        """Fill the lists in the viewer's language."""
        listed = (SelectChoice(code, name) for code, name in countries())
        self.country.choices = [SelectChoice("", _("Rather not say")), *listed]
        self.language.choices = [SelectChoice(code, name) for code, name in i18n.LANGUAGES.items()]


class EventForm(SharedForm):
    """An event's plan."""

    title_en = LineField(lazy("Title in English"), [Filled(lazy("Give it a title.")), Length(max=120)])
    title_ja = LineField(lazy("Title in Japanese"), [Filled(lazy("Give it a title.")), Length(max=120)])
    kind = ChoiceField(lazy("Kind"))
    parent_id = ChoiceField(lazy("Part of"), coerce=row_id)
    starts_at = LocalMomentField(lazy("Starts"), [Filled(lazy("Enter when it starts."))])
    ends_at = LocalMomentField(lazy("Ends"), [Filled(lazy("Enter when it ends."))])
    about_en = TextField(lazy("About, in English"), [Length(max=4000)])
    about_ja = TextField(lazy("About, in Japanese"), [Length(max=4000)])
    capacity = DigitsField(lazy("Seats"), description=lazy("Empty means no limit. Beyond it, people wait for a seat."))
    public = BooleanField(
        lazy("Anyone can see it and register"),
        description=lazy("Otherwise only people of this edition can."),
    )
    stream_url = LinkField(
        lazy("Link to the stream"),
        [Length(max=300)],
        description=lazy("Shown only to guests with a seat, on the event's page."),
    )
    recording_url = LinkField(
        lazy("Link to the recording"),
        [Length(max=300)],
        description=lazy("Shown after the event to everybody who can see its page."),
    )

    def offer_choices(self, parents: Sequence[Event]) -> None:
        """Fill the lists."""
        self.kind.choices = [SelectChoice(kind.value, str(label)) for kind, label in KIND_LABELS.items()]
        named = [SelectChoice(str(parent.id), parent.name) for parent in parents]
        self.parent_id.choices = [SelectChoice("0", _("No other event")), *named]


class AgendaForm(SharedForm):
    """A point of the agenda."""

    starts_at = LocalMomentField(lazy("Starts"), [Filled(lazy("Enter when it starts."))])
    minutes = DigitsField(lazy("Minutes"), [Filled(lazy("Enter how many minutes it takes."))])
    title_en = LineField(lazy("Title in English"), [Filled(lazy("Give it a title.")), Length(max=160)])
    title_ja = LineField(lazy("Title in Japanese"), [Filled(lazy("Give it a title.")), Length(max=160)])
    speaker = LineField(lazy("Speaker"), [Length(max=160)])


class CancelEventForm(Form):
    """Why an event is cancelled."""

    reason = TextField(
        lazy("What guests should know"),
        [Length(max=1000)],
        description=lazy(
            "In the e-mail and on the event's page, as you write it. Use both languages if your guests read both."
        ),
    )
