"""People and roles."""

from itertools import count
from typing import Any

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock
from accelerator.core.db import add
from accelerator.programmes.models import Edition

_numbers = count(1)


def make_person(**values: Any) -> Person:
    """A confirmed person in UTC who reads English."""
    number = next(_numbers)
    defaults = {
        "email": f"person{number}@example.org",
        "given_name": "Kim",
        "family_name": f"Number{number}",
        "language": "en",
        "zone": "UTC",
        "confirmed_at": clock.system_now(),
        "created_at": clock.system_now(),
    }
    return add(Person(**{**defaults, **values}))


def make_member(edition: Edition, *roles: Role, **values: Any) -> Person:
    """A person with these roles in the edition."""
    person = make_person(**values)
    for role in roles:
        add(Membership(person_id=person.id, edition_id=edition.id, role=role, created_at=clock.system_now()))
    return person


def unconcerned() -> Person:
    """Somebody with no role, no startup and no conflict, for reads that name their viewer. Not stored."""
    return Person(id=0)
