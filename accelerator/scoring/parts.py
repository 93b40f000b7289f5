"""What scoring shows on the team's page of an application: its reviews by round, and what comes next."""

from collections.abc import Mapping
from typing import Any

from flask import url_for

from accelerator.accounts.models import Person
from accelerator.core import web
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, ngettext
from accelerator.core.parts import Part, Step
from accelerator.intake.models import Application, ApplicationState
from accelerator.scoring import rules
from accelerator.scoring.models import JUDGED
from accelerator.scoring.queries.application_reviews import Reach, reach, reviews_by_round


def _is_shown(actor: Person | None, application: Application) -> bool:
    return application.state in JUDGED and rules.can_see_scores(actor, application)


def _contents(actor: Person, application: Application) -> Mapping[str, Any]:
    return {"rounds": reviews_by_round(application, actor)}


def _next_step(actor: Person, application: Application) -> Step | None:
    here = reach(application) if application.state is ApplicationState.ELIGIBLE else None
    if here is None:
        return None
    slug = web.chosen().slug
    assigning = url_for(
        "scoring.assignments", **{"edition_slug": slug, "number": here.number, "for": application.reference}
    )
    if here.assigned < here.wanted:
        missing = here.wanted - here.assigned
        text = ngettext(
            "%(num)s review of %(wanted)s has no reviewer in %(round)s.",
            "%(num)s reviews of %(wanted)s have no reviewer in %(round)s.",
            missing,
            wanted=here.wanted,
            round=here.title,
        )
        return Step(_("Next: assign reviewers"), text, _("Assign reviewers"), assigning)
    if here.is_split:
        text = _(
            "The highest total in %(round)s is %(spread)s above the lowest.",
            round=here.title,
            spread=f"{here.spread:.1f}",
        )
        return Step(_("Next: one more review"), text, _("Ask one more reviewer"), assigning)
    return _waiting(application, here, slug) if here.sent < here.wanted else None


def _waiting(application: Application, here: Reach, slug: str) -> Step:
    text = _(
        "%(sent)s of %(wanted)s reviews of %(round)s are in.",
        sent=here.sent,
        wanted=here.wanted,
        round=here.title,
    )
    address = url_for("scoring.scores", edition_slug=slug, number=here.number, reference=application.reference)
    return Step(_("Next: the reviews"), text, _("See the reviews"), address)


PART = Part("reviews", lazy("Reviews"), _is_shown, "scoring/part.html", _contents, _next_step, wide=True)
