"""What the selection board shows: its orders, its cut line, what is too close to call, and its drawings. Pure.

Scores are on the rubric's scale of 1 to 5. A chance is the share of 2,000 draws in which an application is among the
places; between 15 % and 85 % the numbers do not settle the order.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal, NamedTuple

Order = Literal["adjusted", "raw", "chance", "name"]
ORDERS: tuple[Order, ...] = ("adjusted", "raw", "chance", "name")
CLOSE = (0.15, 0.85)
ENOUGH_READS = 3
MIXED, SPLIT = 1.0, 2.0  # points between the lowest and the highest total
PLOT, MARGIN = 200, 4  # units of the drawing, as wide as it is shown
FIGURE, GAP = 30, 6


class Entry(NamedTuple):
    """One application on the board; ``choice`` is the pending or released decision, ``open`` whether it can change.

    ``place`` counts from 1 in the chosen order; None without a score.
    """

    reference: str
    name: str
    country: str | None
    city: str
    sector_id: int | None
    state: str
    reads: int
    wanted: int
    raw: float | None
    adjusted: float | None
    low: float | None
    high: float | None
    chance: float | None
    spread: float | None
    choice: str | None
    open: bool
    place: int | None

    @property
    def is_close(self) -> bool:
        """Whether the numbers do not settle it."""
        return self.chance is not None and CLOSE[0] <= self.chance <= CLOSE[1]

    @property
    def agreement(self) -> str | None:
        """``agree``, ``mixed`` or ``split``; None before two reads."""
        if self.spread is None or self.reads < 2:
            return None
        return "split" if self.spread >= SPLIT else "mixed" if self.spread >= MIXED else "agree"


class BoardView(NamedTuple):
    """How a person looks at the board: taken from the address, so that any view can be sent as a link."""

    order: Order
    places: int
    view: str
    sector: int | None
    round_number: int | None
    page: int = 1


class Overview(NamedTuple):
    """What the whole board says, of which a page prints a part.

    ``enough`` applications have three reads, ``matching`` are in the chosen view. ``last_in`` and ``first_out`` are the
    scores on either side of the cut line, ``band`` the first and last place that is too close to call, ``low`` and
    ``high`` the range of scores that matter for the line.
    """

    total: int
    enough: int
    matching: int
    last_in: float | None
    first_out: float | None
    band: tuple[int, int] | None
    low: float | None
    high: float | None

    @property
    def early(self) -> bool:
        """Whether fewer than half of the applications have three reads: an order would be noise."""
        return 2 * self.enough < self.total or not self.total

    @property
    def cut(self) -> float | None:
        """The score halfway between the last place and the next; None when there is no next."""
        return None if self.last_in is None or self.first_out is None else (self.last_in + self.first_out) / 2


class Mix(NamedTuple):
    """The offers so far: how many, at home and abroad, and by sector (id, number), the largest first."""

    offers: int
    home: int
    abroad: int
    sectors: list[tuple[int, int]]


def mix(offers: Iterable[tuple[str | None, int | None]], home: str) -> Mix:
    """Count offers given as (country, sector id)."""
    pairs = list(offers)
    at_home = sum(country == home for country, _ in pairs)
    sectors = Counter(sector for _, sector in pairs if sector is not None)
    return Mix(len(pairs), at_home, len(pairs) - at_home, sorted(sectors.items(), key=lambda item: (-item[1], item[0])))


class Plot(NamedTuple):
    """Where one row's drawing has its line, its dot and its figure, in whole units of 200."""

    left: int
    right: int
    dot: int
    text: int  # where the figure begins


def across(value: float, scale: tuple[float, float]) -> int:
    """The coordinate of a score; what lies outside the scale is held at its edge."""
    low, high = scale
    share = (min(max(value, low), high) - low) / (high - low) if high > low else 0.5
    return round(MARGIN + share * (PLOT - 2 * MARGIN))


def plot(low: float, value: float, high: float, scale: tuple[float, float], cut_at: float | None) -> Plot:
    """The geometry of a row: the figure goes to the right if there is room, and never across the cut line."""
    left, dot, right = across(low, scale), across(value, scale), across(high, scale)
    line = None if cut_at is None else across(cut_at, scale)
    after = right + GAP
    if line is not None and right < line < after + FIGURE:
        after = line + 4
    if after + FIGURE <= PLOT:
        return Plot(left, right, dot, after)
    before = left - GAP
    if line is not None and before - FIGURE < line < left:
        before = line - 4
    return Plot(left, right, dot, max(before - FIGURE + 4, 0))


def percent(chance: float | None) -> str:
    """``81%``; what is surer than 99 % or below 1 % says only that."""
    if chance is None:
        return ""
    if chance > 0.99:
        return ">99%"
    return "<1%" if chance < 0.01 else f"{chance:.0%}"
