"""What the trail says of itself: that somebody took it out of the system."""

from accelerator.core.acts import Act, Field, declare
from accelerator.core.i18n import lazy

ACTS = {"programmes.trail_exported": Act(lazy("%(who)s exported the audit trail of %(what)s"))}
FIELDS = {"filters": Field(lazy("Filters"))}

declare(__name__, ACTS, fields=FIELDS)
