"""Periodic jobs: once a slot, however many sweepers; and the sweep's choice of rows."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from redis import Redis
from sqlalchemy import select

from accelerator.core import clock, db, outbox
from accelerator.core.outbox import DECLARED, JobRow, JobState
from accelerator.notifications import operations
from accelerator.notifications.models import DELIVER, Message, MessageState
from tests.factories.notifications import make_message
from tests.servers.valkey import Valkey
from tests.services.installations import having
from tests.services.worker_jobs import BROKEN, SHORT
from workers import registry, run, sweep
from workers.schedule import EVERY, KEEP_LIVES, Timetable, slot

NOON = datetime(2020, 10, 15, 12, 0, 30, tzinfo=UTC)
NAMES = sorted(job.name for job in EVERY)


def keys() -> list[str]:
    with db.reading() as session:
        return sorted(session.scalars(select(JobRow.key).where(JobRow.key.is_not(None))))


def end_all(at: datetime) -> None:
    with db.transaction() as session:
        for row in session.scalars(select(JobRow)):
            row.state, row.finished_at = JobState.DONE, at


@pytest.mark.usefixtures("any_database")
class TestTimetable:
    def test_enqueues_each_once_a_slot(self):
        timetable = Timetable()
        with time_machine.travel(NOON, tick=False):
            assert sorted(timetable.tick()) == NAMES
            assert timetable.tick() == []
        end_all(NOON)
        with time_machine.travel(NOON + timedelta(seconds=29), tick=False):
            assert timetable.tick() == []
        with time_machine.travel(NOON + timedelta(seconds=30), tick=False):
            assert sorted(timetable.tick()) == sorted(job.name for job, seconds in EVERY.items() if seconds == 60)

    def test_several_sweepers_are_harmless(self):
        with time_machine.travel(NOON, tick=False):
            assert [sorted(Timetable().tick()) for _ in range(3)] == [NAMES, [], []]
        end_all(NOON)
        with time_machine.travel(NOON, tick=False):
            assert Timetable().tick() == []
        assert len(keys()) == len(EVERY)

    def test_what_waits_already_is_not_asked_for_again(self):
        timetable = Timetable()
        for minute in range(100):
            with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
                timetable.tick()
        assert len(keys()) == len(EVERY)

    def test_finished_ones_are_forgotten_after_a_day(self):
        with time_machine.travel(NOON, tick=False):
            Timetable().tick()
        end_all(NOON)
        with time_machine.travel(NOON + timedelta(days=1, seconds=1), tick=False):
            Timetable().tick()
        tomorrow = NOON + timedelta(days=1)
        nightly = f"{KEEP_LIVES.name}:{slot(KEEP_LIVES, NOON)}"  # its numbers are for people to read
        assert keys() == sorted([nightly, *(f"{job.name}:{slot(job, tomorrow)}" for job in EVERY)])

    def test_every_periodic_job_can_be_called_without_a_payload(self):
        assert [job.name for job in EVERY if job.name not in registry.HANDLERS] == []

    def test_every_job_has_a_name_on_the_page_of_jobs(self):
        assert [name for name in registry.HANDLERS if not DECLARED[name].label and not name.startswith("test.")] == []


@pytest.fixture
def valkey(any_database):
    with Valkey() as server, having(redis=outbox.connect(server.url), redis_away_until=0.0):
        yield server


def waiting(server: Valkey, queue: str = "default") -> list[str]:
    with Redis.from_url(server.url) as client:
        return [entry.decode().partition("-")[0] for entry in client.lrange(f"rq:queue:{queue}", 0, -1)]


def enqueued(job, **options) -> str:
    with db.transaction():
        return outbox.enqueue(job, **options)


def message_state(message_id: int) -> MessageState:
    with db.reading() as session:
        return session.get_one(Message, message_id).state


def at(seconds: float):
    return time_machine.travel(clock.system_now() + timedelta(seconds=seconds))


@pytest.mark.service
class TestSweep:
    def test_leaves_alone_what_redis_knows(self, valkey):
        enqueued(SHORT, number=1)
        with at(60):
            assert sweep.sweep() == 0

    def test_pushes_what_redis_forgot(self, valkey):
        ids = sorted(enqueued(SHORT, number=number) for number in range(3))
        valkey.flush()
        with at(3):
            assert sweep.sweep() == 3
        assert sorted(waiting(valkey)) == ids

    def test_pushes_again_what_was_taken_out_and_never_claimed(self, valkey):
        job_id = enqueued(DELIVER)
        with Redis.from_url(valkey.url) as client:
            client.delete("rq:queue:mail")  # a worker died between taking it and its first step
        with at(3):
            assert (sweep.sweep(), sweep.sweep()) == (1, 0)
        assert waiting(valkey, "mail") == [job_id]

    def test_pushes_a_delayed_one_when_its_time_has_come(self, valkey):
        job_id = enqueued(SHORT, number=1, after=timedelta(minutes=5))
        with at(60):
            assert (sweep.sweep(), waiting(valkey)) == (0, [])
        with at(303):
            assert (sweep.sweep(), waiting(valkey)) == (1, [job_id])

    def test_pushes_what_a_killed_worker_left(self, valkey):
        job_id = enqueued(SHORT, number=1)
        with db.transaction():
            outbox.claim(job_id)
        valkey.flush()
        with at(3):
            assert sweep.sweep() == 0
        with at(SHORT.lease + 1):
            assert (sweep.sweep(), waiting(valkey)) == (1, [job_id])

    def test_mails_of_a_killed_worker_leave_within_two_minutes(self, valkey):
        with db.transaction():
            message_id = make_message().id
            job_id = outbox.enqueue(DELIVER)
        with db.transaction():
            outbox.claim(job_id)
            assert operations.claim_batch()[0] == [message_id]
        valkey.flush()
        with at(DELIVER.lease - 5):
            assert (sweep.sweep(), message_state(message_id)) == (0, MessageState.SENDING)
        with at(110):
            assert (sweep.sweep(), waiting(valkey, "mail")) == (1, [job_id])
            run.run(job_id)
        assert message_state(message_id) is MessageState.SENT

    def test_buries_what_killed_every_worker(self, valkey):
        job_id = enqueued(BROKEN)
        for seconds in (0, 100):
            with at(seconds), db.transaction():
                outbox.claim(job_id)
        valkey.flush()
        with at(1000):
            assert (sweep.sweep(), waiting(valkey)) == (0, [])
        with db.reading() as session:
            assert session.get_one(JobRow, job_id).state is JobState.DEAD

    def test_waits_while_redis_is_away_and_pushes_when_it_is_back(self, valkey):
        valkey.kill()
        job_id = enqueued(SHORT, number=1)
        with at(3):
            assert sweep.sweep() == 0
        valkey.start()
        with at(5), having(redis_away_until=0.0):
            assert (sweep.sweep(), waiting(valkey)) == (1, [job_id])

    def test_leaves_rows_of_unknown_work(self, valkey, monkeypatch):
        job_id = enqueued(SHORT, number=1)
        valkey.flush()
        monkeypatch.delitem(DECLARED, SHORT.name)
        with at(3):
            assert sweep.sweep() == 0
        with db.reading() as session:
            assert session.get_one(JobRow, job_id).state is JobState.WAITING
