"""Opening what is sealed until the call closes: never without a reason, and each time it is written down."""

from accelerator.accounts.models import Person
from accelerator.core.audit import audit, reason_problems
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean
from accelerator.intake.models import Application, Attachment

LONGEST_REASON = 500


def checked_reason(reason: str) -> str:
    """A reason as it is kept. Refused when it is none, or too long."""
    reason = clean(reason).strip()
    refuse(reason_problems(reason, blank=_("Say why you are opening this before the call closes.")))
    if len(reason) > LONGEST_REASON:
        raise Refused(_("Shorten this to %(most)s characters.", most=LONGEST_REASON), field="reason")
    return reason


def record_look(subject: Application | Attachment, *, reason: str, actor: Person) -> None:
    """Note that somebody opens the answers of an application, or one of its files, before the close, and why."""
    action = "attachment.opened" if isinstance(subject, Attachment) else "application.opened"
    audit(actor, action, subject, reason=checked_reason(reason))
