"""Founders and their access: named, invited, confirmed, handed over to, removed, gone.

Everything here locks the startup first: people answer, and are removed, at the same time.
"""

from collections.abc import Iterator
from typing import Any

from accelerator.accounts import letters
from accelerator.accounts import queries as people
from accelerator.accounts.models import LinkPurpose, Person
from accelerator.accounts.operations import links
from accelerator.core import clock, i18n
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import clean_line, mail_address
from accelerator.startups import queries
from accelerator.startups.models import Founder, Startup
from accelerator.startups.operations.access import give_access, take_access

MOST = 12  # founders that may be named by hand


def invite_named(startup: Startup, *, actor: Person) -> int:
    """Invite everybody whom a sent application named with an address and who was never asked; returns how many.

    Nobody is asked twice, however often the application is sent again: whoever declined, left or was removed stays out
    until the lead invites them by hand.
    """
    named = [row for row in queries.founders(startup) if row.email and row.invited_at is None and _is_open(row)]
    for founder in named:
        _ask(founder, startup, actor)
    return len(named)


def _is_open(founder: Founder) -> bool:
    return founder.confirmed_at is None and founder.declined_at is None and founder.left_at is None


def founder_problems(startup: Startup, *, name: str | None, email: str) -> Iterator[Refused]:
    """Why somebody can't be named as a founder: too many are, no name, or an address that is there or said no."""
    if sum(row.left_at is None for row in queries.founders(startup)) >= MOST:
        yield Refused(_("There are already twelve founders. Remove somebody first."))
    if not clean_line(name or ""):
        yield Refused(_("Enter their name."), field="name")
    row = _row_of(mail_address(email), startup)
    if row is not None and row.declined_at is not None:
        yield Refused(
            _("The person at this address said that they aren't a founder of %(startup)s.", startup=startup.name),
            field="email",
        )
    elif row is not None and row.left_at is None:
        yield Refused(_("This address is already on the list."), field="email")


def _row_of(address: str, startup: Startup) -> Founder | None:
    """The founder with this address, which may be a further one of theirs."""
    known = people.person_by_email(address)
    row = queries.founder_of(known, startup) if known else None
    return row or next((founder for founder in queries.founders(startup) if address and founder.email == address), None)


def invite_founder(startup: Startup, *, name: str, email: str, actor: Person) -> Founder:
    """Name somebody by hand and ask them to confirm; somebody who left or was removed is asked anew."""
    lock(startup)
    address, name = mail_address(email), clean_line(name)[:120]
    refuse(founder_problems(startup, name=name, email=address))
    row, rows = _row_of(address, startup), queries.founders(startup)
    if row is None:
        row = add(Founder(startup_id=startup.id, name=name, email=address, position=len(rows) + 1, added_by_hand=True))
    row.name, row.email, row.left_at, row.confirmed_at, row.added_by_hand = name, address, None, None, True
    _ask(row, startup, actor)
    return row


def invite_again(founder: Founder, *, actor: Person) -> None:
    """Mail an unanswered invitation once more; the link of the earlier mail ends."""
    startup = lock(founder.startup)
    session().refresh(founder)
    if not _is_open(founder) or not founder.email:
        raise Refused(_("This invitation has been answered or withdrawn."))
    if founder.invited_at is not None and clock.system_now() - founder.invited_at < links.PATIENCE:
        raise Refused(_("This was sent less than a minute ago. Give it a moment to arrive."))
    _ask(founder, startup, actor)


def _ask(founder: Founder, startup: Startup, actor: Person) -> None:
    address = founder.email or ""
    token, link = links.new_link(
        address,
        LinkPurpose.JOIN,
        next_path=f"/startups/{startup.slug}/invitation",
        about={language: _about(startup, actor, language) for language in i18n.LANGUAGES},
    )
    founder.invited_at, founder.invited_by, founder.link_id = clock.system_now(), actor.id, link.id
    _write(
        founder,
        "founder_invited",
        key=f"link:{link.id}",
        language=actor.language,
        about=startup,
        path=f"/links/{token}",
        decline=f"/links/{token}/not-me",
        expires_at=link.expires_at,
    )
    audit(actor, "startup.founder_invited", founder)


def _about(startup: Startup, actor: Person, language: str) -> str:
    with i18n.speaking(language, i18n.zone()):
        return _(
            "%(inviter)s named you as a founder of %(startup)s.", inviter=actor.name_in(language), startup=startup.name
        )


def _write(founder: Founder, kind: str, *, key: str, language: str, **values: Any) -> None:
    """To the address that was named, in the language of its account; where there is none, in the inviter's.

    Whoever reads it has confirmed nothing yet: the mail and its head hold no word that somebody else typed.
    """
    address = founder.email or ""
    known = people.person_by_email(address)
    if known is not None and known.email == address:
        letters.write(known, kind, key=key, **values)
        return
    spoken, zone = (known.language, known.zone) if known else (language, i18n.zone())
    letters.write_to(address, address, kind, key=key, language=spoken, zone=zone, **values)


def withdraw_invitation(founder: Founder, *, actor: Person) -> None:
    """Take an unanswered invitation back; its link ends and its reader hears of it."""
    startup = lock(founder.startup)
    session().refresh(founder)
    if not _is_open(founder):
        raise Refused(_("This invitation has been answered or withdrawn."))
    was_invited, founder.left_at = founder.invited_at is not None, clock.system_now()
    _end_link(founder)
    if was_invited:
        _write(
            founder,
            "founder_uninvited",
            key=f"founder_uninvited:{founder.link_id}",
            language=actor.language,
            about=startup,
        )
    audit(actor, "startup.founder_uninvited", founder)


def confirm(founder: Founder, *, actor: Person) -> Founder:
    """Say "yes, I'm a founder": from now on the person has access, and the other founders hear of it.

    Where they were named twice, by two of their addresses, or had left before, one row of theirs stays.
    """
    startup = lock(founder.startup)
    session().refresh(founder)
    if not founder.is_invited:
        raise Refused(_("This invitation has been answered or withdrawn."))
    own = _only_row(founder, startup, actor)
    own.person_id, own.confirmed_at, own.left_at, own.declined_at = actor.id, clock.system_now(), None, None
    _end_link(own)
    if queries.lead(startup.id) is None:
        own.is_lead = True
    give_access(actor, startup.id, actor=actor, after=own.access_ended_at)
    stamp = own.confirmed_at.isoformat()
    letters.write(actor, "founder_welcome", key=f"founder_welcome:{own.id}:{stamp}", about=startup, startup=startup)
    for person in queries.people(startup.id):
        if person.id != actor.id:
            letters.write(
                person,
                "founder_confirmed",
                key=f"founder_confirmed:{own.id}:{person.id}:{stamp}",
                about=startup,
                startup=startup,
                founder=actor,
            )
    audit(actor, "startup.founder_confirmed", own)
    return own


def _only_row(founder: Founder, startup: Startup, actor: Person) -> Founder:
    """The row that stays for the person: one that carries their account already, else the one that they answered."""
    addresses = people.addresses(actor)
    mine = [row for row in queries.founders(startup) if row.person_id == actor.id or row.email in addresses]
    own = next((row for row in mine if row.person_id == actor.id), founder)
    own.link_id = founder.link_id
    for row in mine:
        if row is not own:
            session().delete(row)
    session().flush()
    return own


def decline(founder: Founder, *, actor: Person | None) -> None:
    """Say "that's not me": nobody can ask this address again for this startup. Whoever invited hears of it.

    ``actor`` is empty where somebody without an account opened the mailed link.
    """
    startup = lock(founder.startup)
    session().refresh(founder)
    if not founder.is_invited:
        raise Refused(_("This invitation has been answered or withdrawn."))
    founder.declined_at = clock.system_now()
    _end_link(founder)
    lead = queries.lead(startup.id)
    if lead is not None and lead.person is not None:
        letters.write(
            lead.person,
            "founder_declined",
            key=f"founder_declined:{founder.id}:{founder.link_id}",
            about=startup,
            startup=startup,
            founder=founder,
        )
    audit(actor, "startup.founder_declined", founder)


def _end_link(founder: Founder) -> None:
    link = queries.link_of(founder)
    if link is not None:
        links.end_link(link)


def hand_over(founder: Founder, *, actor: Person) -> None:
    """Let another founder lead; both hear of it. Refused unless the other has confirmed."""
    startup = lock(founder.startup)
    session().refresh(founder)
    before = queries.lead(startup.id)
    if before is None or before.person_id != actor.id:
        raise Refused(_("You don't lead %(startup)s any more.", startup=startup.name))
    if not founder.has_access or founder.person is None or founder is before:
        raise Refused(_("You can only hand over to somebody who has confirmed that they are a founder."))
    before.is_lead = False
    session().flush()  # there is one lead at any time
    founder.is_lead = True
    for person in (actor, founder.person):
        letters.write(
            person,
            "founder_lead",
            about=startup,
            startup=startup,
            lead=founder.person,
            key=f"founder_lead:{founder.id}:{person.id}:{clock.system_now().isoformat()}",
        )
    audit(actor, "startup.lead_handed_over", startup, person=[actor.id, founder.person_id])


def remove(founder: Founder, *, actor: Person) -> None:
    """End a founder's access: the lead removes others, anybody may leave, the lead only after handing over.

    Their name stays in what was sent. They lose the role in every edition that they held it for this startup alone.
    """
    startup = lock(founder.startup)
    session().refresh(founder)
    if founder.is_lead:
        raise Refused(_("Hand over the lead first, then you can leave."))
    if not founder.has_access or founder.person is None:
        raise Refused(_("This person no longer has access."))
    now, person = clock.system_now(), founder.person
    founder.left_at = founder.access_ended_at = now
    take_access(person, startup.id, at=now, actor=actor)
    left = person.id == actor.id
    lead = queries.lead(startup.id)
    for reader in dict.fromkeys([person, *([lead.person] if lead and lead.person else [])]):
        letters.write(
            reader,
            "founder_left" if left else "founder_removed",
            about=startup,
            startup=startup,
            founder=person,
            key=f"founder_left:{founder.id}:{reader.id}:{now.isoformat()}",
        )
    audit(actor, "startup.founder_left" if left else "startup.founder_removed", founder)
