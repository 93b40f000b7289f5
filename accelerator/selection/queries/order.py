"""The board's order, places and cut line: numbered when a fit is stored, so that a page costs its rows alone."""

from collections.abc import Collection
from functools import cache, partial
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    and_,
    bindparam,
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
from accelerator.core.prepared import Prepared, Selected
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred, estimates_withheld
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
# By the column of the join: so PostgreSQL sees that it asks for those without a decision, and how many these are.
UNDECIDED = and_(OPEN, Decision.application_id.is_(None))
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


# What a statement of the board leaves open. Its shape is settled by :class:`_Shape`, and each shape is built once.
_HERE = bindparam("here", type_=Integer)
_ROUND = bindparam("round", type_=Integer)
_HIDDEN = bindparam("hidden", type_=Integer, expanding=True)
_HOME = bindparam("home", type_=String)
_FIRST = bindparam("first", type_=Integer)
_SIZE = bindparam("size", type_=Integer)


class _Shape(NamedTuple):
    """What makes one statement of the board another one than the next."""

    order: str
    view: str
    of_sector: bool
    withheld: bool
    by_name: bool = False
    from_start: bool = True

    @property
    def is_whole(self) -> bool:
        """Whether no place is left out."""
        return self.view == "all" and not self.of_sector


def _shape(edition: Edition, viewer: Person, board_view: BoardView) -> _Shape:
    """The view as this viewer may have it.

    All chances add up to the places, and an adjusted score moves with every review of the round, also with those of an
    application that the viewer must know nothing of. Raw means don't, so they and their order are what remains.
    """
    withheld = estimates_withheld(edition.id, viewer.id)
    order = "raw" if withheld else board_view.order
    return _Shape(order, board_view.view, board_view.sector is not None, withheld)


def _values(edition: Edition, round_: Round | None, viewer: Person, hidden: Collection[int] = ()) -> dict[str, Any]:
    return {
        "here": edition.id,
        "round": round_.id if round_ else None,  # which no ranking entry has
        "hidden": [*barred(edition.id, viewer.id), *hidden],
    }


def _choice(edition: Edition, board_view: BoardView) -> dict[str, Any]:
    sector = {} if board_view.sector is None else {"sector": board_view.sector}
    return sector | ({"home": edition.programme.home_country} if board_view.view in {"home", "abroad"} else {})


def _matches(shape: _Shape) -> ColumnElement[bool]:
    conditions = {
        "home": Application.country == _HOME,
        "abroad": Application.country.is_distinct_from(_HOME),
        "split": IS_SPLIT,
        "undecided": UNDECIDED,
    }.get(shape.view, true())
    return (
        and_(conditions, Application.sector_id == bindparam("sector", type_=Integer)) if shape.of_sector else conditions
    )


_OF_ROUND = and_(RankingEntry.application_id == Application.id, RankingEntry.round_id == _ROUND)
_DECIDED = Decision.application_id == Application.id


class _Order(NamedTuple):
    """What gives the places of a round: a score, and the numbers in its order.

    They number whatever has a score; ``seen`` is what of it stands on the board of whoever looks, so that a place is how
    many of those come up to it.
    """

    of: Any  # the ranking entries: themselves, or under another name
    score: Any
    number: Any
    source: FromClause | None  # what numbers the ranking entries, where they don't hold the number themselves
    seen: list[ColumnElement[bool]]

    def entries(self, *columns: Any) -> Select[Any]:
        """Columns of the ranking entries that are seen, in no order. The index of places answers most of them alone."""
        start = select(*columns).select_from(self.of)
        if self.source is not None:
            start = start.join(self.source, self.source.c.entry_id == self.of.id)
        return start.where(*self.seen)


def _order(shape: _Shape, of: Any = RankingEntry) -> _Order:
    """The order that gives the places; that by name keeps those of the adjusted score, which the entries hold."""
    scored = {"raw": RankingEntry.raw_mean, "chance": RankingEntry.chance}.get(shape.order)
    source = None
    if scored is not None:
        source = (
            select(
                RankingEntry.id.label("entry_id"),
                func.row_number().over(order_by=(scored.desc(), Application.reference)).label("number"),
            )
            .join(Application, Application.id == RankingEntry.application_id)
            .where(RankingEntry.edition_id == _HERE, RankingEntry.round_id == _ROUND, scored.is_not(None))
            .subquery()
        )
    off_board = select(Application.id).where(Application.edition_id == _HERE, Application.state.in_(OFF_BOARD))
    seen = [
        of.edition_id == _HERE,
        of.round_id == _ROUND,
        of.application_id.not_in(off_board),
        of.application_id.not_in(_HIDDEN),
    ]
    score = {"raw": of.raw_mean, "chance": of.chance}.get(shape.order, of.adjusted)
    return _Order(of, score, source.c.number if source is not None else of.place, source, seen)


def _on_board() -> list[ColumnElement[bool]]:
    return [Application.edition_id == _HERE, Application.state.in_(ON_BOARD), Application.id.not_in(_HIDDEN)]


def _is_judged() -> ColumnElement[bool]:
    """Applications that were never eligible enter with the letter that tells them so, and only if somebody scored them."""
    theirs = aliased(RankingEntry)
    scored = exists().where(theirs.application_id == Application.id, theirs.round_id == _ROUND)
    return or_(Application.state != ApplicationState.DECLINED, scored)


def overview(
    edition: Edition, round_: Round | None, viewer: Person, board_view: BoardView, *, hidden: Collection[int] = ()
) -> Overview:
    """The figures of the whole board. One statement; only the orders by a score have a cut line.

    ``hidden`` are the ids of applications that this board leaves out besides those that bar the viewer.
    """
    shape = _shape(edition, viewer, board_view)
    row: Any = _overview(shape).row(
        **_values(edition, round_, viewer, hidden),
        **_choice(edition, board_view),
        near=max(NEAR * board_view.places, LEAST_NEAR),
        above_last=board_view.places - 1,
        above_next=board_view.places,
    )
    total, enough, matches, last_in, first_out, first, last, low, high = row
    if shape.order not in ("adjusted", "raw"):
        last_in = first_out = None
    return Overview(total, enough, matches, last_in, first_out, (first, last) if first else None, low, high)


@cache
def _overview(shape: _Shape) -> Prepared:
    return Prepared(partial(_select_overview, shape))


def _select_overview(shape: _Shape) -> Selected:
    order, counter = (_order(shape, of) for of in (RankingEntry, aliased(RankingEntry)))
    everything = select(func.count(Application.id)).where(*_on_board(), _is_judged())
    matching = everything
    if not shape.is_whole:
        joined = everything.outerjoin(RankingEntry, _OF_ROUND).outerjoin(Decision, _DECIDED)
        matching = joined.where(_matches(shape))
    close = case((false() if shape.withheld else IS_CLOSE, order.number))
    sums = order.entries(
        func.count(case((RankingEntry.reads >= ENOUGH_READS, 1))).label("enough"),
        func.min(close).label("first"),
        func.max(close).label("last"),
    ).subquery("sums")
    near = _first(order, raw=shape.withheld).subquery("near")
    return select(
        everything.scalar_subquery(),
        sums.c.enough,
        matching.scalar_subquery(),
        _score_below(order, "above_last"),
        _score_below(order, "above_next"),
        _place(counter, sums.c.first),
        _place(counter, sums.c.last),
        select(func.min(near.c.low)).scalar_subquery(),
        select(func.max(near.c.high)).scalar_subquery(),
    )


def _first(order: _Order, *, raw: bool) -> Select[Any]:
    """The range of the scores that stand first, or of their raw means."""
    mean = RankingEntry.raw_mean
    low, high = (mean, mean) if raw else (func.coalesce(RankingEntry.low, mean), func.coalesce(RankingEntry.high, mean))
    listed = order.entries(low.label("low"), high.label("high")).where(order.number.is_not(None)).order_by(order.number)
    return listed.limit(bindparam("near", type_=Integer))


def _score_below(order: _Order, above: str) -> Any:
    """The score that so many stand above, as the parameter ``above`` says."""
    there = order.entries(order.score).where(order.number.is_not(None)).order_by(order.number)
    return there.offset(bindparam(above, type_=Integer)).limit(1).scalar_subquery()


def _place(counter: _Order, number: Any) -> Any:
    """The place that goes with a number of the enclosing statement; 0 without one."""
    return counter.entries(func.count(counter.of.id)).where(counter.number <= number).scalar_subquery()


def entries(
    edition: Edition,
    round_: Round | None,
    viewer: Person,
    board_view: BoardView,
    *,
    by_name: bool,
    first: int,
    size: int,
    hidden: Collection[int] = (),
) -> list[Entry]:
    """``size`` rows of the chosen view from the ``first`` on, highest place first or A to Z; unscored ones last.

    ``hidden`` as in :func:`overview`. Equal scores stand by reference, so that they never jump. One statement.
    """
    shape = _shape(edition, viewer, board_view)._replace(by_name=by_name, from_start=first == 0)
    values = {**_values(edition, round_, viewer, hidden), **_choice(edition, board_view), "first": first, "size": size}
    rows = [_entry(*row) for row in _page(shape).rows(**values)]
    if shape.is_whole and not by_name:  # no place is left out
        rows = [row._replace(place=at if row.place else None) for at, row in enumerate(rows, first + 1)]
    return [row._replace(adjusted=None, low=None, high=None, chance=None) for row in rows] if shape.withheld else rows


@cache
def _page(shape: _Shape) -> Prepared:
    return Prepared(partial(_select_by_name if shape.by_name else _select_by_place, shape))


def _select_by_name(shape: _Shape) -> Selected:
    name = func.lower(Application.name)
    listed = select(Application.id, cast(null(), Integer).label("number"), name.label("by")).outerjoin(
        RankingEntry, _OF_ROUND
    )
    listed = listed.outerjoin(Decision, _DECIDED).where(*_on_board(), _matches(shape), _is_judged())
    chosen = listed.order_by(name, Application.reference).offset(_FIRST).limit(_SIZE).subquery("chosen")
    return _printed(chosen, _window(_order(shape)), (chosen.c.by, Application.reference))


def _select_by_place(shape: _Shape) -> Selected:
    order = _order(shape)
    chosen = _by_place(order, shape).subquery("chosen")
    in_order = (chosen.c.number.is_(None), chosen.c.number, Application.reference)
    return _printed(chosen, None if shape.is_whole else _window(order), in_order)


def _by_place(order: _Order, shape: _Shape) -> Any:
    """The scored ones of a page, and where these don't fill it, those without a score by reference."""
    shown = [*_on_board(), _matches(shape)]
    numbered = (
        order.entries(Application.id, order.number.label("number"))
        .join(Application, Application.id == RankingEntry.application_id)
        .outerjoin(Decision, _DECIDED)
        .where(*shown, order.number.is_not(None))
    )
    scored = numbered.order_by(order.number).offset(_FIRST).limit(_SIZE).cte("scored")
    without = select(Application.id, cast(null(), Integer).label("number")).outerjoin(RankingEntry, _OF_ROUND)
    if order.source is not None:
        without = without.outerjoin(order.source, order.source.c.entry_id == RankingEntry.id)
    without = without.outerjoin(Decision, _DECIDED).where(*shown, _is_judged(), order.number.is_(None))
    # Where the page is full already, nothing is left to look for.
    left = _SIZE - select(func.count(scored.c.id)).scalar_subquery()
    rest = without.order_by(Application.reference).limit(left)
    if not shape.from_start:
        before = _FIRST - numbered.with_only_columns(func.count(Application.id)).scalar_subquery()
        rest = rest.offset(case((before > 0, before), else_=0))
    return union_all(select(scored.c.id, scored.c.number), select(*rest.subquery("rest").c))


def to_discuss(
    edition: Edition, round_: Round | None, viewer: Person, board_view: BoardView, *, size: int
) -> list[Entry]:
    """Undecided applications that the numbers do not settle: split ones, then those that miss a review, then the rest."""
    shape = _shape(edition, viewer, board_view)
    if shape.withheld:
        return []
    return [_entry(*row) for row in _open(shape.order).rows(**_values(edition, round_, viewer), size=size)]


@cache
def _open(order: str) -> Prepared:
    return Prepared(partial(_select_open, _Shape(order, "all", of_sector=False, withheld=False)))


def _select_open(shape: _Shape) -> Selected:
    order, counter = (_order(shape, of) for of in (RankingEntry, aliased(RankingEntry)))
    worry = case((IS_SPLIT, 0), (RankingEntry.reads < RankingEntry.wanted, 1), else_=2).label("worry")
    close = (
        order.entries(Application.id, order.number.label("number"), worry)
        .join(Application, Application.id == RankingEntry.application_id)
        .outerjoin(Decision, _DECIDED)
        .where(*_on_board(), IS_CLOSE, UNDECIDED)
    )
    by = (worry, RankingEntry.adjusted.desc(), Application.reference)
    chosen = close.order_by(*by).limit(_SIZE).subquery("chosen")
    return _printed(chosen, _place(counter, chosen.c.number), (chosen.c.worry, *by[1:]))


def _window(order: _Order) -> FromClause:
    """The places of all that is seen, for views in which they don't follow on one another."""
    place = func.row_number().over(order_by=order.number).label("place")
    return order.entries(RankingEntry.application_id, place).where(order.number.is_not(None)).subquery("places")


def _printed(chosen: Any, places: Any, order: tuple[Any, ...]) -> Selected:
    """The rows in this order; what is printed of an application is fetched for those rows alone."""
    rows = select(*PRINTED).select_from(chosen).join(Application, Application.id == chosen.c.id)
    rows = rows.outerjoin(RankingEntry, _OF_ROUND).outerjoin(Decision, _DECIDED)
    if isinstance(places, FromClause):
        rows = rows.outerjoin(places, places.c.application_id == Application.id).add_columns(places.c.place)
    else:
        rows = rows.add_columns(chosen.c.number if places is None else places)
    return rows.order_by(*order)


def _entry(*values: Any) -> Entry:
    reference, name, country, city, sector, state, reads, wanted, *estimate, choice, is_open, place = values
    decided: Any = (choice.value if choice else None, bool(is_open), place)
    return Entry(reference, name, country, city, sector, state.value, reads or 0, wanted or 0, *estimate, *decided)
