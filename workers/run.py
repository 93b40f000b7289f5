"""One job from claim to done: the only function that Redis can make a worker call."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from accelerator.core import db, outbox, scope
from accelerator.core.outbox import DECLARED, Job, JobRow
from accelerator.programmes import queries
from workers import registry
from workers.heartbeat import beating

log = logging.getLogger(__name__)


class LeaseLost(Exception):
    """Another worker took the row over, so what this one wrote in the same transaction must not stay."""


class Rehearsed(Exception):
    """Ends the rehearsal, so that nothing of it stays."""


def rehearse() -> None:
    """Go through a job that never was, so that its statements are compiled once and not again in every child."""
    job = next(iter(DECLARED.values()))
    with suppress(Rehearsed), db.transaction():
        job_id = outbox.enqueue(job)
        row = outbox.claim(job_id) if job_id else None
        if row is not None:
            outbox.renew(row.id, row.attempts, job.lease)
            outbox.finish(row.id, row.attempts)
        queries.edition(0)
        raise Rehearsed
    db.engine().dispose()  # a connection must not be carried into a child


def run(job_id: str) -> None:
    """Claim the row, do its job and mark it done; on a fault put it back or, after its last try, bury it.

    Does nothing if the row is not due: somebody else has it, or has done it. Nothing is raised, because whatever RQ
    learns of a fault it keeps in Redis, where no text of ours belongs.
    """
    try:
        with db.transaction():
            row = outbox.claim(job_id)
        if row is None:
            return
        _do(row)
    except Exception:
        log.exception("job %s could not be settled; the sweep will take it up after its lease", job_id)


def _do(row: JobRow) -> None:
    job = DECLARED[row.name]
    try:
        (_do_long if job.long else _do_short)(row, job)
    except LeaseLost:
        log.warning("job %s (%s) took longer than its lease and was left to another worker", row.id, row.name)
    except Exception as error:
        log.exception("job %s (%s) failed at try %d of %d", row.id, row.name, row.attempts, job.tries)
        with db.transaction():
            outbox.fail(row.id, row.attempts, type(error).__name__)


def _do_short(row: JobRow, job: Job) -> None:
    """All or nothing: what the handler wrote and the row's end are one transaction."""
    with db.transaction(), _chosen(row.scope_key):
        registry.handler(job)(**row.payload)
        if not outbox.finish(row.id, row.attempts):
            raise LeaseLost


def _do_long(row: JobRow, job: Job) -> None:
    """The handler opens its own transactions, while a thread renews the lease; a killed process stops renewing."""
    with db.reading():
        choice = _scope(row.scope_key)
    with beating(lambda: _renew(row, job), job.lease / 3, f"job {row.id}"), _within(choice):
        registry.handler(job)(row.id, **row.payload)
    with db.transaction():
        if not outbox.finish(row.id, row.attempts):
            raise LeaseLost


def _scope(key: int | None) -> scope.Scope | None:
    if key is None:
        return None
    edition = queries.edition(key)
    if edition is None:
        raise LookupError("the edition is gone")
    return edition.scope


@contextmanager
def _within(choice: scope.Scope | None) -> Iterator[None]:
    if choice is None:
        yield
        return
    with scope.choose(choice):
        yield


@contextmanager
def _chosen(key: int | None) -> Iterator[None]:
    with _within(_scope(key)):
        yield


def _renew(row: JobRow, job: Job) -> bool:
    with db.transaction():
        return outbox.renew(row.id, row.attempts, job.lease)
