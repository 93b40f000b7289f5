"""The data of a heat table; a template draws it, with the number in each cell."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from accelerator.core.charts.scales import figure, figures, is_figure

LEVELS = 5


@dataclass(frozen=True)
class HeatCell:
    """A value, the text to show, and a level of 0 (nothing) to 5 (the most)."""

    value: float | None
    text: str
    level: int

    @property
    def css(self) -> str:
        """The class that tints the cell."""
        return f"h{self.level}"


def heat_table(rows: Sequence[Sequence[float | None]], *, maximum: float | None = None) -> list[list[HeatCell]]:
    """Cells of the same shape as ``rows``. Level 5 begins at four fifths of ``maximum`` (default: the largest value).

    Gaps, zero and negative values are level 0.
    """
    known = figures(value for row in rows for value in row)
    top = max(known, default=0.0) if maximum is None else maximum
    return [[HeatCell(value, figure(value), _level(value, top)) for value in row] for row in rows]


def _level(value: float | None, top: float) -> int:
    if not is_figure(value) or value <= 0 or top <= 0:
        return 0
    return min(LEVELS, math.ceil(value / top * LEVELS - 1e-9))
