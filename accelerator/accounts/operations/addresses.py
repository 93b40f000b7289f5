"""Further addresses of a person: added, confirmed by a mailed link, put first, removed."""

from collections.abc import Iterator

from accelerator.accounts import letters, limits, queries
from accelerator.accounts.models import FormerAddress, LinkPurpose, Person, PersonAddress
from accelerator.accounts.operations.links import LIVES, claim, new_link
from accelerator.accounts.operations.sign_ins import count_mail
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.text import mail_address

MOST = 5  # further addresses of one person


def address_problems(person: Person, email: str | None) -> Iterator[Refused]:
    """Why the person can't have this further address; without a readable one, why they can have none."""
    address = mail_address(email or "")
    present = {row.email: row for row in queries.further_addresses(person)}
    known = present.get(address)
    if address == person.email or (known is not None and known.confirmed_at is not None):
        yield Refused(_("You've already added this address."), field="email")
    elif known is None and len(present) >= MOST:
        yield Refused(_("You can have up to five additional addresses. Remove one first."))


def add_address(person: Person, email: str, *, place: str, actor: Person) -> PersonAddress:
    """Note a further address and mail it a link; it counts once that link was used.

    An address that signs in to another account gets a mail that says so instead. The page says the same in both cases,
    since nobody may learn here who has an account.
    """
    address = mail_address(email)
    lock(person)  # their addresses are counted
    refuse(address_problems(person, address))
    count_mail(limits.ADDRESS, address, place)
    known = next((row for row in queries.further_addresses(person) if row.email == address), None)
    row = known or add(PersonAddress(person_id=person.id, email=address, created_at=clock.system_now()))
    _ask_owner(person, address)
    audit(actor, "accounts.address_added", row)
    return row


def _ask_owner(person: Person, address: str) -> None:
    token, link = new_link(address, LinkPurpose.ADDRESS, next_path=None, sent_by=person.id)
    owner = queries.person_by_email(address)
    if owner is not None:
        letters.write(owner, "address_is_taken", key=f"link:{link.id}", added=address)
        return
    letters.write_to(
        address,
        address,
        "confirm_further_address",
        key=f"link:{link.id}",
        language=person.language,
        zone=person.zone,
        path=f"/links/{token}",
        lives=LIVES[LinkPurpose.ADDRESS],
    )


def confirm_address(person: Person, token: str, *, place: str, actor: Person) -> str | None:
    """Use a link up and take its address as the person's own; returns where the link leads on to.

    Refused when the link is used up or not theirs, and when the address has got an account meanwhile.
    """
    link = queries.address_to_confirm(person, token)
    if link is None or queries.person_by_email(link.email) is not None or claim(token, place=place) is None:
        raise Refused(_("This link no longer works. Add the address again on your profile."))
    known = next((row for row in queries.further_addresses(person) if row.email == link.email), None)
    now = clock.system_now()
    row = known or add(PersonAddress(person_id=person.id, email=link.email, created_at=now))
    row.confirmed_at = now
    audit(actor, "accounts.address_confirmed", row)
    _tell(person, "address_added", row, row.email)
    return link.next_path


def put_first(person: Person, row: PersonAddress, *, actor: Person) -> None:
    """Let mails go to this confirmed address from now on; the one that they went to stays as a further one."""
    lock(person)
    if row.confirmed_at is None:
        raise Refused(_("Confirm this address first, with the link we sent to it."))
    before, now_first = person.email, row.email
    _tell(person, "address_put_first", row, now_first)
    row.email, row.confirmed_at = before, person.confirmed_at or clock.system_now()
    session().flush()
    person.email = now_first
    audit(actor, "accounts.address_put_first", row)


def remove_address(person: Person, row: PersonAddress, *, actor: Person) -> None:
    """Take a further address away: it signs in no more and nobody is found by it.

    A confirmed one is kept aside, since a founder named by it is still the same person.
    """
    lock(person)
    audit(actor, "accounts.address_removed", row)
    if row.confirmed_at is not None:
        _tell(person, "address_removed", row, row.email)
        if not queries.was_address_of(person, row.email):
            add(FormerAddress(person_id=person.id, email=row.email, removed_at=clock.system_now()))
    session().delete(row)


def _tell(person: Person, kind: str, row: PersonAddress, address: str) -> None:
    # Whoever got at the account must not be able to change its addresses unseen: the first address is told.
    letters.write(person, kind, key=f"{kind}:{row.id}:{clock.system_now().isoformat()}", changed=address)
