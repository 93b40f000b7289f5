"""Stacked columns by year or by day: two kinds of a count on top of each other, the sum above."""

from collections.abc import Sequence

from markupsafe import Markup

from accelerator.core import i18n
from accelerator.core.charts import svg
from accelerator.core.charts.axes import value_grid
from accelerator.core.charts.scales import Scale, figure, is_figure, value_range, with_unit

Column = tuple[str, float | None, float | None]
"""Label below the column, lower part, upper part. ``None`` is unknown; a column of two unknowns shows a dash."""

_WIDTH, _HEIGHT = 430.0, 256.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 420.0, 26.0, 226.0
_MANY = 12


def column_chart(columns: Sequence[Column], *, names: tuple[str, str], title: str, unit: str = "") -> Markup:
    """Columns of two series, in the colours 1 (below) and 2 (above); negative parts hang below the zero line."""
    up = [sum(part for part in parts if is_figure(part) and part > 0) for _, *parts in columns]
    under = [sum(part for part in parts if is_figure(part) and part < 0) for _, *parts in columns]
    down = Scale(*value_range([*up, *under]), _BOTTOM, _TOP)
    pitch = (_RIGHT - _LEFT) / max(len(columns), 1)
    marks = value_grid(down, _LEFT, _RIGHT)
    for index, column in enumerate(columns):
        marks += _column(column, _LEFT + pitch * (index + 0.5), min(44.0, pitch * 0.62), down)
    marks += _labels(columns, pitch)
    return svg.drawing(_WIDTH, _HEIGHT, marks, label=_summary(title, columns, names, unit), css="column-chart")


def _column(column: Column, centre: float, width: float, down: Scale) -> list[Markup]:
    """The two parts from the zero line on, each sign on its own side, and the sum at the upper end."""
    _, *parts = column
    marks: list[Markup] = []
    ends = {True: 0.0, False: 0.0}
    for colour, part in enumerate(parts, start=1):
        if not is_figure(part) or part == 0:
            continue
        start, end = ends[part > 0], ends[part > 0] + part
        ends[part > 0] = end
        top, bottom = sorted((down(start), down(end)))
        marks.append(svg.rect(f"c{colour}", (centre - width / 2, top), (width, bottom - top)))
    if width >= 20:
        known = [part for part in parts if is_figure(part)]
        marks.append(svg.text("txb", (centre, down(ends[True]) - 7), figure(sum(known) if known else None), "middle"))
    return marks


def _labels(columns: Sequence[Column], pitch: float) -> list[Markup]:
    every = -(-len(columns) // _MANY) or 1
    return [
        svg.text("tx", (_LEFT + pitch * (index + 0.5), _BOTTOM + 20), label, "middle")
        for index, (label, *_) in enumerate(columns)
        if index % every == 0
    ]


def _summary(title: str, columns: Sequence[Column], names: tuple[str, str], unit: str) -> str:
    """The title and every column with both parts: what the picture says, in words."""
    (lower, upper), between = names, i18n.marks()
    spoken = [
        f"{label}{between.colon}{lower} {with_unit(a, unit)}{between.comma}{upper} {with_unit(b, unit)}"
        for label, a, b in columns
    ]
    return between.stop.join([title, *spoken])
