"""Series of numbers: indexed to their entry, and the median and range of a cohort. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

SMALLEST_GROUP = 5
"""Below this many startups partners see nothing: the figure would point at somebody."""


@dataclass(frozen=True)
class Spread:
    """The indexed values of a cohort for the week that ends on ``as_of``; 100 is each startup's first value."""

    as_of: date
    n: int
    low: float
    median: float
    high: float


@dataclass(frozen=True)
class Share:
    """``met`` out of ``due``."""

    met: int
    due: int

    @property
    def share(self) -> float | None:
        """0 to 1, None when nothing was due."""
        return self.met / self.due if self.due else None


def indexed(values: Sequence[Decimal | None]) -> list[float | None]:
    """The values with the first one as 100; nothing when the first is not above zero.

    >>> indexed([Decimal(50), None, Decimal(75)])
    [100.0, None, 150.0]
    """
    first = next((value for value in values if value is not None), None)
    if first is None or first <= 0:
        return [None] * len(values)
    return [None if value is None else float(value / first * 100) for value in values]


def spreads(series: Mapping[int, Sequence[tuple[date, Decimal]]], smallest: int = 1) -> list[Spread]:
    """Median and range per day over the startups' series (each in the order of days).

    Startups whose first value is zero have no index and are left out; so are days with fewer than ``smallest`` values.
    """
    by_day: dict[date, list[float]] = defaultdict(list)
    for points in series.values():
        for (day, _), index in zip(points, indexed([value for _, value in points]), strict=True):
            if index is not None:
                by_day[day].append(index)
    return [
        Spread(day, len(values), min(values), median(values), max(values))
        for day, values in sorted(by_day.items())
        if len(values) >= smallest
    ]


@dataclass(frozen=True)
class Course:
    """How far a value has come: ``share`` of the way from the first value to the target, None when it began beyond."""

    reached: bool
    share: float | None


def course(first: Decimal, value: Decimal, target: Decimal, *, up: bool) -> Course:
    """Where a value stands on its way to a target; ``up`` says that higher is better.

    >>> course(Decimal(200), Decimal(275), Decimal(500), up=True)
    Course(reached=False, share=0.25)
    >>> course(Decimal(40), Decimal(20), Decimal(20), up=False)
    Course(reached=True, share=1.0)
    """
    if value >= target if up else value <= target:
        return Course(True, 1.0)
    way = target - first
    if way == 0 or (way > 0) != up:
        return Course(False, None)
    return Course(False, max(0.0, float((value - first) / way)))


JUMP = 5


def jumps(last: Decimal, value: Decimal) -> bool:
    """Whether a value is so far from the last one that a slip of the finger is likely; from zero everything is far.

    >>> jumps(Decimal(100), Decimal(500)), jumps(Decimal(100), Decimal(501)), jumps(Decimal(100), Decimal(19))
    (False, True, True)
    """
    return last != 0 and (abs(value) > JUMP * abs(last) or JUMP * abs(value) < abs(last))


def change(values: Iterable[Decimal]) -> Decimal | None:
    """The last value less the one before it, None when there are not two."""
    known = list(values)[-2:]
    return known[1] - known[0] if len(known) > 1 else None
