"""Steps of a path: pips for a count of a few, a track for milestones."""

from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup

from accelerator.core.charts import svg
from accelerator.core.charts.bars import bar

StepState = Literal["done", "now", "late", "later"]

_PITCH, _PIP = 10.5, 8.0
_MOST_PIPS = 12
_STEP = 32.0


def pips(done: int, total: int, *, label: str) -> Markup:
    """``total`` small squares of which ``done`` are filled, as in "3 of 5 reviews"; a bar when they are many."""
    if total > _MOST_PIPS:
        return bar(done / total, label=label)
    filled = min(max(done, 0), max(total, 0))
    squares = [svg.rect("c1" if i < filled else "ct", (i * _PITCH, 0), (_PIP, _PIP), rx=2) for i in range(total)]
    # Five pips fill the drawing; fewer leave room on the right, so that rows of a table stay aligned.
    return svg.drawing(max(total, 5) * _PITCH - 2.5, _PIP, squares, label=label, css="pips")


def track(states: Sequence[StepState], *, label: str) -> Markup:
    """Milestones on a line. Shapes differ, not only colours: done has a tick, late a dash, now a thick ring."""
    width = max(len(states), 1) * _STEP
    parts = [svg.line("kx", (8, 8), (width - _STEP + 8, 8), stroke_width="2")] if len(states) > 1 else []
    for index, state in enumerate(states):
        parts += _step(state, index * _STEP + 8)
    return svg.drawing(width - _STEP + 16, 16, parts, label=label, css="track-chart")


def _step(state: StepState, x: float) -> list[Markup]:
    css = {"done": "tk-done", "now": "tk-now", "late": "tk-late", "later": "tk"}[state]
    marks = [svg.element("circle", class_=css, cx=x, cy=8, r=6)]
    if state == "done":
        tick = [(x - 3, 8.2), (x - 0.8, 10.4), (x + 3, 5.8)]
        marks.append(svg.element("polyline", class_="tk-tick", points=svg.points(tick)))
    if state == "late":
        marks.append(svg.line("tk-dash", (x - 3, 11), (x + 3, 5)))
    return marks
