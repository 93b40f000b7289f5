"""Who has a home in an edition."""

from accelerator.accounts.models import Person
from accelerator.programmes.models import Edition
from accelerator.programmes.rules import can_enter


def can_come_home(actor: Person | None, edition: Edition) -> bool:
    """Whoever holds a role in the edition; whoever applies holds one from the first draft on."""
    return can_enter(actor, edition)
