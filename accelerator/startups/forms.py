"""Forms of the record: naming a founder by hand."""

from email_validator import EmailNotValidError, validate_email
from wtforms import StringField
from wtforms.validators import Length, StopValidation

from accelerator.core.forms import Filled, Form, LineField
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.text import mail_address


class InviteForm(Form):
    """Who is a founder too."""

    name: StringField = LineField(
        lazy("Name"), [Filled(lazy("Enter their name.")), Length(max=120)], render_kw={"autocomplete": "off"}
    )
    email: StringField = LineField(
        lazy("E-mail"),
        [Filled(lazy("Enter their address.")), Length(max=254)],
        render_kw={"autocomplete": "off", "inputmode": "email", "type": "email"},
    )

    @property
    def address(self) -> str:
        """The address as it will be kept."""
        return mail_address(self.email.data or "")

    def validate_email(self, _field: object) -> None:
        """Whether mail could go there."""
        try:
            validate_email(self.address, check_deliverability=False)
        except EmailNotValidError as error:
            raise StopValidation(_("Enter an address like name@example.org.")) from error
