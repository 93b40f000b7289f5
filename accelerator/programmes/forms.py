"""Forms of programmes, editions and their people: shape only."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from wtforms import BooleanField, Field, FieldList, FormField, HiddenField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange, Optional, StopValidation

from accelerator.accounts.models import ROLE_LABELS, Role
from accelerator.core import countries, i18n
from accelerator.core.forms import (
    Between,
    ChoiceField,
    DayField,
    DigitsField,
    Filled,
    Form,
    LineField,
    LocalMomentField,
    TextField,
)
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.core.times import from_local, is_zone
from accelerator.core.zone_field import ZoneField
from accelerator.programmes.models import MODE_LABELS, Edition, Mode
from accelerator.programmes.operations.lists import HostLine, SectorLine
from accelerator.programmes.operations.plan import STEPS, Plan

BOTH = ("name", "theme", "about", "place")
SAME = (
    "zone",
    "mode",
    "places",
    "announced_on",
    "decisions_on",
    "starts_on",
    "coaching_ends_on",
    "demo_day_on",
    "sealed",
    "two_person_release",
)

INSTANTS = ("opens_at", "closes_at", "accepts_until")


def _pair(form: Any, name: str) -> dict[str, str]:
    return {code: (form[f"{name}_{code}"].data or "") for code in i18n.LANGUAGES}


def country_choices() -> list[SelectChoice]:
    """Countries with their names in the viewer's language, sorted by name."""
    return [SelectChoice(code, name) for code, name in countries.countries()]


class PlanForm(SharedForm):
    """Everything about an edition that its admins set."""

    name_en = LineField(lazy("Name, English"), [Filled(), Length(max=80)])
    name_ja = LineField(lazy("Name, Japanese"), [Filled(), Length(max=80)], render_kw={"lang": "ja"})
    theme_en = LineField(lazy("Theme, English"), [Filled(), Length(max=160)])
    theme_ja = LineField(lazy("Theme, Japanese"), [Filled(), Length(max=160)], render_kw={"lang": "ja"})
    about_en = TextField(lazy("About, English"), [Filled(), Length(max=4000)])
    about_ja = TextField(lazy("About, Japanese"), [Filled(), Length(max=4000)])
    place_en = LineField(lazy("Place, English"), [Filled(), Length(max=60)])
    place_ja = LineField(lazy("Place, Japanese"), [Filled(), Length(max=60)], render_kw={"lang": "ja"})
    zone = ZoneField(
        lazy("Time zone"),
        [Filled()],
        description=lazy("All dates of the edition are in this time zone. Type a city."),
    )
    mode = ChoiceField(
        lazy("Mode"), choices=[SelectChoice(value, label) for value, label in MODE_LABELS.items()], coerce=Mode
    )
    places = DigitsField(lazy("Places"), [Filled(), Between(1, 10_000)])
    announced_on = DayField(STEPS["announced_on"], [Filled()])
    opens_at = LocalMomentField(STEPS["opens_at"], [Filled()])
    closes_at = LocalMomentField(
        STEPS["closes_at"],
        [Optional()],
        description=lazy("What everybody reads. Leave it empty for a rolling call without a close."),
    )
    accepts_until = LocalMomentField(
        STEPS["accepts_until"],
        [Optional()],
        description=lazy(
            "What comes after the announced close until then is taken and marked as late. Applicants are not told before "
            "the announced close. Empty: nothing is taken after it."
        ),
    )
    decisions_on = DayField(STEPS["decisions_on"], [Filled()])
    starts_on = DayField(STEPS["starts_on"], [Filled()])
    coaching_ends_on = DayField(STEPS["coaching_ends_on"], [Filled()])
    demo_day_on = DayField(STEPS["demo_day_on"], [Filled()])
    sealed = BooleanField(
        lazy("Seal the applications until the call closes"),
        description=lazy("Until then, nobody on the team can read an application without giving a reason."),
    )
    two_person_release = BooleanField(
        lazy("Two people release decisions"), description=lazy("One prepares, another approves."), default=True
    )

    @classmethod
    def of(cls, edition: Edition, *, is_sent: bool) -> "PlanForm":
        """The form with what an edition has, its instants as wall-clock times of its zone, or with what was typed."""
        values: dict[str, Any] = {name: getattr(edition, name) for name in SAME}
        for name in BOTH:
            for code in i18n.LANGUAGES:
                values[f"{name}_{code}"] = getattr(edition, name).get(code, "")
        for name in INSTANTS:
            at = getattr(edition, name)
            values[name] = at.astimezone(ZoneInfo(edition.zone)).replace(tzinfo=None) if at else None
        return cls(data=values) if is_sent else cls(formdata=None, data=values)

    def validate_opens_at(self, field: Any) -> None:
        """Refuse an hour that a clock change skips."""
        _check_hour(field, self.zone.data)

    def validate_closes_at(self, field: Any) -> None:
        """Refuse an hour that a clock change skips."""
        _check_hour(field, self.zone.data)

    def validate_accepts_until(self, field: Any) -> None:
        """Refuse an hour that a clock change skips."""
        _check_hour(field, self.zone.data)

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by the names of a plan; what is empty or can't be read is None."""
        values: dict[str, Any] = {name: self[name].data for name in SAME}
        values |= {name: _pair(self, name) for name in BOTH}
        return values | {name: _instant(self[name].data, self.zone.data) for name in INSTANTS}

    @property
    def plan(self) -> Plan:
        """What was typed, once it is valid."""
        return Plan(**self.values)


def _check_hour(field: Any, zone: str | None) -> None:
    if not isinstance(field.data, datetime) or not zone or not is_zone(zone):
        return  # what is no zone has an error of its own
    if _instant(field.data, zone) is None:
        raise StopValidation(_("The clocks change then: this time does not exist in that time zone."))


def _instant(local: datetime | None, zone: str | None) -> datetime | None:
    """The instant of a wall-clock time; None without one, without a zone, and for an hour that there is not."""
    try:
        return from_local(local, zone) if local is not None and zone and is_zone(zone) else None
    except (ValueError, KeyError):
        return None


class NewEditionForm(PlanForm):
    """A plan and its part of addresses."""

    slug = LineField(
        lazy("Short name for web addresses"),
        [Filled(), Length(max=60)],
        description=lazy("Lower-case letters, digits and hyphens, like kobe-2020. It can't be changed later."),
    )


class ProgrammeForm(Form):
    """A lasting scheme."""

    name_en = LineField(lazy("Name, English"), [Filled(), Length(max=80)])
    name_ja = LineField(lazy("Name, Japanese"), [Filled(), Length(max=80)], render_kw={"lang": "ja"})
    host_en = LineField(lazy("Host, English"), [Filled(), Length(max=120)])
    host_ja = LineField(lazy("Host, Japanese"), [Filled(), Length(max=120)], render_kw={"lang": "ja"})
    since = DigitsField(
        lazy("Year of the first edition"),
        [Filled(), NumberRange(1900, 2200, lazy("Enter the year of the first edition, like 2016."))],
    )
    home_country = ChoiceField(lazy("Home country"), choices=country_choices)
    slug = LineField(
        lazy("Short name for web addresses"),
        [Filled(), Length(max=60)],
        description=lazy("Lower-case letters, digits and hyphens, like kobe-accelerator. It can't be changed later."),
    )

    def pair(self, name: str) -> dict[str, str]:
        """A text in both languages."""
        return _pair(self, name)


class SectorForm(Form):
    """One sector; a new one has no id."""

    sector_id = HiddenField()
    name_en = LineField(lazy("Name, English"), [Length(max=80)])
    name_ja = LineField(lazy("Name, Japanese"), [Length(max=80)], render_kw={"lang": "ja"})

    def validate(self, *given: Any, **options: Any) -> bool:
        """A new line may stay empty; else all of it is asked."""
        is_valid = super().validate(*given, **options)
        is_kept = bool(self.sector_id.data or self.name_en.data or self.name_ja.data)
        texts = [self.name_en, self.name_ja] if is_kept else []
        return _is_whole(texts, _("Give each sector a name in both languages.")) and is_valid


def _is_whole(texts: Sequence[Field], sentence: str) -> bool:
    """Whether all of these fields are filled in; the sentence stands beside those that are not."""
    missing = [field for field in texts if not field.data]
    for field in missing:
        field.errors = [*field.errors, sentence]
    return not missing


class ListForm(SharedForm):
    """All lines of a list on one page; ``key`` names the hidden field with a line's id.

    Where somebody else has saved since, the lines that are gone are new ones here, and those that are new to this page
    stand behind the typed ones: saved once more, nobody's line is lost.
    """

    key: ClassVar[str]
    keeps_gone: ClassVar[bool] = True

    def line_name(self, number: int) -> str:
        """What the page calls the line with a number, from 1; nothing where its fields say whose it is."""
        return ""

    @property
    def problems(self) -> list[tuple[str, str]]:
        """The problems, each with the line that it is about."""
        return [(target, f"{self._line_of(target)}{sentence}") for target, sentence in super().problems]

    def _line_of(self, target: str) -> str:
        line = re.match(rf"{self._lines.name}-(\d+)-", target)
        name = self.line_name(int(line[1]) + 1) if line else ""
        return f"{name}{i18n.marks().colon}" if name else ""

    @property
    def _lines(self) -> FieldList:
        return next(field for field in self if isinstance(field, FieldList))

    def take_in(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Bring the lines that were typed in step with what is stored now."""
        lines, stored = self._lines, {str(row[self.key]) for row in rows}
        gone = [entry for entry in lines.entries if entry.form[self.key].data not in (None, "", *stored)]
        for entry in gone:
            entry.form[self.key].data = ""
        if not self.keeps_gone:
            lines.entries = [entry for entry in lines.entries if entry not in gone]
        typed = {entry.form[self.key].data for entry in lines.entries}
        for row in rows:
            if str(row[self.key]) not in typed and len(lines.entries) < lines.max_entries:
                lines.append_entry({**row, self.key: str(row[self.key])})


class SectorsForm(ListForm):
    """All sectors of an edition, and empty lines for new ones."""

    key = "sector_id"

    def line_name(self, number: int) -> str:
        """The sector's number."""
        return _("Sector %(num)s", num=number)

    sectors = FieldList(FormField(SectorForm), max_entries=60)

    @property
    def lines(self) -> list[SectorLine]:
        """What was typed, without empty new lines."""
        entries = [entry.form for entry in self.sectors.entries]
        return [
            SectorLine(_pair(form, "name"), _id(form.sector_id))
            for form in entries
            if form.sector_id.data or any(_pair(form, "name").values())
        ]


def _id(field: Any) -> int | None:
    # A number that is no row's is refused by the operation, as one that was removed meanwhile.
    text = field.data or ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0 if text else None


class HostForm(Form):
    """One organisation; a new one has no id."""

    host_id = HiddenField()
    name_en = LineField(lazy("Name, English"), [Length(max=120)])
    name_ja = LineField(lazy("Name, Japanese"), [Length(max=120)], render_kw={"lang": "ja"})
    part_en = LineField(lazy("Role, English"), [Length(max=160)])
    part_ja = LineField(lazy("Role, Japanese"), [Length(max=160)], render_kw={"lang": "ja"})
    position = DigitsField(lazy("Place in the list"), [Optional(), Between(1, 99)])
    shares_data = BooleanField(lazy("Applicants are asked to share their data with it"))
    reads_applications = BooleanField(lazy("Its partners can read the applications, the board and the cohort here"))

    def validate(self, *given: Any, **options: Any) -> bool:
        """A line without any name is left out; else its names and parts are asked."""
        is_valid = super().validate(*given, **options)
        is_kept = bool(self.name_en.data or self.name_ja.data)
        texts = [self.name_en, self.name_ja, self.part_en, self.part_ja] if is_kept else []
        return _is_whole(texts, _("Give each organisation a name and a role in both languages.")) and is_valid


class HostsForm(ListForm):
    """All organisations of an edition; a line without any name is left out."""

    key = "host_id"

    def line_name(self, number: int) -> str:
        """The organisation's number."""
        return _("Organisation %(num)s", num=number)

    hosts = FieldList(FormField(HostForm), max_entries=30)

    @property
    def lines(self) -> list[HostLine]:
        """What was typed, without empty lines, in the order of the numbers; equal ones in the order of the page."""
        entries = sorted((entry.form for entry in self.hosts.entries), key=lambda form: form.position.data or 100)
        return [
            HostLine(
                _pair(form, "name"),
                _pair(form, "part"),
                form.shares_data.data,
                _id(form.host_id),
                form.reads_applications.data,
            )
            for form in entries
            if any(_pair(form, "name").values())
        ]


class PartnerForm(Form):
    """Which organisation one partner comes from."""

    person_id = HiddenField()
    host_id = ChoiceField(lazy("Organisation"), validate_choice=False)


class PartnersForm(ListForm):
    """All partners of an edition; whoever is none any more has no line."""

    key, keeps_gone = "person_id", False

    partners = FieldList(FormField(PartnerForm), max_entries=200)

    @property
    def hosts(self) -> dict[int, int | None]:
        """``{person id: host id}`` as chosen."""
        entries = [entry.form for entry in self.partners.entries]
        return {_id(form.person_id) or 0: _id(form.host_id) for form in entries}


class InviteForm(Form):
    """Addresses and a role."""

    role = ChoiceField(
        lazy("Role"),
        choices=[SelectChoice(value, label) for value, label in ROLE_LABELS.items()],
        coerce=Role,
        default=Role.REVIEWER,
    )
    language = ChoiceField(
        lazy("Language of the e-mail"), choices=[SelectChoice(value, label) for value, label in i18n.LANGUAGES.items()]
    )
    addresses = TextField(
        lazy("E-mail addresses"), [Filled(lazy("Enter at least one address."))], description=lazy("One per line.")
    )
