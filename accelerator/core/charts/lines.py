"""Lines over time: the chart with axes and direct labels, and the sparkline beside a figure."""

from collections.abc import Sequence

from markupsafe import Markup

from accelerator.core import i18n
from accelerator.core.charts import svg
from accelerator.core.charts.axes import value_grid
from accelerator.core.charts.scales import Scale, figure, figures, is_figure, value_range, with_unit

Series = tuple[str, Sequence[float | None]]
"""Name and values of one line, as many values as there are labels below."""

_WIDTH, _HEIGHT = 560.0, 240.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 48.0, 408.0, 14.0, 208.0
_COLOURS = 4
_LABEL_GAP = 15.0


def line_chart(series: Sequence[Series], labels: Sequence[str], *, title: str, unit: str = "") -> Markup:
    """Up to four lines over ``labels``, zero included, each named at its right end.

    Raises ValueError for more lines than there are colours or for a series of another length than the labels.
    """
    if len(series) > _COLOURS:
        raise ValueError(f"{len(series)} lines; {_COLOURS} can be told apart")
    if any(len(values) != len(labels) for _, values in series):
        raise ValueError("every series needs one value for each label")
    everything = [value for _, values in series for value in values]
    low, high = value_range(everything)
    across = Scale(0, max(len(labels) - 1, 0), _LEFT, _RIGHT)
    down = Scale(low, high, _BOTTOM, _TOP)
    parts = [*value_grid(down, _LEFT, _RIGHT), *_bottom_labels(labels, across)]
    for index, (_, values) in enumerate(series):
        parts += _stroke(values, across, down, index + 1)
    parts += _end_labels(series, down)
    return svg.drawing(_WIDTH, _HEIGHT, parts, label=_summary(title, series, labels, unit), css="line-chart")


def _bottom_labels(labels: Sequence[str], across: Scale) -> list[Markup]:
    # Not more than about seven, so that they do not run into each other; the last one always shows.
    last = len(labels) - 1
    every = -(-last // 6) or 1
    shown = [index for index in range(len(labels)) if (last - index) % every == 0]
    return [svg.text("tx", (across(index), _BOTTOM + 20), labels[index], "middle") for index in shown]


def _runs(values: Sequence[float | None]) -> list[list[tuple[int, float]]]:
    """Neighbouring figures with their positions; a gap ends a run."""
    runs: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        if is_figure(value):
            runs[-1].append((index, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _stroke(values: Sequence[float | None], across: Scale, down: Scale, colour: int) -> list[Markup]:
    """The runs as lines; a dot marks the last figure and any figure that stands alone between gaps."""
    marks: list[Markup] = []
    runs = [[(across(index), down(value)) for index, value in run] for run in _runs(values)]
    for path in runs:
        if len(path) > 1:
            marks.append(svg.element("polyline", class_=f"k{colour}", points=svg.points(path), stroke_width="2"))
        if len(path) == 1 or path is runs[-1]:
            marks.append(svg.element("circle", class_=f"c{colour}", cx=path[-1][0], cy=path[-1][1], r=3.5))
    return marks


def _end_labels(series: Sequence[Series], down: Scale) -> list[Markup]:
    """Names at the height of the last figure, moved apart where they would overlap."""
    ends = [(down(known[-1]), name, i + 1) for i, (name, values) in enumerate(series) if (known := figures(values))]
    marks: list[Markup] = []
    lowest = -_LABEL_GAP
    spare = [_BOTTOM + 8 - _LABEL_GAP * (len(ends) - 1 - rank) for rank in range(len(ends))]
    for rank, (y, name, colour) in enumerate(sorted(ends)):
        lowest = min(max(y, lowest + _LABEL_GAP), spare[rank])
        marks.append(svg.rect(f"c{colour}", (_RIGHT + 8, lowest - 4), (8, 8), rx=2))
        marks.append(svg.text("tx", (_RIGHT + 20, lowest + 4), name))
    return marks


def _summary(title: str, series: Sequence[Series], labels: Sequence[str], unit: str) -> str:
    """The title and, for each line, its first and last figure with their labels."""
    between, sentences = i18n.marks(), [title]
    for name, values in series:
        known = [(labels[i], value) for i, value in enumerate(values) if is_figure(value)]
        ends = known[:1] + known[1:][-1:]
        course = between.comma.join(f"{at} {with_unit(v, unit)}" for at, v in ends)
        sentences.append(f"{name}{between.colon}{course or figure(None)}")
    return between.stop.join(sentence for sentence in sentences if sentence)


def sparkline(values: Sequence[float | None], *, title: str) -> Markup:
    """The course of a figure without axes, 160 x 40; the dashed baseline is the first figure.

    A single figure is a level line, an empty series the baseline alone.
    """
    known = figures(values)
    across = Scale(0, max(len(values) - 1, 0), 0, 160)
    down = Scale(min(known, default=0), max(known, default=0), 36, 4)
    base = down(known[0]) if known else 36.0
    parts = [svg.line("kx", (0, base), (160, base), stroke_dasharray="2 3", vector_effect="non-scaling-stroke")]
    for run in _runs(values):
        path = [(across(i), down(value)) for i, value in run]
        if len(path) == 1:
            # A lone figure becomes a short dash: a circle would be stretched with the drawing.
            x, y = path[0]
            path = [(0.0, y), (160.0, y)] if len(values) == 1 else [(max(x - 4, 0), y), (min(x + 4, 160), y)]
        parts += _shaded(path)
    return svg.drawing(160, 40, parts, label=title, css="sparkline", stretch=True)


def _shaded(path: Sequence[tuple[float, float]]) -> list[Markup]:
    closed = [(path[0][0], 40.0), *path, (path[-1][0], 40.0)]
    stroke = svg.element(
        "polyline", class_="k1", points=svg.points(path), stroke_width="2", vector_effect="non-scaling-stroke"
    )
    return [svg.element("polygon", class_="area", points=svg.points(closed)), stroke]
