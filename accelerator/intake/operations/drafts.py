"""Starting an application and saving its draft."""

from datetime import datetime
from typing import Any

from accelerator.accounts.models import Person, Role
from accelerator.accounts.operations import give_role
from accelerator.accounts.queries import membership_of
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean_line
from accelerator.intake import queries
from accelerator.intake.answers.parsing import merged
from accelerator.intake.answers.questions import PlainSection
from accelerator.intake.models import EDITABLE, Application, ApplicationState
from accelerator.programmes.models import GRACE, Edition
from accelerator.programmes.operations.numbering import next_reference
from accelerator.startups.operations.record import register_startup


def require_open(edition: Edition, at: datetime) -> None:
    """Refuse whatever reached us outside of the call; ``at`` is the instant at which the request arrived."""
    if at < edition.opens_at:
        raise Refused(_("The call is not open yet."))
    if at >= edition.closes_at + GRACE:
        raise Refused(_("The call has closed. What you saved before is kept, and can be read here."))


def require_editable(application: Application, edition: Edition, at: datetime) -> None:
    """Refuse changes after the close, and to applications whose answers are final."""
    require_open(edition, at)
    if application.state not in EDITABLE:
        raise Refused(_("This application can't be changed any more."))


def start_application(edition: Edition, *, name: str, at: datetime, actor: Person) -> Application:
    """Make a startup, its first founder and a draft for the person, who becomes a founder in the edition.

    Refused outside of the call, when the person has an application in it already, and after the end of that role.
    """
    lock(edition)  # references are given one by one, and nobody starts twice
    require_open(edition, at)
    if queries.current_form(edition) is None:
        raise Refused(_("The form of this call is not ready yet."))
    present = queries.application_of(actor, edition)
    if present is not None:
        raise Refused(_("You have %(reference)s already. Open it and go on there.", reference=present.reference))
    _admit(edition, actor)
    name = clean_line(name)[:120]
    if not name:
        raise Refused(_("Enter the name of your company or team."), field="name")
    startup = register_startup(name=name, actor=actor)
    application = add(
        Application(
            edition_id=edition.id, reference=next_reference(edition.id, "A", Application.reference), startup_id=startup.id, applicant_id=actor.id,
            state=ApplicationState.DRAFT, answers={"name": name}, name=name, saved_at=clock.now(), created_at=clock.now(),
        )
    )  # fmt: skip
    audit(actor, "application.started", application, reference=[None, application.reference])
    return application


def _admit(edition: Edition, person: Person) -> None:
    """Let the person act as a founder in the edition; whom the team took that role from asks the team."""
    held = membership_of(person, edition.id, Role.FOUNDER)
    if held is not None and held.ended_at is not None:
        raise Refused(_("Your role as a founder in this call has ended. Write to the team if you want to apply again."))
    give_role(person, edition.id, Role.FOUNDER, actor=person)


def save_section(
    application: Application,
    section: PlainSection,
    values: dict[str, Any],
    *,
    edition: Edition,
    version: str,
    at: datetime,
) -> bool:
    """Store one page of the draft as it is, valid or not.

    ``version`` is what the writer's page started from (:func:`queries.section_version`). False if somebody changed the
    page meanwhile and these values would overwrite that; nothing is stored then. Drafts leave no audit entries: they
    save themselves every few seconds, and what counts is the revision.
    """
    lock(application)
    require_editable(application, edition, at)
    known = {question.key for question in section.questions}
    values = {key: value for key, value in values.items() if key in known}
    answers = merged(application.answers, values)
    if answers == application.answers:
        return True
    if version != queries.section_version(section, application.answers):
        return False
    store(application, answers)
    return True


def store(application: Application, answers: dict[str, Any]) -> None:
    """Put new answers into the draft. Of the columns for lists only the name follows before the application is sent."""
    application.answers = answers
    application.token += 1
    application.saved_at = clock.now()
    name = answers.get("name")
    if application.revision_number == 0 and isinstance(name, str):
        application.name = name[:120]
