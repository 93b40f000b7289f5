"""Verdicts: the staff's word, the second person's, taking back, and passing all whose rules pass."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit, reason_problems
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move
from accelerator.intake.models import MOVES, Application, ApplicationState
from accelerator.intake.operations import enquiries
from accelerator.programmes.models import Edition
from accelerator.screening.models import REASONS, SCREENED, Outcome, RuleResult, Verdict
from accelerator.screening.operations.running import refuse_barred
from accelerator.screening.queries import cases, screening_queue

# Taking a verdict back is no step of an application's life, so its moves are here and not among intake's.
UNDO = {
    ApplicationState.ELIGIBLE: frozenset({ApplicationState.SENT}),
    ApplicationState.INELIGIBLE: frozenset({ApplicationState.SENT}),
}


def give_verdict(
    application: Application,
    *,
    outcome: Outcome,
    reason_code: str | None,
    comment: str,
    actor: Person,
    question: str = "",
    about: str | None = None,
    due_on: date | None = None,
) -> None:
    """Record the staff's word. A pass makes the application eligible at once, a fail waits for a second person.

    ``comment`` stays with the team; ``question`` is what the applicant is asked, by mail, when the outcome is to ask,
    ``about`` a question of the form, to be answered by the end of ``due_on``.
    """
    application = lock(application)
    refuse_barred(application, actor=actor)
    asked: dict[str, Any] = {"question": question, "about": about, "due_on": due_on}
    refuse(verdict_problems(application, outcome=outcome, reason_code=reason_code, comment=comment, **asked))
    results = cases.results(application)
    against = _against(results, outcome)
    if outcome is Outcome.ASK:
        enquiries.ask(application, **asked, actor=actor)
    else:
        enquiries.drop_enquiry(application, actor=actor)
    verdict = cases.verdict(application)
    before = [verdict.outcome.value, verdict.reason_code] if verdict else None
    verdict = verdict or Verdict(application_id=application.id)
    verdict.outcome, verdict.reason_code = outcome, None if outcome is Outcome.PASS else reason_code
    verdict.comment, verdict.overrides_rules = comment, bool(against)
    verdict.basis = {
        "revision": application.revision_number,
        "rules": {str(result.rule_id): result.rule_version for result in results},
        "against": against,
    }
    verdict.given_by, verdict.given_at = actor.id, clock.now()
    verdict.confirmed_by = verdict.confirmed_at = None
    session().add(verdict)
    after = [outcome.value, verdict.reason_code]
    act = "screening.overruled" if against else "screening.judged"
    audit(actor, act, application, reason=comment or None, verdict=[before, after])
    if outcome is Outcome.PASS and application.state is not ApplicationState.ELIGIBLE:
        move(application, ApplicationState.ELIGIBLE, moves=MOVES, actor=actor)


def verdict_problems(
    application: Application,
    *,
    outcome: Outcome | None,
    reason_code: str | None,
    comment: str,
    question: str,
    about: str | None,
    due_on: date | None,
) -> Iterator[Refused]:
    """What is wrong with a verdict: one that can't be given now, no reason, no comment where one is needed, no question."""
    if application.state not in SCREENED:
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=application.state.label))
    elif outcome is Outcome.ASK and application.state is not ApplicationState.SENT:
        yield Refused(_("It has already been decided. Take the verdict back before you ask."), field="outcome")
    if outcome is Outcome.NOTE:  # a rule's word, no person's
        yield Refused(_("Choose a verdict."), field="outcome")
    if outcome is Outcome.FAIL and application.state is ApplicationState.INELIGIBLE:
        yield Refused(_("It's already “not eligible”."), field="outcome")
    if outcome in (Outcome.ASK, Outcome.FAIL) and reason_code not in REASONS:
        yield Refused(_("Choose a reason."), field="reason_code")
    if reason_code == "other":
        yield from reason_problems(comment, blank=_("Say in the comment what the reason is."), field="comment")
    elif outcome is not None and _against(cases.results(application), outcome):
        yield from reason_problems(
            comment, blank=_("The rules say otherwise. Say in the comment why."), field="comment"
        )
    if outcome is Outcome.ASK:
        yield from enquiries.enquiry_problems(application, question=question, about=about, due_on=due_on)


def _against(results: Sequence[RuleResult], outcome: Outcome) -> list[int]:
    """The rules that a verdict overrides: those that fail where it passes, or all where every rule passes and it fails."""
    if outcome is Outcome.PASS:
        return [result.rule_id for result in results if result.outcome is Outcome.FAIL]
    all_pass = bool(results) and {result.outcome for result in results} <= {Outcome.PASS, Outcome.NOTE}
    return [result.rule_id for result in results] if outcome is Outcome.FAIL and all_pass else []


def confirm_fail(application: Application, *, actor: Person) -> None:
    """A second person agrees that an application is not eligible."""
    application = lock(application)
    refuse_barred(application, actor=actor)
    verdict = cases.verdict(application)
    if verdict is None or not verdict.awaits_second:
        raise Refused(_("There is no longer a fail to confirm here."))
    if verdict.given_by == actor.id:
        raise Refused(_("You gave this verdict. Somebody else has to confirm it."))
    verdict.confirmed_by, verdict.confirmed_at = actor.id, clock.now()
    move(application, ApplicationState.INELIGIBLE, moves=MOVES, actor=actor)


def take_back(application: Application, *, actor: Person) -> None:
    """Remove a verdict as if it had not been given; one that moved the application only within half an hour."""
    application = lock(application)
    refuse_barred(application, actor=actor)
    verdict = cases.verdict(application)
    if verdict is None:
        raise Refused(_("There is no verdict to take back."))
    moved = application.state in UNDO and (verdict.outcome is Outcome.PASS or verdict.confirmed_by is not None)
    if application.state is not ApplicationState.SENT and application.state not in UNDO:
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=application.state.label))
    if moved and clock.now() - (verdict.confirmed_at or verdict.given_at) > screening_queue.UNDO_WINDOW:
        raise Refused(_("That was more than 30 minutes ago. Give a new verdict instead."))
    before = [verdict.outcome.value, verdict.reason_code]
    session().delete(verdict)
    enquiries.drop_enquiry(application, actor=actor)
    audit(actor, "screening.taken_back", application, verdict=[before, None])
    if moved:
        move(application, ApplicationState.SENT, moves=UNDO, actor=actor)


def pass_clear(edition: Edition, *, expected: int, actor: Person) -> int:
    """Pass every application whose rules all pass, if there are as many as the person saw: none that bars them."""
    lock(edition)
    applications = screening_queue.clear(edition, actor)
    if len(applications) != expected:
        raise Refused(_("There are %(num)s applications now. Check the list again.", num=len(applications)))
    now = clock.now()
    versions = {str(rule.id): rule.version for rule in cases.rules(edition)}
    for application in applications:
        basis = {"revision": application.revision_number, "rules": versions, "against": []}
        given: dict[str, Any] = {"given_by": actor.id, "given_at": now, "basis": basis}
        session().add(Verdict(application_id=application.id, outcome=Outcome.PASS, **given))
        move(application, ApplicationState.ELIGIBLE, moves=MOVES, actor=actor)
    return len(applications)


def undo_pass(edition: Edition, *, at: datetime, actor: Person) -> int:
    """Take back what the actor passed at one instant, as far as nothing followed from it."""
    if clock.now() - at > screening_queue.UNDO_WINDOW:
        raise Refused(_("That was more than 30 minutes ago. Give a new verdict instead."))
    applications = [
        application
        for application in screening_queue.batch(edition, at, actor)
        if application.state is ApplicationState.ELIGIBLE
    ]
    if not applications:
        raise Refused(_("There is no verdict to take back."))
    for application in applications:
        take_back(application, actor=actor)
    return len(applications)
