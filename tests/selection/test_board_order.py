"""What is too close to call, the cut line, and the drawings of the board."""

import pytest

from accelerator.selection import board
from accelerator.selection.board import Entry, Mix, Overview, Plot


def entry(reference: str, adjusted: float | None = 4.0, **values) -> Entry:
    defaults = {
        "reference": reference,
        "name": reference,
        "country": "EE",
        "city": "",
        "sector_id": 1,
        "state": "eligible",
        "reads": 3,
        "wanted": 3,
        "raw": adjusted,
        "adjusted": adjusted,
        "low": None,
        "high": None,
        "chance": 0.5,
        "spread": 0.5,
        "choice": None,
        "open": True,
        "place": None,
    }
    return Entry(**{**defaults, **values})


@pytest.mark.parametrize(("chance", "close"), [(0.14, False), (0.15, True), (0.85, True), (0.86, False), (None, False)])
def test_close_is_fifteen_to_eighty_five_per_cent(chance, close) -> None:
    assert entry("A-1", chance=chance).is_close is close


@pytest.mark.parametrize(
    ("spread", "reads", "said"),
    [
        (0.0, 3, "agree"),
        (0.99, 3, "agree"),
        (1.0, 3, "mixed"),
        (1.99, 3, "mixed"),
        (2.0, 3, "split"),
        (3.0, 1, None),
        (None, 0, None),
    ],
)
def test_agreement(spread, reads, said) -> None:
    assert entry("A-1", spread=spread, reads=reads).agreement == said


@pytest.mark.parametrize(("total", "enough", "early"), [(2, 2, False), (2, 1, False), (3, 1, True), (0, 0, True)])
def test_too_early_below_half_with_three_reads(total, enough, early) -> None:
    assert Overview(total, enough, total, None, None, None, None, None).early is early


def test_the_cut_lies_halfway_between_the_last_place_and_the_next() -> None:
    assert [Overview(4, 4, 4, last, first, None, None, None).cut for last, first in ((3.5, 3.0), (3.5, None))] == [
        3.25,
        None,
    ]


def test_mix_counts_home_abroad_and_sectors_largest_first() -> None:
    assert board.mix([("JP", 2), ("EE", 1), ("EE", 2), (None, None)], "JP") == Mix(4, 1, 3, [(2, 2), (1, 1)])


def test_percent_is_modest_at_both_ends() -> None:
    assert [board.percent(chance) for chance in (1.0, 0.99, 0.5, 0.01, 0.004, None)] == [
        ">99%",
        "99%",
        "50%",
        "1%",
        "<1%",
        "",
    ]


SCALE = (1.0, 5.0)


def test_the_figure_stands_right_of_the_line_or_left_where_there_is_no_room() -> None:
    assert board.plot(2.0, 2.5, 3.0, SCALE, None) == Plot(left=52, right=100, dot=76, text=106)
    assert board.plot(4.0, 4.5, 5.0, SCALE, None) == Plot(left=148, right=196, dot=172, text=116)


def test_the_figure_steps_over_the_cut_line() -> None:
    line = board.across(3.2, SCALE)
    assert board.plot(2.0, 2.5, 3.0, SCALE, 3.2).text == line + 4


def test_what_lies_outside_is_held_at_the_edge() -> None:
    assert (board.across(-1, SCALE), board.across(9, SCALE), board.across(3, (3, 3))) == (4, 196, 100)
