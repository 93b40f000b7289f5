"""Setting an event up: plan and publication."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.outbox import enqueue
from accelerator.events import queries
from accelerator.events.models import TELL_GUESTS, Event, EventKind, Registration
from accelerator.events.operations.registrations import fill_seats
from accelerator.programmes.models import Edition

_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Plan:
    """Everything about an event that staff set. Times are instants; links begin with https://."""

    kind: EventKind
    title: dict[str, str]
    about: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    public: bool
    stream_url: str | None
    recording_url: str | None
    parent_id: int | None


def _slug(edition: Edition, title: str) -> str:
    stem = _NOT_IN_SLUG.sub("-", title.lower()).strip("-")[:50] or "event"
    taken = set(session().scalars(select(Event.slug).where(Event.edition_id == edition.id)))
    return next(
        slug for number in range(1, 10_000) if (slug := stem if number == 1 else f"{stem}-{number}") not in taken
    )


def plan_problems(plan: Mapping[str, Any], edition: Edition, event: Event | None = None) -> Iterator[Refused]:
    """What is wrong with a plan, by the names of :class:`Plan`, in which times may be missing; ``event`` is planned anew."""
    starts_at, ends_at, capacity, parent_id = (plan[key] for key in ("starts_at", "ends_at", "capacity", "parent_id"))
    if starts_at is not None and ends_at is not None and ends_at <= starts_at:
        yield Refused(_("Choose an end after the start."), field="ends_at")
    if capacity is not None and capacity < 1:
        yield Refused(_("Enter at least 1, or leave it empty for no limit."), field="capacity")
    elif capacity is not None and event is not None and capacity < queries.registration_counts(event).seated:
        yield Refused(_("More people than that already have a seat."), field="capacity")
    for field in ("stream_url", "recording_url"):
        if plan[field] is not None and not plan[field].startswith("https://"):
            yield Refused(_("Enter a link that begins with https://."), field=field)
    if parent_id is not None and not _can_hold(queries.event_by_id(edition, parent_id), event):
        yield Refused(_("An event that holds others can't be within another one."), field="parent_id")
    if event is not None and event.published_at is not None:
        yield from _gaps(plan["title"], plan["about"])


def _can_hold(parent: Event | None, event: Event | None) -> bool:
    if parent is None or parent.parent_id is not None:
        return False
    return event is None or (parent.id != event.id and not queries.sub_events(event, published=False))


def create_event(edition: Edition, *, plan: Plan, actor: Person | None) -> Event:
    """Plan an event. Nobody outside the team sees it before it is published."""
    lock(edition)
    refuse(plan_problems(vars(plan), edition))
    event = add(
        Event(
            edition_id=edition.id,
            slug=_slug(edition, plan.title.get("en", "")),
            uid=f"{uuid.uuid4()}@funade",
            **vars(plan),
        )
    )
    audit(actor, "events.created", event, title=[None, plan.title])
    return event


def change_event(event: Event, edition: Edition, *, plan: Plan, actor: Person) -> None:
    """Change the plan. Guests hear of other hours by a job; more seats go to those who wait."""
    lock(event)
    refuse(plan_problems(vars(plan), edition, event))
    changed = changes_of(event, vars(plan))
    audit(actor, "events.changed", event, **{name: changed[name] for name in changed})
    if event.takes_place and {"starts_at", "ends_at"} & changed.keys():
        enqueue(TELL_GUESTS, actor=actor, event_id=event.id)
    fill_seats(event, actor=actor)


def _gaps(title: Mapping[str, Any], about: Mapping[str, Any]) -> Iterator[Refused]:
    for name, texts in (("title", title), ("about", about)):
        for language in ("en", "ja"):
            if not (texts.get(language) or "").strip():
                yield Refused(_("Both languages are needed before an event is public."), field=f"{name}_{language}")


def publish(event: Event, *, actor: Person | None) -> None:
    """Show the event and open its registration."""
    lock(event)
    if event.cancelled_at is not None:
        raise Refused(_("This event is cancelled. Undo the cancellation instead."))
    if event.published_at is not None:
        raise Refused(_("This event is already published."))
    refuse(_gaps(event.title, event.about))
    event.published_at = clock.now()
    audit(actor, "events.published", event, published=[False, True])


def take_back(event: Event, *, actor: Person) -> None:
    """Hide the event again, as long as nobody has registered."""
    lock(event)
    if event.cancelled_at is not None:
        raise Refused(_("This event is cancelled."))
    if event.published_at is None:
        raise Refused(_("This event is not published."))
    registered = session().scalar(
        select(func.count(Registration.id)).where(
            Registration.edition_id == event.edition_id, Registration.event_id == event.id
        )
    )
    if registered:
        raise Refused(_("People have registered already, so it stays public."))
    event.published_at = None
    audit(actor, "events.taken_back", event, published=[True, False])
