"""Having the PDF copy of a revision made, keeping it, and putting it into the receipts that wait for it."""

from datetime import timedelta

from sqlalchemy import delete

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.outbox import JobRow, JobState, enqueue
from accelerator.intake.copies import MAKE_COPY, RevisionCopy
from accelerator.intake.models import Application, Revision
from accelerator.intake.queries.copies import copy_in, job_key
from accelerator.notifications.operations import attach_file
from accelerator.startups.queries import people

PATIENCE = timedelta(minutes=2)  # a receipt waits so long for its copy, then it leaves without


def order_copy(revision: Revision, *, language: str, actor: Person) -> None:
    """Have the copy of a revision made in a language, once; one that failed before is tried anew."""
    application = session().get_one(Application, revision.application_id)
    lock(application)  # two at once must find each other's job
    if copy_in(revision, language) is not None:
        return
    key = job_key(revision, language)
    over = (JobState.DONE, JobState.DEAD)
    session().execute(delete(JobRow).where(JobRow.key == key, JobRow.state.in_(over)))
    if enqueue(MAKE_COPY, key=key, actor=actor, revision_id=revision.id, language=language):
        audit(actor, "application.copy_ordered", application, revision=[None, revision.number])


def order_copies(revision: Revision, readers: list[Person], *, actor: Person) -> None:
    """Have the copies made that go out with the receipts, in the languages of their readers."""
    for language in sorted({reader.language for reader in readers}):
        enqueue(MAKE_COPY, key=job_key(revision, language), actor=actor, revision_id=revision.id, language=language)


def keep_copy(revision: Revision, *, language: str, storage_key: str, size: int, file_name: str) -> None:
    """Keep a copy that was typeset, and put it into the receipts in its language that wait for it."""
    application = session().get_one(Application, revision.application_id)
    lock(application)
    if copy_in(revision, language) is None:
        add(
            RevisionCopy(
                revision_id=revision.id,
                language=language,
                storage_key=storage_key,
                size=size,
                created_at=clock.now(),
            )
        )
    keys = [receipt_key(revision, person) for person in people(application.startup_id)]
    attach_file(keys, language=language, storage_key=storage_key, file_name=file_name)


def let_receipts_go(revision: Revision, *, language: str) -> None:
    """Send the receipts that wait for a copy which this machine can't typeset."""
    application = session().get_one(Application, revision.application_id)
    keys = [receipt_key(revision, person) for person in people(application.startup_id)]
    attach_file(keys, language=language, storage_key=None, file_name=None)


def receipt_key(revision: Revision, person: Person) -> str:
    """What names the receipt of a revision for one person."""
    return f"application_sent:{revision.id}:{person.id}"
