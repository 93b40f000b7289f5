"""Reads about snapshots and reports."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.outbox import JobRow
from accelerator.core.pagination import Key, Page, page
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.reporting.models import Report, Snapshot
from accelerator.reporting.queries.present import OPEN
from accelerator.selection.models import Release, ReleaseState


def snapshot(edition: Edition, number: int) -> Snapshot | None:
    """One snapshot of the edition."""
    return session().scalar(select(Snapshot).where(Snapshot.edition_id == edition.id, Snapshot.number == number))


def is_withheld(edition_id: int, person: Person) -> bool:
    """Whether the figures would tell this person how an application stands that bars them: until the decisions are out."""
    if not barred(edition_id, person.id):
        return False
    out = select(Release.id).where(Release.edition_id == edition_id, Release.state == ReleaseState.RELEASED)
    return session().scalar(out.limit(1)) is None


def highest_number(edition: Edition) -> int:
    """The number of the newest snapshot, 0 before the first."""
    return session().scalar(select(func.max(Snapshot.number)).where(Snapshot.edition_id == edition.id)) or 0


def snapshots(edition: Edition, mark: str | None = None) -> Page[Any]:
    """Snapshots, newest first: id, taken_at, title, digest, who took it, number. The figures stay in the database."""
    columns: list[Any] = [
        Snapshot.id,
        Snapshot.taken_at,
        Snapshot.title,
        Snapshot.digest,
        Person.given_name,
        Person.family_name,
    ]
    listed = select(*columns).join(Person, Person.id == Snapshot.taken_by).where(Snapshot.edition_id == edition.id)
    return page(listed, [Key(Snapshot.number, descending=True)], mark=mark, size=25)


def reports_of(edition: Edition, snapshot_ids: Sequence[int]) -> dict[int, list[Any]]:
    """Reports by snapshot id: id, snapshot_id, language, state, size, pages, ready_at. One statement."""
    rows = session().execute(
        select(Report.id, Report.snapshot_id, Report.language, Report.state, Report.size, Report.pages, Report.ready_at)
        .where(Report.edition_id == edition.id, Report.snapshot_id.in_(snapshot_ids))
        .order_by(Report.language)
    )
    by_snapshot: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        by_snapshot[row.snapshot_id].append(row)
    return dict(by_snapshot)


def report(edition: Edition, report_id: int) -> Report | None:
    """One report of the edition."""
    return session().scalar(select(Report).where(Report.id == report_id, Report.edition_id == edition.id))


def report_in(snapshot: Snapshot, language: str) -> Report | None:
    """The report of a snapshot in a language, however far it is."""
    return session().scalar(
        select(Report).where(
            Report.edition_id == snapshot.edition_id, Report.snapshot_id == snapshot.id, Report.language == language
        )
    )


def job_of(report: Report) -> JobRow | None:
    """The job that last worked on a report."""
    return session().get(JobRow, report.job_id) if report.job_id else None


def is_under_way(job: JobRow | None) -> bool:
    """Whether a job waits or runs."""
    return job is not None and job.state in OPEN


@dataclass(frozen=True)
class Rendering:
    """What one rendering needs, in plain values: nothing of it hangs on a session."""

    report_id: int
    edition_slug: str
    number: int
    title: str
    digest: str
    figures: dict[str, Any]
    language: str
    taken_at: Any
    storage_key: str | None


def rendering(report_id: int, edition: Edition) -> Rendering | None:
    """The snapshot behind a report, and what is known of its file."""
    row = report(edition, report_id)
    if row is None:
        return None
    frozen = row.snapshot
    return Rendering(
        row.id,
        edition.slug,
        frozen.number,
        frozen.title,
        frozen.digest,
        frozen.figures,
        row.language,
        frozen.taken_at,
        row.storage_key,
    )
