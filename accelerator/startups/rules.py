"""Who may see a startup, as far as it hangs on the startup alone; editions add their teams."""

from accelerator.accounts.models import Person
from accelerator.startups import queries
from accelerator.startups.models import Startup


def can_see_own(actor: Person | None, startup: Startup) -> bool:
    """Founders see their own startup."""
    return queries.is_founder(actor, startup.id)
