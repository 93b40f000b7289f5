"""Writing messages. Delivery is the worker's business (workers/notifications.py)."""

from typing import Any

from sqlalchemy import insert, select

from accelerator.accounts.models import Person
from accelerator.core import clock, scope
from accelerator.core.db import session
from accelerator.core.outbox import enqueue
from accelerator.core.text import header_text
from accelerator.notifications.models import DELIVER, Message, MessageState
from accelerator.notifications.texts import render


def notify(
    person: Person,
    kind: str,
    *,
    key: str,
    calendar: bytes | None = None,
    calendar_method: str = "REQUEST",
    **values: Any,
) -> bool:
    """Write a mail of ``kind`` to a person, in their language and zone; False if one with this ``key`` exists already.

    ``values`` go to ``templates/emails/<kind>/{subject.txt,body.txt,body.html}``; rows of the database are fine,
    because the mail is rendered now, with the fact that it tells of. ``calendar`` is an ICS invitation.
    """
    return notify_address(
        person.email, person.name_in(person.language), kind, key=key, language=person.language, zone=person.zone,
        person_id=person.id, calendar=calendar, calendar_method=calendar_method, person=person, **values,
    )  # fmt: skip


def notify_address(
    address: str, name: str, kind: str, *, key: str, language: str, zone: str, person_id: int | None = None,
    calendar: bytes | None = None, calendar_method: str = "REQUEST", **values: Any,
) -> bool:  # fmt: skip
    """Like :func:`notify`, for an address that no account stands behind (a guest of an event)."""
    if session().scalar(select(Message.id).where(Message.key == key)) is not None:
        return False
    chosen = scope.current()
    texts = render(kind, language=language, zone=zone, name=name, **values)
    session().execute(
        insert(Message).values(
            key=key, kind=kind, edition_id=chosen.key if chosen else None, person_id=person_id, address=address,
            name=header_text(name)[:200], language=language, subject=header_text(texts.subject)[:300], body=texts.body,
            html=texts.html, calendar=calendar.decode() if calendar else None,
            calendar_method=calendar_method if calendar else None, state=MessageState.WAITING, attempts=0,
            next_at=clock.system_now(), created_at=clock.now(),
        )
    )  # fmt: skip
    _wake_delivery()
    return True


def _wake_delivery() -> None:
    # One job empties the queue, however many mails this transaction writes.
    if not session().info.get("delivery_woken"):
        session().info["delivery_woken"] = True
        enqueue(DELIVER)
