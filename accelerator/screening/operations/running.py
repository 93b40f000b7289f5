"""Running the rules: on what was sent, on one application, on all of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import JobState, enqueue
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import is_barred
from accelerator.programmes.models import Edition
from accelerator.screening.conditions.evaluating import RuleData, find
from accelerator.screening.models import RUN_RULES, EligibilityRule, Outcome, RuleResult
from accelerator.screening.queries import cases, screening_queue
from accelerator.screening.queries.facts import facts


def refuse_barred(application: Application, *, actor: Person) -> None:
    """Whoever a conflict bars from an application says nothing of it."""
    if is_barred(actor, application):
        raise Refused(_("You have a conflict of interest with this application. Somebody else has to decide."))


def run_rules(edition: Edition, applications: Sequence[Application], *, actor: Person | None = None) -> int:
    """Run every active rule on the present revision of each application; what they said before is replaced."""
    _lock_all(applications)
    rules = cases.rules(edition)
    known_facts = facts(edition, applications)
    ids = [application.id for application in applications]
    known = {
        (result.application_id, result.rule_id): result
        for result in session().scalars(select(RuleResult).where(RuleResult.application_id.in_(ids)))
    }
    now = clock.now()
    for application in applications:
        tally = dict.fromkeys((word.value for word in Outcome), 0)
        for rule in rules:
            finding = find(data_of(rule), known_facts[application.id])
            result = known.get((application.id, rule.id)) or RuleResult(application_id=application.id, rule_id=rule.id)
            result.revision_number, result.rule_version = application.revision_number, rule.version
            result.ran_at = now
            result.outcome, result.explanation = Outcome(finding.outcome), finding.explanation
            session().add(result)
            tally[finding.outcome] += 1
        audit(actor, "screening.checked", application, outcomes=tally)
    return len(applications)


def run_rules_on(edition: Edition, application: Application, *, actor: Person) -> None:
    """A person looks at one application: refused where a conflict bars them, for what the rules say is a judgement."""
    refuse_barred(application, actor=actor)
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


def run_again(edition: Edition, *, actor: Person) -> None:
    """The rules have changed: ask for another run, unless one waits that hasn't begun."""
    running = screening_queue.run_in_progress(edition)
    if running is None or running.state is not JobState.WAITING:
        enqueue(RUN_RULES, actor=actor, edition_id=edition.id)
        audit(actor, "screening.run_asked", edition)


def data_of(rule: EligibilityRule) -> RuleData:
    """A rule without its row, as it is run."""
    return rule_data(rule.content)


def rule_data(content: Mapping[str, Any]) -> RuleData:
    """The same of what a draft holds."""
    return RuleData(content["condition"], content["severity"], content["reason"], content["tracks"])
