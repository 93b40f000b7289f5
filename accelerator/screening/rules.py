"""Who may screen."""

from accelerator.accounts.models import Person
from accelerator.accounts.rules import on_team
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import is_barred
from accelerator.screening.models import EligibilityRule, Verdict
from accelerator.screening.queries.cases import RulePart


def can_screen(actor: Person | None, application: Application) -> bool:
    """The programme team of the application's edition, except on an application that a conflict bars them from."""
    if actor is None or not on_team(actor, application.edition_id):
        return False
    return not is_barred(actor, application)


def can_switch(actor: Person | None, rule: EligibilityRule) -> bool:
    """The programme team switches rules off and on."""
    return on_team(actor, rule.edition_id)


def can_change(actor: Person | None, part: RulePart) -> bool:
    """Whoever may switch a rule may change its parts."""
    return can_switch(actor, part.rule)


def can_confirm(actor: Person | None, verdict: Verdict | None) -> bool:
    """Whoever is on the team and did not give the fail."""
    if actor is None or verdict is None or not can_screen(actor, verdict.application):
        return False
    return verdict.awaits_second and verdict.given_by != actor.id
