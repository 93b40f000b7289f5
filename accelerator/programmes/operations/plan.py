"""Programmes, and what the admins of an edition set: dates, texts, rules."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from accelerator.accounts import operations as accounts
from accelerator.accounts.models import Person, Role
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.scope import choose
from accelerator.core.times import day, is_zone
from accelerator.programmes import queries
from accelerator.programmes.models import Edition, Mode, Programme, Sector
from accelerator.programmes.operations.lists import HostLine, line_of, write_hosts

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
FIRST_SECTORS = {
    "energy": {"en": "Energy and climate", "ja": "エネルギー・気候"}, "education": {"en": "Education", "ja": "教育"},
    "food": {"en": "Food and agriculture", "ja": "食・農業"}, "health": {"en": "Health and care", "ja": "健康・医療・介護"},
    "mobility": {"en": "Mobility and logistics", "ja": "移動・物流"}, "money": {"en": "Finance", "ja": "金融"},
    "other": {"en": "Other", "ja": "その他"}, "safety": {"en": "Disaster prevention and safety", "ja": "防災・安全"},
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """Everything about an edition that its admins set. Days count in ``zone``."""

    name: Mapping[str, str]
    theme: Mapping[str, str]
    about: Mapping[str, str]
    place: Mapping[str, str]
    zone: str
    mode: Mode
    places: int
    announced_on: date
    opens_at: datetime
    closes_at: datetime
    decisions_on: date
    starts_on: date
    coaching_ends_on: date
    demo_day_on: date
    sealed: bool = False
    two_person_release: bool = True


def check_plan(plan: Plan) -> None:
    """Refuse dates that are not in the order of a programme's life, zones nobody knows, and missing languages."""
    if not is_zone(plan.zone):
        raise Refused(_("Enter a city or a zone, like Kobe or Europe/Tallinn."), field="zone")
    if plan.places < 1:
        raise Refused(_("Enter at least 1 place."), field="places")
    if plan.closes_at <= plan.opens_at:
        raise Refused(_("The call has to close after it opens."), field="closes_at")
    zone = ZoneInfo(plan.zone)
    steps = (
        ("announced_on", plan.announced_on), ("opens_at", plan.opens_at.astimezone(zone).date()),
        ("closes_at", plan.closes_at.astimezone(zone).date()), ("decisions_on", plan.decisions_on),
        ("starts_on", plan.starts_on), ("coaching_ends_on", plan.coaching_ends_on), ("demo_day_on", plan.demo_day_on),
    )  # fmt: skip
    for (_before_name, before), (name, after) in pairwise(steps):
        if after < before:
            raise Refused(_("This can't be before %(day)s, the step before it.", day=day(before)), field=name)


def _refuse_overlap(programme: Programme, plan: Plan, *, but: int | None = None) -> None:
    # Two people who plan calls at once wait for each other here.
    lock(programme)
    other = queries.overlapping(programme.id, plan.opens_at, plan.closes_at, but=but)
    if other is not None:
        raise Refused(_("The call of %(edition)s is open then too. Calls of one programme can't overlap.",
                        edition=other.title), field="opens_at")  # fmt: skip


def create_programme(
    slug: str, *, name: Mapping[str, str], host: Mapping[str, str], since: int, home_country: str, actor: Person
) -> Programme:
    """Make a lasting scheme. Its slug is part of addresses and stays."""
    if not SLUG.fullmatch(slug):
        raise Refused(_("Use small letters, digits and hyphens, like kobe-2020."), field="slug")
    if queries.programme_by_slug(slug) is not None:
        raise Refused(_("This is taken. Choose another."), field="slug")
    programme = add(
        Programme(
            slug=slug, name=dict(name), host=dict(host), since=since, home_country=home_country, created_at=clock.now()
        )
    )
    audit(actor, "programmes.founded", programme, slug=[None, slug])
    return programme


def create_edition(programme: Programme, slug: str, plan: Plan, *, actor: Person) -> Edition:
    """Plan a new run of a programme; whoever makes it is its first admin. Sectors and hosts are those of the last one."""
    if not SLUG.fullmatch(slug):
        raise Refused(_("Use small letters, digits and hyphens, like kobe-2020."), field="slug")
    if queries.edition_by_slug(slug) is not None:
        raise Refused(_("This is taken. Choose another."), field="slug")
    check_plan(plan)
    _refuse_overlap(programme, plan)
    earlier = queries.newest_edition(programme)
    edition = add(Edition(programme=programme, slug=slug, created_at=clock.now(), **_columns(plan)))
    sectors, hosts = _carried_over(earlier)
    with choose(edition.scope):
        session().add_all(Sector(edition_id=edition.id, key=key, name=name) for key, name in sectors.items())
        write_hosts(edition, hosts)
        accounts.give_role(actor, edition.id, Role.ADMIN, actor=actor)
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
    """Change dates, texts and rules of an edition."""
    check_plan(plan)
    _refuse_overlap(edition.programme, plan, but=edition.id)
    changed = changes_of(edition, _columns(plan))
    if changed:
        audit(actor, "programmes.plan_changed", edition, **changed)
