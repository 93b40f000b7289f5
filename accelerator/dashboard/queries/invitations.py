"""Invitations that wait for an answer: to roles in editions, and to startups as a founder."""

from typing import NamedTuple

from sqlalchemy import exists, select

from accelerator.accounts.models import Link, Person
from accelerator.accounts.queries import invitations_to, is_invitation_to
from accelerator.core.db import session
from accelerator.startups import queries as startups
from accelerator.startups.models import Founder


class Invitations(NamedTuple):
    """What the person is asked, by any confirmed address; whatever else they do here."""

    roles: list[Link]
    startups: list[Founder]

    @property
    def any(self) -> bool:
        """Whether there is anything to answer."""
        return bool(self.roles or self.startups)


def open_invitations(person: Person) -> Invitations:
    """One statement for those whom nobody asks; one more for each kind that there is."""
    to_role = exists(select(Link.id).where(is_invitation_to(person)))
    to_startup = exists(select(Founder.id).where(startups.asks(person)))
    is_asked, is_founder = session().execute(select(to_role, to_startup)).one()
    return Invitations(
        invitations_to(person) if is_asked else [],
        startups.invitations(person) if is_founder else [],
    )
