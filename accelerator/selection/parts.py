"""What selection shows on the team's page of an application: the decision, and what comes next."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from accelerator.accounts.models import Person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.parts import Part, Step
from accelerator.intake.models import Application, ApplicationState
from accelerator.selection import rules
from accelerator.selection.queries import board
from accelerator.selection.queries.order import ON_BOARD


def _is_shown(actor: Person | None, application: Application) -> bool:
    return application.state in ON_BOARD and rules.can_decide(actor, application)


def _contents(actor: Person, application: Application) -> Mapping[str, Any]:
    return {"decision": board.decision(application)}


def _next_step(actor: Person, application: Application) -> Step | None:
    slug = web.chosen().slug
    if application.state is ApplicationState.ELIGIBLE:
        return _deciding(application, slug)
    if application.state is ApplicationState.OFFERED:
        address = url_for("selection.offers", edition_slug=slug)
        return Step(
            _("Next: the answer to the offer"), _("The startup has not answered yet."), _("See the offers"), address
        )
    if application.state is ApplicationState.WAITING:
        address = url_for("selection.waitlist", edition_slug=slug)
        return Step(_("Next: a free place"), _("It moves up when a place is free."), _("See the waitlist"), address)
    return None


def _deciding(application: Application, slug: str) -> Step:
    choice = board.chosen(application)
    if choice is None:
        address = url_for("selection.decision", edition_slug=slug, reference=application.reference)
        return Step(_("Next: the decision"), _("Nothing has been decided yet."), _("Decide"), address)
    text = _("It is decided: %(choice)s. Nobody outside the team knows before the release.", choice=choice.label)
    return Step(_("Next: the release"), text, _("See the release"), url_for("selection.release", edition_slug=slug))


PART = Part("decision", lazy("Decision"), _is_shown, "selection/part.html", _contents, _next_step)
