"""Who may see and steer an edition."""

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import roles
from accelerator.accounts.rules import holds, is_site_admin, on_team
from accelerator.programmes.models import Edition, Programme


def can_run(actor: Person | None, edition: Edition) -> bool:
    """Staff and admins run the edition."""
    return on_team(actor, edition.id)


def can_administer(actor: Person | None, edition: Edition) -> bool:
    """Admins change dates, roles and texts."""
    return holds(actor, edition.id, Role.ADMIN)


def can_observe(actor: Person | None, edition: Edition) -> bool:
    """The team, and partners for reading."""
    return on_team(actor, edition.id) or holds(actor, edition.id, Role.PARTNER)


def can_enter(actor: Person | None, edition: Edition) -> bool:
    """Whoever holds any role in the edition."""
    return actor is not None and bool(roles(actor).get(edition.id))


def can_found(actor: Person | None) -> bool:
    """Whoever runs the installation makes programmes and editions."""
    return is_site_admin(actor)


def can_see_account_events(actor: Person | None) -> bool:
    """Whoever runs the installation looks after its accounts."""
    return is_site_admin(actor)


def can_found_edition(actor: Person | None, programme: Programme) -> bool:
    """Whoever runs the installation makes programmes and editions."""
    return is_site_admin(actor)


def can_give(actor: Person | None, edition: Edition, role: Role) -> bool:
    """The team gives roles; only an admin makes another admin."""
    return can_administer(actor, edition) if role is Role.ADMIN else can_run(actor, edition)
