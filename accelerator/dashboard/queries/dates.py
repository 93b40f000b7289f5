"""Coming dates: those of the edition's plan and its events."""

from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, or_, select

from accelerator.core import clock
from accelerator.core.db import UtcDateTime
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import pick
from accelerator.core.prepared import Prepared, Selected
from accelerator.core.times import day
from accelerator.dashboard.lines import DateLine
from accelerator.events.models import Event, EventKind
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import Step


def plan_dates(edition: Edition, decisions: Step) -> list[DateLine]:
    """The steps of the edition that everybody knows."""
    place = {"edition_slug": edition.slug}
    return [
        DateLine(edition.opens_at, _("Call opens"), "intake.call", place),
        *([DateLine(edition.closes_at, _("Call closes"), "intake.call", place)] if edition.closes_at else []),
        _decisions(decisions),
        DateLine(edition.starts_on, _("Programme starts")),
        DateLine(edition.coaching_ends_on, _("Coaching ends")),
    ]


def _decisions(step: Step) -> DateLine:
    """Decisions that went out before their day stay on the list until it, so that nobody waits for them."""
    if step.happened and step.day < step.planned:
        note = _("planned for %(day)s", day=day(step.planned))
        return DateLine(step.day, _("Decisions were sent"), note=note, until=step.planned)
    return DateLine(step.day, _("Decisions were sent") if step.happened else _("Decisions"))


def event_dates(edition: Edition, *, drafts: bool = False) -> list[DateLine]:
    """Coming events of the edition; drafts and cancelled ones are for the team.

    Demo Day is among them even when it is over, because its event and not the plan says when it is.
    """
    rows = (_EVENTS_AND_DRAFTS if drafts else _EVENTS).rows(edition=edition.id, now=clock.now())
    return [
        DateLine(row.starts_at, pick(row.title), *_page(edition, row.kind, row.slug), end=row.ends_at) for row in rows
    ]


def _coming(*conditions: Any) -> Selected:
    listed = select(Event.slug, Event.title, Event.kind, Event.starts_at, Event.ends_at)
    mine = Event.edition_id == bindparam("edition", type_=Integer)
    ahead = or_(Event.ends_at > bindparam("now", type_=UtcDateTime()), Event.kind == EventKind.DEMO_DAY)
    return listed.where(mine, ahead, *conditions).order_by(Event.starts_at, Event.id).limit(8)


_EVENTS_AND_DRAFTS = Prepared(_coming)
_EVENTS = Prepared(lambda: _coming(Event.takes_place))


def _page(edition: Edition, kind: EventKind, slug: str) -> tuple[str, dict[str, str]]:
    if kind is EventKind.DEMO_DAY:
        return "demo_day.stage", {"edition_slug": edition.slug}
    return "events.event", {"edition_slug": edition.slug, "event_slug": slug}


def demo_day_line(edition: Edition, lines: list[DateLine]) -> list[DateLine]:
    """The day of Demo Day from the plan, unless its event is among ``lines``, be it over."""
    if any(line.endpoint == "demo_day.stage" for line in lines):
        return []
    return [DateLine(edition.demo_day_on, _("Demo Day"), "demo_day.stage", {"edition_slug": edition.slug})]


def week_of(edition: Edition, now: datetime) -> tuple[int, int] | None:
    """Which week of how many the coaching is in, None before it starts and after it ends."""
    today = DateLine(now, "").instant(edition.zone).date()
    if not edition.starts_on <= today <= edition.coaching_ends_on:
        return None
    whole = (edition.coaching_ends_on - edition.starts_on).days // 7 + 1
    return (today - edition.starts_on).days // 7 + 1, whole
