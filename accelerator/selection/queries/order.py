"""The board's order, places and cut line: numbered when a fit is stored, so that a page costs its rows alone."""

from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    case,
    cast,
    exists,
    false,
    func,
    null,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import aliased

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred, sums_withheld
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry, Round
from accelerator.selection.board import CLOSE, ENOUGH_READS, SPLIT, BoardView, Entry, Overview
from accelerator.selection.models import Decision

ON_BOARD = (
    ApplicationState.ELIGIBLE,
    ApplicationState.OFFERED,
    ApplicationState.WAITING,
    ApplicationState.DECLINED,
    ApplicationState.JOINED,
    ApplicationState.TURNED_DOWN,
)
OFF_BOARD = tuple(state for state in ApplicationState if state not in ON_BOARD)
NEAR = 3  # times the places: the scores that the drawing's scale spans
LEAST_NEAR = 20
OPEN = and_(Decision.release_id.is_(None), Application.state == ApplicationState.ELIGIBLE)
UNDECIDED = and_(OPEN, Decision.id.is_(None))
IS_CLOSE = RankingEntry.chance.between(*CLOSE)
IS_SPLIT = and_(RankingEntry.spread >= SPLIT, RankingEntry.reads >= 2)
PRINTED = (
    Application.reference,
    Application.name,
    Application.country,
    Application.city,
    Application.sector_id,
    Application.state,
    RankingEntry.reads,
    RankingEntry.wanted,
    RankingEntry.raw_mean,
    RankingEntry.adjusted,
    RankingEntry.low,
    RankingEntry.high,
    RankingEntry.chance,
    RankingEntry.spread,
    Decision.choice,
    OPEN,
)


def _matches(board_view: BoardView, home: str) -> ColumnElement[bool]:
    wanted = {
        "home": Application.country == home,
        "abroad": Application.country.is_distinct_from(home),
        "split": IS_SPLIT,
        "undecided": UNDECIDED,
    }.get(board_view.view, true())
    return and_(wanted, Application.sector_id == board_view.sector) if board_view.sector is not None else wanted


def _of(round_: Round | None) -> ColumnElement[bool]:
    return (RankingEntry.application_id == Application.id) & (RankingEntry.round_id == (round_.id if round_ else None))


def _decided() -> ColumnElement[bool]:
    return Decision.application_id == Application.id


class _Order(NamedTuple):
    """What gives the places of a round: a score, and the numbers in its order.

    They number whatever has a score; ``seen`` is what of it stands on the board of whoever looks, so that a place is how
    many of those come up to it.
    """

    of: Any  # the standings: themselves, or under another name
    score: Any
    number: Any
    source: FromClause | None  # what numbers the standings, where they don't hold the number themselves
    seen: list[ColumnElement[bool]]

    def standings(self, *columns: Any) -> Select[Any]:
        """Columns of the standings that are seen, in no order. The index of places answers most of them alone."""
        start = select(*columns).select_from(self.of)
        if self.source is not None:
            start = start.join(self.source, self.source.c.standing_id == self.of.id)
        return start.where(*self.seen)


def _order(
    edition: Edition, round_: Round | None, viewer: Person, board_view: BoardView, of: Any = RankingEntry
) -> _Order:
    """The order that gives the places; that by name keeps those of the adjusted score, which standings hold."""
    scored = {"raw": RankingEntry.raw_mean, "chance": RankingEntry.chance}.get(board_view.order)
    number_of_round = round_.id if round_ else None
    source = None
    if scored is not None:
        source = (
            select(
                RankingEntry.id.label("standing_id"),
                func.row_number().over(order_by=(scored.desc(), Application.reference)).label("number"),
            )
            .join(Application, Application.id == RankingEntry.application_id)
            .where(RankingEntry.edition_id == edition.id, RankingEntry.round_id == number_of_round, scored.is_not(None))
            .subquery()
        )
    off_board = select(Application.id).where(Application.edition_id == edition.id, Application.state.in_(OFF_BOARD))
    seen = [
        of.edition_id == edition.id,
        of.round_id == number_of_round,
        of.application_id.not_in(off_board),
        of.application_id.not_in(barred(edition.id, viewer.id)),
    ]
    score = {"raw": of.raw_mean, "chance": of.chance}.get(board_view.order, of.adjusted)
    return _Order(of, score, source.c.number if source is not None else of.place, source, seen)


def _on_board(edition: Edition, viewer: Person) -> list[ColumnElement[bool]]:
    return [
        Application.edition_id == edition.id,
        Application.state.in_(ON_BOARD),
        Application.id.not_in(barred(edition.id, viewer.id)),
    ]


def _is_judged(round_: Round | None) -> ColumnElement[bool]:
    """Applications that were never eligible enter with the letter that tells them so, and only if somebody scored them."""
    theirs = aliased(RankingEntry)
    scored = exists().where(theirs.application_id == Application.id, theirs.round_id == (round_.id if round_ else None))
    return or_(Application.state != ApplicationState.DECLINED, scored)


def _without_estimates(edition: Edition, viewer: Person, board_view: BoardView) -> tuple[BoardView, bool]:
    """The view as this viewer may have it, and whether what is estimated is kept from them.

    All chances add up to the places, and an adjusted score moves with every review of the round, also with those of an
    application that the viewer must know nothing of. Raw means don't, so they and their order are what remains.
    """
    withheld = sums_withheld(edition.id, viewer.id)
    return board_view._replace(order="raw") if withheld else board_view, withheld


def overview(edition: Edition, round_: Round | None, viewer: Person, board_view: BoardView) -> Overview:
    """The figures of the whole board. One statement; only the orders by a score have a cut line."""
    board_view, withheld = _without_estimates(edition, viewer, board_view)
    order, counter = (_order(edition, round_, viewer, board_view, of) for of in (RankingEntry, aliased(RankingEntry)))
    everything = select(func.count(Application.id)).where(*_on_board(edition, viewer), _is_judged(round_))
    matching = everything
    if board_view.view != "all" or board_view.sector is not None:
        joined = everything.outerjoin(RankingEntry, _of(round_)).outerjoin(Decision, _decided())
        matching = joined.where(_matches(board_view, edition.programme.home_country))
    close = case((false() if withheld else IS_CLOSE, order.number))
    sums = order.standings(
        func.count(case((RankingEntry.reads >= ENOUGH_READS, 1))).label("enough"),
        func.min(close).label("first"),
        func.max(close).label("last"),
    ).subquery("sums")
    near = _first(order, max(NEAR * board_view.places, LEAST_NEAR), raw=withheld).subquery("near")
    row: Any = (
        session()
        .execute(
            select(
                everything.scalar_subquery(),
                sums.c.enough,
                matching.scalar_subquery(),
                _score_at(order, board_view.places),
                _score_at(order, board_view.places + 1),
                _place(counter, sums.c.first),
                _place(counter, sums.c.last),
                select(func.min(near.c.low)).scalar_subquery(),
                select(func.max(near.c.high)).scalar_subquery(),
            )
        )
        .one()
    )
    total, enough, matches, last_in, first_out, first, last, low, high = row
    if board_view.order not in ("adjusted", "raw"):
        last_in = first_out = None
    return Overview(total, enough, matches, last_in, first_out, (first, last) if first else None, low, high)


def _first(order: _Order, many: int, *, raw: bool) -> Select[Any]:
    """The range of the scores that stand first, or of their raw means."""
    mean = RankingEntry.raw_mean
    low, high = (mean, mean) if raw else (func.coalesce(RankingEntry.low, mean), func.coalesce(RankingEntry.high, mean))
    columns = (low.label("low"), high.label("high"))
    return order.standings(*columns).where(order.number.is_not(None)).order_by(order.number).limit(many)


def _score_at(order: _Order, place: int) -> Any:
    there = order.standings(order.score).where(order.number.is_not(None)).order_by(order.number)
    return there.offset(place - 1).limit(1).scalar_subquery()


def _place(counter: _Order, number: Any) -> Any:
    """The place that goes with a number of the enclosing statement; 0 without one."""
    return counter.standings(func.count(counter.of.id)).where(counter.number <= number).scalar_subquery()


def entries(
    edition: Edition,
    round_: Round | None,
    viewer: Person,
    board_view: BoardView,
    *,
    by_name: bool,
    first: int,
    size: int,
) -> list[Entry]:
    """``size`` rows of the chosen view from the ``first`` on, highest place first or A to Z; unscored ones last.

    Equal scores stand by reference, so that they never jump. One statement.
    """
    board_view, withheld = _without_estimates(edition, viewer, board_view)
    rows = _page(edition, round_, viewer, board_view, by_name=by_name, first=first, size=size)
    return [row._replace(adjusted=None, low=None, high=None, chance=None) for row in rows] if withheld else rows


def _page(
    edition: Edition,
    round_: Round | None,
    viewer: Person,
    board_view: BoardView,
    *,
    by_name: bool,
    first: int,
    size: int,
) -> list[Entry]:
    order = _order(edition, round_, viewer, board_view)
    shown = [*_on_board(edition, viewer), _matches(board_view, edition.programme.home_country)]
    if by_name:
        name = func.lower(Application.name)
        listed = select(Application.id, cast(null(), Integer).label("number"), name.label("by")).outerjoin(
            RankingEntry, _of(round_)
        )
        listed = listed.outerjoin(Decision, _decided()).where(*shown, _is_judged(round_))
        chosen = listed.order_by(name, Application.reference).offset(first).limit(size).subquery("chosen")
        return _entries(round_, chosen, _window(order), (chosen.c.by, Application.reference))
    chosen = _by_place(order, round_, shown, first, size).subquery("chosen")
    in_order = (chosen.c.number.is_(None), chosen.c.number, Application.reference)
    if board_view.view != "all" or board_view.sector is not None:
        return _entries(round_, chosen, _window(order), in_order)
    rows = _entries(round_, chosen, None, in_order)  # no place is left out
    return [row._replace(place=at if row.place else None) for at, row in enumerate(rows, first + 1)]


def _by_place(order: _Order, round_: Round | None, shown: list[ColumnElement[bool]], first: int, size: int) -> Any:
    """The scored ones of a page, and where these don't fill it, those without a score by reference."""
    numbered = (
        order.standings(Application.id, order.number.label("number"))
        .join(Application, Application.id == RankingEntry.application_id)
        .outerjoin(Decision, _decided())
        .where(*shown, order.number.is_not(None))
    )
    scored = numbered.order_by(order.number).offset(first).limit(size).cte("scored")
    without = select(Application.id, cast(null(), Integer).label("number")).outerjoin(RankingEntry, _of(round_))
    if order.source is not None:
        without = without.outerjoin(order.source, order.source.c.standing_id == RankingEntry.id)
    without = without.outerjoin(Decision, _decided()).where(*shown, _is_judged(round_), order.number.is_(None))
    # Where the page is full already, nothing is left to look for.
    left = size - select(func.count(scored.c.id)).scalar_subquery()
    before = first - numbered.with_only_columns(func.count(Application.id)).scalar_subquery()
    rest = (
        without.order_by(Application.reference).limit(left).offset(case((before > 0, before), else_=0) if first else 0)
    )
    return union_all(select(scored.c.id, scored.c.number), select(*rest.subquery("rest").c))


def to_discuss(
    edition: Edition, round_: Round | None, viewer: Person, board_view: BoardView, *, size: int
) -> list[Entry]:
    """Undecided applications that the numbers do not settle: split ones, then those that miss a review, then the rest."""
    board_view, withheld = _without_estimates(edition, viewer, board_view)
    if withheld:
        return []
    order, counter = (_order(edition, round_, viewer, board_view, of) for of in (RankingEntry, aliased(RankingEntry)))
    worry = case((IS_SPLIT, 0), (RankingEntry.reads < RankingEntry.wanted, 1), else_=2).label("worry")
    close = (
        order.standings(Application.id, order.number.label("number"), worry)
        .join(Application, Application.id == RankingEntry.application_id)
        .outerjoin(Decision, _decided())
        .where(*_on_board(edition, viewer), IS_CLOSE, UNDECIDED)
    )
    by = (worry, RankingEntry.adjusted.desc(), Application.reference)
    chosen = close.order_by(*by).limit(size).subquery("chosen")
    return _entries(round_, chosen, _place(counter, chosen.c.number), (chosen.c.worry, *by[1:]))


def _window(order: _Order) -> FromClause:
    """The places of all that is seen, for views in which they don't follow on one another."""
    place = func.row_number().over(order_by=order.number).label("place")
    return order.standings(RankingEntry.application_id, place).where(order.number.is_not(None)).subquery("places")


def _entries(round_: Round | None, chosen: Any, places: Any, order: tuple[Any, ...]) -> list[Entry]:
    """The rows in this order; what is printed of an application is fetched for those rows alone."""
    rows = select(*PRINTED).select_from(chosen).join(Application, Application.id == chosen.c.id)
    rows = rows.outerjoin(RankingEntry, _of(round_)).outerjoin(Decision, _decided())
    if isinstance(places, FromClause):
        rows = rows.outerjoin(places, places.c.application_id == Application.id).add_columns(places.c.place)
    else:
        rows = rows.add_columns(chosen.c.number if places is None else places)
    return [_entry(*row) for row in session().execute(rows.order_by(*order))]


def _entry(*values: Any) -> Entry:
    reference, name, country, city, sector, state, reads, wanted, *estimate, choice, is_open, place = values
    decided: Any = (choice.value if choice else None, bool(is_open), place)
    return Entry(reference, name, country, city, sector, state.value, reads or 0, wanted or 0, *estimate, *decided)
