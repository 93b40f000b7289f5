"""Who may what, as far as it hangs on roles. A predicate takes the actor (None: nobody signed in) and never writes."""

from accelerator.accounts.models import Link, LinkPurpose, Person, Role
from accelerator.accounts.queries import roles

TEAM = (Role.ADMIN, Role.STAFF)
ASKED_FOR = frozenset({LinkPurpose.SIGN_IN, LinkPurpose.PASSWORD})
"""Purposes of links that live for minutes and that nobody but the owner asked for: they alone act for an account."""


def holds(actor: Person | None, edition_id: int, *any_of: Role) -> bool:
    """Whether the person holds one of the roles in the edition; ended roles count for nothing."""
    return bool(roles(actor).get(edition_id, frozenset()).intersection(any_of))


def on_team(actor: Person | None, edition_id: int) -> bool:
    """Programme staff and admins of the edition."""
    return holds(actor, edition_id, *TEAM)


def is_site_admin(actor: Person | None) -> bool:
    """Whoever runs the installation."""
    return actor is not None and actor.is_site_admin


def can_be_entered_as(person: Person | None, *, demo: bool) -> bool:
    """Whether a stranger may become this person by one click: demonstration people of a demonstration, nobody else."""
    return demo and person is not None and person.synthetic


def can_read_mail_here(known: Person | None, *, demo: bool, mail_stays: bool) -> bool:
    """Whether a browser may read the mails to an address that it has just typed; ``known`` is whose address it is.

    Only in a demonstration that sends nothing: there nobody could finish registering otherwise. Never the mails of a
    visitor who has registered before: their links sign in.
    """
    return demo and mail_stays and (known is None or known.synthetic)


def can_accept(actor: Person | None, link: Link) -> bool:
    """The loader finds one's own open invitations alone."""
    return actor is not None and link.purpose is LinkPurpose.INVITATION


def can_use_link(actor: Person | None, link: Link, known: Person | None) -> bool:
    """Whether a link does its work for whoever opened it; ``known`` is the account of the link's address, if any.

    An invitation to an account is accepted by its owner, signed in; one to an address without an account makes it, in a
    browser where nobody else is signed in.
    """
    if link.purpose in ASKED_FOR:
        return True
    if known is None:
        return actor is None
    return link.purpose is LinkPurpose.INVITATION and actor is not None and actor.id == known.id
