"""Acts of staff on the list of applications."""

from accelerator.accounts.models import Person
from accelerator.core.audit import audit
from accelerator.programmes.models import Edition


def record_export(edition: Edition, *, count: int, view: str, actor: Person) -> None:
    """Note that somebody took a file with personal data out of the system."""
    audit(actor, "application.exported", edition, count=count, view=view)
