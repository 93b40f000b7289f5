import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from accelerator.core.charts import bars, heat, intervals, lines, scales, steps
from accelerator.core.charts.columns import column_chart
from accelerator.core.charts.scales import figure

ROOT = Path(__file__).parents[2]
SPAN = (3.0, 5.0)

figures = st.none() | st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(10**9), 10**9)
words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20)


def drawn(markup: Markup) -> ElementTree.Element:
    assert isinstance(markup, Markup)
    return ElementTree.fromstring(str(markup))


def found(markup: Markup, tag: str, css: str) -> list[dict[str, str]]:
    return [dict(part.attrib) for part in drawn(markup).iter(tag) if part.get("class") == css]


def texts(markup: Markup, css: str) -> list[str | None]:
    return [part.text for part in drawn(markup).iter("text") if part.get("class") == css]


def one_of_each() -> list[Markup]:
    return [
        lines.line_chart([(str(i), [1, None, 3]) for i in range(4)], ["a", "b", "c"], title="t"),
        lines.sparkline([1, 2], title="t"),
        column_chart([("a", 1, -2)], names=("x", "y"), title="t"),
        bars.bar(0.5, label="t"),
        bars.hbar(1, 2, colour=6),
        intervals.interval(3.5, 4, 4.5, scale=SPAN, cut=3.9, label="t"),
        intervals.interval_axis(scale=SPAN),
        steps.pips(1, 5, label="t"),
        steps.track(["done", "now", "late", "later"], label="t"),
    ]


def test_drawings_carry_no_style_script_or_id() -> None:
    allowed = {"svg", "title", "line", "rect", "text", "circle", "polyline", "polygon"}
    for markup in one_of_each():
        parts = list(drawn(markup).iter())
        assert {part.tag for part in parts} - allowed == set()
        assert [part.attrib for part in parts if {"style", "id"} & set(part.attrib)] == []
        assert [name for part in parts for name in part.attrib if name.startswith("on")] == []


@pytest.mark.parametrize("sheet", ["accelerator/static/css/charts.css", "templates/reports/report.css"])
def test_both_style_sheets_know_every_class(sheet: str) -> None:
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", (ROOT / sheet).read_text()))
    used = {part.get("class") for markup in one_of_each() for part in drawn(markup).iter() if part.get("class")}
    assert {css for css in used if css} - known == set()


def test_texts_are_escaped_in_labels_names_and_titles() -> None:
    nasty = "\"><script>alert('x')</script>&"
    chart = lines.line_chart([(nasty, [1, 2])], [nasty, "b"], title=nasty)
    assert "<script" not in chart
    assert drawn(chart).get("aria-label", "").startswith(nasty)
    assert drawn(chart).findtext("title") == drawn(chart).get("aria-label")
    assert texts(chart, "tx") == [nasty, "b", nasty]


def test_a_drawing_without_a_label_is_decoration() -> None:
    bar = drawn(bars.hbar(60, 237))
    assert (bar.get("aria-hidden"), bar.get("role"), bar.findtext("title")) == ("true", None, None)


def test_line_chart_breaks_at_gaps_and_dots_what_stands_alone() -> None:
    chart = lines.line_chart([("Users", [10, 20, None, 5, None, 30, 40])], list("abcdefg"), title="Numbers")
    assert [line["points"].count(",") for line in found(chart, "polyline", "k1")] == [2, 2]
    # One dot for the lone figure, one for the last.
    assert [dot["cx"] for dot in found(chart, "circle", "c1")] == ["228", "408"]
    assert drawn(chart).get("aria-label") == "Numbers. Users: a 10, g 40"


def test_line_chart_puts_zero_on_the_stronger_line_and_negatives_below() -> None:
    chart = lines.line_chart([("Cash", [-50, 100])], ["a", "b"], title="Cash", unit="%")
    assert texts(chart, "tx3") == ["−50", "0", "50", "100"]
    (zero,) = found(chart, "line", "kx")
    assert found(chart, "polyline", "k1") == [{"class": "k1", "points": "48,208 408,14", "stroke-width": "2"}]
    assert zero["y1"] == "143.3"
    assert drawn(chart).get("aria-label") == "Cash. Cash: a −50%, b 100%"


def test_line_chart_of_nothing_of_one_and_of_equal_values() -> None:
    assert found(lines.line_chart([], [], title="t"), "polyline", "k1") == []
    assert found(lines.line_chart([("a", [None])], ["x"], title="t"), "circle", "c1") == []
    (dot,) = found(lines.line_chart([("a", [4])], ["x"], title="t"), "circle", "c1")
    assert (dot["cx"], dot["cy"]) == ("228", "14")
    (line,) = found(lines.line_chart([("a", [7, 7])], ["x", "y"], title="t"), "polyline", "k1")
    assert line["points"] == "48,38.2 408,38.2"


def test_line_chart_moves_names_apart() -> None:
    chart = lines.line_chart([(name, [0, 10]) for name in "abcd"], ["x", "y"], title="t")
    heights = [float(part.get("y", 0)) for part in drawn(chart).iter("text") if part.get("x") == "428"]
    assert [later - earlier for earlier, later in pairwise(heights)] == [15, 15, 15]


def test_line_chart_shows_seven_labels_at_most_and_always_the_last() -> None:
    chart = lines.line_chart([("a", list(range(25)))], [f"w{i}" for i in range(25)], title="t")
    assert texts(chart, "tx") == ["w0", "w4", "w8", "w12", "w16", "w20", "w24", "a"]


@pytest.mark.parametrize(
    ("series", "labels"), [([("a", [1])] * 5, ["x"]), ([("a", [1, 2])], ["x"]), ([("a", [])], ["x"])]
)
def test_line_chart_refuses_what_cannot_be_read(
    series: list[tuple[str, list[float | None]]], labels: list[str]
) -> None:
    with pytest.raises(ValueError, match=r"lines|series"):
        lines.line_chart(series, labels, title="t")


def test_sparkline_runs_from_edge_to_edge_over_the_baseline_of_its_first_figure() -> None:
    spark = lines.sparkline([61, 70, 126], title="From 61 to 126")
    assert drawn(spark).get("preserveAspectRatio") == "none"
    assert [part["points"] for part in found(spark, "polyline", "k1")] == ["0,36 80,31.6 160,4"]
    assert [part["points"] for part in found(spark, "polygon", "area")] == ["0,40 0,36 80,31.6 160,4 160,40"]
    assert [(part["y1"], part["y2"]) for part in found(spark, "line", "kx")] == [("36", "36")]


@pytest.mark.parametrize(
    ("values", "strokes"),
    [
        ([], []),
        ([None, None], []),
        ([5], ["0,20 160,20"]),
        ([5, 5], ["0,20 160,20"]),
        ([1, None, 2], ["0,36 4,36", "156,4 160,4"]),
        ([-2, -1], ["0,36 160,4"]),
    ],
)
def test_sparkline_of_odd_series(values: list[float | None], strokes: list[str]) -> None:
    spark = lines.sparkline(values, title="t")
    assert [part["points"] for part in found(spark, "polyline", "k1")] == strokes
    assert len(found(spark, "line", "kx")) == 1


def test_column_chart_stacks_and_adds_up() -> None:
    chart = column_chart([("2019", 140, 79), ("2020", 162, 75)], names=("Overseas", "Japan"), title="Applications")
    assert texts(chart, "txb") == ["219", "237"]
    assert texts(chart, "tx") == ["2019", "2020"]
    lower, upper = found(chart, "rect", "c1"), found(chart, "rect", "c2")
    assert [float(b["y"]) + float(b["height"]) for b in lower] == [226, 226]
    # The upper part begins where the lower one ends, to the tenth of a unit that is written.
    assert [
        round(float(b["y"]) - float(a["y"]) - float(a["height"]), 1)
        for a, b in zip(upper, lower, strict=True)
        if abs(float(b["y"]) - float(a["y"]) - float(a["height"])) > 0.11
    ] == []
    assert drawn(chart).get("aria-label") == (
        "Applications. 2019: Overseas 140, Japan 79. 2020: Overseas 162, Japan 75"
    )


def test_column_chart_hangs_negatives_and_dashes_the_unknown() -> None:
    chart = column_chart([("a", 10, -5), ("b", None, None), ("c", 0, 3)], names=("In", "Out"), title="t", unit="件")
    assert texts(chart, "txb") == ["5", "–", "3"]
    (zero,) = found(chart, "line", "kx")
    assert [part["y"] for part in found(chart, "rect", "c2")] == [zero["y1"], "119.3"]
    assert drawn(chart).get("aria-label") == "t. a: In 10件, Out −5件. b: In –, Out –. c: In 0件, Out 3件"


def test_column_chart_of_nothing_and_of_many() -> None:
    assert found(column_chart([], names=("a", "b"), title="t"), "rect", "c1") == []
    many = column_chart([(str(day), 1, 1) for day in range(60)], names=("a", "b"), title="t")
    assert texts(many, "tx") == [str(day) for day in range(0, 60, 5)]
    assert texts(many, "txb") == []


@pytest.mark.parametrize(
    ("share", "width"),
    [(0.56, "56"), (0, None), (1, "100"), (1.7, "100"), (-1, None), (None, None), (float("nan"), None)],
)
def test_bar_holds_its_share_between_nothing_and_all(share: float | None, width: str | None) -> None:
    bar = bars.bar(share, label="22 of 39 scored")
    assert [part["width"] for part in found(bar, "rect", "f")] == ([width] if width else [])
    assert drawn(bar).get("aria-label") == "22 of 39 scored"


@pytest.mark.parametrize(
    ("value", "maximum", "width"), [(50, 100, "100"), (3, 0, None), (None, 9, None), (9, 3, "200")]
)
def test_hbar(value: float | None, maximum: float, width: str | None) -> None:
    assert [part["width"] for part in found(bars.hbar(value, maximum), "rect", "c1")] == ([width] if width else [])


def test_interval_places_line_dot_and_cut() -> None:
    row = intervals.interval(3.5, 4.0, 4.25, scale=SPAN, cut=4.75, label="Score 4.00, 80% interval 3.50 to 4.25")
    (line,), (dot,), (cut,) = found(row, "line", "iv"), found(row, "circle", "pt"), found(row, "line", "cutl")
    assert (line["x1"], line["x2"], dot["cx"], cut["x1"]) == ("52", "124", "100", "172")
    assert [part["x1"] for part in found(row, "line", "gridl")] == ["4", "52", "100", "148", "196"]
    assert drawn(row).get("aria-label") == "Score 4.00, 80% interval 3.50 to 4.25"


@pytest.mark.parametrize(
    ("bounds", "cut", "place"),
    [
        ((3.5, 4.0, 4.25), None, ("130", "16", "start")),  # room on the right
        ((4.4, 4.6, 4.8), None, ("132.4", "16", "end")),  # only on the left
        ((3.6, 3.7, 3.8), 4.0, ("55.6", "16", "end")),  # the cut line is on the right
        ((3.1, 3.2, 3.3), 3.4, ("46.4", "16", "start")),  # no room on the left: beyond the cut line
        ((4.4, 4.6, 4.8), 4.2, ("115.2", "16", "end")),  # only on the left, beyond the cut line
        ((3.0, 4.0, 5.0), None, ("198", "10", "end")),  # the interval fills the row
        ((4.25, 4.0, 3.5), None, ("130", "16", "start")),  # bounds in the wrong order
    ],
)
def test_interval_writes_its_figure_where_there_is_room(
    bounds: tuple[float, float, float], cut: float | None, place: tuple[str, str, str]
) -> None:
    low, value, high = bounds
    (words,) = found(intervals.interval(low, value, high, scale=SPAN, cut=cut, label="t"), "text", "tx")
    assert (words["x"], words["y"], words["text-anchor"]) == place


def test_interval_axis_stands_over_the_grid() -> None:
    axis = intervals.interval_axis(scale=SPAN)
    assert texts(axis, "tx3") == ["3.0", "3.5", "4.0", "4.5", "5.0"]
    assert [part["x"] for part in found(axis, "text", "tx3")] == ["4", "52", "100", "148", "196"]


def test_interval_scale_leaves_a_margin_and_never_collapses() -> None:
    assert intervals.interval_scale([3.0, None, 5.0]) == (2.88, 5.12)
    assert intervals.interval_scale([4.0]) == (3.75, 4.25)
    assert intervals.interval_scale([]) == (-0.25, 0.25)


def test_heat_table_has_five_levels_above_nothing() -> None:
    cells = heat.heat_table([[0, 1, 2, None], [3, 4, 5, -1]])
    assert [[cell.level for cell in row] for row in cells] == [[0, 1, 2, 0], [3, 4, 5, 0]]
    assert [cell.text for cell in cells[1]] == ["3", "4", "5", "−1"]
    assert cells[1][2].css == "h5"
    assert heat.heat_table([]) == []
    assert [cell.level for cell in heat.heat_table([[5, 50]], maximum=10)[0]] == [3, 5]
    assert [cell.level for cell in heat.heat_table([[0, None]])[0]] == [0, 0]


@pytest.mark.parametrize(
    ("done", "total", "filled", "empty"), [(3, 5, 3, 2), (0, 5, 0, 5), (9, 4, 4, 0), (-1, 2, 0, 2)]
)
def test_pips(done: int, total: int, filled: int, empty: int) -> None:
    pips = steps.pips(done, total, label="t")
    assert (len(found(pips, "rect", "c1")), len(found(pips, "rect", "ct"))) == (filled, empty)
    assert drawn(pips).get("viewBox") == "0 0 50 8"


def test_many_pips_become_a_bar() -> None:
    assert steps.pips(10, 40, label="10 of 40") == bars.bar(0.25, label="10 of 40")


def test_track_differs_by_shape() -> None:
    track = steps.track(["done", "now", "late", "later"], label="Milestones: 1 of 4 done")
    assert [part.get("class") for part in drawn(track).iter() if part.get("class")] == [
        "track-chart",
        "kx",
        "tk-done",
        "tk-tick",
        "tk-now",
        "tk-late",
        "tk-dash",
        "tk",
    ]
    assert drawn(track).get("viewBox") == "0 0 112 16"
    assert found(steps.track([], label="t"), "circle", "tk") == []


@pytest.mark.parametrize(
    ("value", "written"),
    [(1234567, "1,234,567"), (0.5, "0.5"), (1.005, "1"), (-3, "−3"), (-0.001, "0"), (100.0, "100"), (None, "–")],
)
def test_figures_are_written_alike_everywhere(value: float | None, written: str) -> None:
    assert figure(value) == written


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0, 237, [0, 100, 200]),
        (0, 1, [0, 0.5, 1]),
        (-50, 100, [-50, 0, 50, 100]),
        (3.24, 4.84, [3.5, 4, 4.5]),
        (5, 5, [5]),
        (0, 0.03, [0, 0.01, 0.02, 0.03]),
    ],
)
def test_ticks_are_round(low: float, high: float, marks: list[float]) -> None:
    assert scales.ticks(low, high) == marks


@given(st.lists(st.tuples(words, figures, figures), max_size=20), words, words)
def test_any_series_gives_a_well_formed_drawing(columns: list[tuple[str, float, float]], title: str, unit: str) -> None:
    labels = [label for label, _, _ in columns]
    series = [("a", [a for _, a, _ in columns]), (title, [b for _, _, b in columns])]
    for markup in (
        lines.line_chart(series, labels, title=title, unit=unit),
        lines.sparkline(series[0][1], title=title),
        column_chart(columns, names=("a", title), title=title, unit=unit),
    ):
        numbers = [
            number
            for part in drawn(markup).iter()
            for name, value in part.attrib.items()
            if name in {"x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "width", "height", "points"}
            for number in re.split("[ ,]", value)
        ]
        assert [number for number in numbers if not re.fullmatch(r"-?\d+(\.\d)?", number)] == []
        assert [number for number in numbers if not -20 <= float(number) <= 500] == []
