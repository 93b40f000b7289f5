"""How a home greets its reader. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

from accelerator.accounts.models import Person
from accelerator.core import i18n
from accelerator.core.i18n import gettext as _


def greeting(person: Person, now: datetime) -> str:
    """Good morning before noon, good afternoon before six, good evening after, by the reader's own clock."""
    hour = now.astimezone(ZoneInfo(person.zone)).hour
    # Nobody splits a name as it is written at home, so Japanese greets with the whole of it.
    name = person.name_in("ja") if i18n.language() == "ja" else person.given_name
    if 4 <= hour < 12:
        return _("Good morning, %(name)s", name=name)
    if 12 <= hour < 18:
        return _("Good afternoon, %(name)s", name=name)
    return _("Good evening, %(name)s", name=name)
