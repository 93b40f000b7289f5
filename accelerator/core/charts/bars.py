"""Horizontal bars: progress from nothing to all, and one row of a bar list."""

from markupsafe import Markup

from accelerator.core.charts import svg
from accelerator.core.charts.scales import is_figure


def bar(share: float | None, *, label: str) -> Markup:
    """Progress of ``share`` (0 to 1, held there) on a track; ``label`` says it in words, as in "22 of 39 scored"."""
    filled = min(max(share, 0.0), 1.0) * 100 if is_figure(share) else 0.0
    parts = [svg.rect("t", (0, 0), (100, 6), rx=2)]
    if filled:
        parts.append(svg.rect("f", (0, 0), (filled, 6), rx=2))
    return svg.drawing(100, 6, parts, label=label, css="bar", stretch=True)


def hbar(value: float | None, maximum: float, *, colour: int = 1, label: str = "") -> Markup:
    """One bar of a list whose longest is ``maximum``; decoration, as the list shows the number as text."""
    share = value / maximum if is_figure(value) and maximum > 0 else 0.0
    width = min(max(share, 0.0), 1.0) * 200
    parts = [svg.rect("ct", (0, 0), (200, 10))]
    if width:
        parts.append(svg.rect(f"c{colour}", (0, 0), (width, 10)))
    return svg.drawing(200, 10, parts, label=label, css="hbar", stretch=True)
