"""Acts of staff on the list of applications."""

from accelerator.accounts.models import Person
from accelerator.core.audit import audit
from accelerator.intake.operations.seal import checked_reason
from accelerator.programmes.models import Edition


def record_export(edition: Edition, *, count: int, view: str, reason: str = "", actor: Person) -> None:
    """Note that somebody took a file with personal data out of the system; refused without a reason while sealed."""
    why = checked_reason(reason) if edition.is_sealed else None
    audit(actor, "application.exported", edition, reason=why, count=count, view=view)
