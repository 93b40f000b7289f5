"""The agenda: points in the order of their time."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.events import queries
from accelerator.events.models import AgendaItem, Event


def agenda_problems(event: Event, starts_at: datetime | None, minutes: int | None) -> Iterator[Refused]:
    """What is wrong with the time of a point of the agenda."""
    if starts_at is not None and not event.starts_at <= starts_at < event.ends_at:
        yield Refused(_("Choose a time within the event."), field="starts_at")
    if minutes is not None and not 1 <= minutes <= 24 * 60:
        yield Refused(_("Enter minutes between 1 and 1440."), field="minutes")


def add_agenda_item(
    event: Event, *, starts_at: datetime, minutes: int, title: dict[str, str], speaker: str, actor: Person | None
) -> AgendaItem:
    """Add a point to the agenda."""
    refuse(agenda_problems(event, starts_at, minutes))
    item = add(AgendaItem(event_id=event.id, starts_at=starts_at, minutes=minutes, title=title, speaker=speaker))
    audit(actor, "events.added_agenda_item", item, title=[None, title])
    return item


def change_agenda_item(
    item: AgendaItem, *, starts_at: datetime, minutes: int, title: dict[str, str], speaker: str, actor: Person
) -> None:
    """Change a point of the agenda; its place follows from its time."""
    refuse(agenda_problems(queries.event_of(item), starts_at, minutes))
    values = {"starts_at": starts_at, "minutes": minutes, "title": title, "speaker": speaker}
    audit(actor, "events.changed_agenda_item", item, **changes_of(item, values))


def shift_agenda_item(item: AgendaItem, *, earlier: bool, actor: Person) -> None:
    """Let a point and its neighbour change places within the time of both; the pause between them stays."""
    lock(queries.event_of(item))
    order = queries.agenda(item.event_id)
    at = order.index(item)
    first = at - 1 if earlier else at
    if not 0 <= first < len(order) - 1:
        raise Refused(_("It's already first.") if earlier else _("It's already last."))
    before, after = order[first], order[first + 1]
    begin, pause = before.starts_at, after.starts_at - before.starts_at - timedelta(minutes=before.minutes)
    after.starts_at = begin
    # Points that overlap would change places only to overlap more, so they follow each other at least.
    before.starts_at = begin + timedelta(minutes=after.minutes) + max(pause, timedelta())
    audit(actor, "events.moved_agenda_item", item, position=[at + 1, at if earlier else at + 2])


def remove_agenda_item(item: AgendaItem, *, actor: Person) -> None:
    """Take a point off the agenda; it is kept as it was, so that it can be put back."""
    item.removed_at = clock.now()
    audit(actor, "events.removed_agenda_item", item, title=[item.title, None])


def put_back_agenda_item(item: AgendaItem, *, actor: Person) -> None:
    """Let a removed point be on the agenda again, as it was."""
    lock(item)
    if item.removed_at is None:
        raise Refused(_("It's already on the agenda."))
    refuse(agenda_problems(queries.event_of(item), item.starts_at, item.minutes))
    item.removed_at = None
    audit(actor, "events.added_agenda_item", item, title=[None, item.title])
