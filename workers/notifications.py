"""Delivers messages: claims a batch, hands it over on one connection, notes each outcome in its own transaction."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from accelerator.core import clock, db
from accelerator.notifications import delivery, operations, queries
from accelerator.notifications.delivery import Carrier, Outcome, Unreachable
from accelerator.notifications.models import DELIVER, Message

SLOWEST = timedelta(seconds=delivery.TIMEOUT * 5)  # one message: connect, sender, recipient, data, answer


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
    with db.reading():
        messages = queries.claimed(ids)
    if isinstance(carrier, delivery.Outbox):
        with db.transaction():
            operations.record_sent(ids, lease)
        return True
    left = list(messages)
    try:
        with carrier:
            while left and clock.system_now() + SLOWEST < lease:
                _send(carrier, left[0], lease)
                left.pop(0)
    except Unreachable as error:
        with db.transaction():
            for message in left:
                operations.record_failure(message, lease, error=str(error))
        return False
    if left:
        # The rest of the lease is too short to be sure that nobody else sends them too.
        with db.transaction():
            operations.put_back([message.id for message in left], lease)
    return True


def _send(carrier: Carrier, message: Message, lease: datetime) -> None:
    answer = carrier.send(message)
    with db.transaction():
        if answer.outcome is Outcome.SENT:
            operations.record_sent([message.id], lease)
        elif answer.outcome is Outcome.NEVER:
            operations.record_bounce(message.id, lease, error=answer.error or "")
        else:
            operations.record_failure(message, lease, error=answer.error or "")


HANDLERS: dict[str, Callable[..., Any]] = {DELIVER.name: deliver}
