"""Writes of screening: rules, their runs, verdicts, the second person's word, and taking back."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit, reason_problems
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import enqueue
from accelerator.core.states import move
from accelerator.intake.models import MOVES, Application, ApplicationState
from accelerator.intake.operations import enquiries
from accelerator.intake.queries.visibility import is_barred
from accelerator.programmes.models import Edition
from accelerator.screening import checks
from accelerator.screening.models import REASONS, RUN_RULES, SCREENED, EligibilityRule, Outcome, RuleResult, Verdict
from accelerator.screening.queries import cases, screening_queue

# Taking a verdict back is no step of an application's life, so its moves are here and not among intake's.
UNDO = {
    ApplicationState.ELIGIBLE: frozenset({ApplicationState.SENT}),
    ApplicationState.INELIGIBLE: frozenset({ApplicationState.SENT}),
}


def create_rules(edition: Edition, *, actor: Person | None) -> list[EligibilityRule]:
    """Give the edition the default rules that it does not have yet; return all its rules."""
    known = {rule.key for rule in cases.rules(edition, active_only=False)}
    for position, (key, kind, label, settings) in enumerate(checks.DEFAULT_RULES, start=1):
        if key not in known:
            rule = add(
                EligibilityRule(
                    edition_id=edition.id,
                    key=key,
                    kind=kind,
                    label=dict(label),
                    settings=dict(settings),
                    position=position,
                )
            )
            audit(actor, "screening.rule_made", rule, key=[None, key])
    return cases.rules(edition, active_only=False)


def switch_rule(edition: Edition, rule: EligibilityRule, *, active: bool, actor: Person) -> None:
    """Switch a rule off, so that it is not run and what it said counts no more, or on again.

    What it said before it was switched off counts again at once; applications that came meanwhile wait for the next run.
    """
    lock(edition)  # passing all whose rules pass must not count with the one set of rules and pass with another
    lock(rule)
    if rule.active != active:
        rule.active = active
        audit(actor, "screening.rule_switched_on" if active else "screening.rule_switched_off", rule)


def run_rules(edition: Edition, applications: Sequence[Application], *, actor: Person | None = None) -> int:
    """Run every active rule on the present revision of each application; what they said before is replaced."""
    _lock_all(applications)
    rules = cases.rules(edition)
    facts = cases.facts(edition, applications)
    ids = [application.id for application in applications]
    known = {
        (result.application_id, result.rule_id): result
        for result in session().scalars(select(RuleResult).where(RuleResult.application_id.in_(ids)))
    }
    now = clock.now()
    for application in applications:
        tally = dict.fromkeys((word.value for word in Outcome), 0)
        for rule in rules:
            finding = checks.run(rule.kind, facts[application.id], rule.settings)
            result = known.get((application.id, rule.id)) or RuleResult(application_id=application.id, rule_id=rule.id)
            result.revision_number, result.ran_at = application.revision_number, now
            result.outcome, result.explanation = Outcome(finding.outcome), finding.explanation
            session().add(result)
            tally[finding.outcome] += 1
        audit(actor, "screening.checked", application, outcomes=tally)
    return len(applications)


def run_rules_on(edition: Edition, application: Application, *, actor: Person) -> None:
    """A person looks at one application: refused where a conflict bars them, for what the rules say is a judgement."""
    _refuse_barred(application, actor)
    run_rules(edition, [application], actor=actor)


def _lock_all(applications: Sequence[Application]) -> None:
    """Two runs at once would write the same results; the rows are locked in one order."""
    ids = [application.id for application in applications]
    ordered = select(Application.id).where(Application.id.in_(ids)).order_by(Application.id)
    session().execute(ordered.with_for_update()).all()


def run_all_rules(edition: Edition, *, actor: Person) -> str:
    """Ask the worker to run the rules on every application; a run that is under way already is returned instead."""
    lock(edition)
    running = screening_queue.run_in_progress(edition)
    if running is not None:
        return running.id
    job_id = enqueue(RUN_RULES, actor=actor, edition_id=edition.id)
    audit(actor, "screening.run_asked", edition)
    return str(job_id)


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
    _refuse_barred(application, actor)
    asked: dict[str, Any] = {"question": question, "about": about, "due_on": due_on}
    refuse(verdict_problems(application, outcome=outcome, reason_code=reason_code, comment=comment, **asked))
    overrides = _overrides(application, outcome)
    if outcome is Outcome.ASK:
        enquiries.ask(application, **asked, actor=actor)
    else:
        enquiries.drop_enquiry(application, actor=actor)
    verdict = cases.verdict(application)
    before = [verdict.outcome.value, verdict.reason_code] if verdict else None
    verdict = verdict or Verdict(application_id=application.id)
    verdict.outcome, verdict.reason_code = outcome, None if outcome is Outcome.PASS else reason_code
    verdict.comment, verdict.overrides_rules = comment, overrides
    verdict.given_by, verdict.given_at = actor.id, clock.now()
    verdict.confirmed_by = verdict.confirmed_at = None
    session().add(verdict)
    after = [outcome.value, verdict.reason_code]
    act = "screening.overruled" if overrides else "screening.judged"
    audit(actor, act, application, reason=comment or None, verdict=[before, after])
    if outcome is Outcome.PASS and application.state is not ApplicationState.ELIGIBLE:
        move(application, ApplicationState.ELIGIBLE, moves=MOVES, actor=actor)


def _refuse_barred(application: Application, actor: Person) -> None:
    if is_barred(actor, application):
        raise Refused(_("You have a conflict of interest with this application. Somebody else has to decide."))


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
    if outcome is Outcome.FAIL and application.state is ApplicationState.INELIGIBLE:
        yield Refused(_("It's already “not eligible”."), field="outcome")
    if outcome in (Outcome.ASK, Outcome.FAIL) and reason_code not in REASONS:
        yield Refused(_("Choose a reason."), field="reason_code")
    if reason_code == "other":
        yield from reason_problems(comment, blank=_("Say in the comment what the reason is."), field="comment")
    elif outcome is not None and _overrides(application, outcome):
        yield from reason_problems(
            comment, blank=_("The rules say otherwise. Say in the comment why."), field="comment"
        )
    if outcome is Outcome.ASK:
        yield from enquiries.enquiry_problems(application, question=question, about=about, due_on=due_on)


def _overrides(application: Application, outcome: Outcome) -> bool:
    outcomes = {result.outcome for result in cases.results(application)}
    if outcome is Outcome.PASS:
        return Outcome.FAIL in outcomes
    return outcome is Outcome.FAIL and outcomes == {Outcome.PASS}


def confirm_fail(application: Application, *, actor: Person) -> None:
    """A second person agrees that an application is not eligible."""
    application = lock(application)
    _refuse_barred(application, actor)
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
    _refuse_barred(application, actor)
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
    for application in applications:
        session().add(Verdict(application_id=application.id, outcome=Outcome.PASS, given_by=actor.id, given_at=now))
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
