"""Who decides, who signs, who reads a letter and who sees the cohort."""

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds, on_team
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import is_barred
from accelerator.programmes.models import Edition
from accelerator.selection.models import CohortEntry, Release
from accelerator.selection.queries.releases import ReleaseOverview
from accelerator.startups.queries import is_founder


def can_decide(actor: Person | None, application: Application) -> bool:
    """The programme team, except on an application that the person has a conflict with."""
    if actor is None or not on_team(actor, application.edition_id):
        return False
    return not is_barred(actor, application)


def can_see_release(actor: Person | None, release_overview: ReleaseOverview) -> bool:
    """The team; a partner from the moment that a release waits for the second signature."""
    if on_team(actor, release_overview.edition.id):
        return True
    return release_overview.release is not None and holds(actor, release_overview.edition.id, Role.PARTNER)


def can_run_release(actor: Person | None, release_overview: ReleaseOverview) -> bool:
    """The team prepares, cancels and releases."""
    return on_team(actor, release_overview.edition.id)


def can_approve(actor: Person | None, release: Release, edition: Edition) -> bool:
    """A second person of the team or a partner; without the two-person rule whoever is on the team."""
    if actor is None or not holds(actor, edition.id, Role.ADMIN, Role.STAFF, Role.PARTNER):
        return False
    return not edition.two_person_release or actor.id != release.prepared_by


def can_read_letter(actor: Person | None, application: Application) -> bool:
    """The founders who have access to the startup."""
    return holds(actor, application.edition_id, Role.FOUNDER) and is_founder(actor, application.startup_id)


def can_see_cohort(actor: Person | None, edition: Edition) -> bool:
    """The team, partners and mentors."""
    return on_team(actor, edition.id) or holds(actor, edition.id, Role.PARTNER, Role.MENTOR)


def can_see_scores(actor: Person | None, edition: Edition) -> bool:
    """The team alone sees how startups scored."""
    return on_team(actor, edition.id)


def can_see_startup(actor: Person | None, entry: CohortEntry) -> bool:
    """The team, partners, mentors, and the startup's own founders."""
    if on_team(actor, entry.edition_id) or holds(actor, entry.edition_id, Role.PARTNER, Role.MENTOR):
        return True
    return holds(actor, entry.edition_id, Role.FOUNDER) and is_founder(actor, entry.startup_id)
