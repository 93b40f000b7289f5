"""Score intervals of the selection board: a dot, its interval, and the cut line through all rows."""

from collections.abc import Iterable

from markupsafe import Markup

from accelerator.core.charts import svg
from accelerator.core.charts.scales import Scale, figures, ticks

_WIDTH, _HEIGHT = 200.0, 24.0
_FIGURE_WIDTH, _FIGURE_GAP = 30.0, 6.0


def interval_scale(values: Iterable[float | None]) -> tuple[float, float]:
    """The range for one board: from the lowest bound to the highest with a margin, half a point wide at least."""
    present = figures(values) or [0.0]
    low, high = min(present), max(present)
    margin = max((high - low) * 0.06, (0.5 - (high - low)) / 2, 0.05)
    return (low - margin, high + margin)


def interval(
    low: float, value: float, high: float, *, scale: tuple[float, float], cut: float | None = None, label: str
) -> Markup:
    """One row, 200 x 24: ``low..high`` as a line, ``value`` as a dot and a figure, ``cut`` dashed if there is one.

    Bounds in the wrong order are swapped. What lies outside ``scale`` is held at its edge.
    """
    across = Scale(*scale, 4, _WIDTH - 4)
    left, right = sorted((across(low), across(high)))
    middle = _HEIGHT / 2
    parts = [svg.line("gridl", (across(tick), 0), (across(tick), _HEIGHT)) for tick in ticks(*scale)]
    if cut is not None:
        parts.append(svg.line("cutl", (across(cut), 0), (across(cut), _HEIGHT), stroke_dasharray="3 3"))
    parts.append(svg.line("iv", (left, middle), (right, middle)))
    parts.append(svg.element("circle", class_="pt", cx=across(value), cy=middle, r=4))
    parts.append(_figure_beside(left, right, value, None if cut is None else across(cut)))
    return svg.drawing(_WIDTH, _HEIGHT, parts, label=label)


def _figure_beside(left: float, right: float, value: float, cut: float | None) -> Markup:
    """The figure beside the interval, on the right if possible, and never across the cut line."""
    written = f"{value:.2f}"
    after, before = right + _FIGURE_GAP, left - _FIGURE_GAP
    if cut is not None and right < cut < after + _FIGURE_WIDTH:
        after = cut + 4
    if cut is not None and before - _FIGURE_WIDTH < cut < left:
        before = cut - 4
    fits_after, fits_before = after + _FIGURE_WIDTH <= _WIDTH, before >= _FIGURE_WIDTH
    if fits_before and (not fits_after or left - before < after - right):
        return svg.text("tx", (before, 16), written, "end")
    if fits_after:
        return svg.text("tx", (after, 16), written)
    # The interval fills the row: the figure stands above the line at its end.
    return svg.text("tx", (_WIDTH - 2, 10), written, "end")


def interval_axis(*, scale: tuple[float, float]) -> Markup:
    """The figures above the grid lines of :func:`interval`, 200 x 12; decoration."""
    across = Scale(*scale, 4, _WIDTH - 4)
    marks = [svg.text("tx3", (across(tick), 10), f"{tick:.1f}", "middle") for tick in ticks(*scale)]
    return svg.drawing(_WIDTH, 12, marks, label="", css="axis")
