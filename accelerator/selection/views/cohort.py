"""The startups of the cohort."""

from typing import Any

from flask import redirect, render_template, request, url_for

from accelerator.accounts.models import Role
from accelerator.accounts.rules import holds, on_team
from accelerator.accounts.views.visitor import current_person
from accelerator.core import web
from accelerator.core.doors import offered
from accelerator.core.i18n import language, locale
from accelerator.intake.queries.visibility import estimates_withheld
from accelerator.intake.rules import can_see
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import decisions_of
from accelerator.selection import rules
from accelerator.selection.models import CohortEntry
from accelerator.selection.queries import cohort
from accelerator.selection.views.blueprint import bp
from accelerator.startups.queries import is_founder

# Pages about one startup belong to later stages, which offer them here to whoever works with them.
TEAM, FOUNDER, MENTOR, PARTNER = "team", "founder", "mentor", "partner"


@bp.route("/editions/<edition_slug>/startups", endpoint="cohort", allow=rules.can_see_cohort)
def show_cohort(edition: Edition) -> Any:
    """Name, place, sector and line of each startup; the team sees scores too."""
    me = current_person()
    # An adjusted score is worked out from the reviews of all applications.
    withheld = me is not None and estimates_withheld(edition.id, me.id)
    on_the_team = rules.can_see_scores(me, edition)
    with_scores = on_the_team and not withheld
    lines = cohort.cohort_lines(edition, scores_for=me if with_scores else None, mark=request.args.get("mark"))
    total, home = cohort.cohort_sizes(edition, edition.programme.home_country)
    return render_template(
        "selection/cohort.html",
        lines=lines,
        with_scores=with_scores,
        withheld=withheld and on_the_team,
        total=total,
        decided=None if lines.rows else decisions_of(edition),
        home=home,
        countries=locale().territories,
        japanese=language() == "ja",
    )


@bp.route("/editions/<edition_slug>/startups/<startup_slug>", load=cohort.cohort_entry, allow=rules.can_see_startup)
def startup(entry: CohortEntry) -> Any:
    """One startup: profile, people, and where its milestones, numbers and sessions are."""
    edition, me = web.chosen(), current_person()
    if (request.view_args or {}).get("startup_slug") != entry.startup.slug:  # as it was called before two were joined
        return redirect(url_for(".startup", edition_slug=edition.slug, startup_slug=entry.startup.slug))
    founders = cohort.people_of(entry.startup)
    part = FOUNDER if is_founder(me, entry.startup_id) else PARTNER
    if on_team(me, edition.id):
        part = TEAM
    elif part is PARTNER and holds(me, edition.id, Role.MENTOR):
        part = MENTOR
    links = [
        (page.label, url_for(page.endpoint, edition_slug=edition.slug, startup=entry.startup.slug))
        for page in offered("startup", part)
    ]
    return render_template(
        "selection/startup.html",
        entry=entry,
        founders=founders,
        links=links,
        part=part,
        opens=can_see(me, entry.application),
        country=locale().territories.get(entry.startup.country or "", ""),
        japanese=language() == "ja",
    )
