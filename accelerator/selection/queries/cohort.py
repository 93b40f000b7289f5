"""Reads about the cohort: its startups and their people."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import case, func, null, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core.db import is_writing, session
from accelerator.core.pagination import Key, Page, page
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition, Sector
from accelerator.scoring.models import RankingEntry
from accelerator.selection.models import CohortEntry
from accelerator.startups.models import Founder, Startup
from accelerator.startups.queries import founded_by, named_by


def cohort(edition: Edition) -> list[CohortEntry]:
    """The startups of the edition's cohort, by name."""
    statement = select(CohortEntry).join(CohortEntry.startup).where(CohortEntry.edition_id == edition.id)
    return list(session().scalars(statement.order_by(Startup.name, Startup.id)))


def startup_of(person: Person | None, edition: Edition) -> Startup | None:
    """The startup of the cohort for which the person acts as a founder, None for everybody else.

    Whoever has no access to it, or no longer holds the role in the edition, does not act for it.

    Rules, pages and the navigation of one page all ask, so a session that only reads remembers the answer.
    """
    if person is None:
        return None
    known: dict[tuple[int, int], Startup | None] = {} if is_writing() else session().info.setdefault("startup_of", {})
    key = (person.id, edition.id)
    if key not in known:
        known[key] = session().scalar(
            select(Startup)
            .join(CohortEntry, CohortEntry.startup_id == Startup.id)
            .join(Membership, Membership.edition_id == CohortEntry.edition_id)
            .where(
                CohortEntry.edition_id == edition.id,
                Startup.id.in_(founded_by(person.id)),
                Membership.person_id == person.id,
                Membership.role == Role.FOUNDER,
                Membership.ended_at.is_(None),
            )
            .order_by(Startup.id)
            .limit(1)
        )
    return known[key]


def is_in_cohort(startup: Startup, edition: Edition) -> bool:
    """Whether the startup is in the edition's cohort."""
    statement = select(CohortEntry.id).where(CohortEntry.edition_id == edition.id, CohortEntry.startup_id == startup.id)
    return session().scalar(statement) is not None


class CohortLine(NamedTuple):
    """A startup of the cohort, as lists show it. ``score`` is filled for the team alone, without what bars whoever looks."""

    slug: str
    name: str
    native_name: str | None
    country: str | None
    city: str
    one_line: str
    one_line_ja: str | None
    sector: dict[str, str] | None
    joined_at: datetime
    score: float | None


def cohort_sizes(edition: Edition, home: str) -> tuple[int, int]:
    """How many startups the cohort has, and how many of them are in the country ``home``."""
    statement = (
        select(func.count(CohortEntry.id), func.count(case((Startup.country == home, 1))))
        .join(Startup, Startup.id == CohortEntry.startup_id)
        .where(CohortEntry.edition_id == edition.id)
    )
    total, at_home = session().execute(statement).one()
    return total, at_home


def cohort_lines(edition: Edition, *, scores_for: Person | None, mark: str | None = None) -> Page[CohortLine]:
    """A page of the cohort by name; scores are read only for who may see them, and none that bars that person."""
    score: Any = null()
    if scores_for is not None:
        score = (
            select(RankingEntry.adjusted)
            .where(
                RankingEntry.application_id == CohortEntry.application_id,
                RankingEntry.adjusted.is_not(None),
                RankingEntry.application_id.not_in(barred(edition.id, scores_for.id)),
            )
            .order_by(RankingEntry.round_id.desc())
            .limit(1)
            .correlate(CohortEntry)
            .scalar_subquery()
        )
    statement = (
        select(
            Startup.slug,
            Startup.name.label("shown"),
            Startup.native_name,
            Startup.country,
            Startup.city,
            Startup.one_line,
            Startup.one_line_ja,
            Sector.name,
            CohortEntry.joined_at,
            score,
        )
        .select_from(CohortEntry)
        .join(Startup, Startup.id == CohortEntry.startup_id)
        .join(Application, Application.id == CohortEntry.application_id)
        .outerjoin(Sector, Sector.id == Application.sector_id)
        .where(CohortEntry.edition_id == edition.id)
    )
    rows = page(statement, [Key(Startup.name), Key(Startup.id)], mark=mark, size=200)
    return Page([CohortLine(*row[:10]) for row in rows.rows], rows.before, rows.after)


def cohort_entry(edition: Edition, startup_slug: str) -> CohortEntry | None:
    """The startup's place in the cohort, its application and sector loaded."""
    statement = (
        select(CohortEntry)
        .join(CohortEntry.startup)
        .options(joinedload(CohortEntry.application).joinedload(Application.sector))
    )
    return session().scalar(statement.where(CohortEntry.edition_id == edition.id, named_by(startup_slug)))


def people_of(startup: Startup) -> list[Founder]:
    """The founders in their order, confirmed or only named, accounts loaded where they have one; nobody who left."""
    statement = (
        select(Founder)
        .options(joinedload(Founder.person))
        .where(Founder.startup_id == startup.id, Founder.left_at.is_(None), Founder.declined_at.is_(None))
    )
    return list(session().scalars(statement.order_by(Founder.position, Founder.id)))
