"""The present figures: count and keep them. Reports: read the frozen figures, typeset them, store the file, say so."""

from datetime import timedelta
from hashlib import sha256

from accelerator.core import clock, db, pdf, storage
from accelerator.core.db import session
from accelerator.core.i18n import lazy
from accelerator.core.outbox import JobRow, report_progress
from accelerator.programmes.models import Edition
from accelerator.reporting import operations, typeset
from accelerator.reporting.figures.document import digest
from accelerator.reporting.models import (
    DIGEST_DIFFERS,
    KEEP_FIGURES,
    RENDER_REPORT,
    WORK_OUT_FIGURES,
    Report,
    ReportState,
)
from accelerator.reporting.queries import present, snapshots
from accelerator.reporting.queries.snapshots import Rendering
from workers.periodic import looking, over_editions, writing

LONG = timedelta(seconds=30)  # whoever waited for longer has left the page and gets a mail
STEPS = (lazy("Collecting the figures"), lazy("Typesetting the pages"), lazy("Storing the file"))


def keep_figures(edition_id: int) -> None:
    """Order the present figures of an edition whose figures can have changed."""
    with looking(edition_id) as edition:
        if not present.figures_are_due(edition):
            return
    with writing(edition_id) as edition:
        operations.order_figures(edition)


def work_out_figures(job_id: str, edition_id: int) -> None:
    """Work out the present figures of an edition and keep them. Repeating it gives the same one row."""
    with db.transaction():
        report_progress(job_id, 0, 2, lazy("Counting"))
    with db.reading() as opened:
        worked = present.worked_out(opened.get_one(Edition, edition_id))
    with db.transaction() as opened:
        operations.keep_figures(opened.get_one(Edition, edition_id), worked)
        report_progress(job_id, 2, 2)


def render_report(job_id: str, report_id: int, check: bool = False) -> None:
    """Make the PDF of a report, or with ``check`` make it again and compare. Repeating it gives the same one file."""
    work = _collect(job_id, report_id, check)
    if work is None:
        return
    try:
        html = typeset.page(work)
        _say(job_id, 1)
        content = typeset.typeset(work, html)
    except pdf.PdfUnavailable as refusal:
        _fail(report_id, refusal.hint)
        return
    _say(job_id, 2)
    if check:
        with db.transaction():
            operations.record_check(session().get_one(Report, report_id), storage_key=sha256(content).hexdigest())
        return
    key = storage.put(content)
    with db.transaction():
        report = session().get_one(Report, report_id)
        operations.record_rendering(
            report, storage_key=key, size=len(content), pages=pdf.page_count(content), tell=_took_long(job_id)
        )
        report_progress(job_id, len(STEPS), len(STEPS))


def _collect(job_id: str, report_id: int, check: bool) -> Rendering | None:
    """The frozen figures; None when there is nothing to do, or when they are not what was frozen."""
    _say(job_id, 0)
    with db.reading():
        report = session().get(Report, report_id)
        if report is None or (report.state is ReportState.READY) is not check:
            return None
        work = snapshots.rendering(report_id, session().get_one(Edition, report.edition_id))
    if work is not None and digest(work.figures) != work.digest:
        _fail(report_id, DIGEST_DIFFERS)
        return None
    return work


def _say(job_id: str, done: int) -> None:
    """Tell how far the job is."""
    with db.transaction():
        report_progress(job_id, done, len(STEPS), STEPS[done])


def _fail(report_id: int, reason: str) -> None:
    with db.transaction():
        operations.fail(session().get_one(Report, report_id), reason=reason)


def _took_long(job_id: str) -> bool:
    job = session().get(JobRow, job_id)
    return job is not None and clock.system_now() - job.created_at > LONG


HANDLERS = {
    KEEP_FIGURES.name: over_editions(KEEP_FIGURES, keep_figures),
    WORK_OUT_FIGURES.name: work_out_figures,
    RENDER_REPORT.name: render_report,
}
