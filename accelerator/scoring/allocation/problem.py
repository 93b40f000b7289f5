"""What is asked of an assignment and what comes back, as plain frozen values."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

MAX_AFFINITY = 1000


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A reviewer who reads at least ``lower`` and at most ``upper`` applications, fixed ones included."""

    id: int
    lower: int
    upper: int


@dataclass(frozen=True, slots=True)
class Pair:
    """An allowed pair; ``affinity`` is in points, 0 (only just allowed) to 1000 (a full match)."""

    application: int
    reviewer: int
    affinity: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One round to assign.

    ``needs`` maps each application to the number of its reads. A pair that is not listed in ``pairs`` is forbidden.
    ``fixed`` pairs (reads begun or submitted) are kept whatever they break. ``sticky`` pairs of an earlier answer are
    worth ``bonus`` points more. ``balance`` makes the t-th read of a reviewer cost ``balance * t`` points (0: only the
    limits count). ``seed`` chooses among assignments that are equally good.
    """

    needs: Mapping[int, int]
    reviewers: Sequence[Reviewer]
    pairs: Sequence[Pair]
    fixed: Sequence[tuple[int, int]] = ()
    seed: int = 1
    sticky: frozenset[tuple[int, int]] = frozenset()
    bonus: int = 100
    balance: int = 0


class NoteKind(StrEnum):
    """Which wish was given up, each with the numbers asked and given."""

    LOWER_RELAXED = "lower_relaxed"
    UPPER_EXCEEDED = "upper_exceeded"
    NEED_EXCEEDED = "need_exceeded"
    FIXED_NOT_ALLOWED = "fixed_not_allowed"


@dataclass(frozen=True, slots=True)
class Note:
    """One wish that the answer does not keep: a minimum out of reach, or a limit that fixed pairs already break."""

    kind: NoteKind
    application: int | None
    reviewer: int | None
    asked: int
    given: int


@dataclass(frozen=True, slots=True)
class Shortage:
    """A set of applications that starves whatever is done: they need ``need`` reads and can be given ``can``.

    ``reviewers`` are all who may read any of them, ``full`` those among them whose maximum is the cause; when ``full`` is
    empty the applications simply have fewer allowed reviewers than reads.
    """

    applications: tuple[int, ...]
    reviewers: tuple[int, ...]
    full: tuple[int, ...]
    need: int
    can: int

    @property
    def short(self) -> int:
        """Reads that are missing in this set; the sets are disjoint, so these add up to all gaps."""
        return self.need - self.can


@dataclass(frozen=True, slots=True)
class Allocation:
    """The assignment, fixed pairs included, sorted by application and reviewer.

    ``total`` is the worth in points: affinities, bonus of kept sticky pairs, less the cost of balance. No assignment
    with as few gaps and as few unmet minima is worth more than ``dual_bound``; ``optimal`` says that the two are equal.
    """

    pairs: tuple[tuple[int, int], ...]
    total: int
    dual_bound: int
    optimal: bool
    short: tuple[Shortage, ...]
    loads: Mapping[int, int]
    notes: tuple[Note, ...]


def check(problem: Problem) -> None:
    """Refuse contradictory reviewers, needs and fixed pairs with a ValueError that names the culprit."""
    reviewer_ids = {reviewer.id for reviewer in problem.reviewers}
    _refuse_repeats("Reviewer", [reviewer.id for reviewer in problem.reviewers])
    _refuse_repeats("Fixed pair", problem.fixed)
    for reviewer in problem.reviewers:
        if not 0 <= reviewer.lower <= reviewer.upper:
            raise ValueError(f"Reviewer {reviewer.id} has the limits {reviewer.lower} to {reviewer.upper}.")
    for application, need in problem.needs.items():
        if need < 0:
            raise ValueError(f"Application {application} needs {need} reads.")
    if problem.bonus < 0 or problem.balance < 0:
        raise ValueError("Bonus and balance must not be negative.")
    for application, reader_id in problem.fixed:
        if application not in problem.needs or reader_id not in reviewer_ids:
            raise ValueError(f"The fixed pair {(application, reader_id)} names somebody unknown.")


def _refuse_repeats(what: str, keys: Sequence[object]) -> None:
    repeated = [key for key, times in Counter(keys).items() if times > 1]
    if repeated:
        raise ValueError(f"{what} {repeated[0]} is listed twice.")
