"""Screening in the background: the rules, when an application was sent and over all of them."""

from accelerator.accounts.models import Person
from accelerator.core import db
from accelerator.core.db import session
from accelerator.core.outbox import JobRow, report_progress
from accelerator.intake.models import AFTER_SENDING, Application
from accelerator.programmes.models import Edition
from accelerator.screening.models import RUN_RULES, SCREENED, TRY_RULE, EligibilityRule, RuleTrial
from accelerator.screening.operations import running, trying
from accelerator.screening.operations.trying import AT_ONCE
from accelerator.screening.queries import screening_queue

CHUNK = 25  # applications in one transaction: a page waits for no longer than that


def after_sending(application_id: int) -> None:
    """Run the rules on what was just sent."""
    application = session().get(Application, application_id)
    if application is not None and application.state in SCREENED:
        edition = session().get_one(Edition, application.edition_id)
        running.run_rules(edition, [application])


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
            running.run_rules(edition, applications, actor=actor)
            report_progress(job_id, min(start + CHUNK, len(ids)), len(ids))


def try_rule(job_id: str, trial_id: int) -> None:
    """Try a rule's draft on all applications of its edition, many at a time; nothing they got changes."""
    changes: list[trying.Change] = []
    with db.reading() as opened:
        trial = opened.get(RuleTrial, trial_id)
        if trial is None:
            return  # another one was asked for, or the draft was discarded
        ids = screening_queue.to_check(opened.get_one(Edition, trial.edition_id))
    for start in range(0, len(ids), AT_ONCE):
        with db.transaction() as opened:
            trial = opened.get(RuleTrial, trial_id)
            if trial is None:
                return
            edition, rule = opened.get_one(Edition, trial.edition_id), opened.get_one(EligibilityRule, trial.rule_id)
            changes += trying.changes_of(edition, rule, ids[start : start + AT_ONCE])
            report_progress(job_id, min(start + AT_ONCE, len(ids)), len(ids))
            if start + AT_ONCE >= len(ids):
                trying.finish_trial(trial, changes)


HANDLERS = {AFTER_SENDING.name: after_sending, RUN_RULES.name: run_rules, TRY_RULE.name: try_rule}
