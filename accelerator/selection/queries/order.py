"""The board's order, places and cut line, worked out by the database: a page costs its rows, whatever the call's size."""

from typing import Any

from sqlalchemy import CTE, ColumnElement, and_, case, func, or_, select, true

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Round, Standing
from accelerator.selection.board import CLOSE, ENOUGH_READS, SPLIT, Entry, Overview, Sight
from accelerator.selection.models import Decision

ON_BOARD = (
    ApplicationState.ELIGIBLE,
    ApplicationState.OFFERED,
    ApplicationState.WAITING,
    ApplicationState.DECLINED,
    ApplicationState.JOINED,
    ApplicationState.TURNED_DOWN,
)
NEAR = 3  # times the places: the scores that the drawing's scale spans
LEAST_NEAR = 20
OPEN = and_(Decision.release_id.is_(None), Application.state == ApplicationState.ELIGIBLE)
UNDECIDED = and_(OPEN, Decision.id.is_(None))
IS_CLOSE = Standing.chance.between(*CLOSE)
IS_SPLIT = and_(Standing.spread >= SPLIT, Standing.reads >= 2)
PRINTED = (
    Application.reference,
    Application.name,
    Application.country,
    Application.city,
    Application.sector_id,
    Application.state,
    Standing.reads,
    Standing.wanted,
    Standing.raw_mean,
    Standing.adjusted,
    Standing.low,
    Standing.high,
    Standing.chance,
    Standing.spread,
    Decision.choice,
    OPEN,
)


def _score(sight: Sight) -> Any:
    """What gives the places; the order by name keeps those of the adjusted score."""
    return {"raw": Standing.raw_mean, "chance": Standing.chance}.get(sight.order, Standing.adjusted)


def _matches(sight: Sight, home: str) -> ColumnElement[bool]:
    wanted = {
        "home": Application.country == home,
        "abroad": Application.country.is_distinct_from(home),
        "split": IS_SPLIT,
        "undecided": UNDECIDED,
    }.get(sight.view, true())
    return and_(wanted, Application.sector_id == sight.sector) if sight.sector is not None else wanted


def _of(round_: Round | None) -> ColumnElement[bool]:
    return (Standing.application_id == Application.id) & (Standing.round_id == (round_.id if round_ else None))


def _placed(edition: Edition, round_: Round | None, viewer: Person, sight: Sight) -> CTE:
    """Every application on the board with its place. What the viewer has a conflict with has none and leaves no gap.

    Applications that were never eligible enter with the letter that tells them so, and only if somebody scored them.
    """
    score = _score(sight)
    highest_first = (score.is_(None), score.desc(), Application.reference)
    return (
        select(
            Application.id.label("application_id"),
            Application.reference.label("reference"),
            func.lower(Application.name).label("name"),
            score.label("score"),
            Standing.adjusted.label("adjusted"),
            case((score.is_not(None), func.row_number().over(order_by=highest_first))).label("place"),
            func.coalesce(Standing.reads >= ENOUGH_READS, False).label("enough"),
            func.coalesce(IS_CLOSE, False).label("close"),
            func.coalesce(and_(IS_CLOSE, UNDECIDED), False).label("discussed"),
            case((IS_SPLIT, 0), (Standing.reads < Standing.wanted, 1), else_=2).label("worry"),
            func.coalesce(_matches(sight, edition.programme.home_country), False).label("matches"),
            func.coalesce(Standing.low, Standing.raw_mean).label("low"),
            func.coalesce(Standing.high, Standing.raw_mean).label("high"),
        )
        .select_from(Application)
        .outerjoin(Standing, _of(round_))
        .outerjoin(Decision, Decision.application_id == Application.id)
        .where(
            Application.edition_id == edition.id,
            Application.state.in_(ON_BOARD),
            or_(Application.state != ApplicationState.DECLINED, Standing.id.is_not(None)),
            Application.id.not_in(barred(edition.id, viewer.id)),
        )
        .cte("placed")
    )


def overview(edition: Edition, round_: Round | None, viewer: Person, sight: Sight) -> Overview:
    """The figures of the whole board. One statement; only the orders by a score have a cut line."""
    placed = _placed(edition, round_, viewer, sight)
    near = placed.c.place <= max(NEAR * sight.places, LEAST_NEAR)
    figures = select(
        func.count(placed.c.application_id),
        func.count(case((placed.c.enough, 1))),
        func.count(case((placed.c.matches, 1))),
        func.max(case((placed.c.place == sight.places, placed.c.score))),
        func.max(case((placed.c.place == sight.places + 1, placed.c.score))),
        func.min(case((placed.c.close, placed.c.place))),
        func.max(case((placed.c.close, placed.c.place))),
        func.min(case((near, placed.c.low))),
        func.max(case((near, placed.c.high))),
    )
    row: Any = session().execute(figures).one()
    total, enough, matching, last_in, first_out, first, last, low, high = row
    band = (first, last) if first is not None else None
    if sight.order not in ("adjusted", "raw"):
        last_in = first_out = None
    return Overview(total, enough, matching, last_in, first_out, band, low, high)


def entries(
    edition: Edition, round_: Round | None, viewer: Person, sight: Sight, *, by_name: bool, first: int, size: int
) -> list[Entry]:
    """``size`` rows of the chosen view from the ``first`` on, highest place first or A to Z; unscored ones last.

    Equal scores stand by reference, so that they never jump. One statement.
    """
    placed = _placed(edition, round_, viewer, sight)
    by_place = (placed.c.place.is_(None), placed.c.place, placed.c.reference)
    order = (placed.c.name, placed.c.reference) if by_name else by_place
    return _entries(placed, round_, placed.c.matches, order, first, size)


def to_discuss(edition: Edition, round_: Round | None, viewer: Person, sight: Sight, *, size: int) -> list[Entry]:
    """Undecided applications that the numbers do not settle: split ones, then those that miss a review, then the rest."""
    placed = _placed(edition, round_, viewer, sight)
    order = (placed.c.worry, placed.c.adjusted.desc(), placed.c.reference)
    return _entries(placed, round_, placed.c.discussed, order, 0, size)


def _entries(
    placed: CTE, round_: Round | None, wanted: ColumnElement[bool], order: tuple[Any, ...], first: int, size: int
) -> list[Entry]:
    """The rows in this order; what is printed of an application is fetched for those rows alone."""
    at = func.row_number().over(order_by=order).label("at")
    some = select(placed.c.application_id, placed.c.place, at).where(wanted).order_by(at).limit(size).offset(first)
    chosen = some.subquery("chosen")
    rows = session().execute(
        select(*PRINTED, chosen.c.place)
        .select_from(chosen)
        .join(Application, Application.id == chosen.c.application_id)
        .outerjoin(Standing, _of(round_))
        .outerjoin(Decision, Decision.application_id == Application.id)
        .order_by(chosen.c.at)
    )
    return [_entry(*row) for row in rows]


def _entry(*values: Any) -> Entry:
    reference, name, country, city, sector, state, reads, wanted, *estimate, choice, is_open, place = values
    decided: Any = (choice.value if choice else None, bool(is_open), place)
    return Entry(reference, name, country, city, sector, state.value, reads or 0, wanted or 0, *estimate, *decided)
