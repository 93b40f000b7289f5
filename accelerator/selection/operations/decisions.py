"""Pending decisions: they can change until a release takes them, and every change is logged."""

from collections.abc import Iterator

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import language
from accelerator.core.versions import stale_problems
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import is_barred
from accelerator.selection.models import Basis, Choice, Decision
from accelerator.selection.operations.freezing import lock_edition, unfreeze
from accelerator.selection.queries import board


def decide(
    application: Application,
    *,
    choice: Choice,
    actor: Person,
    basis: Basis | None = None,
    reason: str | None = None,
    feedback: str | None = None,
    undo: str | None = None,
    version: str | None = None,
) -> Decision:
    """Write or change the pending decision; ``basis``, ``reason`` and ``feedback`` of None stay as they are.

    A release under way is cancelled if ``undo`` names it, and Frozen is raised otherwise. ``version`` is that of the
    decision that the person's page showed: one that changed since is refused, None asks for nothing.
    """
    edition = lock_edition(application.edition_id)
    application = lock(application)
    decision = _fresh(application)
    refuse(decision_problems(application, decision, actor=actor, version=version))
    before = _shown(decision)
    after = {
        "choice": choice.value,
        "basis": (basis or (decision.basis if decision else Basis.ADJUSTED)).value,
        "reason": before.get("reason", "") if reason is None else reason,
        "feedback": before.get("feedback", "") if feedback is None else feedback,
    }
    if decision is not None and before == after:
        return decision
    unfreeze(edition, undo=undo, actor=actor)
    if decision is None:
        decision = Decision(edition_id=application.edition_id, application_id=application.id)
        session().add(decision)
    decision.choice, decision.basis = choice, Basis(after["basis"])
    decision.reason, decision.feedback = after["reason"], after["feedback"]
    decision.decided_by, decision.decided_at = actor.id, clock.now()
    changed = {name: [before.get(name), value] for name, value in after.items() if before.get(name) != value}
    changed.pop("reason", None)  # it is the act's own reason
    audit(actor, "selection.decided", application, reason=decision.reason or None, **changed)
    return decision


def _fresh(application: Application) -> Decision | None:
    """The decision as it is now that the application is locked: the page may have read it before a release."""
    decision = board.decision(application)
    return lock(decision) if decision is not None else None


def decision_problems(
    application: Application,
    decision: Decision | None,
    *,
    actor: Person,
    version: str | None,
    takes_back: bool = False,
) -> Iterator[Refused]:
    """Why ``decision`` can't be replaced, or taken back; ``version`` as in :func:`decide`."""
    barring = list(conflict_problems(application, actor=actor))
    if barring:
        yield from barring
        return
    if decision is not None and decision.release_id is not None:
        yield Refused(_("The decision was released. It can't be changed any more."))
    elif not takes_back:
        yield from _unfit(application)
    yield from _stale(decision, version)


def _unfit(application: Application) -> Iterator[Refused]:
    if application.state is ApplicationState.INELIGIBLE:
        yield Refused(_("Screening said “not eligible”, and the letter follows from that. There is nothing to decide."))
    elif application.state is not ApplicationState.ELIGIBLE:
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=application.state.label))


def conflict_problems(application: Application, *, actor: Person) -> Iterator[Refused]:
    """Why this person decides nothing about the application. Say nothing else to them of how it stands."""
    if is_barred(actor, application):
        yield Refused(_("You have a conflict of interest with this application. Somebody else has to decide."))


def _stale(decision: Decision | None, version: str | None) -> Iterator[Refused]:
    if decision is None:
        sentence = _(
            "The decision was taken back in the meantime. What you typed is still here: save again to keep it."
        )
    else:
        sentence = _(
            "%(name)s decided in the meantime: %(choice)s. What you typed is still here: save again to "
            "replace that decision.",
            name=decision.decider.name_in(language()),
            choice=decision.choice.label,
        )
    return stale_problems(version, decision_version(decision), sentence)


def row_problems(decision: Decision | None, *, choice: Choice, shown: str | None, actor: Person) -> Iterator[Refused]:
    """Why a row of the board that shows the choice ``shown`` can't replace ``decision``: a colleague made it since.

    One's own decision may be quicker than the page that one sees it on.
    """
    present = decision.choice.value if decision is not None else None
    if present == choice.value or (decision is not None and decision.decided_by == actor.id):
        return
    if decision is None:
        sentence = _("The decision was taken back in the meantime. Choose again to keep yours.")
    else:
        sentence = _(
            "%(name)s decided in the meantime: %(choice)s. Choose again to replace that decision.",
            name=decision.decider.name_in(language()),
            choice=decision.choice.label,
        )
    yield from stale_problems(shown or "", present or "", sentence)


def decision_version(decision: Decision | None) -> str:
    """Which state of a decision a page shows; empty for none."""
    return decision.decided_at.isoformat() if decision is not None else ""


def _shown(decision: Decision | None) -> dict[str, str]:
    if decision is None:
        return {}
    return {
        "choice": decision.choice.value,
        "basis": decision.basis.value,
        "reason": decision.reason,
        "feedback": decision.feedback,
    }


def undecide(application: Application, *, actor: Person, undo: str | None = None, version: str | None = None) -> None:
    """Take a pending decision back: the application is undecided again. ``undo`` and ``version`` as in :func:`decide`."""
    edition = lock_edition(application.edition_id)
    application = lock(application)
    decision = _fresh(application)
    refuse(decision_problems(application, decision, actor=actor, version=version, takes_back=True))
    if decision is None:
        return
    unfreeze(edition, undo=undo, actor=actor)
    session().delete(decision)
    audit(actor, "selection.undecided", application, choice=[decision.choice.value, None])
