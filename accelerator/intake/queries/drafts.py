"""Reads about one application: its founders' pages, its revisions, its files."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.core import clock, scope
from accelerator.core.db import session
from accelerator.core.prepared import Prepared
from accelerator.core.versions import version_of
from accelerator.intake.answers import meter
from accelerator.intake.answers.questions import Answers, PlainForm, PlainSection
from accelerator.intake.models import EDITABLE, Application, ApplicationState, Attachment, Form, Revision
from accelerator.intake.queries import openings
from accelerator.intake.queries.asking import AskedPage, asked_page
from accelerator.intake.queries.forms import form_of, plain_form
from accelerator.programmes.models import Edition, Sector
from accelerator.startups.editions import told_by
from accelerator.startups.models import Founder
from accelerator.startups.queries import founded_by, has_access


class SentRevision(NamedTuple):
    """What was sent once, the form that it answers, and whose application it is, for a page that shows them all."""

    revision: Revision
    form: Form
    applicant: Person
    sector: Sector | None


@dataclass(frozen=True)
class DraftPage:
    """What a founder's page works on: the application and the form; ``section`` on the page of one section.

    ``is_open`` says whether the call, or the application's own extension, takes what arrives now, and ``until`` when that
    extension ends, if that is later than the call. ``asked`` is what may still be answered after the close; ``section`` is
    then no more than that, where it is that page.
    """

    application: Application
    form: PlainForm
    section: PlainSection | None = None
    asked: AskedPage | None = None
    is_open: bool = False
    until: datetime | None = None


def application(edition: Edition, reference: str) -> Application | None:
    """The application with this reference. Nothing is joined to it: such a row could not be locked on PostgreSQL."""
    row: Application | None = _BY_REFERENCE.entities(edition=edition.id, reference=reference).scalar()
    return row


_BY_REFERENCE = Prepared(
    lambda: select(Application).where(
        Application.edition_id == bindparam("edition", type_=Integer),
        Application.reference == bindparam("reference"),
    )
)


def application_of(person: Person, edition: Edition) -> Application | None:
    """The newest application of a startup that the person has access to; withdrawn ones do not count."""
    return session().scalar(
        select(Application)
        .where(
            Application.edition_id == edition.id,
            Application.startup_id.in_(founded_by(person.id)),
            Application.state != ApplicationState.WITHDRAWN,
        )
        .order_by(Application.id.desc())
        .limit(1)
    )


def draft_page(edition: Edition, reference: str) -> DraftPage | None:
    """An application with the version of the form that its draft is written for."""
    draft = application(edition, reference)
    form = form_of(draft) if draft else None
    if draft is None or form is None:
        return None
    plain = plain_form(form)
    at, extension = clock.arrival(), openings.extension_of(draft)
    is_open = edition.takes(at) or openings.lasts(extension, edition, at)
    return DraftPage(
        draft,
        plain,
        asked=asked_page(draft, plain) if edition.has_refused(at) and not is_open else None,
        is_open=is_open,
        until=extension.until if extension and openings.counts(extension, edition) else None,
    )


def draft_section(edition: Edition, reference: str, section_key: str) -> DraftPage | None:
    """An application at one section of the form."""
    page = draft_page(edition, reference)
    section = page.form.section(section_key) if page else None
    if page and page.asked and page.asked.section.key == section_key:
        section = page.asked.section
    return replace(page, section=section) if page and section else None


def section_version(section: PlainSection, answers: Answers) -> str:
    """What the answers of a section are now, as a short text: a save that knows another one would overwrite somebody."""
    mine = {question.key: answers.get(question.key) for question in section.questions}
    return version_of(mine)


def has_unsent_changes(application: Application) -> bool:
    """Whether the draft says something else than what was sent last; a draft that was never sent has no such changes."""
    last = revision(application, application.revision_number) if application.state in EDITABLE else None
    if last is None or application.answers == last.answers:
        return False
    form = session().get(Form, last.form_id)
    return form is not None and meter.kept(plain_form(form), application.answers) != last.answers


def sent_revisions(application: Application) -> list[SentRevision]:
    """The revisions of an application, newest first."""
    return [SentRevision(*row) for row in _REVISIONS.entities(application=application.id)]


_REVISIONS = Prepared(
    lambda: (
        select(Revision, Form, Person, Sector)
        .join(Application, Application.id == Revision.application_id)
        .join(Form, Form.id == Revision.form_id)
        .join(Person, Person.id == Application.applicant_id)
        .outerjoin(Sector, Sector.id == Application.sector_id)
        .where(Revision.application_id == bindparam("application", type_=Integer))
        .order_by(Revision.number.desc())
    )
)


def revision(application: Application, number: int) -> Revision | None:
    """One revision."""
    statement = select(Revision).where(Revision.application_id == application.id, Revision.number == number)
    return session().scalar(statement)


def attachment(edition: Edition, attachment_id: int) -> Attachment | None:
    """A file of an application of the edition, replaced ones too."""
    return session().scalar(
        select(Attachment)
        .join(Application, Application.id == Attachment.application_id)
        .options(joinedload(Attachment.application))
        .where(Application.edition_id == edition.id, Attachment.id == attachment_id)
    )


def attachments(application: Application) -> list[Attachment]:
    """Every file that was ever given, newest first."""
    return list(_ATTACHMENTS.entities(application=application.id).scalars())


_ATTACHMENTS = Prepared(
    lambda: (
        select(Attachment)
        .where(Attachment.application_id == bindparam("application", type_=Integer))
        .order_by(Attachment.id.desc())
    )
)


def files_named(answers: Answers) -> frozenset[int]:
    """The ids of the files that answers name."""
    return frozenset(value["id"] for value in answers.values() if isinstance(value, dict) and "sha256" in value)


def was_sent(attachment: Attachment) -> bool:
    """Whether a revision names the file; what was uploaded and replaced before sending is its founders' alone."""
    sent = select(Revision.answers).where(Revision.application_id == attachment.application_id)
    return any(attachment.id in files_named(answers) for answers in session().scalars(sent))


def kept_drafts(edition: Edition) -> list[tuple[Application, Person]]:
    """Drafts that were never sent, each with every founder who has access to it."""
    rows = session().execute(
        select(Application, Person)
        .join(Founder, Founder.startup_id == Application.startup_id)
        .join(Person, Person.id == Founder.person_id)
        .where(Application.edition_id == edition.id, Application.state == ApplicationState.DRAFT, has_access())
        .order_by(Application.id, Founder.id)
    )
    return [(row.Application, row.Person) for row in rows]


def editions_of(startup_id: int) -> set[int]:
    """The ids of the editions in which a startup has an application, whatever became of it."""
    with scope.everywhere():
        return set(session().scalars(select(Application.edition_id).where(Application.startup_id == startup_id)))


told_by(editions_of)
