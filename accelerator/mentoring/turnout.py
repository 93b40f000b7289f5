"""Who came to a session, side by side, and what two sides that say different things agree on. Pure."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class Attendance(StrEnum):
    """Whether one side came."""

    PRESENT = "present"
    MISSED = "missed"
    UNKNOWN = "unknown"


class Turnout(NamedTuple):
    """Who came. A session was held when both did; of one that was not held it may be unknown who missed it."""

    mentor: Attendance
    startup: Attendance

    @property
    def held(self) -> bool:
        """Whether the two met."""
        return self.mentor is Attendance.PRESENT and self.startup is Attendance.PRESENT


NOBODY_KNOWS = Turnout(Attendance.UNKNOWN, Attendance.UNKNOWN)
ANSWERS = {
    "both": Turnout(Attendance.PRESENT, Attendance.PRESENT),
    "no_startup": Turnout(Attendance.PRESENT, Attendance.MISSED),
    "no_mentor": Turnout(Attendance.MISSED, Attendance.PRESENT),
    "neither": Turnout(Attendance.MISSED, Attendance.MISSED),
    "unknown": NOBODY_KNOWS,
}
"""What can be answered to the question who came, in the order in which it is asked."""


def answer_of(turnout: Turnout) -> str:
    """The answer that stands for a turnout."""
    return next((key for key, known in ANSWERS.items() if known == turnout), "unknown")


def agreed(turnouts: Sequence[Turnout]) -> Turnout:
    """What is known of each side after all that was said; a side about which opinions differ is unknown.

    "Unknown" contradicts nobody, unless one says that the session was held and another that it was not.

    >>> agreed([ANSWERS["no_startup"], ANSWERS["unknown"]]) == ANSWERS["no_startup"]
    True
    >>> agreed([ANSWERS["no_startup"], ANSWERS["no_mentor"]]) == ANSWERS["unknown"]
    True
    """
    silent = set() if _differ(turnouts) else {Attendance.UNKNOWN}
    return Turnout(
        _common({turnout.mentor for turnout in turnouts} - silent),
        _common({turnout.startup for turnout in turnouts} - silent),
    )


def held(turnouts: Sequence[Turnout]) -> bool | None:
    """Whether the session was held; None where that is disputed, or nobody has said anything."""
    return turnouts[0].held if turnouts and not _differ(turnouts) else None


def disputed(turnouts: Sequence[Turnout]) -> bool:
    """Whether the sides contradict each other on whether the session was held, or on who missed it."""
    if _differ(turnouts):
        return True
    known = [{getattr(turnout, side) for turnout in turnouts} - {Attendance.UNKNOWN} for side in Turnout._fields]
    return any(len(values) > 1 for values in known)


def _differ(turnouts: Sequence[Turnout]) -> bool:
    return len({turnout.held for turnout in turnouts}) > 1


def _common(values: set[Attendance]) -> Attendance:
    return next(iter(values)) if len(values) == 1 else Attendance.UNKNOWN
