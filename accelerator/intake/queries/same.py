"""Records that may be the same firm, for a team whose editions they applied to; and what hangs on each."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from sqlalchemy import Select, and_, case, null, select

from accelerator.accounts.models import Person
from accelerator.accounts.queries import roles
from accelerator.accounts.rules import TEAM
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.scope import everywhere
from accelerator.intake.models import Application, ApplicationState, Revision
from accelerator.intake.queries.visibility import bars
from accelerator.programmes.models import Edition
from accelerator.startups.models import DistinctStartups, Founder, Startup
from accelerator.startups.names import host_key, name_key

MOST = 100  # pairs on the page
CROWD = 20  # so many records with one name or host say nothing about any two of them
NAME, HOST, FOUNDER, NUMBER = "name", "host", "founder", "number"


@dataclass(frozen=True)
class Applied:
    """One application of a record: where, and how far."""

    edition: Edition
    reference: str
    state: ApplicationState


@dataclass
class Record:
    """A record, with what is compared."""

    startup: Startup
    applied: list[Applied] = field(default_factory=list)
    founders: list[Founder] = field(default_factory=list)
    marks: set[tuple[str, object]] = field(default_factory=set)


@dataclass(frozen=True)
class Pair:
    """Two records and why they may be one firm."""

    first: Record
    second: Record
    reasons: tuple[str, ...]


def possible_pairs(edition: Edition, person: Person) -> list[Pair]:
    """Pairs that the team may look at, those with most in common first, at most a hundred: four statements.

    Of each record all applications lie in editions on whose team the person is, none of them bars the person, and one of
    the two applied to this edition.
    """
    known = _records(person)
    groups: dict[tuple[str, object], list[int]] = defaultdict(list)
    for record in known.values():
        for mark in record.marks:
            groups[mark].append(record.startup.id)
    reasons: dict[tuple[int, int], list[str]] = defaultdict(list)
    for (reason, _value), ids in groups.items():
        if len(ids) <= CROWD:
            for pair in combinations(sorted(ids), 2):
                reasons[pair].append(reason)
    apart = {(row.first_id, row.second_id) for row in session().scalars(select(DistinctStartups))}
    pairs = [
        Pair(known[first], known[second], tuple(sorted(set(why))))
        for (first, second), why in reasons.items()
        if (first, second) not in apart and _concerns(edition, known[first], known[second])
    ]
    return sorted(pairs, key=lambda pair: (-len(pair.reasons), pair.first.startup.name, pair.second.startup.id))[:MOST]


def possible_pair(edition: Edition, person: Person, slugs: frozenset[str]) -> Pair | None:
    """One of these pairs, by the address parts of both."""
    pairs = possible_pairs(edition, person)
    return next((pair for pair in pairs if {pair.first.startup.slug, pair.second.startup.slug} == slugs), None)


def _concerns(edition: Edition, first: Record, second: Record) -> bool:
    editions = [{applied.edition.id for applied in record.applied} for record in (first, second)]
    if first.startup.synthetic and second.startup.synthetic and not editions[0] & editions[1]:
        return False  # the demonstration shows one call at several moments
    return any(edition.id in some for some in editions)


def _records(person: Person) -> dict[int, Record]:
    with everywhere():
        rows = session().execute(_applications(person)).all()
        hidden = {row.Startup.id for row in rows if row.is_barred or row.Edition.id not in _teams(person)}
        known: dict[int, Record] = {}
        for row in rows:
            if row.Startup.id not in hidden:
                record = known.setdefault(row.Startup.id, Record(row.Startup))
                record.applied.append(Applied(row.Edition, row.reference, row.state))
                record.marks |= set(_marks(row.Startup, row.number))
        theirs = select(Application.startup_id).where(Application.edition_id.in_(_teams(person)))
        for founder in session().scalars(
            select(Founder).where(Founder.startup_id.in_(theirs)).order_by(Founder.position)
        ):
            if founder.startup_id in known:
                record = known[founder.startup_id]
                record.founders.append(founder)
                if founder.email:
                    record.marks.add((FOUNDER, founder.email))
                if founder.person_id:
                    record.marks.add((FOUNDER, founder.person_id))
    return known


def _applications(person: Person) -> Select[Any]:
    """Every application of the startups that applied to editions of the person's teams."""
    theirs = select(Application.startup_id).where(Application.edition_id.in_(_teams(person)))
    sealed = and_(Edition.sealed, Edition.closes_at > clock.now())
    number = case((sealed, null()), else_=Revision.answers["corporate_number"].as_string())
    return (
        select(
            Startup,
            Edition,
            Application.reference,
            Application.state,
            bars(person.id).label("is_barred"),
            number.label("number"),
        )
        .select_from(Application)
        .join(Startup, Startup.id == Application.startup_id)
        .join(Edition, Edition.id == Application.edition_id)
        .outerjoin(
            Revision, and_(Revision.application_id == Application.id, Revision.number == Application.revision_number)
        )
        .where(Application.startup_id.in_(theirs))
        .order_by(Startup.id, Application.id)
    )


def _teams(person: Person) -> list[int]:
    return sorted(edition_id for edition_id, held in roles(person).items() if held.intersection(TEAM))


def _marks(startup: Startup, number: str | None) -> Iterator[tuple[str, object]]:
    """What two records may have in common."""
    names = {name_key(name) for name in (startup.name, startup.native_name) if name}
    yield from ((NAME, name) for name in names if name)
    if host := host_key(startup.website):
        yield HOST, host
    if number:
        yield NUMBER, number
