"""Withdrawing an application, and reinstating it to exactly where it was."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock, states
from accelerator.core.audit import reason_problems
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean
from accelerator.intake.models import EDITABLE, MOVES, Application, ApplicationState
from accelerator.intake.operations.consents import end_consents, ended_with_application, resume_consents
from accelerator.intake.queries import openings
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import decisions_of
from accelerator.startups.queries import people

REASON_LENGTH = 1000
# Reinstating is no step of an application's life, so its moves are not among the others.
BACK = {ApplicationState.WITHDRAWN: frozenset(EDITABLE)}


def withdrawal_problems(application: Application, reason: str | None) -> Iterator[Refused]:
    """What forbids to withdraw an application."""
    if application.state is not ApplicationState.WITHDRAWN:
        yield from states.move_problems(application, ApplicationState.WITHDRAWN, moves=MOVES)
    if not clean(reason or "").strip():
        yield Refused(_("Tell us in a few words why, so that the team can learn from it."), field="reason")


def withdraw(application: Application, *, reason: str, edition: Edition, actor: Person) -> None:
    """Take the application out of the call, and its consents with it; its founders and the team can still read it.

    Where it stood is kept for :func:`reinstate`. Every founder with access gets a mail. Reviews and verdicts stay as they
    are; a withdrawn application asks for none.
    """
    lock(application)
    if application.state is ApplicationState.WITHDRAWN:
        return
    refuse(withdrawal_problems(application, reason))
    reason = clean(reason).strip()[:REASON_LENGTH]
    application.withdrawn_from = application.state
    states.move(application, ApplicationState.WITHDRAWN, moves=MOVES, actor=actor, reason=reason)
    end_consents(application, at=clock.now(), actor=actor)
    _tell(application, "application_withdrawn", edition)


def stood(application: Application) -> ApplicationState:
    """Where a withdrawn application stood; of those withdrawn before that was kept, whether it had been sent."""
    was_sent = ApplicationState.SENT if application.revision_number else ApplicationState.DRAFT
    return application.withdrawn_from or was_sent


def own_reinstate_problems(application: Application, edition: Edition, at: datetime) -> Iterator[Refused]:
    """What forbids its founders to reinstate an application: they may while they could send it."""
    yield from _back_problems(application)
    if not openings.is_open_for(application, edition, at):
        yield Refused(_("The call has closed. Write to the team if you want to reinstate the application."))


def reinstate_problems(application: Application, edition: Edition, reason: str) -> Iterator[Refused]:
    """What forbids the team to reinstate an application: they may with a reason, until decisions are out."""
    yield from _back_problems(application)
    if decisions_of(edition).happened:
        yield Refused(_("Decisions have been sent, so the application can't be reinstated any more."))
    yield from reason_problems(reason, blank=_("Say why the application is reinstated."))


def can_go_back(application: Application) -> bool:
    """Whether a withdrawn application stood where it can be put back to: nothing was decided of it."""
    return application.state is ApplicationState.WITHDRAWN and stood(application) in EDITABLE


def _has_another(application: Application) -> bool:
    """Whether the startup has an application to the call that is not withdrawn, as after a merge of two records."""
    others = select(Application.id).where(
        Application.edition_id == application.edition_id,
        Application.startup_id == application.startup_id,
        Application.id != application.id,
        Application.state != ApplicationState.WITHDRAWN,
    )
    return session().scalar(others.limit(1)) is not None


def _back_problems(application: Application) -> Iterator[Refused]:
    if _has_another(application):
        yield Refused(_("Another application of this startup to this call counts, so this one stays withdrawn."))
    elif not can_go_back(application):
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=application.state.label))


def reinstate_own(application: Application, *, edition: Edition, at: datetime, actor: Person) -> None:
    """Its founders take their withdrawal back, as long as they could send; nothing if it is not withdrawn.

    They agree again to what they had agreed to until then.
    """
    lock(application)
    if application.state is ApplicationState.WITHDRAWN:
        refuse(own_reinstate_problems(application, edition, at))
        resume_consents(application, at=at, actor=actor)
        _reinstate(application, edition, None, actor)


def reinstate(application: Application, *, reason: str, edition: Edition, actor: Person) -> None:
    """The team puts a withdrawn application back to exactly where it was, with a reason; nothing if it is not withdrawn.

    Consents are its founders' own to give again; the mail asks them to.
    """
    lock(application)
    if application.state is ApplicationState.WITHDRAWN:
        reason = clean(reason).strip()[:REASON_LENGTH]
        refuse(reinstate_problems(application, edition, reason))
        _reinstate(application, edition, reason, actor)


def _reinstate(application: Application, edition: Edition, reason: str | None, actor: Person) -> None:
    to, application.withdrawn_from = stood(application), None
    states.move(application, to, moves=BACK, actor=actor, reason=reason)
    lacking = bool(ended_with_application(application))
    _tell(application, "application_reinstated", edition, lacking=lacking)


def _tell(application: Application, kind: str, edition: Edition, *, lacking: bool = False) -> None:
    at = clock.now()  # the row is locked: it is withdrawn or reinstated once at an instant
    for person in people(application.startup_id):
        notify(
            person,
            kind,
            key=f"{kind}:{application.id}:{person.id}:{at:%Y%m%dT%H%M%S%f}",
            about=application,
            application=application,
            edition=edition,
            lacking=lacking,
        )
