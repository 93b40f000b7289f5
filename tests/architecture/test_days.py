"""A day belongs to somebody: an instant has a day only where a zone is named. UTC's day is nobody's."""

import ast
import re

from tests.architecture.source import ROOT, calls, nodes, place

CLOCKS = {"clock.now", "clock.system_now", "clock.arrival"}
PARTS = {"year", "month", "day", "hour", "weekday", "isoweekday", "isocalendar"}
ON_A_WALL = {"local", "there", "here", "first", "last", "start"}
"""Names of what is the reading of some wall clock already."""


def is_local(node: ast.expr) -> bool:
    """Whether an expression is a time of a named zone, or the reading of a wall clock."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in {"astimezone", "instant"}
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    if isinstance(node, ast.BinOp):
        return any(
            is_local(side.func) if isinstance(side, ast.Call) else is_local(side) for side in (node.left, node.right)
        )
    return name in ON_A_WALL or name == "_change_between"


def test_days_are_taken_where_a_zone_is_named():
    dates = [
        (path, node)
        for path, node, name in calls()
        if isinstance(node.func, ast.Attribute)
        and node.func.attr == "date"
        and not node.args
        and "demo_edition" not in path.parts  # it makes its days up
    ]
    assert dates
    assert [
        place(path, node)
        for path, node in dates
        if isinstance(node.func, ast.Attribute) and not is_local(node.func.value)
    ] == []


def test_no_part_of_a_day_is_read_off_the_clock_itself():
    found = [
        place(path, node)
        for path, node in nodes(ast.Attribute)
        if node.attr in PARTS and isinstance(node.value, ast.Call) and ast.unparse(node.value.func) in CLOCKS
    ]
    assert found == []


def test_pages_take_no_day_of_an_instant():
    templates = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert len(templates) > 100
    assert [str(path) for path in templates if re.search(r"\.date\(\)", path.read_text())] == []
