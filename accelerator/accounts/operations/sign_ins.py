"""Signing in: rows that can be ended from anywhere."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select, update

from accelerator.accounts import letters, limits, queries
from accelerator.accounts.models import Attempt, Person, SignIn
from accelerator.accounts.tokens import digest, new_token
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.text import mail_address
from accelerator.core.times import span

IDLE, LONGEST = timedelta(hours=12), timedelta(days=14)
FAILED_KEPT, SUCCEEDED_KEPT = timedelta(days=1), timedelta(days=90)
STEP = timedelta(minutes=5)  # a sign-in is not prolonged more often, so that not every save writes two rows


@dataclass(frozen=True)
class Try:
    """A try that has been counted: its row, and the hash that the password has to match, if anybody has the address."""

    attempt_id: int
    person_id: int | None
    kept: str | None = field(repr=False)


def count_try(email: str, place: str) -> Attempt:
    """Count a guess before anything is looked at; of many at once no more than the limit are let through.

    Refused while a pause runs: the sentence says how long it lasts and that the account is not locked.
    """
    limits.take_turns(limits.PASSWORD, email, place)
    _refuse_haste(limits.pause(email, place))
    return limits.note(limits.PASSWORD, email, place, succeeded=False)


def count_mail(kind: str, email: str, place: str) -> Attempt:
    """Count a mail that somebody at ``place`` has sent to an address, theirs or not.

    Refused while a pause runs. The sentence says that a mail went out before, and when the next one can; it is the same
    whether anybody has an account.
    """
    limits.take_turns(kind, email, place)
    left = limits.mail_pause(kind, email, place)
    if left > timedelta():
        raise Refused(
            _(
                "We e-mailed a link to this address before. Look for the newest e-mail in the inbox and "
                "in the spam folder. We can send another one in %(time)s.",
                time=_in_words(left),
            )
        )
    _refuse_haste(limits.place_pause(kind, place))
    return limits.note(kind, email, place, succeeded=False)


def _refuse_haste(left: timedelta) -> None:
    if left > timedelta():
        raise Refused(
            _("Too many attempts. Wait %(time)s, then try again. Your account is not locked.", time=_in_words(left))
        )


def _in_words(left: timedelta) -> str:
    return span(left + timedelta(seconds=59)) if left >= timedelta(minutes=1) else _("a minute")


def begin_try(email: str, *, place: str) -> Try:
    """Count a guess at the password of an address and return what it is compared with, outside of any transaction."""
    attempt = count_try(mail_address(email), place)
    person = queries.person_by_email(email)
    return Try(attempt.id, person.id if person else None, person.password_hash if person else None)


def finish_try(begun: Try, *, matched: bool) -> Person | None:
    """The confirmed person whose password was right, None otherwise; a right one no longer counts as a guess.

    A password that was changed while it was compared is a wrong one.
    """
    attempt = session().get_one(Attempt, begun.attempt_id)
    person = session().get(Person, begun.person_id) if begun.person_id is not None else None
    right = matched and person is not None and person.confirmed_at is not None and person.password_hash == begun.kept
    if not right:
        audit(None, "accounts.password_wrong", person or attempt, network=attempt.place)
        return None
    attempt.succeeded = True
    return person


def start_sign_in(person: Person, *, agent: str, place: str, tell: bool = True) -> tuple[str, SignIn]:
    """Open a sign-in and return its token, which is kept nowhere. A new place is told to the person by mail."""
    now = clock.system_now()
    before = session().execute(select(SignIn.network).where(SignIn.person_id == person.id).distinct()).scalars().all()
    token = new_token()
    row = add(
        SignIn(
            person_id=person.id,
            token_hash=digest(token),
            agent=agent[:200],
            network=place,
            started_at=now,
            seen_at=now,
            expires_at=now + IDLE,
        )
    )
    audit(person, "accounts.signed_in", row, network=place)
    if tell and before and place not in before:
        letters.write(person, "new_sign_in", key=f"new_sign_in:{row.id}", agent=row.agent, network=place, at=now)
    return token, row


def start_demonstration(person: Person, *, agent: str, place: str) -> tuple[str, SignIn]:
    """Sign in as a demonstration person; the rule has said that this installation is a demonstration."""
    if not person.synthetic:
        raise Refused(_("This is not a demonstration person."))
    return start_sign_in(person, agent=agent, place=place, tell=False)


def prolong(row: SignIn) -> None:
    """Let a sign-in that is in use last another twelve hours, fourteen days in all."""
    now = clock.system_now()
    if now - row.seen_at >= STEP:
        row.seen_at = now
        row.expires_at = min(now + IDLE, row.started_at + LONGEST)


def end_sign_in(row: SignIn, *, actor: Person) -> None:
    """End one sign-in, wherever its browser is."""
    if row.ended_at is None:
        row.ended_at = clock.system_now()
        audit(actor, "accounts.signed_out", row)


def end_other_sign_ins(person: Person, *, but: int | None = None) -> int:
    """End all sign-ins of a person except one; returns how many ended."""
    ended = session().execute(
        update(SignIn)
        .where(SignIn.person_id == person.id, SignIn.ended_at.is_(None), SignIn.id != (but or 0))
        .values(ended_at=clock.system_now())
        .returning(SignIn.id)
        .execution_options(synchronize_session="fetch")
    )
    count = len(ended.all())
    audit(person, "accounts.signed_out_elsewhere", person, count=count)
    return count
