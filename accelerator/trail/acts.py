"""What the trail says of itself: that somebody took it out of the system."""

from collections.abc import Mapping
from typing import Any

from accelerator.core.acts import Act, Field, day, declare, subject
from accelerator.core.i18n import lazy

ACTS = {"trail.exported": Act(lazy("%(who)s exported the audit trail of %(what)s"))}


def _filters(value: Any) -> str | None:
    """What was left of the trail; whose acts they are is not said, for the name may have been erased since."""
    if not isinstance(value, Mapping):
        return None
    kind, words = subject(value.get("kind", "")), day("").words
    days = [str(words(value[name])) for name in ("first", "last") if value.get(name) and words]
    return " · ".join([*([str(kind.label)] if kind else []), *days])


FIELDS = {"filters": Field(lazy("Filters"), plain=True, whole=_filters)}

declare(__name__, ACTS, fields=FIELDS)
