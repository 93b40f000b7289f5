"""Roles of people in editions. An ended role stays as a row."""

from accelerator.accounts import queries
from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock
from accelerator.core.audit import Actor, audit
from accelerator.core.db import add, session


def give_role(person: Person, edition_id: int, role: Role, *, actor: Actor | None) -> Membership:
    """Let a person hold a role in an edition; a role that ended is taken up again, one that is held stays.

    Every role is given here, or taken up again below. Where nobody who may give roles stands behind it, the caller
    looks first whether it had ended: a role that the team ended comes back by the team alone.
    """
    row = queries.membership_of(person, edition_id, role)
    if row is None:
        row = add(Membership(person_id=person.id, edition_id=edition_id, role=role, created_at=clock.system_now()))
    elif row.ended_at is None:
        return row
    row.ended_at = None
    _forget(person.id)
    audit(actor, "accounts.role_given", row, person=[None, person.id], role=[None, role.value])
    return row


def end_role(row: Membership, *, actor: Actor) -> None:
    """End a role: its holder loses its rights at once, and no invitation that is still about brings it back."""
    if row.ended_at is None:
        row.ended_at = clock.system_now()
        _forget(row.person_id)
        for link in queries.open_invitations(row.person, row.edition_id, row.role):
            link.used_at = link.withdrawn_at = row.ended_at
            audit(actor, "accounts.invitation_withdrawn", link, email=[link.email, None], role=[row.role.value, None])
        audit(actor, "accounts.role_ended", row, person=[row.person_id, None], role=[row.role.value, None])


def take_up_role(row: Membership, *, actor: Actor) -> None:
    """Undo the end of a role."""
    if row.ended_at is not None:
        row.ended_at = None
        _forget(row.person_id)
        audit(actor, "accounts.role_given", row, person=[None, row.person_id], role=[None, row.role.value])


def _forget(person_id: int) -> None:
    # The rules ask a table that is read once per transaction.
    session().info.get("roles", {}).pop(person_id, None)
