"""Versions of what a page shows: the same for the same, another for anything else."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from accelerator.core.versions import Stale, stale_problems, version_of
from accelerator.selection.models import Choice


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        (Choice.OFFER, "offer"),
        (Decimal("1.50"), Decimal("1.5")),
        (frozenset({"x", "y"}), ["x", "y"]),
        (date(2020, 7, 31), "2020-07-31"),
    ],
)
def test_the_same_has_one_version(first: object, second: object) -> None:
    assert version_of(first) == version_of(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"a": 1}, {"a": 2}),
        (["a", "b"], ["b", "a"]),
        ("", None),
        ("神戸", "神户"),
        (datetime(2020, 7, 31, tzinfo=UTC), datetime(2020, 7, 31, 0, 1, tzinfo=UTC)),
        (Decimal("1.5"), Decimal("1.51")),
    ],
)
def test_anything_else_has_another(first: object, second: object) -> None:
    assert version_of(first) != version_of(second)


def test_whoever_names_no_version_is_asked_nothing() -> None:
    assert list(stale_problems(None, "a")) == list(stale_problems("a", "a")) == []
    (problem,) = stale_problems("a", "b", "Mia was faster.")
    assert (type(problem), problem.message) == (Stale, "Mia was faster.")
