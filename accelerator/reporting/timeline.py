"""The programme on a line: call, answers, coaching and Demo Day, each by itself, because one ends before the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from markupsafe import Markup

from accelerator.core import i18n
from accelerator.core.charts import svg
from accelerator.core.charts.scales import Scale

_WIDTH, _LEFT, _RIGHT, _TOP, _PITCH = 720.0, 150.0, 606.0, 30.0, 30.0


@dataclass(frozen=True)
class Phase:
    """Something that lasts from ``first`` to ``last``, or happens on one day (``last`` is None). ``days`` says when."""

    name: str
    first: date
    last: date | None
    days: str


def timeline(phases: Sequence[Phase], *, months: Sequence[tuple[date, str]], title: str) -> Markup:
    """One row per phase over a grid of ``months`` (first day and name): bars for phases, dots for single days."""
    across = scale(phases)
    height = _TOP + _PITCH * len(phases) + 4
    marks: list[Markup] = []
    for first, name in months:
        x = across(first.toordinal())
        marks += [svg.line("gridl", (x, 18), (x, height - 4)), svg.text("tx3", (x + 3, 13), name)]
    for row, phase in enumerate(phases):
        marks += _phase(phase, _TOP + _PITCH * row + _PITCH / 2, across)
    between = i18n.marks()
    spoken = between.stop.join([title, *(f"{phase.name}{between.colon}{phase.days}" for phase in phases)])
    return svg.drawing(_WIDTH, height, marks, label=spoken, css="timeline")


def scale(phases: Sequence[Phase]) -> Scale:
    """Days to coordinates, from the first day of the first month to the last day there is."""
    first = min(phase.first for phase in phases).replace(day=1)
    last = max(phase.last or phase.first for phase in phases)
    return Scale(first.toordinal(), last.toordinal(), _LEFT, _RIGHT)


def month_starts(phases: Sequence[Phase], most: int = 9) -> list[date]:
    """The first days of the months that the phases span; every second, third ... one when there are many."""
    day = min(phase.first for phase in phases).replace(day=1)
    last = max(phase.last or phase.first for phase in phases)
    months = []
    while day <= last:
        months.append(day)
        day = (day + timedelta(days=32)).replace(day=1)
    return months[:: -(-len(months) // most)]


def _phase(phase: Phase, y: float, across: Scale) -> list[Markup]:
    start = across(phase.first.toordinal())
    end = across(phase.last.toordinal()) if phase.last else start
    marks = [svg.text("txb", (0, y + 4), phase.name)]
    if phase.last:
        marks.append(svg.rect("c1", (start, y - 6), (max(end - start, 3), 12), rx=3))
    else:
        marks.append(svg.element("circle", class_="c5", cx=start, cy=y, r=6))
    # The days stand beside the mark; near the right edge they stand before it.
    if end > _RIGHT - 10:
        marks.append(svg.text("tx", (start - 12, y + 4), phase.days, "end"))
    else:
        marks.append(svg.text("tx", (end + 12, y + 4), phase.days))
    return marks
