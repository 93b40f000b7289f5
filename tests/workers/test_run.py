"""One job from claim to done, in this process, on both databases."""

from datetime import timedelta

import pytest
import time_machine

from accelerator.core import clock, db, outbox, scope
from accelerator.core.outbox import Job, JobRow, JobState
from tests.factories import make_edition
from tests.services.processes import wait_until
from tests.services.worker_jobs import BROKEN, LONG, SHORT, STEPS, note, noted
from workers import registry, run

pytestmark = pytest.mark.usefixtures("any_database")


def enqueued(job: Job, **payload) -> str:
    with db.transaction():
        return outbox.enqueue(job, **payload)


def row(job_id: str) -> JobRow:
    with db.reading() as session:
        return session.get_one(JobRow, job_id)


@pytest.fixture
def handle(monkeypatch):
    """Lets a test put a handler of its own in."""

    def put(job: Job, handler) -> None:
        monkeypatch.setitem(registry.HANDLERS, job.name, handler)

    return put


class TestShort:
    def test_is_done_with_what_it_wrote(self):
        job_id = enqueued(SHORT, number=7)
        run.run(job_id)
        assert (noted("test.short"), row(job_id).state, row(job_id).attempts) == ([7], JobState.DONE, 1)

    def test_is_done_once(self):
        job_id = enqueued(SHORT, number=7)
        run.run(job_id)
        run.run(job_id)
        assert noted("test.short") == [7]

    def test_leaves_nothing_when_it_fails_and_tells_only_the_kind_of_the_fault(self, caplog):
        job_id = enqueued(BROKEN)
        run.run(job_id)
        found = row(job_id)
        assert (noted("test.broken"), found.state, found.error) == ([], JobState.WAITING, "LookupError")
        said = [record.getMessage() for record in caplog.records if record.name == "workers.run"]
        assert said == [f"job {job_id} (test.broken) failed at try 1 of 2"]

    def test_is_buried_after_its_last_try(self):
        job_id = enqueued(BROKEN)
        run.run(job_id)
        with time_machine.travel(row(job_id).run_at):
            run.run(job_id)
        assert (row(job_id).state, row(job_id).attempts) == (JobState.DEAD, 2)

    def test_that_outlived_its_lease_writes_nothing_and_the_other_worker_does(self, handle, caplog):
        job_id, tries = enqueued(SHORT, number=7), []

        def slow(number: int) -> None:
            tries.append(number)
            note("test.short", number)
            if len(tries) == 1:
                # What another worker's claim would have made of the row meanwhile.
                db.session().execute(
                    outbox.update(JobRow).where(JobRow.id == job_id).values(attempts=2, lease_until=clock.system_now())
                )

        handle(SHORT, slow)
        run.run(job_id)
        assert (noted("test.short"), row(job_id).state) == ([], JobState.RUNNING)
        with time_machine.travel(clock.system_now() + timedelta(seconds=SHORT.lease + 1)):
            run.run(job_id)
        assert (noted("test.short"), row(job_id).state) == ([7], JobState.DONE)

    def test_works_in_the_rows_edition_and_by_its_clock(self, handle):
        seen = []
        with db.transaction():
            edition = make_edition(ahead_seconds=86400)
            with scope.choose(edition.scope):
                job_id = outbox.enqueue(SHORT, number=1)
        handle(SHORT, lambda number: seen.append((scope.current().key, clock.now() - clock.system_now())))
        run.run(job_id)
        ((key, ahead),) = seen
        assert (key, round(ahead.total_seconds())) == (edition.id, 86400)
        assert scope.current() is None

    def test_without_an_edition_works_in_none(self, handle):
        seen = []
        handle(SHORT, lambda number: seen.append(scope.current()))
        run.run(enqueued(SHORT, number=1))
        assert seen == [None]

    def test_of_an_edition_that_is_gone_fails(self):
        with db.transaction(), scope.choose(scope.Scope(999)):
            job_id = outbox.enqueue(SHORT, number=1)
        run.run(job_id)
        assert (row(job_id).state, row(job_id).error) == (JobState.WAITING, "LookupError")

    def test_unknown_rows_are_nobodys_business(self):
        run.run("0" * 32)


def test_a_rehearsal_leaves_nothing_behind():
    run.rehearse()
    with db.reading() as session:
        assert session.scalars(outbox.select(JobRow.id)).all() == []


class TestLong:
    def test_tells_how_far_it_is(self):
        job_id = enqueued(LONG)
        run.run(job_id)
        found = row(job_id)
        assert (noted("test.step"), found.state, found.done, found.total) == (
            list(range(1, STEPS + 1)),
            JobState.DONE,
            STEPS,
            STEPS,
        )

    def test_keeps_its_lease_while_it_works(self, handle, monkeypatch):
        brief = Job("test.brief", long=True, lease=1)
        ends = []

        def handler(job_id: str) -> None:
            for _ in range(3):
                ends.append(row(job_id).lease_until)
                wait_until(lambda: row(job_id).lease_until > ends[-1])

        handle(brief, handler)
        try:
            job_id = enqueued(brief)
            run.run(job_id)
            assert (len(set(ends)), row(job_id).state) == (3, JobState.DONE)
        finally:
            del outbox.DECLARED[brief.name]

    def test_works_in_the_rows_edition(self, handle):
        seen = []
        with db.transaction():
            edition = make_edition()
            with scope.choose(edition.scope):
                job_id = outbox.enqueue(LONG)
        handle(LONG, lambda job_id: seen.append((job_id, scope.current().key, db.is_open())))
        run.run(job_id)
        assert seen == [(job_id, edition.id, False)]

    def test_that_fails_keeps_what_it_committed_and_waits(self, handle):
        def handler(job_id: str) -> None:
            with db.transaction():
                note("test.step", 1)
            raise OSError("disk")

        handle(LONG, handler)
        job_id = enqueued(LONG)
        run.run(job_id)
        assert (noted("test.step"), row(job_id).state, row(job_id).error) == ([1], JobState.WAITING, "OSError")
