"""Pending decisions: they can change until a release takes them, and every change is logged."""

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import is_barred
from accelerator.selection import queries
from accelerator.selection.models import Basis, Choice, Decision


def decide(
    application: Application, *, choice: Choice, actor: Person, basis: Basis = Basis.ADJUSTED,
    reason: str | None = None, feedback: str | None = None,
) -> Decision:  # fmt: skip
    """Write or change the pending decision; ``reason`` and ``feedback`` of None stay as they are."""
    application = lock(application)
    decision = _fresh(application)
    _refuse_unfit(application, decision, choice, actor)
    before = _shown(decision)
    if decision is None:
        decision = Decision(edition_id=application.edition_id, application_id=application.id, reason="", feedback="")
        session().add(decision)
    decision.choice, decision.basis = choice, basis
    decision.reason = decision.reason if reason is None else reason
    decision.feedback = decision.feedback if feedback is None else feedback
    after = _shown(decision)
    if before == after:
        return decision
    decision.decided_by, decision.decided_at = actor.id, clock.now()
    changed = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    audit(actor, "selection.decided", application, reason=decision.reason or None, decision=changed)
    return decision


def _fresh(application: Application) -> Decision | None:
    """The decision as it is now that the application is locked: the page may have read it before a release."""
    decision = queries.decision(application)
    return lock(decision) if decision is not None else None


def _refuse_unfit(application: Application, decision: Decision | None, choice: Choice, actor: Person) -> None:
    if is_barred(actor, application):
        raise Refused(_("You have a conflict of interest with this application. Somebody else has to decide."))
    if decision is not None and decision.release_id is not None:
        raise Refused(_("The decision was released. It can't be changed any more."))
    fits = application.state is ApplicationState.ELIGIBLE
    if not fits and not (application.state is ApplicationState.INELIGIBLE and choice is Choice.DECLINE):
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=application.state.label))


def _shown(decision: Decision | None) -> dict[str, str]:
    if decision is None:
        return {}
    return {"choice": decision.choice.value, "basis": decision.basis.value, "reason": decision.reason,
            "feedback": decision.feedback}  # fmt: skip


def undecide(application: Application, *, actor: Person) -> None:
    """Take a pending decision back: the application is undecided again."""
    application = lock(application)
    if is_barred(actor, application):
        raise Refused(_("You have a conflict of interest with this application. Somebody else has to decide."))
    decision = _fresh(application)
    if decision is None:
        return
    if decision.release_id is not None:
        raise Refused(_("The decision was released. It can't be changed any more."))
    session().delete(decision)
    audit(actor, "selection.undecided", application, decision={"choice": [decision.choice.value, None]})
