"""The order on the selection board, its cut line, and what is too close to call. Pure.

Scores are on the rubric's scale of 1 to 5. A chance is the share of 2,000 draws in which an application is among the
places; between 15 % and 85 % the numbers do not settle the order.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

Order = Literal["adjusted", "raw", "chance", "name"]
ORDERS: tuple[Order, ...] = ("adjusted", "raw", "chance", "name")
CLOSE = (0.15, 0.85)
ENOUGH_READS = 3
MIXED, SPLIT = 1.0, 2.0  # points between the lowest and the highest total
PLOT, MARGIN = 200, 4  # units of the drawing, as wide as it is shown
FIGURE, GAP = 30, 6


class Entry(NamedTuple):
    """One application on the board; ``choice`` is the pending or released decision, ``open`` whether it can change."""

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


def score(entry: Entry, order: Order) -> float | None:
    """What an order sorts by; None for what has no score yet and for the order by name."""
    return {"adjusted": entry.adjusted, "raw": entry.raw, "chance": entry.chance, "name": None}[order]


def ordered(entries: Iterable[Entry], order: Order) -> list[Entry]:
    """Highest first, unscored last, ties by reference so that they never jump; names A to Z."""
    if order == "name":
        return sorted(entries, key=lambda entry: (entry.name.casefold(), entry.reference))
    keyed = [(value is None, -(value or 0.0), entry.reference, entry)
             for entry in entries for value in (score(entry, order),)]  # fmt: skip
    return [item[-1] for item in sorted(keyed, key=lambda item: item[:3])]


def ranks(entries: Iterable[Entry], order: Order) -> dict[str, int]:
    """Place of each scored application by reference; the order by name keeps the adjusted places."""
    scale: Order = "adjusted" if order == "name" else order
    scored = [entry for entry in ordered(entries, scale) if score(entry, scale) is not None]
    return {entry.reference: place for place, entry in enumerate(scored, start=1)}


def cut(entries: Iterable[Entry], places: int, order: Order) -> float | None:
    """The score halfway between the last place and the next; None when there is no next or no score to cut."""
    if order not in ("adjusted", "raw"):
        return None
    values = [value for entry in ordered(entries, order) if (value := score(entry, order)) is not None]
    if not 0 < places < len(values):
        return None
    return (values[places - 1] + values[places]) / 2


def close_band(entries: Iterable[Entry], places: dict[str, int]) -> tuple[int, int] | None:
    """First and last rank that is too close to call."""
    close = [places[entry.reference] for entry in entries if entry.is_close and entry.reference in places]
    return (min(close), max(close)) if close else None


def too_early(entries: Sequence[Entry]) -> bool:
    """Whether fewer than half of the applications have three reads: an order would be noise."""
    enough = sum(entry.reads >= ENOUGH_READS for entry in entries)
    return 2 * enough < len(entries) or not entries


def places_taken(entry: Entry) -> bool:
    """Whether the application holds or is meant to get one of the places."""
    if entry.state in ("offered", "joined"):
        return True
    return entry.choice == "offer" and entry.state == "eligible"


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
