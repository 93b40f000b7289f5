"""Saving the draft of an application."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from accelerator.core import clock
from accelerator.core.db import lock
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.intake.answers.parsing import merged
from accelerator.intake.answers.questions import PlainSection, is_filled
from accelerator.intake.models import EDITABLE, Application
from accelerator.intake.queries import asking, drafts, forms, openings
from accelerator.intake.queries.asking import AskedPage
from accelerator.intake.roles import QuestionRole
from accelerator.programmes.models import Edition


def open_problems(edition: Edition, at: datetime) -> Iterator[Refused]:
    """Why what reached us at ``at`` is not taken: that was outside of the call."""
    if at < edition.opens_at:
        yield Refused(_("The call is not open yet."))
    if edition.has_refused(at):
        yield Refused(_("The call has closed. What you saved before is kept, and can be read here."))


def require_open(edition: Edition, at: datetime) -> None:
    """Refuse whatever reached us outside of the call; ``at`` is the instant at which the request arrived."""
    refuse(open_problems(edition, at))


def require_editable(application: Application, edition: Edition, at: datetime) -> AskedPage | None:
    """Refuse changes after the close that counts for the application, and to applications whose answers are final.

    After it the page that the team asks about is returned, and may be changed alone; before, it is None.
    """
    if openings.is_open_for(application, edition, at):
        asked = None
    elif (asked := _asked(application) if edition.has_refused(at) else None) is None:
        require_open(edition, at)
    if application.state not in EDITABLE:
        raise Refused(_("This application can't be changed any more."))
    return asked


def _asked(application: Application) -> AskedPage | None:
    form = forms.form_of(application)
    return asking.asked_page(application, forms.plain_form(form)) if form else None


def require_answerable(application: Application, keys: Iterable[str], edition: Edition, at: datetime) -> None:
    """Refuse changes to the answers of these questions: all of them after the close, but for what the team asks about."""
    asked = require_editable(application, edition, at)
    if asked is not None and not asked.keys.issuperset(keys):
        raise Refused(_("The call has closed. Only the answer the team asked about can be changed now."))


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
    known = {question.key for question in section.questions}
    values = {key: value for key, value in values.items() if key in known}
    changed = {
        key for key, value in values.items() if (value if is_filled(value) else None) != application.answers.get(key)
    }
    require_answerable(application, changed, edition, at)
    answers = merged(application.answers, values)
    if answers == application.answers:
        return True
    if version != drafts.section_version(section, application.answers):
        return False
    store(application, answers)
    return True


def store(application: Application, answers: dict[str, Any]) -> None:
    """Put new answers into the draft. Of the columns for lists only the name follows before the application is sent."""
    application.answers = answers
    application.token += 1
    application.saved_at = clock.now()
    form = forms.form_of(application) if application.revision_number == 0 else None
    name = forms.plain_form(form).answer(QuestionRole.NAME, answers) if form else None
    if isinstance(name, str):
        application.name = name[:120]
