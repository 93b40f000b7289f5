"""The board's places are what counting by hand gives, whatever left the board after they were numbered."""

from random import Random

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.intake.models import Application, ApplicationState, Conflict, ConflictKind
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry, Round
from accelerator.scoring.operations.fitting import number_places
from accelerator.selection.board import CLOSE, BoardView, Order
from accelerator.selection.queries.order import ON_BOARD, entries, overview, to_discuss
from tests.factories import make_edition, make_member
from tests.factories.selection import make_board_entry, make_board_round, make_candidate

LEAVES = (ApplicationState.WITHDRAWN, ApplicationState.INELIGIBLE)
Made = tuple[Edition, Round, Person, Person]


def made(seed: int) -> Made:
    """Forty applications: equal scores, missing ones, some that left after the numbering, two that bar the first viewer."""
    random = Random(seed)
    with db.transaction():
        edition = make_edition(places=7)
        staff, free = make_member(edition, Role.STAFF), make_member(edition, Role.STAFF)
    with db.transaction(), scope.choose(edition.scope):
        round_, rows = make_board_round(edition), []
        for number in range(40):
            rows.append(make_candidate(edition, name=f"S{number}", country=random.choice(["JP", "EE"])))
            if random.random() < 0.85:
                entry = make_board_entry(round_, rows[-1], random.choice([3.0, 3.5, 4.0, 4.25, 4.5]))
                entry.chance, entry.raw_mean = random.choice([0.0, 0.5, 0.7, 1.0]), random.choice([2.0, 3.0, 4.0])
        number_places(round_)
        for row in random.sample(rows, 9):
            row.state = random.choice(LEAVES)
        for row in random.sample(rows, 2):
            values = {"kind": ConflictKind.FAMILY, "declared_at": clock.now()}
            db.add(Conflict(edition_id=edition.id, application_id=row.id, person_id=staff.id, **values))
    return edition, round_, staff, free


def counted(order: Order, staff: Person, country: str | None) -> list[tuple[str, int | None]]:
    """References with their places, as one counts them on paper."""
    column = {"raw": RankingEntry.raw_mean, "chance": RankingEntry.chance}.get(order, RankingEntry.adjusted)
    hidden = set(db.session().scalars(select(Conflict.application_id).where(Conflict.person_id == staff.id)))
    rows = db.session().execute(
        select(Application, column).outerjoin(RankingEntry, RankingEntry.application_id == Application.id)
    )
    shown = [(row, score) for row, score in rows if row.state in ON_BOARD and row.id not in hidden]
    shown.sort(key=lambda pair: (pair[1] is None, -(pair[1] or 0), pair[0].reference))
    places = [(row, at if score is not None else None) for at, (row, score) in enumerate(shown, 1)]
    return [(row.reference, place) for row, place in places if country is None or row.country == country]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("order", ["adjusted", "raw", "chance"])
def test_places_are_those_of_counting(any_database: str, seed: int, order: Order) -> None:
    edition, round_, *viewers = made(seed)
    with db.reading(), scope.choose(edition.scope):
        for viewer, is_barred in zip(viewers, (True, False), strict=True):
            shown: Order = "raw" if is_barred else order  # every estimate moves with every review
            for view, country in (("all", None), ("home", "JP")):
                board_view, expected = BoardView(order, 7, view, None, None), counted(shown, viewer, country)
                pages = [
                    entries(edition, round_, viewer, board_view, by_name=False, first=first, size=6)
                    for first in range(0, 48, 6)
                ]
                assert [(entry.reference, entry.place) for page in pages for entry in page] == expected
            places = dict(counted(shown, viewer, None))
            board_view = BoardView(order, 7, "all", None, None)
            named = entries(edition, round_, viewer, board_view, by_name=True, first=0, size=50)
            assert {entry.reference: entry.place for entry in named} == places
            whole = overview(edition, round_, viewer, board_view)
            chances = {entry.place: entry.chance for entry in named if entry.chance is not None}
            close = [place for place, chance in chances.items() if CLOSE[0] <= chance <= CLOSE[1]]
            assert (whole.total, whole.band) == (len(places), (min(close), max(close)) if close else None)
            assert bool(chances) is not is_barred
            assert any(entry.adjusted or entry.low or entry.high for entry in named) is not is_barred
            assert whole.enough == sum(place is not None for place in places.values())
            talked = to_discuss(edition, round_, viewer, board_view, size=5)
            assert [entry.place for entry in talked] == [places[entry.reference] for entry in talked]
            assert bool(talked) is not is_barred
