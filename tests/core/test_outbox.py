"""Jobs as rows: written with the fact, taken by one worker at a time, tried again, buried."""

import threading
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from accelerator.core import clock, db, i18n, outbox, scope
from accelerator.core.errors import Refused
from accelerator.core.outbox import BACKOFF, Job, JobRow, JobState
from tests.factories import make_edition, make_person
from tests.services.installations import Thread

pytestmark = pytest.mark.usefixtures("any_database")


@pytest.fixture(autouse=True)
def jobs(monkeypatch):
    """Two kinds of work that only these tests know."""
    monkeypatch.setattr(outbox, "DECLARED", {})
    return Job("test.work", tries=3, lease=60), Job("test.mail", queue="mail", tries=1)


@pytest.fixture
def work(jobs) -> Job:
    return jobs[0]


def rows() -> int:
    with db.reading() as session:
        return session.scalar(select(func.count(JobRow.id)))


def row(job_id: str) -> JobRow:
    with db.reading() as session:
        return session.get_one(JobRow, job_id)


def enqueued(job: Job, **options) -> str:
    with db.transaction():
        return outbox.enqueue(job, **options)


def claimed(job_id: str) -> JobRow | None:
    with db.transaction():
        return outbox.claim(job_id)


class TestEnqueue:
    def test_stores_what_the_handler_needs_and_who_asked(self, work):
        with db.transaction():
            edition, person = make_edition(), make_person()
            with scope.choose(edition.scope):
                job_id = outbox.enqueue(work, actor=person, application_id=7, loud=True)
        found = row(job_id)
        assert (
            found.name,
            found.queue,
            found.payload,
            found.state,
            found.attempts,
            found.scope_key,
            found.asked_by,
        ) == ("test.work", "default", {"application_id": 7, "loud": True}, JobState.WAITING, 0, edition.id, person.id)

    def test_vanishes_with_the_fact(self, work):
        with pytest.raises(Refused), db.transaction():
            outbox.enqueue(work)
            raise Refused("No.")
        assert rows() == 0

    def test_a_key_exists_once(self, work):
        assert enqueued(work, key="once") is not None
        assert enqueued(work, key="once") is None
        assert rows() == 1

    def test_without_a_key_each_is_its_own(self, work):
        assert enqueued(work) != enqueued(work)

    @pytest.mark.parametrize("value", [["list"], {"a": 1}, object()])
    def test_takes_primitives_only(self, work, value):
        with db.transaction(), pytest.raises(TypeError, match="primitives only"):
            outbox.enqueue(work, value=value)

    def test_a_delayed_one_is_not_due_yet(self, work):
        job_id = enqueued(work, after=timedelta(minutes=5))
        assert claimed(job_id) is None
        with time_machine.travel(clock.system_now() + timedelta(minutes=6)):
            assert claimed(job_id).id == job_id


class TestClaim:
    def test_counts_the_try_and_sets_the_lease(self, work):
        before = clock.system_now()
        found = claimed(enqueued(work))
        assert (found.state, found.attempts) == (JobState.RUNNING, 1)
        assert timedelta(seconds=60) <= found.lease_until - before < timedelta(seconds=65)

    def test_is_refused_while_another_holds_the_lease(self, work):
        job_id = enqueued(work)
        assert claimed(job_id) is not None
        assert claimed(job_id) is None

    def test_is_granted_again_after_the_lease(self, work):
        job_id = enqueued(work)
        claimed(job_id)
        with time_machine.travel(clock.system_now() + timedelta(seconds=61)):
            assert claimed(job_id).attempts == 2

    def test_ends_with_the_tries_even_if_every_worker_was_killed(self, work):
        job_id = enqueued(work)
        for number in range(work.tries):
            with time_machine.travel(clock.system_now() + timedelta(seconds=61 * number)):
                assert claimed(job_id) is not None
        with time_machine.travel(clock.system_now() + timedelta(days=1)):
            assert claimed(job_id) is None
            with db.transaction():
                assert outbox.bury(job_id) is True
        assert (row(job_id).state, row(job_id).error) == (JobState.DEAD, "WorkerDied")

    def test_of_unknown_work_is_refused(self, work, monkeypatch):
        job_id = enqueued(work)
        monkeypatch.setattr(outbox, "DECLARED", {})
        assert (claimed(job_id), claimed("0" * 32)) == (None, None)

    def test_by_two_workers_at_once_succeeds_once(self, work):
        ids = [enqueued(work) for _ in range(20)]
        ready, won = threading.Barrier(2), []

        def worker() -> None:
            ready.wait()
            won.extend(job_id for job_id in ids if claimed(job_id) is not None)

        threads = [Thread(target=worker) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(won) == sorted(ids)


class TestBury:
    def test_leaves_what_somebody_works_on(self, jobs):
        job_id = enqueued(jobs[1])
        claimed(job_id)
        with db.transaction():
            assert outbox.bury(job_id) is False

    def test_leaves_what_has_tries_left(self, work):
        job_id = enqueued(work)
        claimed(job_id)
        with time_machine.travel(clock.system_now() + timedelta(hours=1)), db.transaction():
            assert outbox.bury(job_id) is False


class TestFinish:
    def test_ends_the_row(self, work):
        job_id = enqueued(work)
        with db.transaction():
            outbox.claim(job_id)
            assert outbox.finish(job_id, 1) is True
        found = row(job_id)
        assert (found.state, found.lease_until, found.share) == (JobState.DONE, None, 1.0)
        assert found.finished_at is not None

    def test_by_a_worker_that_lost_its_lease_changes_nothing(self, work):
        job_id = enqueued(work)
        claimed(job_id)
        with time_machine.travel(clock.system_now() + timedelta(seconds=61)):
            claimed(job_id)
            with db.transaction():
                assert (outbox.finish(job_id, 1), outbox.renew(job_id, 1, 60)) == (False, False)
            assert row(job_id).state is JobState.RUNNING
            with db.transaction():
                assert outbox.finish(job_id, 2) is True


class TestRenew:
    def test_keeps_others_away(self, work):
        job_id = enqueued(work)
        claimed(job_id)
        with time_machine.travel(clock.system_now() + timedelta(seconds=50)), db.transaction():
            assert outbox.renew(job_id, 1, 60) is True
        with time_machine.travel(clock.system_now() + timedelta(seconds=100)):
            assert claimed(job_id) is None


class TestFail:
    def test_waits_longer_after_each_try_and_then_buries(self, work):
        job_id, now = enqueued(work), clock.system_now()
        for attempt in range(1, work.tries + 1):
            with time_machine.travel(now, tick=False):
                assert claimed(job_id).attempts == attempt
                with db.transaction():
                    outbox.fail(job_id, attempt, "OSError")
            found = row(job_id)
            assert found.error == "OSError"
            if attempt < work.tries:
                assert (found.state, found.run_at) == (JobState.WAITING, now + timedelta(seconds=BACKOFF[attempt - 1]))
                now = found.run_at
        assert (found.state, found.finished_at, found.lease_until) == (JobState.DEAD, now, None)

    def test_of_a_lost_lease_changes_nothing(self, work):
        job_id = enqueued(work)
        claimed(job_id)
        with time_machine.travel(clock.system_now() + timedelta(seconds=61)):
            claimed(job_id)
            with db.transaction():
                outbox.fail(job_id, 1, "OSError")
        assert (row(job_id).state, row(job_id).error) == (JobState.RUNNING, None)

    def test_a_dead_one_gets_all_its_tries_again(self, jobs):
        job_id = enqueued(jobs[1])
        claimed(job_id)
        with db.transaction() as session:
            outbox.fail(job_id, 1, "OSError")
            outbox.retry(session.get_one(JobRow, job_id))
        assert claimed(job_id).attempts == 1


class TestProgress:
    def test_is_a_share_of_the_total(self, work):
        job_id = enqueued(work)
        assert row(job_id).share == 0.0
        with db.transaction():
            outbox.report_progress(job_id, 3, 12, "Page 3")
        assert (row(job_id).share, row(job_id).step) == (0.25, "Page 3")

    def test_is_read_in_the_language_of_whoever_looks_not_of_whoever_works(self, work):
        job_id = enqueued(work)
        with i18n.speaking("ja"), db.transaction():
            outbox.report_progress(job_id, 1, 3, i18n.lazy("Jobs"))
        found = row(job_id)
        with i18n.speaking("ja"):
            japanese = found.step
        assert (found.step_source, found.step, japanese) == ("Jobs", "Jobs", "ジョブ")

    def test_without_a_step_says_nothing(self, work):
        job_id = enqueued(work)
        with db.transaction():
            outbox.report_progress(job_id, 1, 3)
        assert (row(job_id).step_source, row(job_id).step) == (None, None)
