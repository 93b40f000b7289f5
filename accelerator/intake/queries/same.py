"""Records that may be the same firm, for a team whose editions they applied to; and what hangs on each.

Candidates are looked up by the keys that are stored for each record (``startups.operations.keys``).
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import combinations
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Person
from accelerator.accounts.queries import roles
from accelerator.accounts.rules import TEAM
from accelerator.core import clock
from accelerator.core.db import remembered, session
from accelerator.core.scope import everywhere
from accelerator.core.versions import version_of
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import bars, visible_to
from accelerator.programmes.models import Edition
from accelerator.startups.models import DistinctStartups, Founder, KeyKind, Startup, StartupKey, StartupMerge

MOST = 100  # pairs on the page
CROWD = 20  # so many records with one name or domain say nothing about any two of them
WEIGHTS = {KeyKind.NUMBER: 3, KeyKind.HOST: 2, KeyKind.FOUNDER: 2, KeyKind.NAME: 2, KeyKind.MAIL: 1}
SURE, LIKELY = 3, 2
FACTS = ("name", "native_name", "one_line", "one_line_ja", "country", "prefecture", "city", "website", "founded")


class Strength(StrEnum):
    """How much two records have in common."""

    SURE = "sure"
    LIKELY = "likely"
    MAYBE = "maybe"


@dataclass(frozen=True)
class Applied:
    """One application of a record: where, and how far."""

    id: int
    edition: Edition
    reference: str
    state: ApplicationState


@dataclass
class Record:
    """A record, with its applications and founders."""

    startup: Startup
    applied: list[Applied] = field(default_factory=list)
    founders: list[Founder] = field(default_factory=list)

    @property
    def shown(self) -> list[Any]:
        """What a page shows of it."""
        facts = [getattr(self.startup, name) for name in FACTS]
        founders = [(row.name, row.email, row.has_access) for row in self.founders]
        return [self.startup.slug, facts, founders, [(row.reference, row.state) for row in self.applied]]


@dataclass(frozen=True)
class Pair:
    """Two records and why they may be one firm: ``(kind, what both have)``, the strongest first."""

    first: Record
    second: Record
    reasons: tuple[tuple[KeyKind, str], ...]

    @property
    def ids(self) -> tuple[int, int]:
        """The ids of both records."""
        return self.first.startup.id, self.second.startup.id

    @property
    def weight(self) -> int:
        """How much they have in common; each kind counts once."""
        return sum(WEIGHTS[kind] for kind in {kind for kind, _value in self.reasons})

    @property
    def strength(self) -> Strength:
        """The same in a word."""
        return Strength.SURE if self.weight >= SURE else Strength.LIKELY if self.weight >= LIKELY else Strength.MAYBE

    @property
    def version(self) -> str:
        """Which state of both a page shows."""
        return version_of(self.first.shown, self.second.shown)

    @property
    def double(self) -> list[tuple[Applied, Applied]]:
        """Applications of both in one edition of which only one can count."""
        return [
            (row, other)
            for row in self.first.applied
            for other in self.second.applied
            if row.edition.id == other.edition.id and ApplicationState.WITHDRAWN not in (row.state, other.state)
        ]


def possible_pairs(edition: Edition, person: Person) -> list[Pair]:
    """Pairs that the team may look at, those with most in common first, at most a hundred: four statements a page.

    Of each record all applications lie in editions on whose team the person is, whose answers are not sealed now; none
    of them bars the person, and one of the two applied to this edition.
    """
    return remembered(("pairs", edition.id, person.id), lambda: _pairs(edition, person))


def _pairs(edition: Edition, person: Person) -> list[Pair]:
    reasons: defaultdict[tuple[int, int], set[tuple[KeyKind, str]]] = defaultdict(set)
    groups: defaultdict[tuple[KeyKind, str], list[int]] = defaultdict(list)
    with everywhere():
        for kind, value, startup_id in session().execute(_shared_keys(edition)):
            groups[kind, value].append(startup_id)
    for key, ids in groups.items():
        for pair in combinations(sorted(ids), 2):
            reasons[pair].add(key)
    known = records(person, {startup_id for pair in reasons for startup_id in pair})
    apart = _apart(known)
    pairs = [
        Pair(known[first], known[second], tuple(sorted(why, key=_order)))
        for (first, second), why in reasons.items()
        if first in known and second in known and (first, second) not in apart
        if _concerns(edition, known[first], known[second])
    ]
    return sorted(pairs, key=lambda pair: (-pair.weight, pair.first.startup.name, pair.second.startup.id))[:MOST]


def _order(reason: tuple[KeyKind, str]) -> tuple[int, str, str]:
    return -WEIGHTS[reason[0]], reason[0], reason[1]


def _shared_keys(edition: Edition) -> Select[Any]:
    """``(kind, value, startup)`` of every key of this edition's records that another record has too."""
    own = (
        select(StartupKey.kind, StartupKey.value)
        .join(Application, Application.startup_id == StartupKey.startup_id)
        .where(Application.edition_id == edition.id)
        .distinct()
        .subquery()
    )
    many = func.count(StartupKey.startup_id).over(partition_by=(StartupKey.kind, StartupKey.value)).label("many")
    keys = (
        select(StartupKey.kind, StartupKey.value, StartupKey.startup_id, many)
        .join(own, and_(own.c.kind == StartupKey.kind, own.c.value == StartupKey.value))
        .subquery()
    )
    shared = select(keys.c.kind, keys.c.value, keys.c.startup_id).where(keys.c.many.between(2, CROWD))
    return shared.order_by(keys.c.startup_id)


def _apart(startup_ids: Collection[int]) -> set[tuple[int, int]]:
    noted = select(DistinctStartups.first_id, DistinctStartups.second_id).where(
        DistinctStartups.first_id.in_(startup_ids), DistinctStartups.second_id.in_(startup_ids)
    )
    return {(row.first_id, row.second_id) for row in session().execute(noted)}


def possible_pair(edition: Edition, person: Person, slugs: Sequence[str]) -> Pair | None:
    """One of these pairs, by the address parts of both."""
    pairs = possible_pairs(edition, person)
    return next((row for row in pairs if {row.first.startup.slug, row.second.startup.slug} == set(slugs)), None)


def _concerns(edition: Edition, first: Record, second: Record) -> bool:
    editions = [{applied.edition.id for applied in record.applied} for record in (first, second)]
    if first.startup.synthetic and second.startup.synthetic and not editions[0] & editions[1]:
        return False  # the demonstration shows one call at several moments
    return any(edition.id in some for some in editions)


def records(person: Person, startup_ids: Collection[int]) -> dict[int, Record]:
    """Those of these records whose applications are all open to the person: two statements."""
    with everywhere():
        rows = session().execute(_applications(person, startup_ids)).all()
        teams, now = set(_teams(person)), clock.now()
        hidden = {
            row.Startup.id
            for row in rows
            if row.is_barred or row.Edition.id not in teams or (row.Edition.sealed and not row.Edition.is_over(now))
        }
        known: dict[int, Record] = {}
        for row in rows:
            if row.Startup.id not in hidden:
                record = known.setdefault(row.Startup.id, Record(row.Startup))
                record.applied.append(Applied(row.id, row.Edition, row.reference, row.state))
        founders = select(Founder).where(Founder.startup_id.in_(known)).order_by(Founder.position, Founder.id)
        for founder in session().scalars(founders):
            known[founder.startup_id].founders.append(founder)
    return known


def _applications(person: Person, startup_ids: Collection[int]) -> Any:
    """The statement of every application of these startups."""
    return (
        select(
            Startup,
            Edition,
            Application.id,
            Application.reference,
            Application.state,
            bars(person.id).label("is_barred"),
        )
        .select_from(Application)
        .join(Startup, Startup.id == Application.startup_id)
        .join(Edition, Edition.id == Application.edition_id)
        .where(Application.startup_id.in_(startup_ids))
        .order_by(Startup.id, Application.id)
    )


def _teams(person: Person) -> list[int]:
    return sorted(edition_id for edition_id, held in roles(person).items() if held.intersection(TEAM))


@dataclass(frozen=True)
class Done:
    """What became of pairs: merges, and notes that two are two firms, each with both names."""

    merges: list[StartupMerge]
    apart: list[tuple[DistinctStartups, Startup, Startup]]


def done(edition: Edition, person: Person) -> Done:
    """What was merged and kept apart of records of this edition that are open to the person, the newest first."""
    here = select(Application.startup_id).where(Application.edition_id == edition.id)
    merges = (
        select(StartupMerge)
        .options(joinedload(StartupMerge.kept_startup), joinedload(StartupMerge.gone_startup))
        .options(joinedload(StartupMerge.merger))
        .where(StartupMerge.kept_id.in_(here) | StartupMerge.gone_id.in_(here))
        .order_by(StartupMerge.id.desc())
        .limit(MOST)
    )
    notes = (
        select(DistinctStartups)
        .options(joinedload(DistinctStartups.decider))
        .where(DistinctStartups.first_id.in_(here) | DistinctStartups.second_id.in_(here))
        .order_by(DistinctStartups.decided_at.desc())
        .limit(MOST)
    )
    merged, noted = list(session().scalars(merges)), list(session().scalars(notes))
    ids = {row.kept_id for row in merged} | {key for row in noted for key in (row.first_id, row.second_id)}
    ids |= {row.gone_id for row in merged if row.undone_at is not None}
    known = records(person, ids)
    return Done(
        [row for row in merged if _is_open(row, known)],
        [
            (row, known[row.first_id].startup, known[row.second_id].startup)
            for row in noted
            if row.first_id in known and row.second_id in known
        ],
    )


def _is_open(merge: StartupMerge, known: Collection[int]) -> bool:
    return merge.kept_id in known and (merge.undone_at is None or merge.gone_id in known)


def merge(edition: Edition, person: Person, merge_id: int) -> StartupMerge | None:
    """One of these merges."""
    return next((row for row in done(edition, person).merges if row.id == merge_id), None)


@dataclass(frozen=True)
class Earlier:
    """An earlier application of the same firm."""

    edition: Edition
    reference: str
    state: ApplicationState
    submitted_at: datetime | None


def earlier_applications(application: Application, person: Person) -> list[Earlier]:
    """What the firm sent or began elsewhere, the newest first, as far as the person may see it: one statement.

    Only of editions on whose team the person is, and nothing that bars them.
    """
    with everywhere():
        rows = (
            session()
            .execute(
                select(Edition, Application.reference, Application.state, Application.submitted_at)
                .join(Edition, Edition.id == Application.edition_id)
                .where(
                    Application.startup_id == application.startup_id,
                    Application.id != application.id,
                    Application.edition_id.in_(_teams(person)),
                    visible_to(person),
                    # The demonstration shows one call at several moments: what became of it later is not known yet.
                    or_(Application.edition_id == application.edition_id, ~Application.synthetic),
                )
                .order_by(Application.created_at.desc(), Application.id.desc())
                .limit(20)
            )
            .all()
        )
    return [Earlier(*row) for row in rows]
