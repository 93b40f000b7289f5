"""Around the answers on the team's page of one application: its parts, what comes next, and the way along the list.

Each part is a page and a fragment of its own, under its own permission.
"""

from typing import Any

from flask import redirect, render_template, request, url_for

from accelerator.accounts.views.visitor import signed_in_person
from accelerator.core import parts, web
from accelerator.core.i18n import lazy
from accelerator.intake import rules
from accelerator.intake.answers.reading import TEAM, reviewer_audiences
from accelerator.intake.models import Application
from accelerator.intake.queries import drafts, listing
from accelerator.intake.queries.listing import Filters
from accelerator.intake.rules import PartOf
from accelerator.intake.views.blueprint import bp
from accelerator.intake.views.listing import asked_filters, parameters
from accelerator.programmes.models import Edition

PAGE = "application"
PATH = "/editions/<edition_slug>/applications/<reference>"
SEEN_AS = {
    "": (lazy("The team"), TEAM),
    "reviewer": (lazy("A reviewer"), reviewer_audiences(blind=False)),
    "blind": (lazy("A reviewer in a blind round"), reviewer_audiences(blind=True)),
}
"""As whom the answers can be read: the team, and reviewers under the very policy of their own pages."""


def seen_as_asked() -> str:
    """As whom the address asks for the answers."""
    asked = request.args.get("as", "")
    return asked if asked in SEEN_AS else ""


def around(application: Application) -> dict[str, Any]:
    """What the page shows around the answers."""
    me, filters = signed_in_person(), asked_filters()
    there = parts.parts_of(PAGE, me, application)
    return {
        "parts": there,
        "next_step": parts.next_step(there, me, application),
        "views": SEEN_AS,
        "kept_filters": parameters(filters),
        "narrowed": filters != Filters(sort=filters.sort),
    }


@bp.route(f"{PATH}/before", load=drafts.application, allow=rules.can_see)
def before(application: Application) -> Any:
    """The application before this one in the list that one came from; at its end the list itself."""
    return _beside(application, 0)


@bp.route(f"{PATH}/after", load=drafts.application, allow=rules.can_see)
def after(application: Application) -> Any:
    """The application after this one there."""
    return _beside(application, 1)


def _beside(application: Application, side: int) -> Any:
    # Looked up when somebody goes there: a page that named its neighbours would pay for two lists.
    edition, filters = web.chosen(), asked_filters()
    kept = parameters(filters)
    neighbours = listing.neighbours(edition, signed_in_person(), filters, application)
    reference = neighbours[side] if neighbours else None
    if reference is None:
        return redirect(url_for(".applications", edition_slug=edition.slug, **kept))
    return redirect(url_for(".application", edition_slug=edition.slug, reference=reference, **kept))


def _part_of(edition: Edition, reference: str, part_key: str) -> PartOf | None:
    application, part = drafts.application(edition, reference), parts.part_of(PAGE, part_key)
    return PartOf(application, part) if application is not None and part is not None else None


@bp.route(f"{PATH}/parts/<part_key>", load=_part_of, allow=rules.can_see_part)
def application_part(shown: PartOf) -> str:
    """One part of that page: what its place there fetches, or a page where no script runs."""
    context = {
        "application": shown.application,
        "part": shown.part,
        **shown.part.contents(signed_in_person(), shown.application),
    }
    if web.wants_fragment():
        return web.render_block("intake/application_part.html", "part", **context)
    return render_template("intake/application_part.html", **context)
