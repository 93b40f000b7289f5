"""Reads about the rules of an edition, and applications under them: what they said, and the verdict."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import contains_eager, joinedload

from accelerator.core.db import session
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import Edition
from accelerator.screening.conditions.tree import DEPTH, Path, path_of
from accelerator.screening.models import EligibilityRule, RuleResult, Verdict


def application(edition: Edition, reference: str) -> Application | None:
    """A sent application of the edition; drafts and withdrawn ones are none of screening's business."""
    hidden = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)
    statement = select(Application).options(joinedload(Application.startup), joinedload(Application.sector))
    return session().scalar(
        statement.where(
            Application.edition_id == edition.id, Application.reference == reference, Application.state.not_in(hidden)
        )
    )


def rules(edition: Edition, *, active_only: bool = True) -> list[EligibilityRule]:
    """The edition's rules in their order."""
    statement = select(EligibilityRule).where(EligibilityRule.edition_id == edition.id)
    if active_only:
        statement = statement.where(EligibilityRule.active.is_(True))
    return list(session().scalars(statement.order_by(EligibilityRule.position, EligibilityRule.id)))


def rule(edition: Edition, rule_id: int) -> EligibilityRule | None:
    """One rule of the edition."""
    statement = select(EligibilityRule).where(EligibilityRule.edition_id == edition.id, EligibilityRule.id == rule_id)
    return session().scalar(statement)


@dataclass(frozen=True)
class RulePart:
    """A condition or a group of a rule, by its path; it may be gone from the draft."""

    rule: EligibilityRule
    path: Path


def rule_part(edition: Edition, rule_id: int, path_text: str) -> RulePart | None:
    """A part of a rule of the edition; None for what no rule can have."""
    known, path = rule(edition, rule_id), path_of(path_text)
    return RulePart(known, path) if known and path is not None and len(path) <= DEPTH else None


@dataclass(frozen=True)
class RulesOn:
    """What the active rules said of an application, in their order, and the names of the rules that are switched off."""

    results: list[RuleResult]
    off: list[str]
    active: list[EligibilityRule]


def rules_on(application: Application) -> RulesOn:
    """Every rule of the edition and what it said of the application: one statement."""
    condition = and_(RuleResult.rule_id == EligibilityRule.id, RuleResult.application_id == application.id)
    rows = session().execute(
        select(EligibilityRule, RuleResult)
        .outerjoin(RuleResult, condition)
        .options(contains_eager(RuleResult.rule))
        .where(EligibilityRule.edition_id == application.edition_id)
        .order_by(EligibilityRule.position, EligibilityRule.id)
    )
    known = rows.all()
    return RulesOn(
        [result for rule, result in known if rule.active and result is not None],
        [rule.name for rule, _result in known if not rule.active and not rule.is_new],
        [rule for rule, _result in known if rule.active],
    )


def results(application: Application) -> list[RuleResult]:
    """What the active rules said of an application, in their order."""
    return rules_on(application).results


def verdict(application: Application) -> Verdict | None:
    """The staff's word on an application, who gave and who confirmed it loaded."""
    statement = select(Verdict).options(joinedload(Verdict.giver), joinedload(Verdict.confirmer))
    return session().scalar(statement.where(Verdict.application_id == application.id))


@dataclass(frozen=True)
class Earlier:
    """Whether a verdict rests on earlier answers, or on earlier rules."""

    answers: bool = False
    rules: bool = False


def is_earlier(basis: Mapping[str, Any] | None, revision: int, active: Sequence[EligibilityRule]) -> Earlier:
    """What changed since a verdict was given: the answers, the rules, both or neither; unknown counts as neither."""
    if not basis:
        return Earlier()
    now = {str(rule.id): rule.version for rule in active}
    return Earlier(answers=basis["revision"] < revision, rules=basis["rules"] != now)
