"""Reads about messages and jobs of one edition. ``edition`` is anything with the id of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ColumnElement, and_, func, or_, select

from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.keeping import KEEP_LIVES
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.pagination import Key, Page, page
from accelerator.notifications.models import DELIVER, Message, MessageState

LATE = timedelta(minutes=5)
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


def messages(edition: Island, state: MessageState | None, mark: str | None) -> Page[Any]:
    """Messages of an edition, newest first: id, kind, name, address, subject, state, created_at, sent_at, error."""
    listed: Any = select(
        Message.kind, Message.name, Message.address, Message.subject, Message.language, Message.state,
        Message.created_at, Message.sent_at, Message.error,
    ).where(Message.edition_id == edition.id)  # fmt: skip
    if state is not None:
        listed = listed.where(Message.state == state)
    return page(listed, [Key(Message.id, descending=True)], mark=mark)


def message_counts(edition: Island) -> dict[MessageState, int]:
    """How many messages stand where; states without any are there with 0."""
    counted = (
        select(Message.state, func.count(Message.id)).where(Message.edition_id == edition.id).group_by(Message.state)
    )
    found = {row.state: row[1] for row in session().execute(counted)}
    return {state: found.get(state, 0) for state in MessageState}


def message(edition: Island, message_id: int) -> Message | None:
    """One message of this edition."""
    return session().scalar(select(Message).where(Message.id == message_id, Message.edition_id == edition.id))


def last_account_mail(address: str, *, since: datetime) -> Message | None:
    """The newest mail of no edition to an address, written since an instant."""
    written = select(Message).where(
        Message.address == address, Message.edition_id.is_(None), Message.created_at >= since
    )
    return session().scalar(written.order_by(Message.id.desc()).limit(1))


def claimed(message_ids: Sequence[int]) -> list[Message]:
    """Messages by id, in that order of sending."""
    found = select(Message).where(Message.id.in_(message_ids))
    return list(session().scalars(found.order_by(Message.next_at, Message.id)))


def _of(edition: Island) -> ColumnElement[bool]:
    # Delivery and the nightly job serve all editions, so each of them sees when they stand still.
    shared = and_(JobRow.scope_key.is_(None), JobRow.name.in_((DELIVER.name, KEEP_LIVES.name)))
    return or_(JobRow.scope_key == edition.id, shared)


def jobs(edition: Island, *states: JobState, limit: int = 100) -> list[JobRow]:
    """Jobs of an edition in these states, the newest first."""
    found = select(JobRow).where(_of(edition), JobRow.state.in_(states))
    return list(session().scalars(found.order_by(JobRow.created_at.desc(), JobRow.id).limit(limit)))


def job(edition: Island, job_id: str) -> JobRow | None:
    """One job of this edition."""
    return session().scalar(select(JobRow).where(JobRow.id == job_id, _of(edition)))


def troubles(edition: Island) -> Troubles:
    """What staff should be told: the oldest message that should have left, bounced ones, dead jobs."""
    now = clock.system_now()
    oldest, bounced = session().execute(
        select(
            func.min(Message.next_at).filter(Message.state.in_(UNSENT), Message.next_at <= now),
            func.count(Message.id).filter(Message.state == MessageState.BOUNCED),
        ).where(Message.edition_id == edition.id)
    ).one()  # fmt: skip
    dead = session().scalar(select(func.count(JobRow.id)).where(_of(edition), JobRow.state == JobState.DEAD))
    return Troubles(oldest, bounced, dead or 0)
