"""What applicants with drafts are told, mails about a new version of the form, PDF copies, and acts on many."""

from accelerator.accounts.models import Person
from accelerator.core import db, i18n, pdf, storage
from accelerator.core.db import session
from accelerator.core.outbox import report_progress
from accelerator.intake.copies import MAKE_COPY, file_name, typeset
from accelerator.intake.models import ASK_FOR_NEW, REMIND_DRAFTS, Application, Form, Revision
from accelerator.intake.opening_models import CALL_EXTENDED
from accelerator.intake.operations import bulk
from accelerator.intake.operations import copies as operations
from accelerator.intake.operations import reminders as letters
from accelerator.intake.operations.extensions import extension_letters
from accelerator.intake.queries import copies
from accelerator.intake.queries.bulk import progress
from accelerator.intake.team_models import ACT_ON_MANY, BulkRun
from accelerator.programmes.models import Edition
from workers.periodic import over_editions, reminders


def make_copy(job_id: str, revision_id: int, language: str) -> None:
    """Typeset what was sent in a language. Repeating it gives the same one file."""
    with db.reading() as opened:
        revision = opened.get_one(Revision, revision_id)
        edition = opened.get_one(Edition, opened.get_one(Application, revision.application_id).edition_id)
        with i18n.speaking(language, edition.zone):
            sent, sections = copies.sent(revision, edition, language), copies.answers_of(revision)
    try:
        content = typeset(sent, sections, language=language)
    except pdf.PdfUnavailable:
        with db.transaction():
            operations.let_receipts_go(session().get_one(Revision, revision_id), language=language)
        raise
    key = storage.put(content)
    with db.transaction():
        operations.keep_copy(
            session().get_one(Revision, revision_id),
            language=language,
            storage_key=key,
            size=len(content),
            file_name=file_name(sent.reference, sent.number),
        )
        report_progress(job_id, 1, 1)


def ask_for_new(form_id: int, before_id: int) -> None:
    """Write to those who have sent what the new version asks; nothing once the call has closed."""
    form, before = session().get_one(Form, form_id), session().get_one(Form, before_id)
    edition = session().get_one(Edition, form.edition_id)
    if edition.call_is_open:
        letters.ask_for_new(form, before, edition)


def act_on_many(job_id: str, run_id: int) -> None:
    """Go on with an act where it stopped, some applications in each transaction. Repeating it changes nothing twice."""
    went_on = True
    while went_on:
        with db.transaction() as opened:
            run = opened.get_one(BulkRun, run_id)
            actor = opened.get_one(Person, run.asked_by)
            # What is refused is told to whoever asked.
            with i18n.speaking(actor.language, actor.zone):
                went_on = bulk.go_on(run, actor=actor) > 0
            report_progress(job_id, *progress(run))


HANDLERS = {
    REMIND_DRAFTS.name: over_editions(REMIND_DRAFTS, reminders(letters.due_reminders)),
    CALL_EXTENDED.name: over_editions(CALL_EXTENDED, reminders(extension_letters)),
    MAKE_COPY.name: make_copy,
    ASK_FOR_NEW.name: ask_for_new,
    ACT_ON_MANY.name: act_on_many,
}
"""Applicants of every open call are reminded 7 days, 48 hours and 6 hours before it closes."""
