"""Forms about time: a later close for everybody, more time for one, the code for it."""

from datetime import datetime
from typing import Any

from wtforms import StringField
from wtforms.validators import Length, Optional

from accelerator.core import times
from accelerator.core.forms import AddressField, Filled, Form, LineField, LocalMomentField, TextField
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm
from accelerator.intake.opening_models import REASON_LENGTH

TEAM_ONLY = lazy("For the team and the audit trail. Applicants don't see it.")


def instant(field: Any, zone: str) -> datetime | None:
    """The instant that the wall-clock time of a field means in a zone; an error beside the field if there is none."""
    try:
        return times.from_local(field.data, zone) if field.data is not None else None
    except ValueError:
        field.errors = [*field.errors, _("This hour doesn't exist: the clocks change then. Choose another.")]
        return None


class ExtendForm(SharedForm):
    """A later close for everybody. Times are those of the edition's zone."""

    closes_at = LocalMomentField(lazy("New close"), [Filled()])
    accepts_until = LocalMomentField(
        lazy("Late applications accepted until"),
        [Optional()],
        description=lazy("Empty: nothing is taken after the new close."),
    )
    reason = TextField(lazy("Why is the call extended?"), [Filled(), Length(max=REASON_LENGTH)], description=TEAM_ONLY)


class ExtensionForm(Form):
    """More time for one application. Times are those of the edition's zone."""

    until = LocalMomentField(lazy("Until when?"), [Filled()])
    reason = TextField(
        lazy("Why does this applicant get more time?"), [Filled(), Length(max=REASON_LENGTH)], description=TEAM_ONLY
    )


class CodeForm(ExtensionForm):
    """The same for somebody who has no application yet."""

    email: StringField = AddressField(
        lazy("E-mail address of the applicant"),
        [Filled(), Length(max=254)],
        description=lazy("The code goes to this address and works for its owner alone."),
    )


class UseCodeForm(Form):
    """A code that the team mailed."""

    code: StringField = LineField(lazy("Code"), [Filled(lazy("Enter the code from the e-mail.")), Length(max=80)])


class ReinstateForm(Form):
    """Why a withdrawn application is reinstated."""

    reason = TextField(lazy("Why is it reinstated?"), [Filled(), Length(max=REASON_LENGTH)], description=TEAM_ONLY)
