"""What guests are mailed: their place with a new link and a calendar entry. A newer link replaces the older one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from sqlalchemy import select, update

from accelerator.accounts.tokens import digest, new_token
from accelerator.core import calendar, clock, i18n
from accelerator.core.db import add, session
from accelerator.core.i18n import pick
from accelerator.events.models import Event, Registration, RegistrationState, SeatRequest
from accelerator.notifications.models import Message
from accelerator.notifications.operations import Letter, batches, notify_many
from accelerator.notifications.texts import absolute
from accelerator.programmes.models import Edition


def event_path(event: Event, edition: Edition) -> str:
    """The address of the event's own page on this site."""
    return f"/events/{edition.slug}/{event.slug}"


def calendar_entry(
    registration: Registration, edition: Edition, method: Literal["REQUEST", "CANCEL"], sequence: int
) -> bytes:
    """The event for the guest's calendar, in the guest's language. It names the page and never the stream."""
    event = registration.event
    with i18n.speaking(registration.language, registration.zone):
        return calendar.invitation(
            uid=event.uid,
            sequence=sequence,
            method=method,
            stamp=clock.now(),
            start=event.starts_at,
            end=event.ends_at,
            zone=edition.zone,
            summary=event.name,
            description=pick(event.about),
            location="",
            organizer=(edition.title, f"no-reply@{urlsplit(absolute('/')).hostname}"),
            attendees=[(registration.name, registration.email)],
            url=absolute(event_path(event, edition)),
        )


@dataclass(frozen=True)
class GuestLetter(Letter):
    """A mail to a guest, and what their registration becomes with it: the digest of the new link, the entry's sequence."""

    registration_id: int = 0
    token_hash: str = ""
    sequence: int = 0


def letter(
    registration: Registration,
    edition: Edition,
    kind: str,
    *,
    key: str,
    method: Literal["REQUEST", "CANCEL"] | None = None,
    sequence: int | None = None,
    **values: Any,
) -> GuestLetter:
    """A mail to a guest, with a new link; ``sequence`` is the calendar entry's, if it moves on."""
    token = new_token()
    event, sequence = registration.event, registration.sequence if sequence is None else sequence
    path = event_path(event, edition)
    return GuestLetter(
        registration.email,
        registration.name,
        kind,
        key,
        registration.language,
        registration.zone,
        {"event": event, "registration": registration, "path": f"{path}/places/{token}", "page": path, **values},
        registration.person_id,
        calendar_entry(registration, edition, method, sequence) if method else None,
        method or "REQUEST",
        registration_id=registration.id,
        token_hash=digest(token),
        sequence=sequence,
    )


def note_links(letters: Collection[GuestLetter]) -> None:
    """Let the links in mails that were just written be the ones that open the places."""
    if letters:
        session().execute(
            update(Registration),
            [
                {
                    "id": guest_letter.registration_id,
                    "token_hash": guest_letter.token_hash,
                    "sequence": guest_letter.sequence,
                }
                for guest_letter in letters
            ],
        )


def write(
    registration: Registration,
    kind: str,
    *,
    key: str,
    method: Literal["REQUEST", "CANCEL"] | None = None,
    **values: Any,
) -> bool:
    """Mail a guest; False, and the link stays what it was, if a mail with this ``key`` exists already."""
    edition = session().get_one(Edition, registration.edition_id)
    guest_letter = letter(registration, edition, kind, key=key, method=method, **values)
    written = bool(notify_many([guest_letter]))
    if written:
        registration.token_hash = guest_letter.token_hash
        session().flush()
    return written


def write_many(written: Sequence[GuestLetter]) -> None:
    """Mail many guests; the link of whoever has had this mail already stays what it was."""
    keys = notify_many(written)
    note_links([guest_letter for guest_letter in written if guest_letter.key in keys])


def moved_up(registration: Registration, edition: Edition) -> GuestLetter:
    """Says that the guest, who waited, has a seat now."""
    sequence = registration.sequence + 1
    key = f"event_moved_up:{registration.id}:{sequence}"
    return letter(registration, edition, "event_moved_up", key=key, method="REQUEST", sequence=sequence)


def ask_to_confirm(registration: Registration, details: Mapping[str, Any]) -> None:
    """Ask whoever reads this address whether they want to come. Nothing that was typed stands in the mail or its head.

    The mail has a link of its own, with which ``details`` wait; every other link stays what it was.
    """
    edition = session().get_one(Edition, registration.edition_id)
    key = f"event_confirm:{registration.id}:{registration.sequence}"
    asked = replace(
        letter(registration, edition, "event_confirm", key=key),
        name=registration.email,
        language=details["language"],
        zone=details["zone"],
    )
    if notify_many([asked]):
        add(
            SeatRequest(
                registration_id=registration.id, token_hash=asked.token_hash, asked_at=clock.system_now(), **details
            )
        )


def confirm(registration: Registration) -> bool:
    """Say that the guest has a place, or waits for one."""
    registered = registration.state.value == "registered"
    key = f"event_registered:{registration.id}:{registration.sequence}:{registration.state.value}"
    if registered:
        return write(registration, "event_registered", key=key, method="REQUEST", again=False, changed=False)
    return write(registration, "event_waiting", key=key, again=False)


def confirm_again(registration: Registration) -> bool:
    """Say it once more to somebody who registered before; whoever calls has counted the mail."""
    kind = "event_waiting" if registration.state.value == "waiting" else "event_registered"
    key = f"{kind}:{registration.id}:again:{clock.system_now().isoformat()}"
    if kind == "event_waiting":
        return write(registration, kind, key=key, again=True)
    return write(registration, kind, key=key, again=True, changed=False)


def moved(registration: Registration, edition: Edition) -> GuestLetter:
    """Says that the event is at another time."""
    event = registration.event
    # The key holds the new hours, so a second run of the job tells nobody twice.
    key = f"event_changed:{registration.id}:{event.starts_at.isoformat()}:{event.ends_at.isoformat()}"
    return _once_more(registration, edition, "event_registered", key, "REQUEST", again=False, changed=True)


def called_off(registration: Registration, edition: Edition, cancelled_at: datetime) -> GuestLetter:
    """Says that the event is cancelled; whoever has a calendar entry gets one that removes it."""
    held = registration.state is not RegistrationState.WAITING
    return _once_more(
        registration,
        edition,
        "event_called_off",
        called_off_key(registration.id, cancelled_at),
        "CANCEL" if held else None,
        reason=registration.event.cancel_reason,
        held=held,
    )


def resumed(registration: Registration, edition: Edition, cancelled_at: datetime) -> GuestLetter:
    """Says that the event takes place after all, to somebody who was told of the cancellation at that instant."""
    held = registration.state is not RegistrationState.WAITING
    key = f"event_resumed:{registration.id}:{cancelled_at.isoformat()}"
    return _once_more(registration, edition, "event_resumed", key, "REQUEST" if held else None, held=held)


def called_off_key(registration_id: int, cancelled_at: datetime) -> str:
    """The key of the mail about a cancellation: it tells who has heard of it."""
    return f"event_called_off:{registration_id}:{cancelled_at.isoformat()}"


def told(registrations: Sequence[Registration], cancelled_at: datetime) -> list[Registration]:
    """Those of the registrations whose guests have heard of the cancellation, in the same order."""
    keys = {called_off_key(registration.id, cancelled_at): registration for registration in registrations}
    written: set[str] = set()
    for some in batches(list(keys)):
        written.update(session().scalars(select(Message.key).where(Message.key.in_(some))))
    return [registration for key, registration in keys.items() if key in written]


def hours_and_state(event: Event) -> tuple[datetime, datetime, datetime | None, datetime | None]:
    """What guests are told of: when one of these changes, another mail says so."""
    return event.starts_at, event.ends_at, event.published_at, event.cancelled_at


def _once_more(
    registration: Registration,
    edition: Edition,
    kind: str,
    key: str,
    method: Literal["REQUEST", "CANCEL"] | None,
    **values: Any,
) -> GuestLetter:
    return letter(registration, edition, kind, key=key, method=method, sequence=registration.sequence + 1, **values)


def reminder(registration: Registration, edition: Edition, name: str) -> GuestLetter:
    """Reminds a guest; ``name`` is 7d, 1d or 1h and makes the mail unique for the event's present hour."""
    key = f"event_reminder:{name}:{registration.id}:{registration.event.starts_at.isoformat()}"
    return letter(registration, edition, "event_reminder", key=key)


def beginning(registration: Registration, edition: Edition) -> GuestLetter:
    """Tells a guest that the stream runs now; once for the event's present hour."""
    key = f"event_begins:{registration.id}:{registration.event.starts_at.isoformat()}"
    return letter(registration, edition, "event_begins", key=key)


def replay(registration: Registration, edition: Edition) -> GuestLetter:
    """Tells a guest once that the recording is there."""
    return letter(registration, edition, "event_replay", key=f"event_replay:{registration.id}")
