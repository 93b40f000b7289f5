"""What screening shows on pages of intake: on the team's page of an application what the rules say, the verdict and what
comes next; beside the questions of a call who can apply.
"""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from accelerator.accounts.models import Person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.parts import Part, Step
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries import asking
from accelerator.programmes.models import Edition
from accelerator.screening import rules
from accelerator.screening.conditions import tree
from accelerator.screening.conditions.wording import words
from accelerator.screening.models import EligibilityRule, Outcome, Severity, Verdict
from accelerator.screening.queries import cases
from accelerator.screening.queries.facts import questions

UNSCREENED = (ApplicationState.DRAFT, ApplicationState.WITHDRAWN)


def _is_shown(actor: Person | None, application: Application) -> bool:
    return application.state not in UNSCREENED and rules.can_screen(actor, application)


def _contents(actor: Person, application: Application) -> Mapping[str, Any]:
    return {
        "results": cases.rules_on(application).results,
        "verdict": cases.verdict(application),
        "enquiry": asking.last_enquiry(application),
    }


def _next_step(actor: Person, application: Application) -> Step | None:
    if application.state is not ApplicationState.SENT:
        return None
    verdict = cases.verdict(application)
    address = url_for("screening.application", edition_slug=web.chosen().slug, reference=application.reference)
    if verdict is None:
        return Step(_("Next: the verdict"), _("Nobody has said yet whether it is eligible."), _("Screen it"), address)
    if verdict.awaits_second:
        return _second(actor, verdict, address)
    if verdict.outcome is Outcome.ASK and asking.open_enquiry(application) is not None:
        return Step(_("Next: the applicant's answer"), _("It waits for what the team asked."), _("See it"), address)
    return Step(_("Next: the verdict"), _("The applicant was asked. Give the verdict now."), _("Screen it"), address)


def _second(actor: Person, verdict: Verdict, address: str) -> Step:
    if rules.can_confirm(actor, verdict):
        text = _("A colleague found it not eligible. That stands once a second person confirms it.")
        return Step(_("Next: confirm the verdict"), text, _("See it and confirm"), address)
    return Step(_("Next: a second person"), _("You found it not eligible. A colleague has to confirm that."))


PART = Part("rules", lazy("Eligibility"), _is_shown, "screening/part.html", _contents, _next_step)


def _failing(edition: Edition) -> list[EligibilityRule]:
    """The rules that an application can fail by, but for those over questions that are gone."""
    known = questions(edition)
    rules = [rule for rule in cases.rules(edition) if rule.severity is Severity.FAIL]
    return [rule for rule in rules if not list(tree.faults(rule.condition, known))]


def _may_refuse(_actor: Person | None, edition: Edition) -> bool:
    return bool(_failing(edition))


def _in_words(_actor: Person | None, edition: Edition) -> Mapping[str, Any]:
    known = questions(edition)
    return {"lines": [(rule.name, words(rule.condition, known)) for rule in _failing(edition)]}


ELIGIBILITY = Part("eligibility", lazy("Who can apply"), _may_refuse, "screening/_asked.html", _in_words)
