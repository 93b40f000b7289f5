"""People of an edition: invited, given a role, relieved of it."""

from collections.abc import Iterator, Sequence

from accelerator.accounts.models import Link, Membership, Person, Role
from accelerator.accounts.operations import links, roles
from accelerator.accounts.queries import people_with
from accelerator.core import clock
from accelerator.core.db import lock
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import marks
from accelerator.notifications.operations import notify
from accelerator.programmes import queries, rules
from accelerator.programmes.models import Edition


def invitation_problems(
    edition: Edition, addresses: Sequence[str], role: Role | None, *, actor: Person
) -> Iterator[Refused]:
    """What keeps an invitation from going out: a role that is not the actor's to give, or that somebody has already."""
    if role is None:
        return
    if not rules.can_give(actor, edition, role):
        yield _strange("role")
    holders = {person.email for person in people_with(edition.id, role)}
    known = [address for address in addresses if address in holders]
    if known:
        yield Refused(_("Already in this role: %(names)s.", names=marks().comma.join(known)), field="addresses")


def invite(
    edition: Edition, addresses: Sequence[str], role: Role, *, language: str, next_path: str, actor: Person
) -> None:
    """Mail an invitation to each address; refused for all if one of them holds the role already."""
    refuse(invitation_problems(edition, addresses, role, actor=actor))
    for address in addresses:
        links.invite(address, edition.id, role, title=edition.name, actor=actor, next_path=next_path, language=language)


def invite_again(edition: Edition, link: Link, *, actor: Person) -> None:
    """Send an unanswered invitation once more, in the language of the first mail."""
    _refuse_stranger(edition, link.role, actor)
    links.invite_again(link, language=queries.language_of_invitation(link), actor=actor)


def withdraw_invitation(edition: Edition, link: Link, *, actor: Person) -> None:
    """Take an unanswered invitation back."""
    _refuse_stranger(edition, link.role, actor)
    links.withdraw_invitation(link, language=queries.language_of_invitation(link), actor=actor)


def _strange(field: str | None = None) -> Refused:
    return Refused(_("Only an admin of the edition can do that."), field=field)


def _refuse_stranger(edition: Edition, role: Role | None, actor: Person) -> None:
    if role is None or not rules.can_give(actor, edition, role):
        raise _strange()


def end_role(edition: Edition, row: Membership, *, actor: Person) -> None:
    """End somebody's role; an edition keeps at least one admin."""
    _refuse_stranger(edition, row.role, actor)
    lock(edition)
    if row.role is Role.ADMIN and len(people_with(edition.id, Role.ADMIN)) == 1 and row.ended_at is None:
        raise Refused(_("An edition needs an admin. Make somebody else an admin first."))
    if row.ended_at is None:
        roles.end_role(row, actor=actor)
        _tell(edition, row, "role_ended", actor)


def take_up_role(edition: Edition, row: Membership, *, actor: Person) -> None:
    """Undo the end of somebody's role."""
    _refuse_stranger(edition, row.role, actor)
    if row.ended_at is not None:
        roles.take_up_role(row, actor=actor)
        _tell(edition, row, "role_given", actor)


def _tell(edition: Edition, row: Membership, kind: str, actor: Person) -> None:
    if row.person_id != actor.id:
        notify(
            row.person,
            kind,
            key=f"{kind}:{row.id}:{clock.system_now().isoformat()}",
            title=edition.name,
            role=row.role,
            path=f"/editions/{edition.slug}/home",
        )
