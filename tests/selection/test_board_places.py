"""Places, the cut line and what is too close to call, as the database works them out."""

from collections.abc import Iterator

import pytest

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.web import App
from accelerator.intake.models import Conflict, ConflictKind
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Round
from accelerator.selection.board import BoardView, Entry, Order, Overview
from accelerator.selection.queries.order import entries, overview, to_discuss
from tests.factories import make_edition, make_member
from tests.factories.selection import make_board_entry, make_board_round, make_candidate, make_decision

Board = tuple[Edition, Round, Person, dict[str, int]]


@pytest.fixture
def board(app: App) -> Iterator[Board]:
    """Two pairs of equal scores, one application without a score, all with three reads."""
    with db.transaction():
        edition = make_edition(places=2)
        staff = make_member(edition, Role.STAFF)
    with db.transaction(), scope.choose(edition.scope):
        round_, ids = make_board_round(edition), {}
        for name, adjusted, raw, chance in (
            ("echo", 4.5, 3.0, 0.99),
            ("Delta", 4.0, 4.0, 0.8),
            ("bravo", 4.0, 4.2, 0.9),
            ("Alpha", 3.0, 4.2, 0.1),
        ):
            one = make_candidate(edition, name=name, country="JP" if name == "echo" else None)
            make_board_entry(round_, one, adjusted, raw_mean=raw, chance=chance)
            ids[name] = one.id
        ids["none"] = make_candidate(edition, name="none").id
    with db.reading(), scope.choose(edition.scope):
        yield edition, round_, staff, ids


def board_view(order: Order = "adjusted", view: str = "all", places: int = 2) -> BoardView:
    return BoardView(order, places, view, None, None)


def rows(board: Board, wanted: BoardView, *, by_name: bool = False, first: int = 0, size: int = 9) -> list[Entry]:
    edition, round_, staff, _ids = board
    return entries(edition, round_, staff, wanted, by_name=by_name, first=first, size=size)


@pytest.mark.parametrize(
    ("order", "found"),
    [
        ("adjusted", [("echo", 1), ("Delta", 2), ("bravo", 3), ("Alpha", 4), ("none", None)]),
        ("raw", [("bravo", 1), ("Alpha", 2), ("Delta", 3), ("echo", 4), ("none", None)]),
        ("chance", [("echo", 1), ("bravo", 2), ("Delta", 3), ("Alpha", 4), ("none", None)]),
    ],
)
def test_highest_first_ties_by_reference_unscored_last(board: Board, order: Order, found: list[object]) -> None:
    assert [(row.name, row.place) for row in rows(board, board_view(order))] == found


def test_names_go_from_a_to_z_and_keep_their_places(board: Board) -> None:
    found = rows(board, board_view("name"), by_name=True)
    assert [(one.name, one.place) for one in found] == [
        ("Alpha", 4),
        ("bravo", 3),
        ("Delta", 2),
        ("echo", 1),
        ("none", None),
    ]


def test_a_view_keeps_the_places_of_the_whole(board: Board) -> None:
    assert [(row.name, row.place) for row in rows(board, board_view(view="abroad"))] == [
        ("Delta", 2),
        ("bravo", 3),
        ("Alpha", 4),
        ("none", None),
    ]
    assert [row.name for row in rows(board, board_view(), first=1, size=2)] == ["Delta", "bravo"]


def test_the_whole_board_in_figures(board: Board) -> None:
    edition, round_, staff, _ids = board
    assert overview(edition, round_, staff, board_view(view="home")) == Overview(
        total=5, enough=4, matching=1, last_in=4.0, first_out=4.0, band=(2, 2), low=2.8, high=4.7
    )
    lines = [overview(edition, round_, staff, board_view(order)).cut for order in ("raw", "adjusted", "chance", "name")]
    assert lines == [4.1, 4.0, None, None]
    assert overview(edition, round_, staff, board_view(places=4)).cut is None


def test_without_a_round_nothing_has_a_place(board: Board) -> None:
    edition, _round, staff, _ids = board
    assert overview(edition, None, staff, board_view()) == Overview(5, 0, 5, None, None, None, None, None)
    assert {entry.place for entry in entries(edition, None, staff, board_view(), by_name=True, first=0, size=9)} == {
        None
    }


def test_a_conflict_leaves_no_gap_in_the_places(app: App, board: Board) -> None:
    edition, round_, staff, ids = board
    with db.transaction(), scope.choose(edition.scope):
        db.add(
            Conflict(
                edition_id=edition.id,
                application_id=ids["Delta"],
                person_id=staff.id,
                kind=ConflictKind.FAMILY,
                declared_at=clock.now(),
            )
        )
    with db.reading(), scope.choose(edition.scope):
        found = entries(edition, round_, staff, board_view(), by_name=False, first=0, size=9)
    # In the order of raw means, which nothing hidden moves.
    assert [(one.name, one.place) for one in found] == [("bravo", 1), ("Alpha", 2), ("echo", 3), ("none", None)]


def test_what_is_split_is_talked_of_first_and_what_is_decided_no_more(app: App) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
    with db.transaction(), scope.choose(edition.scope):
        round_ = make_board_round(edition)
        for name, score, more in (
            ("close", 4.5, {}),
            ("split", 3.5, {"spread": 2.5}),
            ("short", 3.9, {"reads": 2}),
            ("sure", 4.8, {"chance": 0.99}),
            ("decided", 4.0, {}),
        ):
            one = make_candidate(edition, name=name)
            make_board_entry(round_, one, score, **more)
        make_decision(one, staff)
    with db.reading(), scope.choose(edition.scope):
        found = to_discuss(edition, round_, staff, board_view(), size=2)
        assert [(one.name, one.place) for one in found] == [("split", 5), ("short", 4)]
        assert [one.name for one in to_discuss(edition, round_, staff, board_view(), size=9)] == [
            "split",
            "short",
            "close",
        ]
