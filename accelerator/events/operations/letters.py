"""What guests are mailed: their place with a new link and a calendar entry. A newer link replaces the older one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy import select

from accelerator.accounts.tokens import digest, new_token
from accelerator.core import calendar, clock, i18n
from accelerator.core.db import session
from accelerator.core.i18n import pick
from accelerator.events.models import Event, Registration, RegistrationState
from accelerator.notifications.models import Message
from accelerator.notifications.operations import notify_address
from accelerator.notifications.texts import absolute
from accelerator.programmes.models import Edition


def event_path(event: Event, edition: Edition) -> str:
    """The address of the event's own page on this site."""
    return f"/events/{edition.slug}/{event.slug}"


def calendar_entry(registration: Registration, edition: Edition, method: Literal["REQUEST", "CANCEL"]) -> bytes:
    """The event for the guest's calendar, in the guest's language. It names the page and never the stream."""
    event = registration.event
    with i18n.speaking(registration.language, registration.zone):
        return calendar.invitation(
            uid=event.uid, sequence=registration.sequence, method=method, stamp=clock.now(), start=event.starts_at,
            end=event.ends_at, zone=edition.zone, summary=event.name, description=pick(event.about), location="",
            organizer=(edition.title, f"no-reply@{urlsplit(absolute('/')).hostname}"),
            attendees=[(registration.name, registration.email)], url=absolute(event_path(event, edition)),
        )  # fmt: skip


def write(
    registration: Registration,
    kind: str,
    *,
    key: str,
    method: Literal["REQUEST", "CANCEL"] | None = None,
    **values: Any,
) -> bool:
    """Mail a guest; False, and the link stays what it was, if a mail with this ``key`` exists already."""
    edition, token = session().get_one(Edition, registration.edition_id), new_token()
    event = registration.event
    written = notify_address(
        registration.email, registration.name, kind, key=key, language=registration.language, zone=registration.zone,
        person_id=registration.person_id, event=event, registration=registration, **values,
        calendar=calendar_entry(registration, edition, method) if method else None, calendar_method=method or "REQUEST",
        path=f"{event_path(event, edition)}/places/{token}", page=event_path(event, edition),
    )  # fmt: skip
    if written:
        registration.token_hash = digest(token)
        session().flush()
    return written


def confirm(registration: Registration) -> bool:
    """Say that the guest has a place, or waits for one."""
    registered = registration.state.value == "registered"
    key = f"event_registered:{registration.id}:{registration.sequence}:{registration.state.value}"
    if registered:
        return write(registration, "event_registered", key=key, method="REQUEST", again=False, changed=False)
    return write(registration, "event_waiting", key=key, again=False)


def confirm_again(registration: Registration) -> bool:
    """Say it once more to somebody who registered before: at most once a day, so that nobody can be flooded."""
    kind = "event_waiting" if registration.state.value == "waiting" else "event_registered"
    key = f"{kind}:{registration.id}:again:{clock.now().date().isoformat()}"
    if kind == "event_waiting":
        return write(registration, kind, key=key, again=True)
    return write(registration, kind, key=key, again=True, changed=False)


def tell_changed(registration: Registration) -> bool:
    """Say that the event is at another time."""
    event = registration.event
    # The key holds the new hours, so a second run of the job tells nobody twice.
    key = f"event_changed:{registration.id}:{event.starts_at.isoformat()}:{event.ends_at.isoformat()}"
    return _once_more(registration, "event_registered", key, "REQUEST", again=False, changed=True)


def tell_called_off(registration: Registration, cancelled_at: datetime) -> bool:
    """Say that the event is cancelled; whoever has a calendar entry gets one that removes it."""
    held = registration.state is not RegistrationState.WAITING
    return _once_more(registration, "event_called_off", called_off_key(registration.id, cancelled_at),
                      "CANCEL" if held else None, reason=registration.event.cancel_reason, held=held)  # fmt: skip


def tell_resumed(registration: Registration, cancelled_at: datetime) -> bool:
    """Say that the event takes place after all, to somebody who was told of the cancellation at that instant."""
    held = registration.state is not RegistrationState.WAITING
    key = f"event_resumed:{registration.id}:{cancelled_at.isoformat()}"
    return _once_more(registration, "event_resumed", key, "REQUEST" if held else None, held=held)


def called_off_key(registration_id: int, cancelled_at: datetime) -> str:
    """The key of the mail about a cancellation: it tells who has heard of it."""
    return f"event_called_off:{registration_id}:{cancelled_at.isoformat()}"


def told(registrations: Sequence[Registration], cancelled_at: datetime) -> list[Registration]:
    """Those of the registrations whose guests have heard of the cancellation, in the same order."""
    keys = {called_off_key(one.id, cancelled_at): one for one in registrations}
    written = set(session().scalars(select(Message.key).where(Message.key.in_(keys))))
    return [one for key, one in keys.items() if key in written]


def _once_more(
    registration: Registration, kind: str, key: str, method: Literal["REQUEST", "CANCEL"] | None, **values: Any
) -> bool:
    registration.sequence += 1
    if write(registration, kind, key=key, method=method, **values):
        return True
    registration.sequence -= 1
    return False


def remind(registration: Registration, name: str) -> bool:
    """Remind a guest; ``name`` is 7d, 1d or 1h and makes the mail unique for the event's present hour."""
    key = f"event_reminder:{name}:{registration.id}:{registration.event.starts_at.isoformat()}"
    return write(registration, "event_reminder", key=key)


def send_link(registration: Registration) -> bool:
    """Tell a guest that the stream runs now; once for the event's present hour."""
    key = f"event_begins:{registration.id}:{registration.event.starts_at.isoformat()}"
    return write(registration, "event_begins", key=key)


def send_replay(registration: Registration) -> bool:
    """Tell a guest once that the recording is there."""
    return write(registration, "event_replay", key=f"event_replay:{registration.id}")
