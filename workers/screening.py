"""Screening in the background: the rules, when an application was sent and over all of them."""

from accelerator.accounts.models import Person
from accelerator.core import db
from accelerator.core.db import session
from accelerator.core.outbox import JobRow, report_progress
from accelerator.intake.models import AFTER_SENDING, Application
from accelerator.programmes.models import Edition
from accelerator.screening import operations
from accelerator.screening.models import RUN_RULES, SCREENED
from accelerator.screening.queries import screening_queue

CHUNK = 25  # applications in one transaction: a page waits for no longer than that


def after_sending(application_id: int) -> None:
    """Run the rules on what was just sent."""
    application = session().get(Application, application_id)
    if application is not None and application.state in SCREENED:
        edition = session().get_one(Edition, application.edition_id)
        operations.run_rules(edition, [application])


def run_rules(job_id: str, edition_id: int) -> None:
    """Run the rules on all applications of an edition, a few at a time."""
    with db.reading() as opened:
        ids = screening_queue.to_check(opened.get_one(Edition, edition_id))
        asked_by = opened.get_one(JobRow, job_id).asked_by
    for start in range(0, len(ids), CHUNK):
        with db.transaction() as opened:
            edition = opened.get_one(Edition, edition_id)
            applications = [
                opened.get_one(Application, application_id) for application_id in ids[start : start + CHUNK]
            ]
            actor = opened.get(Person, asked_by) if asked_by else None
            operations.run_rules(edition, applications, actor=actor)
            report_progress(job_id, min(start + CHUNK, len(ids)), len(ids))


HANDLERS = {AFTER_SENDING.name: after_sending, RUN_RULES.name: run_rules}
