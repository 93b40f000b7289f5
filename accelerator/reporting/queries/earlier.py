"""Figures of the years before: what earlier editions of the programme come to, and what sources outside report."""

from collections import defaultdict
from typing import Any

from sqlalchemy import func, select

from accelerator.core import clock, scope
from accelerator.core.db import session
from accelerator.intake.models import COUNTED, Application
from accelerator.programmes.models import Edition, Figure
from accelerator.reporting.figures.counts import EarlierEdition
from accelerator.selection.models import CohortEntry


def earlier_editions(edition: Edition) -> list[EarlierEdition]:
    """What the programme's editions that were announced before this one come to, the oldest first: three statements.

    Only sums leave an edition here, so its rows may be counted although another edition is chosen.
    """
    before = _announced_before(edition)
    if not before:
        return []
    ids = [row.id for row in before]
    with scope.everywhere():
        applied = _by_origin(edition.programme.home_country, _applications(ids))
        joined = _by_origin(edition.programme.home_country, _cohorts(ids))
    return [_earlier(row, applied[row.id], joined[row.id]) for row in before]


def _announced_before(edition: Edition) -> list[Any]:
    rows = select(Edition.id, Edition.name, Edition.announced_on).where(
        Edition.programme_id == edition.programme_id,
        Edition.announced_on < edition.announced_on,
        Edition.opens_at <= clock.now(),
        Edition.demo_moment.is_not(None) if edition.is_demo else Edition.demo_moment.is_(None),
    )
    return list(session().execute(rows.order_by(Edition.announced_on, Edition.id)))


def _applications(ids: list[int]) -> Any:
    return (
        select(Application.edition_id, Application.country, func.count(Application.id))
        .where(Application.edition_id.in_(ids), Application.state.in_(COUNTED))
        .group_by(Application.edition_id, Application.country)
    )


def _cohorts(ids: list[int]) -> Any:
    return (
        select(CohortEntry.edition_id, Application.country, func.count(CohortEntry.id))
        .join(Application, Application.id == CohortEntry.application_id)
        .where(CohortEntry.edition_id.in_(ids))
        .group_by(CohortEntry.edition_id, Application.country)
    )


def _by_origin(home: str, statement: Any) -> dict[int, tuple[int, int, int]]:
    """``{edition id: (all, from home, from abroad)}``; an unknown country is neither."""
    sums: dict[int, tuple[int, int, int]] = defaultdict(lambda: (0, 0, 0))
    for edition_id, country, number in session().execute(statement):
        total, from_home, from_abroad = sums[edition_id]
        is_home, is_abroad = country == home, country not in (home, None)
        sums[edition_id] = (total + number, from_home + number * is_home, from_abroad + number * is_abroad)
    return sums


def _earlier(row: Any, applied: tuple[int, int, int], joined: tuple[int, int, int]) -> EarlierEdition:
    known = joined if joined[0] else (None, None, None)  # a cohort that is not there yet is not a cohort of nobody
    return EarlierEdition(row.announced_on.year, row.name, *applied, *known)


def reported_figure(edition: Edition, figure_id: int) -> Figure | None:
    """One reported figure of this edition."""
    return session().scalar(select(Figure).where(Figure.edition_id == edition.id, Figure.id == figure_id))


def reported_as(edition: Edition, code: str, year: int | None) -> Figure | None:
    """The figure that is reported under this code for this year, or for no year."""
    same_year = Figure.year.is_(None) if year is None else Figure.year == year
    return session().scalar(select(Figure).where(Figure.edition_id == edition.id, Figure.code == code, same_year))


def years_counted_here(edition: Edition) -> set[int]:
    """The years whose own editions are in the database, this edition's included: nobody reports them by hand."""
    return {edition.announced_on.year} | {row.announced_on.year for row in _announced_before(edition)}
