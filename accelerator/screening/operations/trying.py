"""Dry runs: what a rule's draft would say of every application, before it is saved."""

from collections.abc import Sequence

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import enqueue
from accelerator.core.versions import stale_problems, version_of
from accelerator.intake.models import Application
from accelerator.programmes.models import Edition
from accelerator.screening.conditions.evaluating import find
from accelerator.screening.models import TRY_RULE, EligibilityRule, RuleTrial
from accelerator.screening.operations.editing import forget_trial, save_problems
from accelerator.screening.operations.running import data_of, rule_data
from accelerator.screening.queries import screening_queue, trials
from accelerator.screening.queries.facts import facts

AT_ONCE = 300  # applications that are tried while a page waits, well under a second; more go to the worker
Change = tuple[int, str | None, str]


def try_rule(edition: Edition, rule: EligibilityRule, *, shown: str | None, actor: Person) -> RuleTrial:
    """Try the draft on every application; nothing that they got from the rule changes.

    A few are tried at once, many by the worker. The trial before it is forgotten.
    """
    lock(rule)
    if edition.is_sealed:
        raise Refused(_("While the call is sealed, nobody can see who would change: that would tell of answers."))
    content = rule.drafted
    refuse(stale_problems(shown, version_of(content)))
    refuse(save_problems(edition, content))
    forget_trial(rule)
    ids = screening_queue.to_check(edition)
    trial = add(
        RuleTrial(
            edition_id=edition.id,
            rule_id=rule.id,
            basis=trials.basis(edition, rule),
            asked_by=actor.id,
            asked_at=clock.now(),
            changes=[],
        )
    )
    if len(ids) > AT_ONCE:
        trial.job_id = enqueue(TRY_RULE, actor=actor, trial_id=trial.id)
    else:
        finish_trial(trial, changes_of(edition, rule, ids))
    audit(actor, "screening.rule_tried", rule)
    return trial


def changes_of(edition: Edition, rule: EligibilityRule, ids: Sequence[int]) -> list[Change]:
    """``(application id, what it gets now, what it would get)`` of those for whom that differs.

    A rule that isn't run gives nothing now; then those are told that would not simply pass.
    """
    applications = [session().get_one(Application, number) for number in ids]
    known, draft = facts(edition, applications), rule_data(rule.drafted)
    present = data_of(rule) if rule.active else None
    changes: list[Change] = []
    for application in applications:
        before = find(present, known[application.id]).outcome if present else None
        after = find(draft, known[application.id]).outcome
        if after != (before or "pass"):
            changes.append((application.id, before, after))
    return changes


def finish_trial(trial: RuleTrial, changes: Sequence[Change]) -> None:
    """Keep what a trial came to."""
    trial.changes, trial.finished_at = [list(change) for change in changes], clock.now()
