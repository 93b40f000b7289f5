"""Forms of mentoring: shape and choices only."""

from datetime import UTC, datetime
from typing import Any

from babel import Locale
from wtforms import Field, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional, StopValidation
from wtforms.widgets import HiddenInput

from accelerator.core import i18n
from accelerator.core.forms import (
    Between,
    CheckboxesField,
    ChoiceField,
    DayField,
    DigitsField,
    Filled,
    Form,
    HourField,
    LineField,
    LinkField,
    TextField,
)
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.mentoring.models import TOPICS
from accelerator.mentoring.operations.mentors import BOUNDS
from accelerator.mentoring.turnout import ANSWERS, Turnout

LANGUAGES = ("en", "ja", "zh", "ko", "de", "fr", "es", "pt", "it", "et", "vi", "th", "id", "hi")
WEEKDAYS = (
    lazy("Monday"),
    lazy("Tuesday"),
    lazy("Wednesday"),
    lazy("Thursday"),
    lazy("Friday"),
    lazy("Saturday"),
    lazy("Sunday"),
)
SHORT = Length(max=1000, message=lazy("Use 1,000 characters at most."))
LONG = Length(max=4000, message=lazy("Use 4,000 characters at most."))


def language_name(code: str) -> str:
    """A language's name in the viewer's language."""
    return str(Locale.parse(code).get_display_name(i18n.locale()) or code)


def came_in_words(mentor: str, startup: str) -> dict[str, str]:
    """Every answer to who came, with the names of both sides."""
    return {
        "both": _("Both came"),
        "no_startup": _("%(name)s did not come", name=startup),
        "no_mentor": _("%(name)s did not come", name=mentor),
        "neither": _("Neither came"),
        "unknown": _("It did not take place; who missed it is not known"),
    }


def in_steps(_form: Any, field: Any) -> None:
    """Slots lie on a grid of five minutes."""
    if field.data is not None and field.data % 5:
        raise StopValidation(_("Enter “%(field)s” in steps of five minutes.", field=field.label.text))


class InstantField(Field):
    """An instant as ISO 8601 with its offset, from a list of slots."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the instant, in UTC."""
        self.data: datetime | None = None
        # The time chosen before is sent first, for the day on which it is not drawn; the one chosen now is the last.
        text = valuelist[-1].strip() if valuelist else ""
        if not text:
            return
        try:
            moment = datetime.fromisoformat(text.replace(" ", "+"))
        except ValueError:
            raise ValueError(_("Choose one of the times.")) from None
        if moment.tzinfo is None:
            raise ValueError(_("Choose one of the times."))
        self.data = moment.astimezone(UTC)

    def _value(self) -> str:
        return self.data.isoformat() if self.data else ""


class BookForm(Form):
    """What a booking needs; ``startup`` is asked of the team only."""

    slot = InstantField(lazy("Time"), [Filled(lazy("Choose a time first."))])
    startup = ChoiceField(lazy("Startup"), [InputRequired(lazy("Choose a startup."))])
    purpose = TextField(
        lazy("What do you want to get out of it?"), [Filled(lazy("Say what you want to get out of it.")), SHORT]
    )
    token = HiddenField()


class MoveForm(Form):
    """A new time for a session."""

    slot = InstantField(lazy("Time"), [Filled(lazy("Choose a time first."))])


class CancelForm(Form):
    """Why a session is cancelled."""

    reason = TextField(lazy("Why"), [Filled(lazy("Say why. The other side reads it.")), SHORT])


class HoursForm(Form):
    """A weekly window."""

    weekday = ChoiceField(
        lazy("Day"), coerce=int, choices=[SelectChoice(str(day), name) for day, name in enumerate(WEEKDAYS)]
    )
    start = HourField(lazy("From"), [InputRequired(lazy("Enter a time, like 07:30."))])
    end = HourField(lazy("To"), [InputRequired(lazy("Enter a time, like 07:30."))])


class ExceptionForm(Form):
    """Days away, or extra hours."""

    kind = RadioField(
        lazy("What changes"),
        [InputRequired(lazy("Choose one of the two."))],
        choices=[SelectChoice("away", lazy("I am away")), SelectChoice("extra", lazy("I have extra hours"))],
    )
    first = DayField(lazy("First day"), [InputRequired(lazy("Enter a day."))])
    last = DayField(lazy("Last day"), [Optional()])
    start = HourField(lazy("Extra hours from"), [Optional()])
    end = HourField(lazy("Extra hours to"), [Optional()])


class PersonForm(Form):
    """Whom to add to the directory. Whether that is still possible is for the operation to say."""

    person = ChoiceField(lazy("Person"), [InputRequired(lazy("Choose a person."))], validate_choice=False)

    @property
    def person_id(self) -> int | None:
        """The chosen person's id; nothing where none was chosen, or what is no number of ours."""
        text = self.person.data or ""
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class MentorForm(SharedForm):
    """How a mentor is described and can be booked."""

    headline_en = LineField(
        lazy("In one line (English)"), [Length(max=140, message=lazy("Use 140 characters at most."))]
    )
    headline_ja = LineField(
        lazy("In one line (Japanese)"), [Length(max=140, message=lazy("Use 140 characters at most."))]
    )
    bio_en = TextField(lazy("About you (English)"), [LONG])
    bio_ja = TextField(lazy("About you (Japanese)"), [LONG])
    topics = CheckboxesField(
        lazy("You can help with"), choices=[SelectChoice(key, label) for key, label in TOPICS.items()]
    )
    languages = CheckboxesField(lazy("You speak"), [Filled(lazy("Choose a language."))])
    minutes = DigitsField(lazy("Length of a session, in minutes"), [Filled(), Between(*BOUNDS["minutes"]), in_steps])
    buffer_minutes = DigitsField(
        lazy("Pause after each session, in minutes"), [Filled(), Between(*BOUNDS["buffer_minutes"]), in_steps]
    )
    notice_hours = DigitsField(
        lazy("Booked at least this many hours ahead"), [Filled(), Between(*BOUNDS["notice_hours"])]
    )
    horizon_days = DigitsField(
        lazy("Booked at most this many days ahead"), [Filled(), Between(*BOUNDS["horizon_days"])]
    )
    daily_cap = DigitsField(lazy("Sessions a day at most"), [Filled(), Between(*BOUNDS["daily_cap"])])
    video_link = LinkField(lazy("Video link"), [Length(max=300, message=lazy("Use 300 characters at most."))])

    def __init__(self, *given: Any, **values: Any) -> None:
        super().__init__(*given, **values)
        self.languages.choices = [SelectChoice(code, language_name(code)) for code in LANGUAGES]


class SettleForm(Form):
    """Who came to a session."""

    came = RadioField(lazy("Who came?"), [InputRequired(lazy("Say who came."))])

    def name_sides(self, mentor: str, startup: str) -> None:
        """Offer the answers with the names of both sides in them."""
        self.came.choices = [SelectChoice(key, text) for key, text in came_in_words(mentor, startup).items()]

    @property
    def turnout(self) -> Turnout:
        """The answer that was chosen."""
        return ANSWERS[self.came.data]


class LogForm(SettleForm):
    """What one side notes after a session."""

    useful = RadioField(
        lazy("How useful was it?"),
        [Optional()],
        description=lazy("Only you and the programme team see it; reports give only the average."),
        choices=[
            SelectChoice("1", lazy("1, not at all")),
            *map(SelectChoice, "234"),
            SelectChoice("5", lazy("5, very")),
        ],
    )
    note = TextField(lazy("Note for both sides"), [LONG])
    private_note = TextField(lazy("Private note to the programme team"), [LONG])


class ActionForm(Form):
    """Something agreed."""

    text = LineField(
        lazy("What was agreed"),
        [Filled(lazy("Say what was agreed.")), Length(max=300, message=lazy("Use 300 characters at most."))],
    )
    owner = RadioField(
        lazy("Who does it"),
        choices=[SelectChoice("startup", lazy("The startup")), SelectChoice("mentor", lazy("The mentor"))],
        default="startup",
    )
    due_on = DayField(lazy("By"), [Optional()])
