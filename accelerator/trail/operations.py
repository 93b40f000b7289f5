"""What is done with the trail itself."""

from accelerator.accounts.models import Person
from accelerator.core.audit import audit
from accelerator.programmes.models import Edition


def record_export(edition: Edition, *, filters: dict[str, str], actor: Person) -> None:
    """Note that somebody took the trail, or what the filters leave of it, out of the system."""
    audit(actor, "trail.exported", edition, filters=filters)
