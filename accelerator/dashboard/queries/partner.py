"""A partner's home: progress against the plan, and reports. Never scores, never names of the refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.i18n import gettext as _
from accelerator.dashboard.lines import DateLine, Todo, coming
from accelerator.dashboard.queries.dates import demo_day_line, event_dates, plan_dates, week_of
from accelerator.intake.models import COUNTED, Application
from accelerator.intake.queries.visibility import visible_to
from accelerator.mentoring.models import Session, SessionState
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import decisions_of
from accelerator.progress.models import Milestone, MilestoneState
from accelerator.reporting.models import Report, ReportState, Snapshot
from accelerator.reporting.queries.snapshots import is_withheld
from accelerator.selection.models import CohortEntry, Release, ReleaseState


@dataclass(frozen=True)
class Ready:
    """A report that can be read."""

    id: int
    number: int
    title: str
    language: str
    ready_at: datetime
    pages: int | None


@dataclass(frozen=True)
class PartnerHome:
    """Everything a partner's home shows. ``countries`` and counts are sums; no row of an applicant is read."""

    applications: int
    countries: int
    cohort: int
    milestones_achieved: int
    milestones: int
    sessions_held: int
    week: tuple[int, int] | None
    todos: list[Todo]
    reports: list[Ready]
    dates: list[DateLine]


def partner_home(edition: Edition, person: Person) -> PartnerHome:
    """What a partner sees; the sums of applications leave out what bars this person."""
    now, here = clock.now(), edition.id
    counted = select(func.count(Application.id)).where(
        Application.edition_id == here, Application.state.in_(COUNTED), visible_to(person)
    )
    milestones = select(func.count(Milestone.id)).where(
        Milestone.edition_id == here, Milestone.state != MilestoneState.DROPPED
    )
    row: Any = (
        session()
        .execute(
            select(
                counted.scalar_subquery(),
                counted.with_only_columns(func.count(Application.country.distinct())).scalar_subquery(),
                select(func.count(CohortEntry.id)).where(CohortEntry.edition_id == here).scalar_subquery(),
                milestones.where(Milestone.state == MilestoneState.ACHIEVED).scalar_subquery(),
                milestones.scalar_subquery(),
                select(func.count(Session.id))
                .where(Session.edition_id == here, Session.state == SessionState.HELD)
                .scalar_subquery(),
                select(func.max(Release.prepared_by))
                .where(Release.edition_id == here, Release.state == ReleaseState.PREPARED)
                .scalar_subquery(),
            )
        )
        .one()
    )
    figures: tuple[int, int, int, int, int, int] = row[:6]
    prepared_by = row[6]
    events = event_dates(edition)
    dates = [*plan_dates(edition, decisions_of(edition)), *demo_day_line(edition, events), *events]
    waits = prepared_by is not None and prepared_by != person.id
    return PartnerHome(
        *figures,
        week_of(edition, now),
        [_approve(edition)] if waits else [],
        _reports(edition, person),
        coming(dates, now, edition.zone),
    )


def _approve(edition: Edition) -> Todo:
    return Todo(
        _("A release waits for a second person"),
        "selection.release",
        {"edition_slug": edition.slug},
        _("Review what goes out, then approve."),
        edition.decisions_on,
        "warn",
        _("Check"),
    )


def _reports(edition: Edition, person: Person) -> list[Ready]:
    if is_withheld(edition.id, person):
        return []
    rows: Any = session().execute(
        select(Report.id, Snapshot.number, Snapshot.title, Report.language, Report.ready_at, Report.pages)
        .join(Snapshot, Snapshot.id == Report.snapshot_id)
        .where(Report.edition_id == edition.id, Report.state == ReportState.READY)
        .order_by(Report.ready_at.desc(), Report.id.desc())
        .limit(5)
    )
    return [Ready(*row) for row in rows]
