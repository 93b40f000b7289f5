"""Reads about people, roles, sign-ins and links."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, false, func, or_, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import (
    FormerAddress,
    Link,
    LinkPurpose,
    Membership,
    Person,
    PersonAddress,
    Role,
    SignIn,
)
from accelerator.accounts.tokens import digest
from accelerator.core import clock, db
from accelerator.core.db import session
from accelerator.core.pagination import Key, Page, page
from accelerator.core.prepared import Prepared
from accelerator.core.text import mail_address


class End(StrEnum):
    """Why a link can't be used (any more)."""

    UNKNOWN = "unknown"
    USED = "used"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def person(person_id: int) -> Person | None:
    """The person with this id."""
    return session().get(Person, person_id)


def person_by_email(email: str) -> Person | None:
    """The person with this address, their first or a further confirmed one, however it is capitalised."""
    address = mail_address(email)
    further = select(PersonAddress.person_id).where(
        PersonAddress.email == address, PersonAddress.confirmed_at.is_not(None)
    )
    known = select(Person).where(or_(Person.email == address, Person.id.in_(further)))
    return session().scalar(known.order_by((Person.email == address).desc()).limit(1))


def addresses(person: Person) -> list[str]:
    """The addresses that the person has confirmed, the one that mails go to first."""
    return [person.email, *(row.email for row in further_addresses(person) if row.confirmed_at is not None)]


def words_about(person: Person) -> list[str]:
    """Addresses and names: what a stranger would try first as the person's password."""
    names = (person.given_name, person.family_name, person.native_name or "")
    return [*addresses(person), *names]


def addresses_of(person_id: Any) -> tuple[Select[str], Select[str]]:
    """The same in SQL, as two subqueries; ``person_id`` may be a column of the enclosing statement."""
    first = select(Person.email).where(Person.id == person_id)
    further = select(PersonAddress.email).where(
        PersonAddress.person_id == person_id, PersonAddress.confirmed_at.is_not(None)
    )
    return first, further


def addresses_ever_of(person_id: Any) -> tuple[Select[str], ...]:
    """Those and the ones that the person removed, for what must not end by removing an address."""
    former = select(FormerAddress.email).where(FormerAddress.person_id == person_id)
    return *addresses_of(person_id), former


def was_address_of(person: Person, email: str) -> bool:
    """Whether the person removed this address before."""
    known = select(FormerAddress.id).where(FormerAddress.person_id == person.id, FormerAddress.email == email)
    return session().scalar(known) is not None


def further_addresses(person: Person) -> list[PersonAddress]:
    """The further addresses of a person, confirmed or not, in the order in which they were added."""
    known = select(PersonAddress).where(PersonAddress.person_id == person.id).order_by(PersonAddress.id)
    return list(session().scalars(known))


def further_address(person: Person, address_id: int) -> PersonAddress | None:
    """One further address of this person, None if it is somebody else's."""
    return session().scalar(
        select(PersonAddress).where(PersonAddress.id == address_id, PersonAddress.person_id == person.id)
    )


def address_to_confirm(person: Person | None, token: str) -> Link | None:
    """The live link with which this person may add an address to their account.

    That is a link that they asked for themselves, or one that was mailed to an address without an account.
    """
    known = link(token)
    if person is None or known is None:
        return None
    if known.purpose is LinkPurpose.JOIN:
        return known if person_by_email(known.email) is None else None
    asked = select(PersonAddress.id).where(PersonAddress.person_id == person.id, PersonAddress.email == known.email)
    is_theirs = known.purpose is LinkPurpose.ADDRESS and session().scalar(asked) is not None
    return known if is_theirs else None


def live_sign_in(token: str) -> SignIn | None:
    """The sign-in behind a browser's token, unless it has ended or expired; the person's roles come with it."""
    rows = _LIVE.entities(digest=digest(token), now=clock.system_now()).all()
    if not rows:
        return None
    sign_in: SignIn = rows[0][0]
    _known_roles()[sign_in.person_id] = _by_edition((row[1], row[2]) for row in rows if row[1] is not None)
    return sign_in


# Every page of whoever has signed in begins with it.
_LIVE = Prepared(
    lambda: (
        select(SignIn, Membership.edition_id, Membership.role)
        .outerjoin(Membership, and_(Membership.person_id == SignIn.person_id, Membership.ended_at.is_(None)))
        .options(joinedload(SignIn.person))
        .where(
            SignIn.token_hash == bindparam("digest"), SignIn.ended_at.is_(None), SignIn.expires_at > bindparam("now")
        )
    )
)


def sign_ins(of: Person) -> list[SignIn]:
    """The live sign-ins of a person, newest first."""
    now = clock.system_now()
    live = select(SignIn).where(SignIn.person_id == of.id, SignIn.ended_at.is_(None), SignIn.expires_at > now)
    return list(session().scalars(live.order_by(SignIn.seen_at.desc())))


def link(token: str) -> Link | None:
    """The link behind a token, if it can still be used."""
    row = session().scalar(select(Link).where(Link.token_hash == digest(token)))
    return row if row and row.used_at is None and row.expires_at > clock.system_now() else None


def end_of_link(token: str) -> tuple[Link | None, End]:
    """The link behind a token that can't be used, and why not."""
    row = session().scalar(select(Link).where(Link.token_hash == digest(token)))
    if row is None:
        return None, End.UNKNOWN
    if row.used_at is None:
        return row, End.EXPIRED
    if row.withdrawn_at is not None:
        return row, End.WITHDRAWN
    # A new link and the end of the one that it replaces carry the same instant.
    newer = select(Link.id).where(
        Link.email == row.email, Link.purpose == row.purpose, Link.created_at == row.used_at, Link.id > row.id
    )
    return row, End.REPLACED if session().scalar(newer.limit(1)) is not None else End.USED


def roles(actor: Person | None) -> dict[int, frozenset[Role]]:
    """The live roles of a person by edition id: at most one statement per request, however often it is asked."""
    if actor is None:
        return {}
    if not db.is_open():
        # Error pages are drawn when the request's own session has closed already.
        with db.reading():
            return roles(actor)
    known = _known_roles()
    if actor.id not in known:
        live = select(Membership.edition_id, Membership.role).where(
            Membership.person_id == actor.id, Membership.ended_at.is_(None)
        )
        known[actor.id] = _by_edition((row[0], row[1]) for row in session().execute(live))
    return known[actor.id]


def _known_roles() -> dict[int, dict[int, frozenset[Role]]]:
    known: dict[int, dict[int, frozenset[Role]]] = session().info.setdefault("roles", {})
    return known


def _by_edition(held: Iterable[tuple[int, Role]]) -> dict[int, frozenset[Role]]:
    roles_of: dict[int, set[Role]] = defaultdict(set)
    for edition_id, role in held:
        roles_of[edition_id].add(role)
    return {edition_id: frozenset(roles) for edition_id, roles in roles_of.items()}


def people_with(edition_id: int, *any_of: Role) -> list[Person]:
    """Everybody who holds one of the roles in an edition, by name."""
    live = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.edition_id == edition_id, Membership.role.in_(any_of), Membership.ended_at.is_(None))
        .distinct()
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return list(session().scalars(live))


def own_sign_in(of: Person, sign_in_id: int) -> SignIn | None:
    """One sign-in of this person, None if it is somebody else's."""
    return session().scalar(select(SignIn).where(SignIn.id == sign_in_id, SignIn.person_id == of.id))


def role_counts(edition_id: int) -> dict[Role, int]:
    """How many people hold each role in an edition."""
    statement = (
        select(Membership.role, func.count(Membership.id))
        .where(Membership.edition_id == edition_id, Membership.ended_at.is_(None))
        .group_by(Membership.role)
    )
    return dict(session().execute(statement).all())


def members(edition_id: int, any_of: Collection[Role], *, search: str = "", mark: str | None = None) -> Page[Any]:
    """Who holds the roles, by name, 50 at a time: membership's id, role, person. ``search`` is part of a name or address."""
    statement: Any = (
        select(Membership.id, Membership.role, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.edition_id == edition_id, Membership.role.in_(any_of), Membership.ended_at.is_(None))
    )
    if search:
        names = (Person.given_name + " " + Person.family_name, Person.family_name + " " + Person.given_name)
        columns = (*names, func.coalesce(Person.native_name, ""), Person.email)
        statement = statement.where(or_(*(column.icontains(search, autoescape=True) for column in columns)))
    return page(statement, [Key(Person.family_name), Key(Person.given_name), Key(Membership.id)], mark=mark)


def ended_memberships(edition_id: int, most: int = 50) -> list[Membership]:
    """The roles that ended last, the newest first."""
    ended = (
        select(Membership)
        .options(joinedload(Membership.person))
        .where(Membership.edition_id == edition_id, Membership.ended_at.is_not(None))
        .order_by(Membership.ended_at.desc(), Membership.id)
    )
    return list(session().scalars(ended.limit(most)))


def membership(edition_id: int, membership_id: int) -> Membership | None:
    """One role in this edition, live or ended."""
    return session().scalar(
        select(Membership)
        .options(joinedload(Membership.person))
        .where(Membership.id == membership_id, Membership.edition_id == edition_id)
    )


def membership_of(person: Person, edition_id: int, role: Role) -> Membership | None:
    """A person's role in an edition, live or ended."""
    return session().scalar(
        select(Membership).where(
            Membership.person_id == person.id, Membership.edition_id == edition_id, Membership.role == role
        )
    )


def open_invitations(person: Person, edition_id: int, role: Role) -> list[Link]:
    """Invitations of a person to a role that nobody has accepted, replaced or withdrawn."""
    statement = select(Link).where(
        Link.email.in_(addresses(person)),
        Link.edition_id == edition_id,
        Link.role == role,
        Link.purpose == LinkPurpose.INVITATION,
        Link.used_at.is_(None),
    )
    return list(session().scalars(statement))


def is_invitation_to(person: Person) -> ColumnElement[bool]:
    """Whether a link invites the person, by any confirmed address, to a role that can still be accepted."""
    return invites(person.id, clock.system_now()) if person.confirmed_at is not None else false()


def invites(person_id: Any, now: Any) -> ColumnElement[bool]:
    """The same of somebody who has confirmed their address; both may be parameters of a statement that is kept."""
    first, further = addresses_of(person_id)
    return and_(
        or_(Link.email.in_(first), Link.email.in_(further)),
        Link.purpose == LinkPurpose.INVITATION,
        Link.used_at.is_(None),
        Link.expires_at > now,
    )


def invitations_to(person: Person) -> list[Link]:
    """The roles that wait for the person's yes, the oldest first."""
    return list(session().scalars(select(Link).where(is_invitation_to(person)).order_by(Link.id)))


def own_invitation(person: Person, link_id: int) -> Link | None:
    """One of them."""
    return session().scalar(select(Link).where(Link.id == link_id, is_invitation_to(person)))


def invitation(edition_id: int, link_id: int) -> Link | None:
    """One invitation to this edition, whatever has become of it."""
    return session().scalar(
        select(Link).where(Link.id == link_id, Link.edition_id == edition_id, Link.purpose == LinkPurpose.INVITATION)
    )


def demonstration_people(edition_ids: Collection[int] | None = None) -> list[tuple[int, Role, Person]]:
    """One demonstration person per role and edition, as ``(edition id, role, person)``: whoever was made first."""
    first = (
        select(Membership.edition_id, Membership.role, func.min(Person.id).label("person_id"))
        .join(Person, Person.id == Membership.person_id)
        .where(Person.synthetic, Membership.ended_at.is_(None))
        .group_by(Membership.edition_id, Membership.role)
    )
    if edition_ids is not None:
        first = first.where(Membership.edition_id.in_(edition_ids))
    chosen = first.subquery()
    rows = session().execute(
        select(chosen.c.edition_id, chosen.c.role, Person)
        .join(Person, Person.id == chosen.c.person_id)
        .order_by(chosen.c.edition_id)
    )
    order = list(Role)
    holders = [(edition_id, Role(role), who) for edition_id, role, who in rows]
    return sorted(holders, key=lambda row: (row[0], order.index(row[1])))


def newest_edition_of(of: Person) -> int | None:
    """The edition in which the person took up a role last."""
    return session().scalar(
        select(Membership.edition_id)
        .where(Membership.person_id == of.id, Membership.ended_at.is_(None))
        .order_by(Membership.created_at.desc(), Membership.id.desc())
        .limit(1)
    )
