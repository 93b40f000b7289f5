"""Jobs and mails: how many a second through the real workers, beside RQ's own no-op."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from rq import Queue, Worker
from rq.serializers import JSONSerializer
from sqlalchemy import func, select

from accelerator.app import opened
from accelerator.core import clock, db, outbox
from accelerator.core.installation import entered
from accelerator.core.outbox import JobRow, JobState
from accelerator.notifications.models import DELIVER, Message, MessageState
from tests.benchmarks.island import settings
from tests.servers.smtp import SmtpSink
from tests.servers.valkey import Valkey
from tests.services.databases import fresh_sqlite
from tests.services.processes import Workers, wait_until
from tests.services.worker_jobs import SHORT

JOBS, MAILS = 200, 1000


@contextmanager
def installation() -> Iterator[tuple[Workers, Valkey]]:
    """Database, Valkey, a mail server, and workers that are not started yet."""
    with TemporaryDirectory(prefix="funade-bench-") as name, Valkey() as valkey, SmtpSink() as sink:
        place = replace(settings(Path(name)), database_url=fresh_sqlite(Path(name)), redis_url=valkey.url)
        workers = Workers(Path(name), place.database_url, valkey.url, f"smtp://{sink.host}:{sink.port}")
        with entered(opened(place)):
            try:
                yield workers, valkey
            finally:
                workers.destroy()
                db.engine().dispose()


def noop_per_second() -> float:
    """RQ's forking worker with a function that does nothing: what no job through RQ can beat."""
    with Valkey() as valkey, Redis.from_url(valkey.url) as client:
        queue = Queue("noop", connection=client, serializer=JSONSerializer)
        for _ in range(JOBS):
            queue.enqueue_call("time.monotonic", result_ttl=0)
        begun = time.monotonic()
        Worker([queue], connection=client, serializer=JSONSerializer).work(burst=True, logging_level="ERROR")
        return JOBS / (time.monotonic() - begun)


def jobs_per_second() -> float:
    """Short jobs that write a row each, from claim to done."""
    with installation() as (workers, _):
        with db.transaction():
            for number in range(JOBS):
                outbox.enqueue(SHORT, number=number)
        return _pace(workers, "default", JOBS, lambda: _count(JobRow, JobRow.state == JobState.DONE))


def mails_per_second() -> float:
    """Messages of one delivery job into a server on this machine."""
    now = clock.system_now()
    with installation() as (workers, _):
        with db.transaction() as session:
            session.add_all(
                Message(
                    key=f"k{number}",
                    kind="bench",
                    address=f"p{number}@example.org",
                    name="P",
                    language="en",
                    subject="Hello",
                    body="Hello.",
                    html="<p>Hello.</p>",
                    next_at=now,
                    created_at=now,
                )
                for number in range(MAILS)
            )
            outbox.enqueue(DELIVER)
        return _pace(workers, "mail", MAILS, lambda: _count(Message, Message.state == MessageState.SENT))


def _count(model: type[JobRow] | type[Message], condition: object) -> int:
    with db.reading() as session:
        return session.scalar(select(func.count(model.id)).where(condition)) or 0


def _pace(workers: Workers, queue: str, total: int, done: Callable[[], int]) -> float:
    """The pace between the first and the last, so that starting the processes does not count."""
    workers.start(queue)
    wait_until(lambda: done() > 0, seconds=60, pause=0.01)
    first, begun = done(), time.monotonic()
    wait_until(lambda: done() == total, seconds=300, pause=0.02)
    return (total - first) / (time.monotonic() - begun)
