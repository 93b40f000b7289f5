"""Pushing what Redis was not told of, or forgot. The rows are the record; this makes somebody look at them.

A row is pushed when it is due and RQ has no waiting entry for it: after a pause between tries, after a worker was
killed and its lease ran out, after Redis was away or lost everything.
"""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import Row, Select, or_, select, update

from accelerator.core import clock, db, outbox
from accelerator.core.outbox import DECLARED, QUEUES, JobRow, JobState

log = logging.getLogger(__name__)
GRACE = timedelta(seconds=2)
"""What the push after a commit may take before the sweep looks at a new row."""
PATIENCE = timedelta(seconds=15)
"""How long a worker may take from being woken to the claim before the row is pushed again."""
BATCH = 1000


def sweep() -> int:
    """Push every due row that RQ does not know of, bury those out of tries, and return how many were pushed.

    Pushes between reading and writing, so that a Redis that hangs keeps nobody from writing.
    """
    now = clock.system_now()
    with db.reading() as session:
        due = [row for row in session.execute(_neglected(now)) if row.name in DECLARED]
    spent = [row.id for row in due if row.state is JobState.RUNNING and row.attempts >= DECLARED[row.name].tries]
    pushed = _push([row for row in due if row.id not in spent], now)
    _mark(pushed, spent, now)
    return len(pushed)


def _push(rows: list[Row[Any]], now: datetime) -> list[str]:
    """Push those that RQ does not have waiting, as long as Redis answers; the ids of those pushed."""
    if not rows:
        return []
    try:
        known = _waiting_in_redis({row.queue for row in rows})
    except (RedisError, OSError) as error:
        log.warning("Redis is away (%s); %d jobs wait for it", type(error).__name__, len(rows))
        return []
    # RQ refuses an id that it has seen within the hour, so each push takes a number that no earlier one had.
    number = int(now.timestamp())
    return [
        row.id
        for row in takewhile(
            lambda row: outbox.nudge(row.id, row.queue, number), (row for row in rows if row.id not in known)
        )
    ]


def _neglected(now: datetime) -> Select[*tuple[Any, ...]]:
    return (
        select(JobRow.id, JobRow.name, JobRow.queue, JobRow.state, JobRow.attempts)
        .where(
            outbox.is_due(now),
            or_(JobRow.nudged_at.is_(None), JobRow.nudged_at < now - PATIENCE),
            JobRow.run_at <= now - GRACE,
        )
        .order_by(JobRow.run_at)
        .limit(BATCH)
    )


def _is_spent(name: str, attempts: int) -> bool:
    return name not in DECLARED or attempts >= DECLARED[name].tries


def _waiting_in_redis(queues: Iterable[str]) -> set[str]:
    """The ids of the rows that RQ has waiting; RQ's own ids carry the number of the push behind a dash."""
    waiting: set[str] = set()
    for name in queues:
        if name in QUEUES:
            waiting.update(Queue(name, connection=outbox.redis(), serializer=JSONSerializer).get_job_ids())
    return {entry.partition("-")[0] for entry in waiting}


def _mark(pushed: list[str], spent: list[str], now: datetime) -> None:
    if not pushed and not spent:
        return
    with db.transaction() as session:
        session.execute(
            update(JobRow)
            .where(JobRow.id.in_(pushed))
            .values(nudged_at=now)
            .execution_options(synchronize_session=False)
        )
        for job_id in spent:
            outbox.bury(job_id)
