"""Events and registrations. Choose the edition (``scope.choose(edition.scope)``) around these."""

from datetime import timedelta
from itertools import count
from typing import Any

from accelerator.accounts.tokens import digest
from accelerator.core import clock
from accelerator.core.db import add
from accelerator.events.models import Event, EventKind, Registration, RegistrationState
from accelerator.programmes.models import Edition

_numbers = count(1)


def make_event(edition: Edition, **values: Any) -> Event:
    """A published public lecture of one hour in ten days."""
    number, starts_at = next(_numbers), values.pop("starts_at", clock.now().replace(microsecond=0) + timedelta(days=10))
    defaults = {
        "slug": f"event-{number}",
        "uid": f"event-{number}@example.org",
        "kind": EventKind.LECTURE,
        "title": {"en": f"Event {number}", "ja": f"催し{number}"},
        "about": {"en": "About it.", "ja": "内容です。"},
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=1),
        "published_at": clock.now(),
        "public": True,
    }
    return add(Event(edition_id=edition.id, **{**defaults, **values}))


def make_registration(
    event: Event, state: RegistrationState = RegistrationState.REGISTERED, **values: Any
) -> Registration:
    """A guest in UTC who reads English; ``token`` is that of the link."""
    number, token = next(_numbers), values.pop("token", None)
    defaults = {
        "name": f"Guest {number:03}",
        "email": f"guest{number}@example.org",
        "state": state,
        "registered_at": clock.now() - timedelta(days=20),
        "token_hash": digest(token) if token else None,
    }
    return add(Registration(edition_id=event.edition_id, event_id=event.id, **{**defaults, **values}))
