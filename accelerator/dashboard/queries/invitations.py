"""Invitations that wait for an answer: to roles in editions, and to startups as a founder."""

from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, exists, select

from accelerator.accounts.models import Link, Person
from accelerator.accounts.queries import invitations_to, invites
from accelerator.core import clock
from accelerator.core.db import UtcDateTime
from accelerator.core.prepared import Prepared, Selected
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
    if person.confirmed_at is None:
        return Invitations([], [])
    asked: Any = _ASKED.row(person=person.id, now=clock.system_now())
    to_role, to_startup = asked
    return Invitations(
        invitations_to(person) if to_role else [],
        startups.invitations(person) if to_startup else [],
    )


def _asked() -> Selected:
    person = bindparam("person", type_=Integer)
    to_role = exists(select(Link.id).where(invites(person, bindparam("now", type_=UtcDateTime()))))
    return select(to_role, exists(select(Founder.id).where(startups.names(person))))


_ASKED = Prepared(_asked)
