"""Rows of screening. Choose the edition around these."""

from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import add
from accelerator.intake.models import Application
from accelerator.programmes.models import Edition
from accelerator.screening.conditions.tree import condition, group
from accelerator.screening.models import EligibilityRule, Outcome, RuleResult, Severity, Verdict


def make_rule(edition: Edition, key: str = "track", *conditions: Any, **values: Any) -> EligibilityRule:
    """An active rule; without conditions it wants a track of the call."""
    parts = list(conditions) or [condition("*track", "track")]
    defaults = {
        "label": {"en": key.title(), "ja": key},
        "condition": group("all", *parts),
        "severity": Severity.FAIL,
        "reason": {},
        "tracks": [],
        "position": 1,
    }
    return add(EligibilityRule(edition_id=edition.id, key=key, **{**defaults, **values}))


def make_result(rule: EligibilityRule, application: Application, outcome: Outcome = Outcome.PASS) -> RuleResult:
    """What a rule said of the present revision."""
    said = {"en": f"It is {outcome.value}.", "ja": f"{outcome.value}です。"}
    return add(
        RuleResult(
            application_id=application.id,
            rule_id=rule.id,
            revision_number=application.revision_number,
            rule_version=rule.version,
            outcome=outcome,
            explanation=said,
            ran_at=clock.now(),
        )
    )


def make_verdict(application: Application, giver: Person, outcome: Outcome = Outcome.FAIL, **values: Any) -> Verdict:
    """A verdict that nobody confirmed yet."""
    defaults = {"reason_code": None if outcome is Outcome.PASS else "incomplete", "given_at": clock.now()}
    return add(Verdict(application_id=application.id, outcome=outcome, given_by=giver.id, **{**defaults, **values}))
