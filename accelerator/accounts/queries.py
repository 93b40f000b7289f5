"""Reads about people, roles, sign-ins and links."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Link, Membership, Person, Role, SignIn
from accelerator.accounts.tokens import digest
from accelerator.core import clock
from accelerator.core.db import session


def person(person_id: int) -> Person | None:
    """The person with this id."""
    return session().get(Person, person_id)


def person_by_email(email: str) -> Person | None:
    """The person with this address, however it is capitalised."""
    return session().scalar(select(Person).where(Person.email == email.strip().lower()))


def live_sign_in(token: str) -> SignIn | None:
    """The sign-in behind a browser's token, unless it has ended or expired."""
    now = clock.system_now()
    return session().scalar(
        select(SignIn)
        .options(joinedload(SignIn.person))
        .where(SignIn.token_hash == digest(token), SignIn.ended_at.is_(None), SignIn.expires_at > now)
    )


def sign_ins(of: Person) -> list[SignIn]:
    """The live sign-ins of a person, newest first."""
    now = clock.system_now()
    live = select(SignIn).where(SignIn.person_id == of.id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
    return list(session().scalars(live.order_by(SignIn.seen_at.desc())))


def link(token: str) -> Link | None:
    """The link behind a token, if it can still be used."""
    found = session().scalar(select(Link).where(Link.token_hash == digest(token)))
    return found if found and found.used_at is None and found.expires_at > clock.system_now() else None


def roles(actor: Person | None) -> dict[int, frozenset[Role]]:
    """The live roles of a person by edition id: one statement per request, however often it is asked."""
    if actor is None:
        return {}
    known: dict[int, dict[int, frozenset[Role]]] = session().info.setdefault("roles", {})
    if actor.id not in known:
        found: dict[int, set[Role]] = {}
        live = select(Membership.edition_id, Membership.role).where(
            Membership.person_id == actor.id, Membership.ended_at.is_(None)
        )
        for edition_id, role in session().execute(live):
            found.setdefault(edition_id, set()).add(role)
        known[actor.id] = {edition_id: frozenset(held) for edition_id, held in found.items()}
    return known[actor.id]


def people_with(edition_id: int, *wanted: Role) -> list[Person]:
    """Everybody who holds one of the roles in an edition, by name."""
    live = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.edition_id == edition_id, Membership.role.in_(wanted), Membership.ended_at.is_(None))
        .distinct()
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return list(session().scalars(live))
