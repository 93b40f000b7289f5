"""Who holds a message: one worker at a time, as long as it lives."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update

from accelerator.core import clock, db
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.notifications import operations
from accelerator.notifications.models import DELIVER, Message, MessageState
from accelerator.notifications.operations import LEASE
from config import Settings
from tests.factories.notifications import make_message
from tests.servers.smtp import SmtpSink
from tests.services.installations import Thread, set_to
from tests.services.processes import wait_until
from workers.notifications import deliver


def states() -> list[tuple[str, int]]:
    with db.reading():
        return [(row.state, row.attempts) for row in session().scalars(select(Message).order_by(Message.id))]


def make_messages(number: int) -> list[int]:
    with db.transaction():
        return [make_message().id for _ in range(number)]


def claimed() -> list[int]:
    with db.transaction():
        return operations.claim_batch()[0]


def test_a_lost_lease_changes_nothing(app: App) -> None:
    with db.transaction():
        message = make_message()
    with db.transaction():
        ids, lease = operations.claim_batch()
    assert ids == [message.id]
    with db.transaction():
        session().get_one(Message, message.id).lease_until = clock.system_now() - timedelta(seconds=1)
    with db.transaction():
        again, _ = operations.claim_batch()
        assert again == ids
    with db.transaction():
        operations.record_sent(ids, lease)
    assert states() == [(MessageState.SENDING, 2)]


def test_two_workers_never_hold_the_same_message(app: App) -> None:
    with db.transaction():
        make_message()
    with db.transaction():
        first, _ = operations.claim_batch()
    with db.transaction():
        second, _ = operations.claim_batch()
    assert (len(first), second) == (1, [])


def test_what_a_killed_worker_held_is_free_after_its_lease_and_not_before(app: App) -> None:
    ids = make_messages(3)
    assert claimed() == ids
    with time_machine.travel(clock.system_now() + LEASE - timedelta(seconds=2)):
        assert claimed() == []
    with time_machine.travel(clock.system_now() + LEASE + timedelta(seconds=1)):
        assert claimed() == ids


def test_the_job_of_a_killed_worker_finds_its_messages_free_within_two_minutes() -> None:
    """The job's lease is renewed every third of it, the messages' at least every half."""
    assert timedelta(seconds=DELIVER.lease * 2 / 3) >= LEASE
    assert DELIVER.lease <= 110


def test_a_renewed_lease_keeps_others_away(app: App) -> None:
    ids = make_messages(2)
    with db.transaction():
        _, lease = operations.claim_batch()
    with time_machine.travel(clock.system_now() + LEASE / 2), db.transaction():
        held, later = operations.renew_lease(ids, lease)
    assert (held, later > lease) == (set(ids), True)
    with time_machine.travel(clock.system_now() + LEASE + timedelta(seconds=1)):
        assert claimed() == []


def test_only_what_is_still_held_is_renewed(app: App) -> None:
    ids = make_messages(3)
    with db.transaction():
        _, lease = operations.claim_batch()
    with db.transaction():
        assert operations.record_sent(ids[:1], lease) is True
        session().execute(update(Message).where(Message.id == ids[1]).values(lease_until=lease + LEASE))
    with db.transaction():
        assert operations.renew_lease(ids, lease)[0] == {ids[2]}
    with db.transaction():
        assert operations.record_sent([ids[2]], lease) is False


@pytest.fixture
def slow(app: App, settings: Settings) -> Iterator[SmtpSink]:
    """An SMTP server that says nothing of a mail until its gate is opened."""
    gate = threading.Event()
    with SmtpSink(gate=gate) as started:
        with set_to(mail_backend="smtp", smtp_url=f"smtp://127.0.0.1:{started.port}"):
            yield started
        gate.set()


def lease_end(message_id: int) -> datetime:
    with db.reading():
        end = session().get_one(Message, message_id).lease_until
    assert end is not None
    return end


def begin_delivery(sink: SmtpSink) -> Thread:
    """A worker in a thread, up to where the server has the first mail and has not said so."""
    worker = Thread(target=deliver, args=("job",))
    worker.start()
    wait_until(lambda: sink.deliveries, pause=0.01)
    return worker


def test_a_server_that_thinks_for_longer_than_a_lease_gets_the_mail_once(
    slow: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "LEASE", timedelta(seconds=1))
    ids = make_messages(2)
    worker = begin_delivery(slow)
    first = lease_end(ids[0])
    # The lease that was taken is over, and renewed: whoever looks now leaves the messages alone.
    wait_until(lambda: lease_end(ids[0]) > first + timedelta(seconds=1))
    slow.gate.set()
    worker.join()
    assert (len(slow.deliveries), states()) == (2, [(MessageState.SENT, 1)] * 2)


def test_a_worker_that_lost_its_lease_sends_no_more(slow: SmtpSink) -> None:
    make_messages(3)
    worker = begin_delivery(slow)
    with db.transaction():
        taken = update(Message).values(lease_until=clock.system_now() + LEASE * 2, attempts=2)
        session().execute(taken.execution_options(synchronize_session=False))
    slow.gate.set()
    worker.join()
    assert (len(slow.deliveries), states()) == (1, [(MessageState.SENDING, 2)] * 3)
