"""Jobs. A job is a row written in the caller's transaction; Redis and RQ only wake the workers.

After the commit RQ is nudged with the row's id. If Redis is away the row waits for the sweep. A worker claims the row,
works, and marks it done; a row whose lease ran out is claimed again. After its last try a row is ``dead`` and staff
see it. Payloads are ids and primitives.
"""

import logging
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.exceptions import DuplicateJobError
from rq.serializers import JSONSerializer
from sqlalchemy import ColumnElement, Index, String, and_, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from accelerator.core import clock, i18n, installation, scope
from accelerator.core.audit import Actor
from accelerator.core.db import Base, after_commit, one_of, session
from accelerator.core.lives import gone, kept

log = logging.getLogger(__name__)
ENTRY_POINT = "workers.run.run"  # the only function that a worker of ours agrees to call
BACKOFF = (5, 30, 120, 600, 1800, 3600)  # seconds before try 2, 3, ...


@dataclass(frozen=True)
class Job:
    """A kind of work, said in ``label``. ``long`` ones manage their own transactions under a lease that a heartbeat renews.

    ``is_sum`` says that it runs when any of many rows changes, or counts them all: whoever must know nothing of one of
    them does not see it.
    """

    name: str
    label: Any = field(default="", compare=False)  # what staff read
    queue: str = "default"
    tries: int = 5
    long: bool = False
    lease: int = 60  # seconds
    is_sum: bool = False

    def __post_init__(self) -> None:
        DECLARED[self.name] = self


DECLARED: dict[str, Job] = {}
QUEUES = ("mail", "default", "reports")


class JobState(StrEnum):
    """Where a job's row stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"


class JobRow(Base):
    """One piece of work in the outbox."""

    __tablename__ = "job"
    __life__ = kept(
        gone(30, "finished_at", where=lambda job: job.state == JobState.DONE),
        gone(400, "finished_at", where=lambda job: job.state == JobState.DEAD),
        personal=False,
    )
    __table_args__ = (
        Index(
            "ix_job_open",
            "state",
            "run_at",
            postgresql_where=text("state IN ('waiting', 'running')"),
            sqlite_where=text("state IN ('waiting', 'running')"),
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), index=True)
    queue: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(200), unique=True)
    state: Mapped[JobState] = mapped_column(one_of(JobState), default=JobState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    nudged_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None]  # what a periodic job has come to, in numbers by table
    step_source: Mapped[str | None] = mapped_column("step", String(120))  # as the catalogues name it: in English
    scope_key: Mapped[int | None] = mapped_column(index=True)
    asked_by: Mapped[int | None] = mapped_column(index=True)

    @property
    def step(self) -> str | None:
        """What a long job is doing, in the language of whoever looks."""
        return i18n.gettext(self.step_source) if self.step_source else None

    @property
    def share(self) -> float:
        """How much is done, 0 to 1."""
        if self.state is JobState.DONE:
            return 1.0
        return self.done / self.total if self.total else 0.0


def enqueue(
    job: Job, *, key: str | None = None, after: timedelta = timedelta(), actor: Actor | None = None, **payload: Any
) -> str | None:
    """Add a job to the present transaction and return its id; with a ``key`` that exists already, add nothing.

    ``after`` delays it. ``payload`` goes to the handler by name: ids and primitives only, never names or mail texts.
    """
    if not all(isinstance(value, (int, str, bool, float, type(None))) for value in payload.values()):
        raise TypeError("a job's payload holds ids and primitives only")
    now, chosen = clock.system_now(), scope.current()
    job_id = uuid.uuid4().hex
    values = {
        "id": job_id,
        "name": job.name,
        "queue": job.queue,
        "payload": payload,
        "key": key,
        "state": JobState.WAITING,
        "attempts": 0,
        "created_at": now,
        "run_at": now + after,
        "done": 0,
        "total": 0,
        "scope_key": chosen.key if chosen else None,
        "asked_by": actor.id if actor else None,
    }
    if not _insert_new(values):
        return None
    if not after:
        after_commit(lambda: nudge(job_id, job.queue))
    return job_id


def _insert_new(values: dict[str, Any]) -> bool:
    connection = session().connection()
    return connection.execute(_insertion(connection.dialect.name), values).first() is not None


@cache
def _insertion(dialect: str) -> Any:
    """The statement that adds a job unless there is one with its key, for a database; it returns the new row's id."""
    make = postgres_insert if dialect == "postgresql" else sqlite_insert
    return make(JobRow).on_conflict_do_nothing(index_elements=["key"]).returning(JobRow.id)


def connect(url: str) -> Redis:
    """The Redis that wakes the workers. Its time-outs are short, because requests use it after their commit."""
    return Redis.from_url(url, socket_connect_timeout=0.5, socket_timeout=2.0)


def redis() -> Redis:
    """The present installation's connection to Redis."""
    return installation.current().redis


def nudge(job_id: str, queue: str, attempt: int = 0) -> bool:
    """Tell RQ about a row. False if Redis is away: the row then waits for the sweep."""
    here = installation.current()
    if time.monotonic() < here.redis_away_until:
        return False
    try:
        Queue(queue, connection=here.redis, serializer=JSONSerializer).enqueue_call(
            ENTRY_POINT,
            args=(job_id,),
            job_id=f"{job_id}-{attempt}",
            unique=True,
            timeout=900,
            result_ttl=0,
            failure_ttl=3600,
        )
    except DuplicateJobError:
        return True
    except (RedisError, OSError) as error:
        here.redis_away_until = time.monotonic() + 1
        log.warning("Redis is away (%s); the sweep will push job %s", type(error).__name__, job_id)
        return False
    return True


def is_due(now: datetime) -> ColumnElement[bool]:
    """Rows that somebody should be working on at ``now`` and nobody is."""
    waiting = and_(JobRow.state == JobState.WAITING, JobRow.run_at <= now)
    abandoned = and_(JobRow.state == JobState.RUNNING, JobRow.lease_until < now)
    return or_(waiting, abandoned)


def claim(job_id: str) -> JobRow | None:
    """Take a due row under a lease; None when somebody else has it, it is done, or has no tries left.

    The caller commits.
    """
    now = clock.system_now()
    job = DECLARED.get(session().scalar(select(JobRow.name).where(JobRow.id == job_id)) or "")
    if job is None:
        return None
    taken = session().scalar(
        update(JobRow)
        .where(JobRow.id == job_id, is_due(now), JobRow.attempts < job.tries)
        .values(
            state=JobState.RUNNING,
            attempts=JobRow.attempts + 1,
            lease_until=now + timedelta(seconds=job.lease),
            error=None,
        )
        .returning(JobRow.id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        return None
    return session().get(JobRow, job_id, populate_existing=True)


def renew(job_id: str, attempt: int, seconds: int) -> bool:
    """Lengthen the lease of a claimed row; False if it was lost to another worker meanwhile."""
    changed = session().scalar(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.attempts == attempt, JobRow.state == JobState.RUNNING)
        .values(lease_until=clock.system_now() + timedelta(seconds=seconds))
        .returning(JobRow.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


def finish(job_id: str, attempt: int) -> bool:
    """Mark a claimed row done; False if the lease was lost to another worker meanwhile."""
    changed = session().scalar(
        update(JobRow)
        .where(JobRow.id == job_id, JobRow.attempts == attempt, JobRow.state == JobState.RUNNING)
        .values(state=JobState.DONE, finished_at=clock.system_now(), lease_until=None, error=None)
        .returning(JobRow.id)
        .execution_options(synchronize_session=False)
    )
    return changed is not None


def fail(job_id: str, attempt: int, error: str) -> None:
    """Put a failed row back with a growing pause, or bury it after its last try. ``error`` names a fault, no data."""
    row = session().get(JobRow, job_id, populate_existing=True)
    if row is None or row.attempts != attempt or row.state is not JobState.RUNNING:
        return
    job = DECLARED[row.name]
    row.error, row.lease_until = error[:500], None
    if row.attempts >= job.tries:
        row.state, row.finished_at = JobState.DEAD, clock.system_now()
    else:
        row.state = JobState.WAITING
        row.run_at = clock.system_now() + timedelta(seconds=BACKOFF[min(row.attempts, len(BACKOFF)) - 1])


def bury(job_id: str) -> bool:
    """Declare dead a row whose workers died at every try; False if it has tries left or somebody works on it."""
    row = session().get(JobRow, job_id, populate_existing=True, with_for_update=True)
    now = clock.system_now()
    if row is None or row.state is not JobState.RUNNING or row.lease_until is None or row.lease_until >= now:
        return False
    if row.name in DECLARED and row.attempts < DECLARED[row.name].tries:
        return False
    row.state, row.finished_at, row.lease_until, row.error = JobState.DEAD, now, None, "WorkerDied"
    return True


def retry(row: JobRow) -> None:
    """Give a dead row all its tries again, at once."""
    row.state, row.attempts, row.run_at, row.finished_at = JobState.WAITING, 0, clock.system_now(), None
    session().flush()
    # RQ refuses an id it has seen, so a new start takes a number that no earlier try had.
    attempt = int(clock.system_now().timestamp())
    after_commit(lambda: nudge(row.id, row.queue, attempt))


def report_progress(job_id: str, done: int, total: int, step: object = None) -> None:
    """Say how far a long job is; the caller's transaction commits it.

    ``step`` is ``lazy("...")``, a sentence for all who will look; it is kept in no language in particular.
    """
    with i18n.speaking(i18n.DEFAULT):
        source = None if step is None else str(step)
    session().execute(
        update(JobRow)
        .where(JobRow.id == job_id)
        .values(done=done, total=total, step_source=source)
        .execution_options(synchronize_session=False)
    )


def report_result(job_id: str, result: Mapping[str, int]) -> None:
    """Say what a job has come to, for the page of jobs; the caller's transaction commits it."""
    session().execute(
        update(JobRow)
        .where(JobRow.id == job_id)
        .values(result=dict(result))
        .execution_options(synchronize_session=False)
    )
