"""Forms around Demo Day."""

from wtforms.validators import Length

from accelerator.core.forms import Filled, Form, LineField
from accelerator.core.i18n import lazy
from accelerator.core.shared_form import SharedForm


class PitchForm(SharedForm):
    """What a startup's card says, in both languages."""

    line_en = LineField(lazy("One line, in English"), [Filled(lazy("Say in one line what you do.")), Length(max=140)])
    line_ja = LineField(lazy("One line, in Japanese"), [Filled(lazy("Say it in Japanese as well.")), Length(max=140)])
    ask_en = LineField(lazy("What you look for, in English"), [Filled(lazy("Say what you look for.")), Length(max=140)])
    ask_ja = LineField(
        lazy("What you look for, in Japanese"), [Filled(lazy("Say it in Japanese as well.")), Length(max=140)]
    )


class InvestorForm(Form):
    """Asking to be admitted."""

    firm = LineField(lazy("Firm"), [Filled(lazy("Enter the firm you invest for.")), Length(max=120)])
    focus = LineField(lazy("What you invest in"), [Length(max=300)])
