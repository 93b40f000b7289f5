"""The value axis of charts with a vertical scale."""

from markupsafe import Markup

from accelerator.core.charts import svg
from accelerator.core.charts.scales import Scale, figure, ticks


def value_grid(down: Scale, left: float, right: float) -> list[Markup]:
    """Grid lines from ``left`` to ``right`` with their figures beside them; the zero line is the stronger one."""
    marks: list[Markup] = []
    for value in ticks(down.low, down.high):
        y = down(value)
        marks.append(svg.line("kx" if value == 0 else "gridl", (left, y), (right, y)))
        marks.append(svg.text("tx3", (left - 8, y + 4), figure(value), "end"))
    return marks
