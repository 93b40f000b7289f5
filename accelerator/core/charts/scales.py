"""From figures to coordinates: ranges, round ticks, and how a figure is written."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeGuard

_LARGEST = 1e15
_SMALLEST_SPAN = 1e-9
_STEPS = (1.0, 2.0, 5.0, 10.0)


def is_figure(value: float | None) -> TypeGuard[float]:
    """Whether ``value`` can be drawn; ``None``, NaN and what is beyond all counting (10^15) are gaps."""
    return value is not None and abs(value) <= _LARGEST


def figures(values: Iterable[float | None]) -> list[float]:
    """The values that can be drawn, in their order."""
    return [value for value in values if is_figure(value)]


@dataclass(frozen=True)
class Scale:
    """A linear map of ``low..high`` to the coordinates ``start..end``; a range of no width maps to the middle."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The coordinate of ``value``; values outside the range are held at its ends."""
        if self.high <= self.low:
            return (self.start + self.end) / 2
        held = min(max(value, self.low), self.high)
        return self.start + (held - self.low) / (self.high - self.low) * (self.end - self.start)


def step_size(span: float, count: int) -> float:
    """The smallest of 1, 2, 5 x 10^k that cuts ``span`` into at most ``count`` parts."""
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """Round values inside ``low..high``, about ``count`` of them; one value when the range has no width."""
    if high - low < _SMALLEST_SPAN:
        return [low]
    step = step_size(high - low, count)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) for index in range(first, last + 1)]


def value_range(values: Iterable[float | None], *, count: int = 4) -> tuple[float, float]:
    """A range that holds zero and all values and ends on round figures; 0..1 when there is nothing to hold."""
    present = [0.0, *figures(values)]
    low, high = min(present), max(present)
    if high - low < _SMALLEST_SPAN:
        return (low, low + 1)
    step = step_size(high - low, count)
    return (math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step)


def figure(value: float | None) -> str:
    """``1,234``, ``0.5``, ``−3``, or a dash for a gap: at most two decimals, thousands by comma in both languages."""
    if not is_figure(value):
        return "–"
    text = f"{abs(value):,.2f}".rstrip("0").rstrip(".")
    return f"−{text}" if value < 0 and text != "0" else text


def with_unit(value: float | None, unit: str) -> str:
    """A figure and its unit; the percent sign and Japanese units follow without a space."""
    close = not unit or unit[0] == "%" or ord(unit[0]) > 0x2E80
    return figure(value) + ("" if close else " ") + unit if is_figure(value) else figure(value)
