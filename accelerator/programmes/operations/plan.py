"""Programmes, and what the admins of an edition set: dates, texts, rules."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from accelerator.accounts.models import Person, Role
from accelerator.accounts.operations import roles
from accelerator.core import clock
from accelerator.core.audit import audit, reason_problems
from accelerator.core.cities import unknown
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy
from accelerator.core.scope import choose
from accelerator.core.times import day, is_zone
from accelerator.programmes import queries
from accelerator.programmes.models import Edition, Mode, Programme, Sector
from accelerator.programmes.operations.lists import HostLine, line_of, write_hosts

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FIRST_SECTORS = {
    "energy": {"en": "Energy and climate", "ja": "エネルギー・気候"},
    "education": {"en": "Education", "ja": "教育"},
    "food": {"en": "Food and agriculture", "ja": "食・農業"},
    "health": {"en": "Health and care", "ja": "健康・医療・介護"},
    "mobility": {"en": "Mobility and logistics", "ja": "移動・物流"},
    "money": {"en": "Finance", "ja": "金融"},
    "other": {"en": "Other", "ja": "その他"},
    "safety": {"en": "Disaster prevention and safety", "ja": "防災・安全"},
}


@dataclass(frozen=True)
class Plan:
    """Everything about an edition that its admins set. Days count in ``zone``. Without ``closes_at`` the call is rolling."""

    name: Mapping[str, str]
    theme: Mapping[str, str]
    about: Mapping[str, str]
    place: Mapping[str, str]
    zone: str
    mode: Mode
    places: int
    announced_on: date
    opens_at: datetime
    closes_at: datetime | None
    decisions_on: date
    starts_on: date
    coaching_ends_on: date
    demo_day_on: date
    sealed: bool = False
    two_person_release: bool = True
    accepts_until: datetime | None = None


STEPS = {
    "announced_on": lazy("Announced"),
    "opens_at": lazy("Call opens"),
    "closes_at": lazy("Call closes"),
    "accepts_until": lazy("Late applications accepted until"),
    "decisions_on": lazy("Decisions"),
    "starts_on": lazy("Programme starts"),
    "coaching_ends_on": lazy("Coaching ends"),
    "demo_day_on": lazy("Demo Day"),
}
"""The dates of a programme's life, in their order, as their fields are called."""


def date_problems(plan: Mapping[str, Any]) -> Iterator[Refused]:
    """Zones that nobody knows, no places, and dates that are not in the order of a programme's life."""
    zone, places, opens_at, closes_at = (plan[name] for name in ("zone", "places", "opens_at", "closes_at"))
    if not zone or not is_zone(zone):
        yield Refused(unknown(zone or ""), field="zone")
    if places is not None and places < 1:
        yield Refused(_("Enter at least 1 place."), field="places")
    is_backwards = opens_at is not None and closes_at is not None and closes_at <= opens_at
    if is_backwards:
        yield Refused(_("The call has to close after it opens."), field="closes_at")
    yield from _late_problems(plan)
    for (earlier, before), (name, after) in pairwise(_days(plan)):
        if after < before and name != "accepts_until" and not (is_backwards and name == "closes_at"):
            steps = {"step": STEPS[name], "earlier": STEPS[earlier], "day": day(before)}
            yield Refused(_("“%(step)s” can't be before “%(earlier)s”, %(day)s.", **steps), field=name)


def _late_problems(plan: Mapping[str, Any]) -> Iterator[Refused]:
    """What is wrong with the close that refuses, and with what needs a close."""
    closes_at, until = plan["closes_at"], plan["accepts_until"]
    if closes_at is None:
        if until is not None:
            yield Refused(
                _("Enter when the call closes, or leave this empty: a rolling call has no late applications."),
                field="accepts_until",
            )
        if plan["sealed"]:
            yield Refused(
                _("A call without a close can't be sealed, because it would never open. Enter when it closes."),
                field="sealed",
            )
    elif until is not None and until < closes_at:
        yield Refused(_("Enter a time at or after the announced close."), field="accepts_until")


def _days(plan: Mapping[str, Any]) -> Iterator[tuple[str, date]]:
    """The steps that have a date, with their days in the plan's zone; an instant has none without it."""
    for name in STEPS:
        value = plan[name]
        if isinstance(value, datetime):
            value = value.astimezone(ZoneInfo(plan["zone"])).date() if is_zone(plan["zone"] or "") else None
        if value is not None:
            yield name, value


def plan_problems(plan: Mapping[str, Any], programme: Programme, *, but: int | None = None) -> Iterator[Refused]:
    """What is wrong with a plan, by the names of :class:`Plan`, in which anything may be missing.

    Calls of one programme don't overlap; ``but`` is the id of the edition that is planned anew.
    """
    yield from date_problems(plan)
    opens_at, closes_at = plan["opens_at"], plan["closes_at"]
    if opens_at is None or (closes_at is not None and closes_at <= opens_at):
        return
    other = queries.overlapping(programme.id, opens_at, plan["accepts_until"] or closes_at, but=but)
    if other is not None:
        yield Refused(
            _(
                "The call of %(edition)s is open at the same time. Calls of one programme can't overlap.",
                edition=other.title,
            ),
            field="opens_at",
        )


def slug_problems(slug: str | None, *, is_taken: bool) -> Iterator[Refused]:
    """What is wrong with the part of addresses that a programme or an edition is to have."""
    if slug and not SLUG.fullmatch(slug):
        yield Refused(_("Use lower-case letters, digits and hyphens, like kobe-2020."), field="slug")
    elif is_taken:
        yield Refused(_("This is already taken. Choose another."), field="slug")


def programme_problems(slug: str | None) -> Iterator[Refused]:
    """What is wrong with the address of a programme."""
    return slug_problems(slug, is_taken=bool(slug) and queries.programme_by_slug(slug or "") is not None)


def edition_problems(programme: Programme, slug: str | None, plan: Mapping[str, Any]) -> Iterator[Refused]:
    """What is wrong with a new edition: its address, its plan."""
    yield from slug_problems(slug, is_taken=bool(slug) and queries.edition_by_slug(slug or "") is not None)
    yield from plan_problems(plan, programme)


def create_programme(
    slug: str, *, name: Mapping[str, str], host: Mapping[str, str], since: int, home_country: str, actor: Person
) -> Programme:
    """Make a lasting scheme. Its slug is part of addresses and stays."""
    refuse(programme_problems(slug))
    programme = add(
        Programme(
            slug=slug, name=dict(name), host=dict(host), since=since, home_country=home_country, created_at=clock.now()
        )
    )
    audit(actor, "programmes.founded", programme, slug=[None, slug])
    return programme


def create_edition(programme: Programme, slug: str, plan: Plan, *, actor: Person) -> Edition:
    """Plan a new run of a programme; whoever makes it is its first admin. Sectors and hosts are those of the last one."""
    lock(programme)  # two people who plan calls at once wait for each other here
    refuse(edition_problems(programme, slug, vars(plan)))
    earlier = queries.newest_edition(programme)
    edition = add(Edition(programme=programme, slug=slug, created_at=clock.now(), **_columns(plan)))
    sectors, hosts = _carried_over(earlier)
    with choose(edition.scope):
        session().add_all(Sector(edition_id=edition.id, key=key, name=name) for key, name in sectors.items())
        write_hosts(edition, hosts)
        roles.give_role(actor, edition.id, Role.ADMIN, actor=actor)
        audit(actor, "programmes.edition_planned", edition, slug=[None, slug])
    return edition


def _carried_over(earlier: Edition | None) -> tuple[dict[str, dict[str, str]], list[HostLine]]:
    if earlier is None:
        return FIRST_SECTORS, []
    with choose(earlier.scope):
        sectors = {sector.key: sector.name for sector in queries.sectors(earlier)}
        return sectors or FIRST_SECTORS, [replace(line_of(host), host_id=None) for host in queries.hosts(earlier)]


def _columns(plan: Plan) -> dict[str, object]:
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in asdict(plan).items()}


def change_plan(edition: Edition, plan: Plan, *, actor: Person) -> None:
    """Change dates, texts and rules of an edition. Once its call is open the close is moved by :func:`move_close`."""
    lock(edition.programme)  # two people who plan calls at once wait for each other here
    refuse(change_problems(edition, vars(plan)))
    changed = changes_of(edition, _columns(plan))
    if changed:
        audit(actor, "programmes.plan_changed", edition, **changed)


def change_problems(edition: Edition, plan: Mapping[str, Any]) -> Iterator[Refused]:
    """What is wrong with a new plan of an edition.

    Once the call has opened a later close is no mere setting: applicants are told of it, and it has a reason.
    """
    yield from plan_problems(plan, edition.programme, but=edition.id)
    if clock.now() < edition.opens_at or edition.closes_at is None:
        return
    if plan["closes_at"] is None or plan["closes_at"] > edition.closes_at:
        yield Refused(
            _("The call has opened. Use “Extend the call”, so that applicants hear of the later close."),
            field="closes_at",
        )


def move_problems(edition: Edition, closes_at: datetime | None, accepts_until: datetime | None) -> Iterator[Refused]:
    """Why the close of a call that has opened can't be moved to this one."""
    if edition.closes_at is None:
        yield Refused(_("This call has no close, so there is nothing to extend."))
        return
    if clock.now() < edition.opens_at:
        yield Refused(_("The call has not opened yet. Change its dates in the settings."))
    if closes_at is None:
        return
    if closes_at <= edition.closes_at or closes_at <= clock.now():
        yield Refused(_("Enter a time after the present close and after now."), field="closes_at")
        return
    plan = {name: getattr(edition, name) for name in (*STEPS, "zone", "places", "sealed")}
    yield from plan_problems(
        {**plan, "closes_at": closes_at, "accepts_until": accepts_until}, edition.programme, but=edition.id
    )


def move_close(
    edition: Edition, *, closes_at: datetime, accepts_until: datetime | None, reason: str, actor: Person
) -> None:
    """Announce a later close of a call that has opened; what the close was is kept for the page of the call.

    The caller tells applicants.
    """
    lock(edition.programme)  # as in change_plan
    lock(edition)
    refuse(move_problems(edition, closes_at, accepts_until))
    refuse(reason_problems(reason, blank=_("Say why the call is extended.")))
    changed = changes_of(
        edition, {"closes_at": closes_at, "accepts_until": accepts_until, "extended_from": edition.closes_at}
    )
    audit(actor, "programmes.call_extended", edition, reason=reason, **changed)
