"""The founder's role follows the access to a startup, in every edition in which the startup takes part."""

from datetime import datetime

from sqlalchemy import select

from accelerator.accounts.models import Membership, Person, Role
from accelerator.accounts.operations.roles import end_role, give_role
from accelerator.accounts.queries import membership_of
from accelerator.core import scope
from accelerator.core.audit import Actor
from accelerator.core.db import session
from accelerator.startups import queries
from accelerator.startups.editions import editions_of
from accelerator.startups.models import Founder


def give_access(person: Person, startup_id: int, *, actor: Actor | None, after: datetime | None = None) -> None:
    """Give a founder their role wherever the startup takes part.

    A role that the team ended comes back by the team alone; one that ended with the access, at ``after``, comes back.
    """
    for edition_id in sorted(editions_of(startup_id)):
        held = membership_of(person, edition_id, Role.FOUNDER)
        if held is not None and held.ended_at is not None and held.ended_at != after:
            continue
        with scope.choose(scope.of(edition_id)):  # the trail of that edition says it
            give_role(person, edition_id, Role.FOUNDER, actor=actor)


def take_access(person: Person, startup_id: int, *, at: datetime, actor: Person) -> None:
    """End the founder's role wherever the person has it for this startup alone; ``at`` is when they left."""
    session().flush()
    others = session().scalars(select(Founder.startup_id).where(Founder.person_id == person.id, queries.has_access()))
    kept = {edition_id for other in others for edition_id in editions_of(other)}
    held = select(Membership).where(
        Membership.person_id == person.id,
        Membership.role == Role.FOUNDER,
        Membership.ended_at.is_(None),
        Membership.edition_id.in_(editions_of(startup_id) - kept),
    )
    for row in session().scalars(held).all():
        with scope.choose(scope.of(row.edition_id)):
            end_role(row, actor=actor)
            row.ended_at = at


def give_everybody_access(startup_id: int, *, actor: Actor | None) -> None:
    """Give all founders of a startup their role wherever it takes part: after it has applied, or two records were joined."""
    for person in queries.people(startup_id):
        give_access(person, startup_id, actor=actor)
