"""Delivers messages: claims a batch, hands it over on one connection, notes each outcome in its own transaction."""

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

from accelerator.core import clock, db
from accelerator.notifications import delivery, operations, queries
from accelerator.notifications.delivery import Answer, Carrier, Outcome, Unreachable
from accelerator.notifications.models import DELIVER, Message
from workers.heartbeat import beating

BEATS = 4  # in the time of a lease


class Batch:
    """Messages that this process holds under a lease which a thread renews, until each is settled."""

    def __init__(self, message_ids: list[int], lease: datetime) -> None:
        self._left, self._lease = set(message_ids), lease
        self._turn = threading.Lock()  # the lease's end names the holder, so it must not change while it is used

    def renew(self) -> bool:
        """Lengthen the lease over what is left; False if nothing is."""
        with self._turn:
            with db.transaction():
                left, lease = operations.renew_lease(self._left, self._lease)
            self._left, self._lease = left, lease
            return bool(left)

    def holds(self, message: Message) -> bool:
        """Whether the message is ours for half a lease at least, with as much time to be renewed in."""
        if self._lease - clock.system_now() < operations.LEASE / 2:
            self.renew()
        return message.id in self._left

    def settle(self, message: Message, answer: Answer) -> None:
        """Write down what became of a message."""
        with self._turn:
            with db.transaction():
                held = _record(message, self._lease, answer)
            # Who may not say what became of one message has lost the others too, and must not send them.
            self._left = self._left - {message.id} if held else set()


def _record(message: Message, lease: datetime, answer: Answer) -> bool:
    if answer.outcome is Outcome.SENT:
        return operations.record_sent([message.id], lease)
    if answer.outcome is Outcome.NEVER:
        return operations.record_bounce(message.id, lease, error=answer.error or "")
    return operations.record_failure(message, lease, error=answer.error or "")


def deliver(job_id: str) -> None:
    """Send until nothing is due, and leave a job for what has to wait."""
    carrier = delivery.carrier()
    while True:
        with db.transaction():
            ids, lease = operations.claim_batch()
        if not ids or not _send_batch(carrier, ids, lease):
            break
    with db.transaction():
        operations.plan_next_delivery()


def _send_batch(carrier: Carrier, ids: list[int], lease: datetime) -> bool:
    """Send what was claimed. False when the server can't be reached, so that going on is of no use now."""
    if isinstance(carrier, delivery.Outbox):
        with db.transaction():
            operations.record_sent(ids, lease)
        return True
    with db.reading():
        messages = queries.claimed(ids)
    batch = Batch(ids, lease)
    with beating(batch.renew, operations.LEASE.total_seconds() / BEATS, "messages"):
        try:
            with carrier:
                for message in messages:
                    if batch.holds(message):
                        batch.settle(message, carrier.send(message))
        except Unreachable as error:
            for message in messages:
                if batch.holds(message):
                    batch.settle(message, Answer(Outcome.LATER, str(error)))
            return False
    return True


HANDLERS: dict[str, Callable[..., Any]] = {DELIVER.name: deliver}
