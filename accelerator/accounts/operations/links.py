"""Single-use links: sent by mail, claimed once, replaced by the next of their purpose."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import true, update

from accelerator.accounts import letters, limits, queries
from accelerator.accounts.models import Link, LinkPurpose, Membership, Person, Role
from accelerator.accounts.operations.roles import give_role
from accelerator.accounts.operations.sign_ins import count_mail
from accelerator.accounts.tokens import digest, new_token
from accelerator.core import clock, i18n, scope
from accelerator.core.audit import audit
from accelerator.core.db import add, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.text import mail_address

P = LinkPurpose
LIVES = {
    P.CONFIRM: timedelta(hours=24),
    P.SIGN_IN: timedelta(minutes=10),
    P.PASSWORD: timedelta(minutes=60),
    P.INVITATION: timedelta(days=14),
    P.JOIN: timedelta(days=14),
    P.ADDRESS: timedelta(hours=24),
}
PATIENCE = timedelta(minutes=1)  # an invitation is not sent again sooner, since a second press would end the first link
KINDS = {P.CONFIRM: "confirm_address", P.SIGN_IN: "sign_in_link", P.PASSWORD: "password_link"}


def send_link(email: str, purpose: LinkPurpose, *, place: str, next_path: str | None = None) -> None:
    """Mail a link to an address.

    The mail's owner alone learns whether there is an account: whoever has one gets a link that signs in (or lets choose
    a password), whoever has none gets one that makes an account. The page says the same and the work is the same.
    """
    address = mail_address(email)
    count_mail(limits.LINK, address, place)
    person = queries.person_by_email(address)
    if person is None:
        purpose = P.CONFIRM
    elif purpose is P.CONFIRM:
        purpose = P.SIGN_IN
    # Where many ask for one address the next mail has to wait, so the link of this one lasts as long.
    lives = max(LIVES[purpose], limits.mail_pause_elsewhere(limits.LINK, address))
    token, link = _make(address, purpose, next_path=next_path, lives=lives)
    audit(person, "accounts.link_sent", link, purpose=purpose.value)
    key, path = f"link:{link.id}", f"/links/{token}"
    if person is not None and person.email == address:
        letters.write(person, KINDS[purpose], key=key, path=path, lives=lives)
    elif person is not None:
        # The mail proves this address, so it must not go to their first one.
        letters.write_to(
            address,
            person.name_in(person.language),
            KINDS[purpose],
            key=key,
            language=person.language,
            zone=person.zone,
            path=path,
            lives=lives,
        )
    else:
        letters.write_to(
            address,
            address,
            KINDS[purpose],
            key=key,
            language=i18n.language(),
            zone=i18n.zone(),
            path=path,
            lives=lives,
        )


def invite(
    email: str,
    edition_id: int,
    role: Role,
    *,
    title: Mapping[str, str],
    actor: Person,
    next_path: str | None = None,
    language: str | None = None,
) -> Link:
    """Mail an invitation to hold ``role`` in an edition called ``title``; refused where the role is held already."""
    address = mail_address(email)
    person = queries.person_by_email(address)
    if person is not None and role in queries.roles(person).get(edition_id, frozenset()):
        raise Refused(_("%(email)s already has this role.", email=address))
    token, link = _make(
        address, P.INVITATION, next_path=next_path, edition_id=edition_id, role=role, about=title, sent_by=actor.id
    )
    audit(actor, "accounts.invited", link, email=[None, address], role=[None, role.value])
    key = f"link:{link.id}"
    values: dict[str, Any] = {
        "path": f"/links/{token}",
        "title": dict(title),
        "role": role,
        "inviter": actor,
        "expires_at": link.expires_at,
    }
    _write(address, "invitation", key=key, language=language or i18n.language(), **values)
    return link


def invite_again(link: Link, *, language: str, actor: Person) -> Link:
    """Mail an unanswered invitation once more, with a new link and a new term; the old link ends."""
    if link.used_at is not None or link.edition_id is None or link.role is None:
        raise Refused(_("This invitation has been answered, replaced or withdrawn."))
    if clock.system_now() - link.created_at < PATIENCE:
        raise Refused(_("This was sent less than a minute ago. Give it a moment to arrive."))
    return invite(
        link.email,
        link.edition_id,
        link.role,
        title=link.about or {},
        actor=actor,
        next_path=link.next_path,
        language=language,
    )


def withdraw_invitation(link: Link, *, language: str, actor: Person) -> None:
    """End an unanswered invitation and tell its reader; of an acceptance and a withdrawal at once one happens."""
    now = clock.system_now()
    taken = session().scalar(
        update(Link)
        .where(Link.id == link.id, Link.purpose == P.INVITATION, Link.used_at.is_(None))
        .values(used_at=now, withdrawn_at=now)
        .returning(Link.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise Refused(_("This invitation has been answered, replaced or withdrawn."))
    session().refresh(link)
    role = link.role.value if link.role else None
    audit(actor, "accounts.invitation_withdrawn", link, email=[link.email, None], role=[role, None])
    if link.expires_at > now:
        _write(
            link.email,
            "invitation_withdrawn",
            key=f"invitation_withdrawn:{link.id}",
            language=language,
            title=link.about,
            role=link.role,
        )


def _write(address: str, kind: str, *, key: str, language: str, **values: Any) -> None:
    """To whoever has an account in their own language, to others in ``language``."""
    person = queries.person_by_email(address)
    if person is not None:
        letters.write(person, kind, key=key, **values)
    else:
        letters.write_to(address, address, kind, key=key, language=language, zone=i18n.zone(), **values)


def print_link(person: Person) -> str:
    """The path of a link that lets ``person`` choose a password and signs in, for whoever reads it off the terminal."""
    token, link = _make(person.email, P.PASSWORD, next_path=None)
    audit(None, "accounts.link_printed", link, purpose=P.PASSWORD.value)
    return f"/links/{token}"


def new_link(
    email: str,
    purpose: LinkPurpose,
    *,
    next_path: str | None,
    about: Mapping[str, str] | None = None,
    sent_by: int | None = None,
) -> tuple[str, Link]:
    """A link for the caller's own mail: its token, which is kept nowhere, and its row.

    It replaces an earlier one of the same purpose to the same address, a ``JOIN`` only one that led to the same page,
    an ``ADDRESS`` only one that the same person asked for. ``about`` says in both languages what it is about.
    """
    return _make(mail_address(email), purpose, next_path=next_path, about=about, sent_by=sent_by)


def end_link(link: Link) -> bool:
    """Take a link back; False if it was used or replaced already."""
    ended = session().scalar(
        update(Link)
        .where(Link.id == link.id, Link.used_at.is_(None))
        .values(used_at=clock.system_now())
        .returning(Link.id)
        .execution_options(synchronize_session=False)
    )
    return ended is not None


def claim(token: str, *, place: str) -> Link | None:
    """Use up a link. None when it is used, replaced, out of date or unknown; of two at once one gets it."""
    now = clock.system_now()
    taken = session().scalar(
        update(Link)
        .where(Link.token_hash == digest(token), Link.used_at.is_(None), Link.expires_at > now)
        .values(used_at=now)
        .returning(Link.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        return None
    link = session().get(Link, taken, populate_existing=True)
    if link is not None:
        limits.note(limits.LINK, link.email, place, succeeded=True)
    return link


def accept_own_invitation(link: Link, person: Person) -> Membership:
    """Accept an invitation to one's own confirmed address from one's home, where it waits, instead of from the mail."""
    now = clock.system_now()
    taken = (
        update(Link)
        .where(Link.id == link.id, Link.used_at.is_(None), Link.expires_at > now)
        .values(used_at=now)
        .returning(Link.id)
        .execution_options(synchronize_session=False)
    )
    if session().scalar(taken) is None:
        raise Refused(_("This invitation has been accepted, replaced or withdrawn."))
    session().refresh(link)
    return accept_invitation(link, person)


def accept_invitation(link: Link, person: Person) -> Membership:
    """Give the person the role that their claimed invitation is for."""
    if link.purpose is not P.INVITATION or link.edition_id is None or link.role is None or link.used_at is None:
        raise Refused(_("This link isn't an invitation."))
    if link.email not in queries.addresses(person):
        raise Refused(_("This invitation was sent to another address."))
    with scope.choose(scope.of(link.edition_id)):
        row = give_role(person, link.edition_id, link.role, actor=person)
        letters.write(
            person,
            "role_given",
            key=f"role_given:link:{link.id}",
            title=link.about,
            role=link.role,
            path=link.next_path or "/home",
        )
        return row


def _make(
    address: str,
    purpose: LinkPurpose,
    *,
    next_path: str | None,
    edition_id: int | None = None,
    role: Role | None = None,
    about: Mapping[str, str] | None = None,
    sent_by: int | None = None,
    lives: timedelta | None = None,
) -> tuple[str, Link]:
    now, token = clock.system_now(), new_token()
    session().execute(
        update(Link)
        .where(
            Link.email == address,
            Link.purpose == purpose,
            Link.used_at.is_(None),
            Link.edition_id.is_(None) if edition_id is None else Link.edition_id == edition_id,
            Link.role.is_(None) if role is None else Link.role == role,
            # Two firms may ask the same address.
            Link.next_path == next_path if purpose is P.JOIN else true(),
            # Nobody ends a link that somebody else waits for.
            Link.sent_by == sent_by if purpose is P.ADDRESS else true(),
        )
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    return token, add(
        Link(
            token_hash=digest(token),
            purpose=purpose,
            email=address,
            edition_id=edition_id,
            role=role,
            next_path=next_path[:300] if next_path else None,
            about=dict(about) if about else None,
            created_at=now,
            sent_by=sent_by,
            expires_at=now + (lives or LIVES[purpose]),
        )
    )
