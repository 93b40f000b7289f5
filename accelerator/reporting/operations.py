"""Keeping the present figures, freezing figures, ordering reports, and what became of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete

from accelerator.accounts import queries as accounts
from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import Actor, audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import LANGUAGES
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import JobRow, JobState, enqueue
from accelerator.core.states import move
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition, Figure
from accelerator.progress.queries.milestones import today
from accelerator.reporting.figures.document import digest, document
from accelerator.reporting.figures.reported import SERIES
from accelerator.reporting.models import (
    RENDER_REPORT,
    REPORT_MOVES,
    WORK_OUT_FIGURES,
    PresentFigures,
    Report,
    ReportState,
    Snapshot,
)
from accelerator.reporting.queries import counting, earlier, present, snapshots


def order_figures(edition: Edition, *, actor: Person | None = None) -> str:
    """Have the present figures worked out; the id of the job, which may be one that waits or runs already."""
    lock(edition)  # two at once must find each other's job
    job = present.figures_job(edition)
    if job is not None and snapshots.is_under_way(job):
        return job.id
    # The timetable asks 96 times a day. Ended jobs make room for the next, which says all that they said.
    session().execute(
        delete(JobRow).where(
            JobRow.name == WORK_OUT_FIGURES.name,
            JobRow.scope_key == edition.id,
            JobRow.state.in_((JobState.DONE, JobState.DEAD)),
        )
    )
    job_id = enqueue(WORK_OUT_FIGURES, actor=actor, edition_id=edition.id)
    if actor is not None:  # the trail is for what people do; it can't be shortened again
        audit(actor, "reporting.figures_ordered", edition)
    return str(job_id)


def keep_figures(edition: Edition, worked: present.WorkedOut) -> PresentFigures:
    """Let ``worked`` be the present figures, unless there are some whose work began later."""
    lock(edition)
    kept = present.present_figures(edition)
    if kept is None:
        return add(
            PresentFigures(
                edition_id=edition.id,
                figures=worked.figures,
                digest=worked.digest,
                made_at=worked.made_at,
                begun_at=worked.begun_at,
            )
        )
    if kept.begun_at <= worked.begun_at:
        kept.made_at, kept.begun_at = worked.made_at, worked.begun_at
        if kept.digest != worked.digest:
            kept.figures, kept.digest = worked.figures, worked.digest
        session().flush()
    return kept


def work_out_figures(edition: Edition) -> PresentFigures:
    """Work out the present figures and keep them, in one transaction: for an edition that nobody else works on."""
    return keep_figures(edition, present.worked_out(edition))


def take_snapshot(edition: Edition, *, actor: Person, title: str = "") -> Snapshot:
    """Freeze every figure of the edition as of now, under the next number."""
    lock(edition)  # two people at once must not get the same number
    figures = document(counting.counts(edition))
    number = snapshots.highest_number(edition) + 1
    snapshot = add(
        Snapshot(
            edition_id=edition.id,
            number=number,
            taken_at=clock.now().replace(microsecond=0),
            taken_by=actor.id,
            title=title,
            figures=figures,
            digest=digest(figures),
        )
    )
    audit(actor, "reporting.snapshot_taken", snapshot, number=[None, number], digest=[None, snapshot.digest])
    return snapshot


def order_report(snapshot: Snapshot, *, language: str, actor: Person) -> Report:
    """Have a report made; while one is being made or lies ready, that one is returned and nothing new is begun."""
    if language not in LANGUAGES:
        raise Refused(_("Choose one from the list."), field="language")
    lock(snapshot)
    report = snapshots.report_in(snapshot, language)
    if report is not None:
        if report.state is ReportState.FAILED or has_stopped(report):
            retry_report(report, actor=actor)
        return report
    report = add(
        Report(
            edition_id=snapshot.edition_id,
            snapshot_id=snapshot.id,
            language=language,
            state=ReportState.WAITING,
            asked_by=actor.id,
            asked_at=clock.now(),
        )
    )
    report.job_id = enqueue(RENDER_REPORT, actor=actor, report_id=report.id)
    audit(actor, "reporting.report_ordered", report, language=[None, language])
    return report


def has_stopped(report: Report) -> bool:
    """Whether it still waits although nobody works on it any more: its job used up its tries."""
    return report.state is ReportState.WAITING and not snapshots.is_under_way(snapshots.job_of(report))


def retry_report(report: Report, *, actor: Person) -> None:
    """Make a report again that failed or stopped."""
    lock(report)
    if report.state is ReportState.FAILED:
        move(report, ReportState.WAITING, moves=REPORT_MOVES, actor=actor)
    elif not has_stopped(report):
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=report.state.label))
    report.reason = None
    report.job_id = enqueue(RENDER_REPORT, actor=actor, report_id=report.id)
    audit(actor, "reporting.report_retried", report)


def check_report(report: Report, *, actor: Person) -> None:
    """Render a ready report again and compare the two files byte by byte; while that runs, nothing new is begun."""
    lock(report)
    if report.state is not ReportState.READY:
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=report.state.label))
    if snapshots.is_under_way(snapshots.job_of(report)):
        return
    report.job_id = enqueue(RENDER_REPORT, actor=actor, report_id=report.id, check=True)
    audit(actor, "reporting.check_ordered", report)


def record_rendering(
    report: Report, *, storage_key: str, size: int, pages: int, actor: Actor | None = None, tell: bool = False
) -> None:
    """The file is there. Recording the same file again changes nothing; ``tell`` mails whoever asked for it."""
    lock(report)
    if report.state is ReportState.READY:
        return
    report.storage_key, report.size, report.pages = storage_key, size, pages
    report.ready_at, report.reason = clock.now(), None
    if report.state is ReportState.FAILED:
        move(report, ReportState.WAITING, moves=REPORT_MOVES, actor=actor)
    move(report, ReportState.READY, moves=REPORT_MOVES, actor=actor, file=[None, storage_key])
    asked_by = accounts.person(report.asked_by)
    if tell and asked_by is not None:
        notify(
            asked_by,
            "report_ready",
            key=f"report_ready:{report.id}:{report.job_id}",
            report=report,
            language_name=LANGUAGES[report.language],
            slug=_slug(report),
        )


def _slug(report: Report) -> str:
    return str(report.snapshot.figures["edition"]["slug"])


def record_check(report: Report, *, storage_key: str) -> None:
    """A second rendering came to the file ``storage_key``: remember whether it is the first one, byte for byte."""
    lock(report)
    before, report.identical = report.identical, storage_key == report.storage_key
    report.checked_at = clock.now()
    audit(None, "reporting.checked", report, identical=[before, report.identical])


def fail(report: Report, *, reason: str) -> None:
    """It can't be made; ``reason`` is what an administrator should know, or ``DIGEST_DIFFERS``."""
    lock(report)
    if report.state is ReportState.WAITING:
        report.reason = reason[:500]
        move(report, ReportState.FAILED, moves=REPORT_MOVES, actor=None)


LARGEST = 10**15
"""Larger than any budget in any currency, and far below what a 64-bit column holds."""


@dataclass(frozen=True)
class ReportedLine:
    """A figure that somebody outside reports: what is counted by ``code``, its value, and where it was read.

    ``unit`` is ``count`` or an ISO 4217 code. ``label`` is in both languages, ``source`` too.
    """

    code: str
    label: Mapping[str, str]
    value: int
    source: Mapping[str, str]
    unit: str = "count"
    year: int | None = None
    as_of: date | None = None
    lower_bound: bool = False


def record_reported(
    edition: Edition, line: ReportedLine, *, replaces: Figure | None = None, actor: Actor | None
) -> Figure:
    """Write down a figure of a source outside, or correct one; the trail keeps what it said before."""
    lock(edition)  # a figure without a year is unique by this lock: NULLs are never equal to a constraint
    refuse(reported_problems(edition, line, replaces=replaces))
    values = {**vars(line), "label": dict(line.label), "source": dict(line.source)}
    figure = replaces or add(Figure(edition_id=edition.id, **values))
    before = figure.value if replaces else None
    changes_of(figure, values)
    session().flush()
    audit(
        actor, "reporting.figure_recorded", figure, code=[None, line.code], year=line.year, amount=[before, line.value]
    )
    return figure


def reported_problems(edition: Edition, line: ReportedLine, *, replaces: Figure | None) -> Iterator[Refused]:
    """What is wrong with a figure of a source outside, or that another one than ``replaces`` is there already."""
    same = earlier.reported_as(edition, line.code, line.year)
    if same is not None and same is not replaces:
        yield Refused(_("This figure is already in the list. Correct it there."), field="code")
    if not 0 <= line.value <= LARGEST:
        yield Refused(_("Enter a number from 0 to 1,000,000,000,000,000."), field="value")
    if line.code in SERIES and line.year is None:
        yield Refused(_("Enter the year of the figure."), field="year")
    elif line.code in SERIES and line.year in earlier.years_counted_here(edition):
        yield Refused(_("%(year)s is counted from its own edition.", year=line.year), field="year")
    elif line.year is not None and not edition.programme.since <= line.year <= edition.announced_on.year:
        yield Refused(
            _(
                "Enter a year from %(first)s to %(last)s.",
                first=edition.programme.since,
                last=edition.announced_on.year,
            ),
            field="year",
        )
    if line.as_of is not None and line.as_of > today(edition):
        yield Refused(_("Enter today or an earlier day."), field="as_of")


def remove_reported(figure: Figure, *, actor: Actor) -> None:
    """Take a reported figure away; frozen versions keep what they printed."""
    audit(
        actor,
        "reporting.figure_removed",
        figure,
        code=[figure.code, None],
        year=figure.year,
        amount=[figure.value, None],
    )
    session().delete(figure)
    session().flush()


def kept_values(figure: Figure) -> dict[str, Any]:
    """Everything that a reported figure says, in plain values: what :func:`put_back_reported` takes."""
    plain = ("code", "label", "value", "source", "unit", "year", "lower_bound", "note", "extra")
    as_of = figure.as_of.isoformat() if figure.as_of else None
    return {**{name: getattr(figure, name) for name in plain}, "as_of": as_of}


def put_back_reported(edition: Edition, values: Mapping[str, Any], *, actor: Actor) -> Figure:
    """Undo a removal; refused where the same figure has been written down since."""
    rest = {name: value for name, value in values.items() if name not in ("as_of", "note", "extra")}
    as_of = date.fromisoformat(values["as_of"]) if values["as_of"] else None
    figure = record_reported(edition, ReportedLine(**rest, as_of=as_of), actor=actor)
    figure.note, figure.extra = values["note"], values["extra"]
    session().flush()
    return figure
