"""Asking an applicant for what is missing, and taking the answer in."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean
from accelerator.intake.models import Application, Enquiry, Form
from accelerator.intake.queries import asking, forms
from accelerator.intake.queries.visibility import is_barred
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.startups.queries import people

QUESTION_LENGTH = 2000
USUAL = timedelta(days=7)
LAST_MINUTE = time(23, 59)


def ask(
    application: Application, *, question: str, about: str | None = None, due_on: date | None = None, actor: Person
) -> Enquiry:
    """Ask the applicant: every founder with access gets a mail with these words. The same words about the same
    revision are asked once.

    ``about`` is the key of the question of the form that the answer belongs to. The answer is wanted by the end of ``due_on`` where the edition is, else in a week.
    Other words take the place of those asked before. The caller has locked the application.
    """
    edition, question = _edition(application), clean(question).strip()
    refuse(enquiry_problems(application, question=question, about=about, due_on=due_on))
    due_at = _due_at(edition, due_on)
    before = asking.open_enquiry(application)
    asked = (question, application.revision_number, about, due_at)
    if before is not None and asked == (before.question, before.revision_number, before.question_key, before.due_at):
        return before
    if before is not None:
        _close(before)
    enquiry = add(
        Enquiry(
            application_id=application.id,
            revision_number=application.revision_number,
            question=question,
            question_key=about,
            due_at=due_at,
            asked_by=actor.id,
            asked_at=clock.now(),
        )
    )
    audit(actor, "application.asked", application, question=[before.question if before else None, question])
    for person in people(application.startup_id):
        notify(
            person,
            "application_asked",
            key=f"application_asked:{enquiry.id}:{person.id}",
            about=application,
            application=application,
            enquiry=enquiry,
            edition=edition,
        )
    return enquiry


def _due_at(edition: Edition, due_on: date | None) -> datetime:
    zone = ZoneInfo(edition.zone)
    return datetime.combine(due_on or clock.now().astimezone(zone).date() + USUAL, LAST_MINUTE, zone)


def enquiry_problems(
    application: Application, *, question: str, about: str | None, due_on: date | None
) -> Iterator[Refused]:
    """What is wrong with what an applicant is to be asked.

    The question of the form that the answer belongs to has to be named: after the close it alone can be answered.
    """
    form, edition = forms.form_of(application), _edition(application)
    return text_problems(edition, form, question=question, about=about, due_on=due_on)


def text_problems(
    edition: Edition, form: Form | None, *, question: str, about: str | None, due_on: date | None
) -> Iterator[Refused]:
    """The same of a question that many are asked."""
    question = clean(question).strip()
    if not question:
        yield Refused(_("Write your question to the applicant."), field="question")
    if len(question) > QUESTION_LENGTH:
        yield Refused(_("Shorten this to %(most)s characters.", most=QUESTION_LENGTH), field="question")
    if form is not None and (about is None or forms.plain_form(form).question(about) is None):
        yield Refused(_("Choose the question of the form that the answer belongs to."), field="about")
    if due_on is not None and due_on < clock.now().astimezone(ZoneInfo(edition.zone)).date():
        yield Refused(_("Choose today or a later day."), field="due_on")


def drop_enquiry(application: Application, *, actor: Person) -> None:
    """The team needs no answer any more; nothing if nothing is asked."""
    enquiry = asking.open_enquiry(application)
    if enquiry is not None:
        _close(enquiry)
        audit(actor, "application.ask_dropped", application, question=[enquiry.question, None])


def answer_enquiry(application: Application, *, actor: Person) -> None:
    """What was sent just now answers what is asked; whoever asked hears of it. Nothing if nothing is asked."""
    enquiry = asking.open_enquiry(application)
    if enquiry is None:
        return
    enquiry.answer_revision = application.revision_number
    _close(enquiry)
    audit(actor, "application.answered", application, revision=[enquiry.revision_number, enquiry.answer_revision])
    if on_team(enquiry.asker, application.edition_id) and not is_barred(enquiry.asker, application):
        notify(
            enquiry.asker,
            "application_answered",
            key=f"application_answered:{enquiry.id}:{enquiry.asked_by}",
            about=application,
            application=application,
            enquiry=enquiry,
            edition=_edition(application),
        )


def _close(enquiry: Enquiry) -> None:
    enquiry.closed_at = clock.now()
    session().flush()  # before another one takes the one open place


def _edition(application: Application) -> Edition:
    return session().get_one(Edition, application.edition_id)
