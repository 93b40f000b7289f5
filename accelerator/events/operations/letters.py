"""What guests are mailed: their place with a new link and a calendar entry. A newer link replaces the older one."""

from typing import Any, Literal
from urllib.parse import urlsplit

from accelerator.accounts.tokens import digest, new_token
from accelerator.core import calendar, clock, i18n
from accelerator.core.db import session
from accelerator.core.i18n import pick
from accelerator.events.models import Event, Registration
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
    registration.sequence += 1
    if write(registration, "event_registered", key=key, method="REQUEST", again=False, changed=True):
        return True
    registration.sequence -= 1
    return False


def remind(registration: Registration, name: str) -> bool:
    """Remind a guest; ``name`` is 7d, 1d or 1h and makes the mail unique for the event's present hour."""
    key = f"event_reminder:{name}:{registration.id}:{registration.event.starts_at.isoformat()}"
    return write(registration, "event_reminder", key=key)
