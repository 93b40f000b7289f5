"""Cancelling an event, and taking that back. Places stay as they are: when it takes place after all they hold again."""

from collections.abc import Iterator

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import lock
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import enqueue
from accelerator.events.models import TELL_CANCELLED, Event


def cancel_problems(event: Event) -> Iterator[Refused]:
    """What forbids to cancel an event."""
    if event.cancelled_at is not None:
        yield Refused(_("This event is cancelled."))
    elif event.published_at is None:
        yield Refused(_("This event is not published."))
    elif event.starts_at <= clock.arrival():
        yield Refused(_("The event has begun."))


def cancel_event(event: Event, *, reason: str, actor: Person) -> None:
    """Cancel a published event that has not begun; a job tells everybody who holds a place or waits for one."""
    lock(event)
    refuse(cancel_problems(event))
    now = clock.now()
    event.cancelled_at, event.cancelled_by, event.cancel_reason = now, actor.id, reason.strip()
    audit(actor, "events.called_off", event, reason=event.cancel_reason or None, published=[True, False])
    enqueue(TELL_CANCELLED, actor=actor, event_id=event.id, cancelled_at=now.isoformat())


def resume(event: Event, *, actor: Person) -> None:
    """Take a cancellation back before the event would have begun; whoever was told of it is told of this too."""
    lock(event)
    if (cancelled_at := event.cancelled_at) is None:
        raise Refused(_("This event is not cancelled."))
    if event.starts_at <= clock.arrival():
        raise Refused(_("The event has begun."))
    event.cancelled_at, event.cancelled_by, event.cancel_reason = None, None, ""
    audit(actor, "events.resumed", event, published=[False, True])
    enqueue(TELL_CANCELLED, actor=actor, event_id=event.id, cancelled_at=cancelled_at.isoformat())
