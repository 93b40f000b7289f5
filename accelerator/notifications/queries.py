"""Reads about messages and jobs of one edition. ``edition`` is anything with the id of one.

Mails tell what others may know, so every read of them names its viewer. Which rows a viewer may know nothing of is known
to later stages alone: they name their kind of row and its predicate with :func:`hide_about`, and mails about such rows
are left out here.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, false, func, not_, or_, select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import UtcDateTime, session
from accelerator.core.keeping import KEEP_LIVES
from accelerator.core.outbox import DECLARED, JobRow, JobState
from accelerator.core.pagination import Key, Page, page
from accelerator.core.prepared import Prepared, columns
from accelerator.notifications.models import DELIVER, Message, MessageState

Barred = Callable[[int, int], Collection[int]]
"""``(edition's id, person's id)``: the ids of the rows that the person must know nothing of."""
_BARRED: dict[str, Barred] = {}
Withheld = Callable[[int, int], bool]
"""``(edition's id, person's id)``: whether sums over all of an edition are kept from the person."""
_WITHHELD: list[Withheld] = []
LATE = timedelta(minutes=5)
MOST_ABOUT = 50
UNSENT = (MessageState.WAITING, MessageState.SENDING, MessageState.FAILED)


class Island(Protocol):
    """Whatever messages and jobs belong to: an edition."""

    @property
    def id(self) -> int:
        """Its id."""

    @property
    def slug(self) -> str:
        """Its part of an address."""


@dataclass(frozen=True)
class Troubles:
    """What keeps mails and jobs of an edition from going on."""

    oldest_unsent: datetime | None
    bounced: int
    dead_jobs: int

    @property
    def is_late(self) -> bool:
        """Whether a message waits for more than five minutes."""
        return self.oldest_unsent is not None and clock.system_now() - self.oldest_unsent > LATE

    @property
    def any(self) -> bool:
        """Whether staff should be told."""
        return self.is_late or self.dead_jobs > 0


def hide_about(kind: str, barred: Barred) -> None:
    """Leave out mails about rows of the table ``kind`` wherever ``barred`` names the row for whoever looks."""
    _BARRED[kind] = barred


def hide_sums(withheld: Withheld) -> None:
    """Leave out jobs that are a sum over an edition for whomever ``withheld`` names."""
    _WITHHELD[:] = [withheld]


def leaves_out_jobs(edition: Island, viewer: Person) -> bool:
    """Whether jobs that follow what bars this viewer are left out, whether there are any or not."""
    return any(withheld(edition.id, viewer.id) for withheld in _WITHHELD)


def _shown(edition: Island, viewer: Person, *, everywhere: bool = False) -> list[ColumnElement[bool]]:
    return _shown_in(edition.id, viewer, everywhere=everywhere)


def _shown_in(edition_id: int, viewer: Person, *, everywhere: bool = False) -> list[ColumnElement[bool]]:
    hidden = [
        and_(Message.about_type == kind, Message.about_id.in_(barred(edition_id, viewer.id)))
        for kind, barred in _BARRED.items()
    ]
    # Mails about nothing in particular have no kind, and NULL is not unequal to anything.
    here = Message.edition_id == edition_id
    if everywhere:  # where no mail leaves, this page is the only place to read those of no edition
        here = or_(here, Message.edition_id.is_(None))
    return [here, or_(Message.about_type.is_(None), not_(or_(false(), *hidden)))]


def leaves_out(edition: Island, viewer: Person) -> bool:
    """Whether anything bars this viewer here, so that some mails may be missing.

    It depends on no mail: how often was written about what bars them would tell how it stands.
    """
    return any(barred(edition.id, viewer.id) for barred in _BARRED.values())


def messages(
    edition: Island, viewer: Person, state: MessageState | None, mark: str | None, *, everywhere: bool = False
) -> Page[Any]:
    """Messages of an edition, newest first: id, kind, name, address, subject, state, created_at, sent_at, error.

    ``everywhere`` adds those of no edition, as links for accounts and invitations of founders are.
    """
    listed: Any = select(
        Message.kind,
        Message.name,
        Message.address,
        Message.subject,
        Message.language,
        Message.state,
        Message.created_at,
        Message.sent_at,
        Message.error,
    ).where(*_shown(edition, viewer, everywhere=everywhere))
    if state is not None:
        listed = listed.where(Message.state == state)
    return page(listed, [Key(Message.id, descending=True)], mark=mark)


def messages_about(subject: Any, viewer: Person) -> Sequence[Any]:
    """The newest mails about a row of an edition, as far as the viewer may know of them.

    id, kind, name, subject, state, created_at.
    """
    listed = select(Message.id, Message.kind, Message.name, Message.subject, Message.state, Message.created_at).where(
        Message.about_type == subject.__tablename__,
        Message.about_id == subject.id,
        *_shown_in(subject.edition_id, viewer),
    )
    return columns(listed.order_by(Message.id.desc()).limit(MOST_ABOUT))


def message_counts(edition: Island, viewer: Person, *, everywhere: bool = False) -> dict[MessageState, int]:
    """How many messages stand where; states without any are there with 0."""
    counted = (
        select(Message.state, func.count(Message.id))
        .where(*_shown(edition, viewer, everywhere=everywhere))
        .group_by(Message.state)
    )
    numbers = {row.state: row[1] for row in session().execute(counted)}
    return {state: numbers.get(state, 0) for state in MessageState}


def message(edition: Island, viewer: Person, message_id: int, *, everywhere: bool = False) -> Message | None:
    """One message of this edition, if the viewer may know what it is about."""
    shown = _shown(edition, viewer, everywhere=everywhere)
    return session().scalar(select(Message).where(Message.id == message_id, *shown))


def last_account_mail(address: str, *, since: datetime) -> Message | None:
    """The newest mail of no edition to an address, written since an instant."""
    written = select(Message).where(
        Message.address == address, Message.edition_id.is_(None), Message.created_at >= since
    )
    return session().scalar(written.order_by(Message.id.desc()).limit(1))


def claimed(message_ids: Sequence[int]) -> list[Message]:
    """Messages by id, in that order of sending."""
    statement = select(Message).where(Message.id.in_(message_ids))
    return list(session().scalars(statement.order_by(Message.next_at, Message.id)))


def _of(edition_id: Any, left_out: Any) -> ColumnElement[bool]:
    # Delivery and the nightly job serve all editions, so each of them sees when they stand still.
    shared = and_(JobRow.scope_key.is_(None), JobRow.name.in_((DELIVER.name, KEEP_LIVES.name)))
    return and_(or_(JobRow.scope_key == edition_id, shared), JobRow.name.not_in(left_out))


def _left_out(edition: Island, viewer: Person) -> list[str]:
    """The names of the jobs that this viewer must not see."""
    return [name for name, job in DECLARED.items() if job.is_sum] if leaves_out_jobs(edition, viewer) else []


def jobs(edition: Island, viewer: Person, *states: JobState, limit: int = 100) -> list[JobRow]:
    """Jobs of an edition in these states, the newest first."""
    left_out = _left_out(edition, viewer)
    return list(_JOBS.entities(edition=edition.id, left_out=left_out, states=states, limit=limit).scalars())


def job(edition: Island, viewer: Person, job_id: str) -> JobRow | None:
    """One job of this edition."""
    left_out = _left_out(edition, viewer)
    return session().scalar(select(JobRow).where(JobRow.id == job_id, _of(edition.id, left_out)))


def troubles(edition: Island, viewer: Person) -> Troubles:
    """What staff should be told: the oldest message that should have left, bounced ones, dead jobs."""
    hidden = {f"hidden_{kind}": barred(edition.id, viewer.id) for kind, barred in _BARRED.items()}
    left_out = _left_out(edition, viewer)
    row = _TROUBLES.row(edition=edition.id, now=clock.system_now(), left_out=left_out, **hidden)
    return Troubles(*row) if row else Troubles(None, 0, 0)


def _troubles() -> Select[Any]:
    hidden = [
        and_(Message.about_type == kind, Message.about_id.in_(bindparam(f"hidden_{kind}", expanding=True)))
        for kind in _BARRED
    ]
    due = Message.next_at <= bindparam("now", type_=UtcDateTime())
    dead = select(func.count(JobRow.id)).where(
        _of(bindparam("edition", type_=Integer), bindparam("left_out", expanding=True)), JobRow.state == JobState.DEAD
    )
    return select(
        func.min(Message.next_at).filter(Message.state.in_(UNSENT), due),
        func.count(Message.id).filter(Message.state == MessageState.BOUNCED),
        dead.scalar_subquery(),
    ).where(
        Message.edition_id == bindparam("edition", type_=Integer),
        or_(Message.about_type.is_(None), not_(or_(false(), *hidden))),
    )


_TROUBLES = Prepared(_troubles)


_JOBS = Prepared(
    lambda: (
        select(JobRow)
        .where(
            _of(bindparam("edition", type_=Integer), bindparam("left_out", expanding=True)),
            JobRow.state.in_(bindparam("states", expanding=True)),
        )
        .order_by(JobRow.created_at.desc(), JobRow.id)
        .limit(bindparam("limit", type_=Integer))
    )
)
