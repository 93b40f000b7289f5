"""Reads about versions of the form: what publishing a draft changes, and for how many."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.intake.answers.changes import FormChanges, asked_anew, changes_between
from accelerator.intake.answers.questions import PlainForm, PlainQuestion, is_filled, is_shown
from accelerator.intake.models import COUNTED, EDITABLE, Application, ApplicationState, Form, Revision
from accelerator.intake.queries.forms import current_form, plain_form
from accelerator.intake.queries.visibility import visible_to
from accelerator.programmes.models import Edition
from accelerator.startups.models import Founder
from accelerator.startups.queries import has_access


@dataclass(frozen=True)
class Reach:
    """How many applications a new version meets, of those that this person may know of."""

    drafts: int
    sent: int


def reach(edition: Edition, person: Person) -> Reach:
    """How many drafts will move, and how many applications were sent."""
    counted = (
        select(Application.state, func.count(Application.id))
        .where(Application.edition_id == edition.id, visible_to(person))
        .group_by(Application.state)
    )
    counts = dict(session().execute(counted).all())
    return Reach(counts.get(ApplicationState.DRAFT, 0), sum(counts.get(state, 0) for state in COUNTED))


@dataclass(frozen=True)
class NextVersion:
    """The draft of the next version beside the one in use."""

    live: PlainForm
    draft: PlainForm

    @property
    def changes(self) -> FormChanges:
        """What publishing changes."""
        return changes_between(self.live, self.draft)

    @property
    def new(self) -> list[PlainQuestion]:
        """What those who have sent can be asked."""
        return asked_anew(self.live, self.draft)


def next_version(edition: Edition, draft: Form) -> NextVersion | None:
    """The draft with the version that applicants are asked now."""
    live = current_form(edition)
    return NextVersion(plain_form(live), plain_form(draft)) if live else None


def new_questions(before: Form, now: Form) -> list[PlainQuestion]:
    """What whoever answered ``before`` was not asked."""
    return asked_anew(plain_form(before), plain_form(now))


def new_since_sent(application: Application, form: PlainForm, last: Revision) -> list[PlainQuestion]:
    """What a sent application is asked that it was not asked when it was sent, and has not answered."""
    sent = session().get(Form, last.form_id) if last.form_id != form.id else None
    if sent is None:
        return []
    answers = application.answers
    return [
        question
        for question in asked_anew(plain_form(sent), form)
        if is_shown(question, answers) and not is_filled(answers.get(question.key))
    ]


def asked_for_new(form: Form) -> list[tuple[Application, Person]]:
    """Who has sent and is asked what is new in this version: each application with every founder who has access to it."""
    rows = session().execute(
        select(Application, Person)
        .join(Founder, Founder.startup_id == Application.startup_id)
        .join(Person, Person.id == Founder.person_id)
        .options(joinedload(Application.startup))
        .where(Application.form_id == form.id, Application.state.in_(EDITABLE), Application.revision_number > 0)
        .where(has_access())
        .order_by(Application.id, Founder.id)
    )
    return [(row.Application, row.Person) for row in rows]
