"""How long the rows of a table stay: declared by each mapped class as ``__life__``, kept every night by :mod:`.keeping`.

>>> __life__ = kept(personal=True)
>>> __life__ = removed(30, "finished_at", where=lambda job: job.state == "done", personal=False)
>>> __life__ = kept(blanked(400, "created_at", {"body": ""}), personal=True)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Condition = Callable[[Any], Any]


@dataclass(frozen=True)
class End:
    """What happens to rows ``days`` after an instant of theirs; with several instants the first that passes counts.

    ``where`` narrows it to some rows; ``blanks`` are the columns that are emptied, and the row stays; without them it
    goes, unless other rows point at it. ``own`` ends are kept by the stage itself, since more than a row hangs on them.
    """

    days: int
    since: tuple[str, ...]
    where: Condition | None = None
    blanks: Mapping[str, Any] = field(default_factory=dict)
    own: bool = False


@dataclass(frozen=True)
class Life:
    """How long rows stay, and whether they tell of people."""

    personal: bool
    ends: tuple[End, ...] = ()


def kept(*ends: End, personal: bool) -> Life:
    """Rows stay for as long as what they belong to, except for what ``ends`` says."""
    return Life(personal, ends)


def removed(days: int, *since: str, personal: bool, where: Condition | None = None) -> Life:
    """Rows go ``days`` after the first of these instants."""
    return Life(personal, (End(days, since, where),))


def gone(days: int, *since: str, where: Condition | None = None) -> End:
    """Rows go ``days`` after the first of these instants: one of several ends."""
    return End(days, since, where)


def blanked(days: int, since: str, blanks: Mapping[str, Any], *, where: Condition | None = None) -> End:
    """Columns are emptied ``days`` after an instant; the row stays."""
    return End(days, (since,), where, blanks)


def own(days: int, since: str) -> End:
    """The stage itself ends rows ``days`` after an instant, with what hangs on them."""
    return End(days, (since,), own=True)
