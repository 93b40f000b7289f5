"""Forms of this stage that are not the call's own form: starting, withdrawing, filtering the list."""

from wtforms import StringField

from accelerator.core.forms import Filled, Form, LineField, TextField
from accelerator.core.i18n import lazy


class StartForm(Form):
    """Who applies."""

    name: StringField = LineField(
        lazy("Company or team name"), [Filled(lazy("Enter the name of your company or team."))]
    )


class WithdrawForm(Form):
    """Why an application is withdrawn."""

    reason: StringField = TextField(
        lazy("Why do you withdraw?"), [Filled(lazy("Say in a few words why, so that the team can learn from it."))]
    )
