"""Messages and jobs."""

import uuid
from itertools import count
from typing import Any

from accelerator.core import clock
from accelerator.core.db import add
from accelerator.core.outbox import JobRow, JobState
from accelerator.notifications.models import Message, MessageState
from accelerator.programmes.models import Edition

_numbers = count(1)


def make_message(edition: Edition | None = None, **values: Any) -> Message:
    """A message that waits to be sent."""
    number, now = next(_numbers), clock.system_now()
    defaults = {
        "key": f"test:{number}",
        "kind": "test",
        "edition_id": edition.id if edition else None,
        "name": "Kim Lee",
        "address": f"kim{number}@example.org",
        "language": "en",
        "subject": f"Subject {number}",
        "body": f"Body {number}\n",
        "html": f"<p>Body {number}</p>",
        "state": MessageState.WAITING,
        "next_at": now,
        "created_at": now,
    }
    return add(Message(**{**defaults, **values}))


def make_job(edition: Edition, state: JobState = JobState.WAITING, **values: Any) -> JobRow:
    """A job of an edition."""
    now = clock.system_now()
    defaults = {
        "id": uuid.uuid4().hex,
        "name": "reporting.render_report",
        "queue": "reports",
        "payload": {},
        "state": state,
        "created_at": now,
        "run_at": now,
        "scope_key": edition.id,
    }
    return add(JobRow(**{**defaults, **values}))
