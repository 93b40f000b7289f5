"""Asking an applicant for what is missing, and taking the answer in."""

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean
from accelerator.intake import queries
from accelerator.intake.models import Application, Enquiry
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.startups.queries import people

QUESTION_LENGTH = 2000


def ask(application: Application, *, question: str, actor: Person) -> Enquiry:
    """Ask the applicant: every founder with access gets a mail with these words. The same words about the same revision are asked once.

    Other words take the place of those asked before. The caller has locked the application.
    """
    question = clean(question).strip()
    if not question:
        raise Refused(_("Write what you ask the applicant."), field="question")
    if len(question) > QUESTION_LENGTH:
        raise Refused(_("Shorten this to %(most)s characters.", most=QUESTION_LENGTH), field="question")
    before = queries.open_enquiry(application)
    if before is not None and (before.question, before.revision_number) == (question, application.revision_number):
        return before
    if before is not None:
        _close(before)
    enquiry = add(
        Enquiry(application_id=application.id, revision_number=application.revision_number, question=question,
                asked_by=actor.id, asked_at=clock.now())
    )  # fmt: skip
    audit(actor, "application.asked", application, question=[before.question if before else None, question])
    for person in people(application.startup_id):
        notify(person, "application_asked", key=f"application_asked:{enquiry.id}:{person.id}", application=application,
               enquiry=enquiry, edition=_edition(application))  # fmt: skip
    return enquiry


def drop_enquiry(application: Application, *, actor: Person) -> None:
    """The team needs no answer any more; nothing if nothing is asked."""
    enquiry = queries.open_enquiry(application)
    if enquiry is not None:
        _close(enquiry)
        audit(actor, "application.ask_dropped", application, question=[enquiry.question, None])


def answer_enquiry(application: Application, *, actor: Person) -> None:
    """What was sent just now answers what is asked; whoever asked hears of it. Nothing if nothing is asked."""
    enquiry = queries.open_enquiry(application)
    if enquiry is None:
        return
    enquiry.answer_revision = application.revision_number
    _close(enquiry)
    audit(actor, "application.answered", application, revision=[enquiry.revision_number, enquiry.answer_revision])
    if on_team(enquiry.asker, application.edition_id):
        notify(enquiry.asker, "application_answered", key=f"application_answered:{enquiry.id}:{enquiry.asked_by}",
               application=application, enquiry=enquiry, edition=_edition(application))  # fmt: skip


def _close(enquiry: Enquiry) -> None:
    enquiry.closed_at = clock.now()
    session().flush()  # before another one takes the one open place


def _edition(application: Application) -> Edition:
    return session().get_one(Edition, application.edition_id)
