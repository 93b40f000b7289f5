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
        Spread(day, len(found), min(found), median(found), max(found))
        for day, found in sorted(by_day.items())
        if len(found) >= smallest
    ]


def change(values: Iterable[Decimal]) -> Decimal | None:
    """The last value less the one before it, None when there are not two."""
    known = list(values)[-2:]
    return known[1] - known[0] if len(known) > 1 else None
