"""Forms of this stage."""

from wtforms.validators import Length

from accelerator.core.forms import Form, LineField
from accelerator.core.i18n import lazy


class SnapshotForm(Form):
    """A new version of the figures."""

    title = LineField(
        lazy("Name of the version"), [Length(max=120, message=lazy("Use 120 characters or fewer."))],
        description=lazy("For example: for the council meeting."),
    )  # fmt: skip
