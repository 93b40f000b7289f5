"""Rendering reports: read the frozen figures, typeset them, store the file, say that it is there."""

from datetime import timedelta
from hashlib import sha256

from accelerator.accounts import queries as accounts
from accelerator.core import clock, db, i18n, pdf, storage
from accelerator.core.db import session
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import JobRow, report_progress
from accelerator.programmes.models import Edition
from accelerator.reporting import operations, queries, typeset
from accelerator.reporting.figures import digest
from accelerator.reporting.models import DIGEST_DIFFERS, RENDER_REPORT, Report, ReportState
from accelerator.reporting.queries import Rendering

LONG = timedelta(seconds=30)  # whoever waited for longer has left the page and gets a mail
STEPS = 3


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
        report_progress(job_id, STEPS, STEPS)


def _collect(job_id: str, report_id: int, check: bool) -> Rendering | None:
    """The frozen figures; None when there is nothing to do, or when they are not what was frozen."""
    _say(job_id, 0)
    with db.reading():
        report = session().get(Report, report_id)
        if report is None or (report.state is ReportState.READY) is not check:
            return None
        work = queries.rendering(report_id, session().get_one(Edition, report.edition_id))
    if work is not None and digest(work.figures) != work.digest:
        _fail(report_id, DIGEST_DIFFERS)
        return None
    return work


def _say(job_id: str, done: int) -> None:
    """Tell how far the job is, in the language of whoever asked for it."""
    with db.transaction():
        job = session().get(JobRow, job_id)
        person = accounts.person(job.asked_by) if job and job.asked_by else None
        with i18n.speaking(person.language if person else i18n.DEFAULT):
            step = (_("Collecting the figures"), _("Typesetting the pages"), _("Storing the file"))[done]
        report_progress(job_id, done, STEPS, step)


def _fail(report_id: int, reason: str) -> None:
    with db.transaction():
        operations.fail(session().get_one(Report, report_id), reason=reason)


def _took_long(job_id: str) -> bool:
    job = session().get(JobRow, job_id)
    return job is not None and clock.system_now() - job.created_at > LONG


HANDLERS = {RENDER_REPORT.name: render_report}
