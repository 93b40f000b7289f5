"""Writing messages, and what delivery does with them. Sending itself is the worker's business."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, bindparam, event, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Session, SessionTransaction

from accelerator.accounts.models import Person
from accelerator.core import clock, outbox, scope
from accelerator.core.audit import Actor, audit
from accelerator.core.db import Base, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import JobRow, JobState, enqueue
from accelerator.core.text import header_text
from accelerator.notifications.models import DELIVER, Message, MessageState
from accelerator.notifications.texts import render

T = TypeVar("T")
PORTION = 100  # mails that are looked for and written in one statement
WOKEN = "delivery_woken"  # in the session: the savepoint in which the job was written, None if in none


@dataclass(frozen=True)
class Letter:
    """A mail that is to be written once: to whom, in which language and zone, of which kind and with what in it."""

    address: str
    name: str
    kind: str
    key: str
    language: str
    zone: str
    values: dict[str, Any]
    person_id: int | None = None
    calendar: bytes | None = None
    calendar_method: str = "REQUEST"
    about: Base | None = None
    after: timedelta = timedelta()


def letter_to(
    person: Person,
    kind: str,
    *,
    key: str,
    about: Base | None = None,
    calendar: bytes | None = None,
    calendar_method: str = "REQUEST",
    after: timedelta = timedelta(),
    **values: Any,
) -> Letter:
    """A letter to somebody with an account."""
    return Letter(
        person.email,
        person.name_in(person.language),
        kind,
        key,
        person.language,
        person.zone,
        {"person": person, **values},
        person.id,
        calendar,
        calendar_method,
        about,
        after,
    )


def notify(
    person: Person,
    kind: str,
    *,
    key: str,
    about: Base | None = None,
    calendar: bytes | None = None,
    calendar_method: str = "REQUEST",
    after: timedelta = timedelta(),
    **values: Any,
) -> bool:
    """Write a mail of ``kind`` to a person, in their language and zone; False if one with this ``key`` exists already.

    ``values`` go to ``templates/emails/<kind>/{subject.txt,body.txt,body.html}``; rows of the database are fine,
    because the mail is rendered now, with the fact that it tells of. ``calendar`` is an ICS invitation.
    ``about`` is the row that it tells of: whoever may know nothing of that row does not find the mail on the Mail page.
    It leaves ``after`` so long, or as soon as the file that it waits for is there (:func:`attach_file`).
    """
    letter = letter_to(
        person, kind, key=key, about=about, calendar=calendar, calendar_method=calendar_method, after=after, **values
    )
    return bool(notify_many([letter]))


def notify_address(
    address: str,
    name: str,
    kind: str,
    *,
    key: str,
    language: str,
    zone: str,
    person_id: int | None = None,
    about: Base | None = None,
    calendar: bytes | None = None,
    calendar_method: str = "REQUEST",
    **values: Any,
) -> bool:
    """Like :func:`notify`, for an address that no account stands behind (a guest of an event)."""
    return bool(
        notify_many(
            [Letter(address, name, kind, key, language, zone, values, person_id, calendar, calendar_method, about)]
        )
    )


def notify_many(letters: Iterable[Letter]) -> set[str]:
    """Write many mails; the keys of those that are new. Two statements for each batch."""
    written: set[str] = set()
    for batch in batches(list(letters)):
        written |= store(drafted(batch))
    return written


def batches(letters: Sequence[T]) -> Iterator[Sequence[T]]:
    """Portions in which mails are looked for and written."""
    return (letters[start : start + PORTION] for start in range(0, len(letters), PORTION))


def drafted(letters: Collection[Letter]) -> list[dict[str, Any]]:
    """The rows of those letters that do not exist yet, rendered; reads only, so that no writer waits meanwhile."""
    keys = [letter.key for letter in letters]
    known = set(session().scalars(select(Message.key).where(Message.key.in_(keys))))
    return [_row(letter) for letter in {letter.key: letter for letter in letters}.values() if letter.key not in known]


def _row(letter: Letter) -> dict[str, Any]:
    chosen = scope.current()
    texts = render(letter.kind, language=letter.language, zone=letter.zone, name=letter.name, **letter.values)
    return {
        "key": letter.key,
        "kind": letter.kind,
        "edition_id": chosen.key if chosen else None,
        "person_id": letter.person_id,
        "address": letter.address,
        "name": header_text(letter.name)[:200],
        "language": letter.language,
        "subject": header_text(texts.subject)[:300],
        "body": texts.body,
        "html": texts.html,
        "calendar": letter.calendar.decode() if letter.calendar else None,
        "calendar_method": letter.calendar_method if letter.calendar else None,
        "state": MessageState.WAITING,
        "attempts": 0,
        "next_at": clock.system_now() + letter.after,
        "created_at": clock.now(),
        "about_type": letter.about.__tablename__ if letter.about else None,
        "about_id": getattr(letter.about, "id", None),
    }


def store(rows: Sequence[dict[str, Any]]) -> set[str]:
    """Store rows that :func:`drafted` rendered; the keys of those that nobody else stored meanwhile."""
    if not rows:
        return set()
    # Asked by the constraint and not by a look before: two transactions that write the same mail both go on, and it is one.
    make = postgres_insert if session().get_bind().dialect.name == "postgresql" else sqlite_insert
    written = make(Message).values(list(rows)).on_conflict_do_nothing(index_elements=["key"]).returning(Message.key)
    keys = set(session().scalars(written))
    if keys:
        _wake_delivery()
    return keys


def attach_file(keys: Collection[str], *, language: str, storage_key: str | None, file_name: str | None) -> None:
    """Put a stored file into those of the mails that are in its language and still wait, and let them leave now.

    Without a file they leave as they are. Nothing changes in a mail that was tried already.
    """
    waiting = (Message.key.in_(keys), Message.language == language, Message.state == MessageState.WAITING)
    changed = session().scalars(
        update(Message)
        .where(*waiting, Message.attempts == 0)
        .values(storage_key=storage_key, file_name=file_name, next_at=clock.system_now())
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    if changed.all():
        _wake_delivery()


def _wake_delivery() -> None:
    # One job empties the queue, however many mails this transaction writes.
    opened = session()
    if WOKEN not in opened.info:
        enqueue(DELIVER)
        opened.info[WOKEN] = opened.get_nested_transaction()


@event.listens_for(Session, "after_soft_rollback")
def _forget_undone(opened: Session, undone: SessionTransaction) -> None:
    """The job's row went with the savepoint that it was written in, or with one around that: the next mail needs one."""
    holder = opened.info.get(WOKEN)
    while holder is not None:
        if holder is undone:
            del opened.info[WOKEN]
        holder = holder.parent


BATCH = 100  # and as many mails over one connection, which many servers allow
LEASE = timedelta(seconds=60)
"""How long messages stay with a worker of which nothing more is heard.

The lease says that the holder lives and not how long a message may take, for a thread renews it: a server that needs
minutes for its answer makes nobody else send the message too. Each message is handed over under at least half a lease
and marked before the next, so a kill leaves one of which nobody knows whether it arrived; the others go on when the
lease has run out and the job, whose own lease is longer, is taken up by another worker.
"""
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 720, 720, 720))
SETTLED = (MessageState.SENT, MessageState.DISCARDED)


def _is_due(now: datetime) -> ColumnElement[bool]:
    waiting = and_(Message.state.in_((MessageState.WAITING, MessageState.FAILED)), Message.next_at <= now)
    abandoned = and_(Message.state == MessageState.SENDING, Message.lease_until < now)
    return or_(waiting, abandoned)


def claim_batch() -> tuple[list[int], datetime]:
    """Take the next due messages under a lease that ends at the instant returned. No other worker has them."""
    now = clock.system_now()
    until = now + LEASE
    due = select(Message.id).where(_is_due(now)).order_by(Message.next_at, Message.id).limit(BATCH)
    ids = list(session().scalars(due.with_for_update(skip_locked=True)))
    session().execute(
        update(Message)
        .where(Message.id.in_(ids))
        .values(state=MessageState.SENDING, lease_until=until, attempts=Message.attempts + 1)
        .execution_options(synchronize_session=False)
    )
    return ids, until


def renew_lease(message_ids: Collection[int], lease: datetime) -> tuple[set[int], datetime]:
    """Lengthen the lease over messages that are still to be sent: those that are still held, and its new end."""
    until = clock.system_now() + LEASE
    held = session().scalars(
        update(Message)
        .where(Message.id.in_(message_ids), Message.state == MessageState.SENDING, Message.lease_until == lease)
        .values(lease_until=until)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return set(held), until


# Built once, because this runs for every single mail.
_MARK_SENT = (
    update(Message)
    .where(
        Message.id == bindparam("message"),
        Message.state == MessageState.SENDING,
        Message.lease_until == bindparam("lease"),
    )
    .values(state=MessageState.SENT, sent_at=bindparam("at"), lease_until=None, error=None)
)


def record_sent(message_ids: Iterable[int], lease: datetime) -> bool:
    """Mark messages as sent that are still under this lease; False if none was."""
    now = clock.system_now()
    marks = [{"message": message_id, "lease": lease, "at": now} for message_id in message_ids]
    return session().connection().execute(_MARK_SENT, marks).rowcount > 0


def record_bounce(message_id: int, lease: datetime, *, error: str) -> bool:
    """The server will never take it: it is not tried again. False if the lease was lost."""
    return _settle(message_id, lease, state=MessageState.BOUNCED, error=error[:500])


def record_failure(message: Message, lease: datetime, *, error: str) -> bool:
    """Not this time: try again after a growing pause, and give up after the last of them (about three days).

    False if the lease was lost.
    """
    if message.attempts > len(PAUSES):
        return record_bounce(message.id, lease, error=error)
    pause = PAUSES[message.attempts - 1] + timedelta(seconds=message.id % 30)  # not all at the same second
    return _settle(message.id, lease, state=MessageState.FAILED, error=error[:500], next_at=clock.system_now() + pause)


def _settle(message_id: int, lease: datetime, **values: Any) -> bool:
    # Only the holder of the lease may say what happened: a worker that came back from the dead changes nothing.
    settled = session().scalar(
        update(Message)
        .where(Message.id == message_id, Message.state == MessageState.SENDING, Message.lease_until == lease)
        .values(lease_until=None, **values)
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return settled is not None


def plan_next_delivery() -> None:
    """Let a job look again when the next failed message is due; one job a minute is enough for all of them."""
    waiting = (MessageState.WAITING, MessageState.FAILED, MessageState.SENDING)
    at = func.min(func.coalesce(Message.lease_until, Message.next_at))
    due = session().scalar(select(at).where(Message.state.in_(waiting)))
    if due is None:
        return
    wait = max(due - clock.system_now(), timedelta(seconds=5))
    minute = int((clock.system_now() + wait).timestamp() // 60)
    enqueue(DELIVER, key=f"deliver:{minute}", after=wait)


def retry_message(message: Message, *, actor: Actor) -> None:
    """Have a message tried again at once, after whatever was wrong has been put right."""
    if message.state not in (MessageState.FAILED, MessageState.BOUNCED, MessageState.DISCARDED):
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=message.state.label))
    before = message.state
    message.state, message.attempts, message.next_at = MessageState.WAITING, 0, clock.system_now()
    message.error = message.lease_until = None
    audit(actor, "notifications.retried", message, state=[before, message.state])
    _wake_delivery()


def discard_message(message: Message, *, actor: Actor) -> None:
    """Keep a message from being sent; ``retry_message`` undoes it."""
    if message.state not in (MessageState.WAITING, MessageState.FAILED, MessageState.BOUNCED):
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=message.state.label))
    before = message.state
    message.state = MessageState.DISCARDED
    audit(actor, "notifications.discarded", message, state=[before, message.state])


def retry_job(row: JobRow, *, actor: Person) -> None:
    """Give a dead job all its tries again."""
    if row.state is not JobState.DEAD:
        raise Refused(_("This job hasn't failed; it's still running."))
    outbox.retry(row)
    # A job has no number that the trail could name, so it stands among the changes.
    audit(actor, "notifications.job_retried", actor, job=row.id, name=row.name, state=[JobState.DEAD, row.state])
