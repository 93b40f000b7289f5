"""Forms of this stage that are not the call's own form: starting, withdrawing, filtering the list."""

from collections.abc import Sequence

from wtforms import RadioField, StringField
from wtforms.validators import StopValidation

from accelerator.core.forms import Filled, Form, LineField, TextField
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.startups.models import Startup

ANOTHER = "another"


class StartForm(Form):
    """Who applies: one of the person's firms, or another one, whose name is asked then."""

    firm = RadioField(lazy("Which company is applying?"), validate_choice=False)
    name: StringField = LineField(lazy("Company or team name"))

    def offer(self, firms: Sequence[Startup], *, has_more: bool) -> None:
        """Offer these firms of the person, and another one; nothing is asked of whoever has none.

        ``has_more``: there are firms that have begun already.
        """
        self.firm.choices = [(firm.slug, firm.name) for firm in firms]
        if firms or has_more:
            self.firm.choices.append((ANOTHER, _("Another company")))

    def validate_firm(self, field: RadioField) -> None:
        """One of those offered has to be chosen."""
        if len(field.choices) > 1 and field.data not in [value for value, _text in field.choices]:
            raise StopValidation(_("Choose which company is applying."))

    def validate_name(self, field: StringField) -> None:
        """A firm that is not known yet needs a name."""
        if self.firm.data in (None, "", ANOTHER) and not (field.data or "").strip():
            raise StopValidation(_("Enter the name of your company or team."))


class WithdrawForm(Form):
    """Why an application is withdrawn."""

    reason: StringField = TextField(
        lazy("Why are you withdrawing?"),
        [Filled(lazy("Tell us in a few words why, so that the team can learn from it."))],
    )
