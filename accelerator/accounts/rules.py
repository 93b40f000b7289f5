"""Who may what, as far as it hangs on roles. A predicate takes the actor (None: nobody signed in) and never writes."""

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import roles

TEAM = (Role.ADMIN, Role.STAFF)


def holds(actor: Person | None, edition_id: int, *wanted: Role) -> bool:
    """Whether the person holds one of the roles in the edition; ended roles count for nothing."""
    return bool(roles(actor).get(edition_id, frozenset()).intersection(wanted))


def on_team(actor: Person | None, edition_id: int) -> bool:
    """Programme staff and admins of the edition."""
    return holds(actor, edition_id, *TEAM)


def is_site_admin(actor: Person | None) -> bool:
    """Whoever runs the installation."""
    return actor is not None and actor.is_site_admin


def can_be_entered_as(person: Person | None, *, demo: bool) -> bool:
    """Whether a stranger may become this person by one click: demonstration people of a demonstration, nobody else."""
    return demo and person is not None and person.synthetic
