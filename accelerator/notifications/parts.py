"""What the mails show on a page of whatever they tell of: those about it, for the team of its edition."""

from collections.abc import Mapping
from typing import Any

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.core.i18n import lazy
from accelerator.core.parts import Part
from accelerator.notifications.queries import messages_about


def _is_shown(actor: Person | None, subject: Any) -> bool:
    return on_team(actor, subject.edition_id)


def _contents(actor: Person, subject: Any) -> Mapping[str, Any]:
    return {"messages": messages_about(subject, actor)}


PART = Part("mail", lazy("Mail"), _is_shown, "notifications/part.html", _contents, wide=True)
