"""Real worker processes, killed and starved: nothing is lost, and what must happen once happens once."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from sqlalchemy import func, select, update

from accelerator.core import clock, db, outbox
from accelerator.core.outbox import JobRow, JobState
from accelerator.notifications.models import DELIVER, Message, MessageState
from tests.servers.smtp import SmtpSink
from tests.servers.valkey import Valkey
from tests.services.installations import having
from tests.services.processes import Workers, wait_until
from tests.services.worker_jobs import HELD_AFTER, LONG, SHORT, STEPS, noted

pytestmark = pytest.mark.service
on_sqlite = pytest.mark.parametrize("any_database", ["sqlite"], indirect=True)
"""For what does not depend on the database: starting processes takes seconds."""
MAILS = 120


@pytest.fixture
def valkey(any_database) -> Iterator[Valkey]:
    with Valkey() as server, having(redis=outbox.connect(server.url), redis_away_until=0.0):
        yield server


@pytest.fixture
def sink() -> Iterator[SmtpSink]:
    with SmtpSink() as server:
        yield server


@pytest.fixture
def workers(any_database: str, valkey: Valkey, sink: SmtpSink, tmp_path: Path) -> Iterator[Workers]:
    """The workers of an installation of its own, not started yet."""
    made = Workers(tmp_path, any_database, valkey.url, f"smtp://{sink.host}:{sink.port}")
    yield made
    made.destroy()


def enqueued(job, **payload) -> str:
    with db.transaction():
        return outbox.enqueue(job, **payload)


def state(job_id: str) -> JobState:
    with db.reading() as session:
        return session.get_one(JobRow, job_id).state


def sent() -> int:
    with db.reading() as session:
        return session.scalar(select(func.count(Message.id)).where(Message.state == MessageState.SENT))


def write_mails() -> list[str]:
    """Messages to as many people, and the job that delivers them; their Message-IDs."""
    now = clock.system_now()
    with db.transaction():
        made = [
            db.add(
                Message(
                    key=f"k{number}",
                    kind="test",
                    address=f"p{number}@example.org",
                    name=f"P {number}",
                    language="en",
                    subject="Hello",
                    body="Hello.",
                    html="<p>Hello.</p>",
                    next_at=now,
                    created_at=now,
                )
            )
            for number in range(MAILS)
        ]
        outbox.enqueue(DELIVER)
    return sorted(message.message_id for message in made)


def let_leases_run_out() -> None:
    """What a minute and a half of waiting would do."""
    past = clock.system_now() - timedelta(seconds=1)
    with db.transaction() as session:
        session.execute(update(JobRow).where(JobRow.state == JobState.RUNNING).values(lease_until=past))
        session.execute(update(Message).where(Message.state == MessageState.SENDING).values(lease_until=past))


def test_mails_of_a_killed_worker_all_arrive_and_none_twice_without_a_kill_that_explains_it(workers, sink):
    expected, kills = write_mails(), 0
    workers.start("mail", "sweep")
    for share in (5, 60):
        wait_until(lambda share=share: len(sink.deliveries) >= share, pause=0.002)
        kills += workers.kill_those_at_work()
        let_leases_run_out()
    wait_until(lambda: sent() == MAILS)
    delivered = Counter(str(delivery.message["Message-ID"]) for delivery in sink.deliveries)
    assert (sorted(delivered), kills) == (expected, 2)
    assert sum(delivered.values()) - MAILS <= kills


def test_a_long_job_of_a_killed_worker_is_done_by_the_next(workers, tmp_path):
    job_id = enqueued(LONG, gate=str(tmp_path / "gate"))
    workers.start("default", "sweep")  # the worker of mails has work of its own, which would be cut too
    wait_until(lambda: len(noted("test.step")) == HELD_AFTER)
    assert workers.kill_those_at_work() == 1
    (tmp_path / "gate").touch()
    let_leases_run_out()
    wait_until(lambda: state(job_id) is JobState.DONE)
    with db.reading() as session:
        assert session.get_one(JobRow, job_id).attempts == 2
    assert noted("test.step") == list(range(1, STEPS + 1))


@on_sqlite
def test_what_was_written_while_redis_was_away_is_done_when_it_is_back(workers, valkey):
    workers.start()
    enqueued(SHORT, number=0)
    wait_until(lambda: noted("test.short") == [0])
    valkey.kill()
    for number in range(1, 11):
        enqueued(SHORT, number=number)
    time.sleep(3)
    assert noted("test.short") == [0]
    valkey.start()
    wait_until(lambda: len(noted("test.short")) == 11)
    assert noted("test.short") == list(range(11))
    assert workers.stop() == 0


@on_sqlite
def test_a_redis_that_forgot_everything_loses_no_job(workers, valkey):
    workers.start()
    enqueued(SHORT, number=0)
    wait_until(lambda: noted("test.short") == [0])
    for number in range(1, 61):
        enqueued(SHORT, number=number)
        if number % 20 == 0:
            valkey.flush()
    wait_until(lambda: len(noted("test.short")) == 61, seconds=300)
    assert noted("test.short") == list(range(61))


@on_sqlite
def test_a_job_at_work_is_finished_before_the_end(workers, tmp_path):
    job_id = enqueued(LONG, gate=str(tmp_path / "gate"))
    workers.start("default", "sweep")
    wait_until(lambda: len(noted("test.step")) == HELD_AFTER)
    workers.ask_to_stop()
    (tmp_path / "gate").touch()
    assert workers.wait() == 0
    assert (state(job_id), noted("test.step")) == (JobState.DONE, list(range(1, STEPS + 1)))


@on_sqlite
def test_a_dead_process_is_started_again(workers):
    workers.start()
    wait_until(lambda: len(workers.children()) == 4)
    before = workers.children()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: len(set(workers.children()) - set(before)) == 4)
    enqueued(SHORT, number=1)
    wait_until(lambda: noted("test.short") == [1])


@on_sqlite
def test_children_end_when_their_parent_was_killed(workers):
    workers.start()
    wait_until(lambda: len(workers.children()) == 4)
    enqueued(SHORT, number=1)
    wait_until(lambda: noted("test.short") == [1])
    children = workers.children()
    workers.kill_parent()
    wait_until(lambda: not any(is_alive(pid) for pid in children), seconds=300)


def is_alive(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False


@on_sqlite
@pytest.mark.parametrize("way", ["function", "callback", "other_function"])
def test_redis_cannot_make_a_worker_run_anything_else(workers, valkey, tmp_path, way):
    marker = tmp_path / "ran"
    workers.start("default")
    with Redis.from_url(valkey.url) as client:
        queue = Queue("default", connection=client, serializer=JSONSerializer)
        names = {"function": "os.mkdir", "other_function": "pathlib.Path.touch", "callback": outbox.ENTRY_POINT}
        job = queue.enqueue_call(names[way], args=(str(marker),), failure_ttl=600, result_ttl=600)
        if way == "callback":
            job._success_callback_name = job._failure_callback_name = "os.mkdir"
            job.save()
        job_id = enqueued(SHORT, number=1)
        wait_until(lambda: state(job_id) is JobState.DONE)
        wait_until(lambda: job.get_status(refresh=True) in {"finished", "failed"})
        assert (job.get_status(), marker.exists()) == ("finished" if way == "callback" else "failed", False)
