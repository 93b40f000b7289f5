"""The order of the board, its cut line and what is too close to call."""

import pytest

from accelerator.selection import board
from accelerator.selection.board import Entry, Mix, Plot


def entry(reference: str, adjusted: float | None = 4.0, **values) -> Entry:
    defaults = {
        "reference": reference, "name": reference, "country": "EE", "city": "", "sector_id": 1, "state": "eligible", "reads": 3, "wanted": 3,
        "raw": adjusted, "adjusted": adjusted, "low": None, "high": None, "chance": 0.5, "spread": 0.5, "choice": None, "open": True,
    }  # fmt: skip
    return Entry(**{**defaults, **values})


def names(entries) -> list[str]:
    return [one.reference for one in entries]


def test_highest_first_ties_by_reference_unscored_last() -> None:
    entries = [entry("A-3", None), entry("A-2", 4.0), entry("A-1", 4.0), entry("A-4", 4.5), entry("A-0", None)]
    assert names(board.ordered(entries, "adjusted")) == ["A-4", "A-1", "A-2", "A-0", "A-3"]
    assert board.ranks(entries, "adjusted") == {"A-4": 1, "A-1": 2, "A-2": 3}


def test_each_order_goes_by_its_own_figure() -> None:
    entries = [
        entry("A-1", 4.0, raw=3.0, chance=0.9, name="beta"),
        entry("A-2", 3.5, raw=4.5, chance=0.95, name="Alpha"),
    ]
    assert {order: names(board.ordered(entries, order)) for order in board.ORDERS} == {
        "adjusted": ["A-1", "A-2"], "raw": ["A-2", "A-1"], "chance": ["A-2", "A-1"], "name": ["A-2", "A-1"],
    }  # fmt: skip
    assert board.ranks(entries, "name") == {"A-1": 1, "A-2": 2}


def test_the_cut_lies_halfway_between_the_last_place_and_the_next() -> None:
    entries = [entry("A-1", 4.0), entry("A-2", 3.5), entry("A-3", 3.0), entry("A-4", None)]
    assert board.cut(entries, 2, "adjusted") == 3.25
    assert [board.cut(entries, places, "adjusted") for places in (0, 3, 9)] == [None, None, None]
    assert board.cut(entries, 2, "name") is None


@pytest.mark.parametrize(("chance", "close"), [(0.14, False), (0.15, True), (0.85, True), (0.86, False), (None, False)])
def test_close_is_fifteen_to_eighty_five_per_cent(chance, close) -> None:
    assert entry("A-1", chance=chance).is_close is close


def test_the_close_band_names_first_and_last_rank() -> None:
    entries = [
        entry(f"A-{n}", 5 - n / 10, chance=chance) for n, chance in enumerate([0.99, 0.8, 0.9, 0.2, 0.1], start=1)
    ]
    assert board.close_band(entries, board.ranks(entries, "adjusted")) == (2, 4)
    assert board.close_band(entries[:1], {"A-1": 1}) is None


@pytest.mark.parametrize(
    ("spread", "reads", "said"),
    [(0.0, 3, "agree"), (0.99, 3, "agree"), (1.0, 3, "mixed"), (1.99, 3, "mixed"), (2.0, 3, "split"), (3.0, 1, None), (None, 0, None)],
)  # fmt: skip
def test_agreement(spread, reads, said) -> None:
    assert entry("A-1", spread=spread, reads=reads).agreement == said


@pytest.mark.parametrize(("reads", "early"), [([3, 3], False), ([3, 2], False), ([3, 2, 2], True), ([], True)])
def test_too_early_below_half_with_three_reads(reads, early) -> None:
    assert board.too_early([entry(str(n), reads=count) for n, count in enumerate(reads)]) is early


@pytest.mark.parametrize(
    ("state", "choice", "taken"),
    [("eligible", "offer", True), ("eligible", "wait", False), ("joined", "offer", True), ("turned_down", "offer", False),
     ("offered", "wait", True), ("waiting", "wait", False)],
)  # fmt: skip
def test_which_applications_hold_a_place(state, choice, taken) -> None:
    assert board.places_taken(entry("A-1", state=state, choice=choice)) is taken


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
