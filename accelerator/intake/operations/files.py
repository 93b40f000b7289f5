"""Files given as answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from accelerator.accounts.models import Person
from accelerator.core import clock, pdf_check, storage
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.pdf_check import Harmless
from accelerator.core.text import clean_line
from accelerator.intake.answers.questions import PlainQuestion
from accelerator.intake.models import Application, Attachment
from accelerator.intake.operations.drafts import require_answerable, store
from accelerator.programmes.models import Edition

MOST_FILES = 40  # of one application, replaced ones counted: nobody fills the disk


def examine(question: PlainQuestion, content: bytes) -> Harmless:
    """What to keep of a file that was chosen as the answer to a question; outside of any transaction, since it is slow.

    Refused if it is no PDF, too large, has too many pages, or holds what may act on its own. It is stored at once, under
    the hash of its content: keeping it then costs the transaction next to nothing.
    """
    file = _checked(question, content)
    storage.put(file.content)
    return file


def attach(
    application: Application,
    question: PlainQuestion,
    *,
    file: Harmless,
    name: str,
    edition: Edition,
    at: datetime,
    actor: Person,
) -> Attachment:
    """Keep an examined PDF as the answer to a question; the one before stays, marked as removed."""
    lock(application)
    require_answerable(application, [question.key], edition, at)
    given = select(Attachment.id).where(Attachment.application_id == application.id)
    if len(session().scalars(given).all()) >= MOST_FILES:
        raise Refused(_("This application holds too many files. Write to the team."), field=question.key)
    _retire(application, question.key)
    attachment = add(
        Attachment(
            application_id=application.id,
            question_key=question.key,
            storage_key=storage.put(file.content),
            file_name=file_name(name),
            size=len(file.content),
            pages=file.pages,
            uploaded_by=actor.id,
            uploaded_at=clock.now(),
        )
    )
    store(application, {**application.answers, question.key: answer_of(attachment)})
    audit(actor, "attachment.added", attachment, application=application.reference)
    return attachment


def answer_of(attachment: Attachment) -> dict[str, Any]:
    """What the answer says of a file. Its hash is there, so that the digest of a revision covers the content too."""
    return {
        "id": attachment.id,
        "name": attachment.file_name,
        "sha256": attachment.storage_key,
        "size": attachment.size,
        "pages": attachment.pages,
    }


def remove_file(
    application: Application, question: PlainQuestion, *, edition: Edition, at: datetime, actor: Person
) -> None:
    """Take a file out of the draft; revisions that were sent with it keep it."""
    lock(application)
    require_answerable(application, [question.key], edition, at)
    _retire(application, question.key)
    store(application, {key: value for key, value in application.answers.items() if key != question.key})
    audit(actor, "attachment.removed", application, question=question.label)


def _retire(application: Application, question_key: str) -> None:
    session().execute(
        update(Attachment)
        .where(
            Attachment.application_id == application.id,
            Attachment.question_key == question_key,
            Attachment.removed_at.is_(None),
        )
        .values(removed_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def _checked(question: PlainQuestion, content: bytes) -> Harmless:
    most_mb, most_pages = question.limits.get("mb", 20), question.limits.get("pages")
    if len(content) > most_mb * 1024 * 1024:
        raise Refused(_("Choose a file of at most %(mb)s MB.", mb=most_mb), field=question.key)
    try:
        file = pdf_check.examined(content)
    except pdf_check.NotAcceptable as answer:
        raise Refused(pdf_check.why(answer.reason), field=question.key) from answer
    if most_pages and file.pages > most_pages:
        message = _(
            "Choose a file of at most %(most)s pages; this one has %(pages)s.", most=most_pages, pages=file.pages
        )
        raise Refused(message, field=question.key)
    return file


def file_name(name: str) -> str:
    """A name that is safe to keep and to offer: one line, no folders, ending in .pdf, at most 120 characters."""
    last = clean_line(name).replace("\\", "/").rsplit("/", 1)[-1].strip(". ")
    stem = last[:-4] if last.lower().endswith(".pdf") else last
    return (stem.strip(". ")[:116] or "deck") + ".pdf"
