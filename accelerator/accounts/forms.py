"""Forms of accounts: shape only."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, HiddenField, PasswordField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional, StopValidation

from accelerator.accounts.operations.people import Names
from accelerator.core.forms import AddressField, ChoiceField, Filled, Form, LineField
from accelerator.core.i18n import LANGUAGES, lazy
from accelerator.core.i18n import gettext as _
from accelerator.core.zone_field import ZoneField


class IsAddress:
    """The field holds an address that mail could go to; whether it exists is for a link to find out."""

    def __call__(self, form: Any, field: Any) -> None:
        """Raise StopValidation with an example when it is none."""
        try:
            validate_email(field.data or "", check_deliverability=False)
        except EmailNotValidError as error:
            raise StopValidation(_("Enter an address like name@example.org.")) from error


class SecretField(PasswordField):
    """A password: it is taken as typed, since the filter for texts would change it."""


class AddressForm(Form):
    """One address."""

    email = AddressField(
        lazy("E-mail"),
        [Filled(lazy("Enter your address.")), IsAddress(), Length(max=254)],
        render_kw={"autocomplete": "email", "inputmode": "email", "type": "email"},
    )
    next = HiddenField()


class FurtherAddressForm(Form):
    """One more address of a person."""

    email = AddressField(
        lazy("Additional address"),
        [Filled(lazy("Enter your address.")), IsAddress(), Length(max=254)],
        render_kw={"autocomplete": "off", "inputmode": "email", "type": "email"},
    )


class SignInForm(AddressForm):
    """Address and password."""

    password = SecretField(
        lazy("Password"),
        [Filled(lazy("Enter your password, or request a sign-in link."))],
        render_kw={"autocomplete": "current-password"},
    )


class NamesForm(Form):
    """A person's names."""

    given_name = LineField(lazy("Given name"), [Filled(), Length(max=80)], render_kw={"autocomplete": "given-name"})
    family_name = LineField(lazy("Family name"), [Filled(), Length(max=80)], render_kw={"autocomplete": "family-name"})
    native_name = LineField(
        lazy("Name in your own script"),
        [Length(max=120)],
        description=lazy("For example 森田 葵. Shown on Japanese pages."),
    )
    family_first = BooleanField(lazy("Family name first, as in MORITA Aoi"))

    @property
    def names(self) -> Names:
        """What was typed."""
        return Names(self.given_name.data, self.family_name.data, self.native_name.data or None, self.family_first.data)


class AccountForm(NamesForm):
    """Names and a first password, which may stay empty."""

    password = SecretField(
        lazy("Password"),
        [Optional(strip_whitespace=False), Length(max=200)],
        description=lazy("At least 10 characters. Leave it empty to sign in with links that we e-mail to you."),
        render_kw={"autocomplete": "new-password"},
    )
    zone = ZoneField(
        lazy("Time zone"),
        [Filled(lazy("Enter a city in your time zone."))],
        description=lazy("Type a city. All times are shown in this zone."),
        of_device=True,
    )


class ProfileForm(NamesForm):
    """Names, language and zone."""

    language = ChoiceField(lazy("Language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()])
    zone = ZoneField(
        lazy("Time zone"),
        [Filled()],
        description=lazy("Type a city. All times are shown in this zone."),
    )


class NewPasswordForm(Form):
    """A new password."""

    password = SecretField(
        lazy("New password"),
        [Filled(), Length(max=200)],
        description=lazy("At least 10 characters. A short sentence is easy to remember."),
        render_kw={"autocomplete": "new-password"},
    )


class ChangePasswordForm(NewPasswordForm):
    """The present password and a new one."""

    current = SecretField(lazy("Current password"), render_kw={"autocomplete": "current-password"})
    field_order = ("current", "password")
