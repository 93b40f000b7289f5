"""Reads about the PDF copies of revisions."""

from typing import NamedTuple

from sqlalchemy import and_, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.i18n import pick
from accelerator.core.outbox import JobRow
from accelerator.intake.answers.reading import TEAM, ReadableSection
from accelerator.intake.copies import MAKE_COPY, RevisionCopy, Sent, file_name
from accelerator.intake.models import Application, Form, Revision
from accelerator.intake.queries.forms import read_by
from accelerator.programmes.models import Edition


class CopyState(NamedTuple):
    """The copy of a revision in one language, and the job that makes it; both None before anybody asked for it."""

    copy: RevisionCopy | None
    job: JobRow | None


class OwnCopy(NamedTuple):
    """The copy of a revision, and the application that it belongs to."""

    application: Application
    copy: RevisionCopy
    file_name: str


def own_copy(edition: Edition, reference: str, number: int, language: str) -> OwnCopy | None:
    """The copy of one revision of an application of the edition in a language, if it is made."""
    asked = (
        select(Application, RevisionCopy)
        .join(Revision, Revision.application_id == Application.id)
        .join(RevisionCopy, RevisionCopy.revision_id == Revision.id)
        .where(Application.edition_id == edition.id, Application.reference == reference)
        .where(Revision.number == number, RevisionCopy.language == language)
    )
    row = session().execute(asked).one_or_none()
    return OwnCopy(row[0], row[1], file_name(reference, number)) if row else None


def copy_in(revision: Revision, language: str) -> RevisionCopy | None:
    """The copy of a revision in a language, if it is made."""
    asked = select(RevisionCopy).where(RevisionCopy.revision_id == revision.id, RevisionCopy.language == language)
    return session().scalar(asked)


def copy_state(revision: Revision, language: str) -> CopyState:
    """The copy of a revision in a language, or how far it is."""
    asked = (
        select(RevisionCopy, JobRow)
        .select_from(Revision)
        .outerjoin(RevisionCopy, and_(RevisionCopy.revision_id == Revision.id, RevisionCopy.language == language))
        .outerjoin(JobRow, JobRow.key == job_key(revision, language))
        .where(Revision.id == revision.id)
    )
    return CopyState(*session().execute(asked).one())


def job_key(revision: Revision, language: str) -> str:
    """What names the job that makes a copy: there is one at a time."""
    return f"{MAKE_COPY.name}:{revision.id}:{language}"


def sent(revision: Revision, edition: Edition, language: str) -> Sent:
    """What is printed of a revision apart from its answers, in the present language."""
    application = session().get_one(Application, revision.application_id)
    sender = session().get_one(Person, revision.sent_by)
    return Sent(
        edition_title=edition.title,
        programme_title=edition.programme.title,
        host=pick(edition.programme.host),
        reference=application.reference,
        startup=application.name,
        number=revision.number,
        digest=revision.digest,
        sent_at=revision.sent_at,
        sender=sender.name_in(language),
        zone=edition.zone,
        is_demo=edition.is_demo,
    )


def answers_of(revision: Revision) -> list[ReadableSection]:
    """The answers of a revision as its founders read them, in the present language."""
    return read_by(TEAM, session().get_one(Form, revision.form_id), revision)
