"""The lists of an edition: its sectors, and the organisations that carry it. Rows keep their ids, for answers name them."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from accelerator.accounts.models import Person, Role
from accelerator.accounts.queries import people_with
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext, pick
from accelerator.programmes import queries
from accelerator.programmes.models import Edition, Host, HostMember, Sector

LONGEST_KEY = 40


@dataclass(frozen=True)
class SectorLine:
    """One sector in both languages; a new one has no id."""

    name: Mapping[str, str]
    sector_id: int | None = None


@dataclass(frozen=True)
class HostLine:
    """One organisation that carries an edition, and what it does there, in both languages; a new one has no id."""

    name: Mapping[str, str]
    part: Mapping[str, str]
    shares_data: bool = False
    host_id: int | None = None
    reads_applications: bool = False


def line_of(host: Host) -> HostLine:
    """An organisation as it is stored."""
    return HostLine(dict(host.name), dict(host.part), host.shares_data, host.id, host.reads_applications)


def sector_problems(edition: Edition, lines: Sequence[SectorLine]) -> Iterator[Refused]:
    """Why the sectors can't be changed to these lines, as far as they have names."""
    known = {sector.id: dict(sector.name) for sector in queries.sectors(edition)}
    if any(line.sector_id is not None and line.sector_id not in known for line in lines):
        yield Refused(_("A sector has been removed in the meantime. Reload the page."))
    kept = {key: name for key, name in known.items() if key not in {line.sector_id for line in lines}}
    yield from _twin_problems([*kept.values(), *(line.name for line in lines)])


def change_sectors(edition: Edition, lines: Sequence[SectorLine], *, actor: Person) -> None:
    """Rename sectors and add new ones. Absence removes none: ``remove_sector`` does, and says why one has to stay."""
    lock(edition)
    if not all(all(line.name.values()) for line in lines):
        raise Refused(_("Give each sector a name in both languages."))
    refuse(sector_problems(edition, lines))
    known = {sector.id: sector for sector in queries.sectors(edition)}
    before = {sector.key: dict(sector.name) for sector in known.values()}
    after = dict(before)
    for line in lines:
        key = known[line.sector_id].key if line.sector_id is not None else key_for(line.name["en"], after)
        after[key] = dict(line.name)
    for sector in known.values():
        sector.name = after[sector.key]
    session().add_all(Sector(edition_id=edition.id, key=key, name=after[key]) for key in after if key not in before)
    changed = [key for key in after if after[key] != before.get(key)]
    if changed:
        audit(
            actor,
            "programmes.sectors_changed",
            edition,
            sectors=[{key: before[key] for key in changed if key in before}, {key: after[key] for key in changed}],
        )


def _twin_problems(names: Collection[Mapping[str, str]]) -> Iterator[Refused]:
    for language in ("en", "ja"):
        folded = [name[language].casefold() for name in names]
        twin = next((name[language] for name in names if folded.count(name[language].casefold()) > 1), None)
        if twin:
            yield Refused(_("“%(name)s” appears twice. Give each sector its own name.", name=twin))


def key_for(name: str, taken: Collection[str]) -> str:
    """A stable key made of an English name: letters, digits and underscores, at most 40, none of ``taken``.

    >>> key_for("Café & food", ()), key_for("Food", {"food"}), key_for("食", ())
    ('cafe_food', 'food_2', 'sector')
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[: LONGEST_KEY - 4] or "sector"
    number, key = 1, stem
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def why_sector_stays(edition: Edition, uses: int, others: int) -> str | None:
    """Why a sector that ``uses`` rows point at can't be removed; None if it can. ``others`` is how many more there are."""
    if uses:
        return ngettext("%(num)s application has chosen it.", "%(num)s applications have chosen it.", uses)
    if edition.call_is_open:
        return _("The call is open, and drafts may have chosen it.")
    return None if others else _("The form asks for a sector, so at least one is needed.")


def removal_problems(edition: Edition, sector: Sector, *, new: int = 0) -> Iterator[Refused]:
    """Why a sector can't be taken off the list, to which ``new`` ones are added in the same go."""
    others = len(queries.sectors(edition)) - 1 + new
    why = why_sector_stays(edition, queries.sector_uses(edition).get(sector.id, 0), others)
    if why is not None:
        yield Refused(_("“%(name)s” can't be removed. %(why)s You can rename it.", name=sector.title, why=why))


def remove_sector(edition: Edition, sector: Sector, *, actor: Person) -> None:
    """Take a sector that nobody has chosen off the list."""
    lock(edition)
    refuse(removal_problems(edition, sector))
    audit(actor, "programmes.sectors_changed", edition, sectors=[{sector.key: sector.name}, {}])
    try:
        with session().begin_nested():
            session().delete(sector)
    except IntegrityError as error:
        raise Refused(_("“%(name)s” has just been chosen, so it can't be removed.", name=sector.title)) from error


def host_problems(edition: Edition, lines: Sequence[HostLine]) -> Iterator[Refused]:
    """Why the organisations can't be changed to these lines, and why one that is not among them can't go."""
    known = {host.id: host for host in queries.hosts(edition)}
    if any(line.host_id is not None and line.host_id not in known for line in lines):
        yield Refused(_("An organisation has been removed in the meantime. Reload the page."))
    for line in lines:
        yield from _reading_problems(edition, line, known.get(line.host_id or 0))
    kept = {line.host_id for line in lines}
    for host in known.values():
        if host.id not in kept and host.shares_data and edition.opens_at <= clock.now():
            yield Refused(
                _("%(name)s can't be removed: applicants have been asked to share their data with it.", name=host.title)
            )


def change_hosts(edition: Edition, lines: Sequence[HostLine], *, actor: Person) -> None:
    """Write down who carries the edition, in this order; whoever is not among ``lines`` is removed."""
    lock(edition)
    if not all(all(line.name.values()) and all(line.part.values()) for line in lines):
        raise Refused(_("Give each organisation a name and a role in both languages."))
    refuse(host_problems(edition, lines))
    known = {host.id: host for host in queries.hosts(edition)}
    before = [line_of(host) for host in known.values()]
    kept = {line.host_id for line in lines}
    for host in known.values():
        if host.id not in kept:
            _remove_host(edition, host)
    if before == [replace(line, name=dict(line.name), part=dict(line.part)) for line in lines]:
        return
    write_hosts(edition, lines, known)
    audit(
        actor,
        "programmes.hosts_changed",
        edition,
        hosts=[[line.name["en"] for line in side] for side in (before, lines)],
    )


def _reading_problems(edition: Edition, line: HostLine, host: Host | None) -> Iterator[Refused]:
    name = pick(line.name)
    if line.reads_applications and not line.shares_data:
        yield Refused(
            _("%(name)s can read the applications only if applicants are asked to share their data with it.", name=name)
        )
    is_new = line.reads_applications and not (host and host.reads_applications)
    if is_new and edition.opens_at <= clock.now():
        yield Refused(
            _(
                "The call opened without naming %(name)s. Applicants were not told, so it can't read the applications.",
                name=name,
            )
        )


def _remove_host(edition: Edition, host: Host) -> None:
    session().execute(delete(HostMember).where(HostMember.edition_id == edition.id, HostMember.host_id == host.id))
    session().delete(host)


def write_hosts(edition: Edition, lines: Sequence[HostLine], known: Mapping[int, Host] | None = None) -> None:
    """Store the organisations in this order; rows of ``known`` keep their ids."""
    for position, line in enumerate(lines, start=1):
        host = (known or {}).get(line.host_id or 0)
        if host is None:
            add(
                Host(
                    edition_id=edition.id,
                    name=dict(line.name),
                    part=dict(line.part),
                    position=position,
                    shares_data=line.shares_data,
                    reads_applications=line.reads_applications,
                )
            )
        else:
            host.name, host.part, host.position = dict(line.name), dict(line.part), position
            host.shares_data, host.reads_applications = line.shares_data, line.reads_applications


def partner_problems(edition: Edition, hosts: Mapping[int, int | None]) -> Iterator[Refused]:
    """Why partners can't come from these organisations: who or what is named is not there any more."""
    known, partners = {host.id for host in queries.hosts(edition)}, people_with(edition.id, Role.PARTNER)
    if not hosts.keys() <= {person.id for person in partners}:
        yield Refused(_("Somebody on this list is no longer a partner. Reload the page."))
    if not {host for host in hosts.values() if host is not None} <= known:
        yield Refused(_("An organisation has been removed in the meantime. Reload the page."))


def change_partners(edition: Edition, hosts: Mapping[int, int | None], *, actor: Person) -> None:
    """Say which organisation partners come from, by person id; None where it is not known. Others stay as they are."""
    lock(edition)
    refuse(partner_problems(edition, hosts))
    before = queries.host_members(edition)
    changed = {person: host for person, host in hosts.items() if before.get(person) != host}
    if not changed:
        return
    session().execute(delete(HostMember).where(HostMember.edition_id == edition.id, HostMember.person_id.in_(changed)))
    session().add_all(
        HostMember(edition_id=edition.id, person_id=person, host_id=host)
        for person, host in changed.items()
        if host is not None
    )
    audit(actor, "programmes.partners_changed", edition, partners=len(changed))
