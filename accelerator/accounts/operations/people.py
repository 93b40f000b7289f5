"""Accounts: made, changed, given a new password."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass

from accelerator.accounts import letters, passwords, queries
from accelerator.accounts.models import Person
from accelerator.accounts.operations.sign_ins import end_other_sign_ins
from accelerator.accounts.passwords import NewPassword
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.cities import unknown
from accelerator.core.db import add, changes_of
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import LANGUAGES
from accelerator.core.i18n import gettext as _
from accelerator.core.text import mail_address
from accelerator.core.times import is_zone


@dataclass(frozen=True)
class Names:
    """A person's names: in Latin letters, as written at home, and in which order."""

    given_name: str
    family_name: str
    native_name: str | None = None
    family_first: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """The names alone."""
        return self.given_name, self.family_name, self.native_name or ""


def create_account(
    email: str, names: Names, *, language: str, zone: str, password: NewPassword | None = None
) -> Person:
    """Make the account of an address that a link has just proven. Without a password they sign in by mail link."""
    if queries.person_by_email(email) is not None:
        raise Refused(_("An account with this address already exists. Sign in instead."))
    kept = passwords.accepted(password, about=[email, *names.words]) if password is not None else None
    now = clock.system_now()
    person = add(
        Person(
            email=mail_address(email),
            language=language,
            zone=zone,
            confirmed_at=now,
            created_at=now,
            password_hash=kept,
            **asdict(names),
        )
    )
    audit(person, "accounts.created", person)
    return person


def name_administrator(email: str, names: Names, *, language: str, zone: str) -> Person:
    """Let the person with this address run the installation; the account is made if there is none.

    Only a command calls this: whoever can run one has the whole database, so there is nobody else to ask.
    """
    if not is_zone(zone):
        raise Refused(unknown(zone or ""), field="zone")
    address, now = mail_address(email), clock.system_now()
    person = queries.person_by_email(address) or add(
        Person(email=address, language=language, zone=zone, confirmed_at=now, created_at=now, **asdict(names))
    )
    changed = changes_of(person, {"is_site_admin": True, "confirmed_at": person.confirmed_at or now})
    if changed:
        audit(None, "accounts.administrator_named", person, is_site_admin=[False, True])
    return person


def profile_problems(*, language: str | None, zone: str | None) -> Iterator[Refused]:
    """Why a profile can't be kept so."""
    if language not in LANGUAGES:
        yield Refused(_("Choose one from the list."), field="language")
    if not is_zone(zone or ""):
        yield Refused(unknown(zone or ""), field="zone")


def change_profile(person: Person, names: Names, *, language: str, zone: str, actor: Person) -> None:
    """Change names, language and zone."""
    refuse(profile_problems(language=language, zone=zone))
    changed = changes_of(person, {**asdict(names), "language": language, "zone": zone})
    if changed:
        audit(actor, "accounts.profile_changed", person, **changed)


def speak(person: Person, language: str) -> None:
    """Take over a language that the person chose in passing."""
    changed = changes_of(person, {"language": language})
    if changed:
        audit(person, "accounts.profile_changed", person, **changed)


def password_problems(person: Person, *, is_present: bool, typed: str) -> Iterator[Refused]:
    """Why a password is not changed: the present one was wrong (who has none needs none), the new one is not taken."""
    if person.password_hash is not None and not is_present:
        yield Refused(_("That is not your current password."), field="current")
    yield from passwords.problems(typed, about=queries.words_about(person))


def change_password(person: Person, *, is_present: bool, password: NewPassword) -> None:
    """Set a new password if the present one was right, and end every sign-in."""
    refuse(password_problems(person, is_present=is_present, typed=password.typed))
    reset_password(person, password=password)


def reset_password(person: Person, *, password: NewPassword) -> None:
    """Set a password, for whoever has just proven to be its owner, end every sign-in and tell the owner by mail."""
    person.password_hash = passwords.accepted(password, about=queries.words_about(person))
    audit(person, "accounts.password_changed", person)
    end_other_sign_ins(person)
    now = clock.system_now()
    letters.write(person, "password_changed", key=f"password_changed:{person.id}:{now.isoformat()}", at=now)
