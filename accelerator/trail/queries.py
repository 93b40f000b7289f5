"""Reading the trail of an edition: by person, kind and day, with the names of what it is about. A fixed number of statements."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import JSON, ColumnElement, Select, String, and_, cast, inspect, literal, not_, or_, select, union_all
from sqlalchemy.orm import aliased

from accelerator.accounts.models import Person
from accelerator.core import acts as declared
from accelerator.core.acts import Path, Subject, row_class
from accelerator.core.audit import REASON, AuditDetail, AuditEntry
from accelerator.core.db import session
from accelerator.core.i18n import pick
from accelerator.core.pagination import Key, Page, page
from accelerator.core.times import from_local
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import barred, barred_startups, sums_withheld
from accelerator.programmes.models import Edition, InEdition
from accelerator.startups.models import Startup

CHUNK = 500
MOST_PARTS = 2  # of an address, besides the edition


@dataclass(frozen=True)
class Filters:
    """What of the trail is shown; days count in the edition's zone, both included.

    ``application`` is the reference of the one that the acts tell something of.
    """

    person: int | None = None
    kind: str = ""
    first: date | None = None
    last: date | None = None
    application: str = ""

    @property
    def plain(self) -> dict[str, str]:
        """The filters that are set, as an address carries them."""
        return {name: str(value) for name, value in asdict(self).items() if value not in (None, "")}


class Act(NamedTuple):
    """One entry of the trail and whoever did it; None is the system."""

    at: datetime
    action: str
    subject_type: str
    subject_id: int | None
    changes: dict[str, Any]
    withheld: list[str]
    beside: dict[str, Any] | None
    reason: str | None
    person: Person | None
    id: int

    @property
    def values(self) -> dict[str, Any]:
        """All that changed, with what lies beside the entry unless it was erased."""
        return {**self.changes, **(self.beside or {})}

    @property
    def erased(self) -> list[str]:
        """The names of the changes, and of the reason, that were erased."""
        kept = (self.beside or {}).keys() | ({REASON} if self.reason else set())
        return [name for name in self.withheld if name not in kept]


class Thing(NamedTuple):
    """What an act was done to: its name, or the person whose name it is, and the parts of its page's address."""

    name: str
    person: Person | None
    parts: Mapping[str, str]


def known_to(viewer_id: int, edition: Edition) -> ColumnElement[bool]:
    """The acts of an edition that a person may know of, whatever else is asked: of its team, for the page is theirs.

    Nothing about an application, or its startup, that bars them; nothing that the act's own stage keeps from them.
    """
    viewer = session().get_one(Person, viewer_id)
    secret = [code for code, act in declared.acts().items() if act.known_to and not act.known_to(viewer)]
    allowed = [
        (AuditEntry.about_type == table) & AuditEntry.about_id.not_in(ids)
        for table, ids in _kept_from(viewer_id, edition).items()
    ]
    return and_(
        AuditEntry.scope_key == edition.id,
        AuditEntry.action.not_in(secret),
        or_(AuditEntry.about_type.is_(None), *allowed),
    )


def _kept_from(viewer_id: int, edition: Edition) -> dict[str, Collection[int]]:
    """By table, the ids of the applications and startups that a person must know nothing of."""
    return {
        Application.__tablename__: barred(edition.id, viewer_id),
        Startup.__tablename__: barred_startups(edition.id, viewer_id),
    }


def _listed(edition: Edition, filters: Filters, viewer_id: int) -> Select[Any]:
    statement: Select[Any] = (
        select(
            AuditEntry.at,
            AuditEntry.action,
            AuditEntry.subject_type,
            AuditEntry.subject_id,
            AuditEntry.changes,
            AuditEntry.withheld,
            AuditDetail.changes,
            AuditDetail.reason,
            Person,
        )
        .select_from(AuditEntry)
        .outerjoin(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(known_to(viewer_id, edition), *_told_once())
    )
    if filters.person is not None:
        statement = statement.where(AuditEntry.actor_id == (filters.person or None))
    if filters.kind:
        statement = statement.where(AuditEntry.subject_type == filters.kind)
    if filters.application:
        told_of = select(Application.id).where(
            Application.edition_id == edition.id, Application.reference == filters.application
        )
        statement = statement.where(
            AuditEntry.about_type == Application.__tablename__, AuditEntry.about_id == told_of.scalar_subquery()
        )
    if filters.first:
        statement = statement.where(AuditEntry.at >= _begin(filters.first, edition.zone))
    if filters.last:
        statement = statement.where(AuditEntry.at < _begin(filters.last + timedelta(days=1), edition.zone))
    return statement


def _told_once() -> Iterator[ColumnElement[bool]]:
    """Leave out moves between states of which the act that made them, written after them, tells already."""
    for code, act in declared.acts().items():
        if act.covers:
            teller = aliased(AuditEntry)
            told = select(teller.id).where(
                teller.action == code,
                teller.subject_type == AuditEntry.subject_type,
                teller.subject_id == AuditEntry.subject_id,
                teller.actor_id.is_not_distinct_from(AuditEntry.actor_id),
                teller.id > AuditEntry.id,
            )
            yield not_((AuditEntry.action == act.covers) & told.exists())


def _begin(day: date, zone: str) -> datetime:
    """The first instant of a day; where the clocks skip midnight the day begins an hour later."""
    try:
        return from_local(datetime.combine(day, time()), zone)
    except ValueError:
        return from_local(datetime.combine(day, time(1)), zone)


def acts(edition: Edition, filters: Filters, viewer_id: int, mark: str | None) -> Page[Act]:
    """What was done in an edition, newest first, page by page."""
    entries = page(_listed(edition, filters, viewer_id), [Key(AuditEntry.id, descending=True)], mark=mark)
    return Page([Act(*row) for row in entries.rows], entries.before, entries.after)


def acts_after(edition: Edition, filters: Filters, viewer_id: int, after: int, most: int = CHUNK) -> list[Act]:
    """The next acts, oldest first: what the export writes at once."""
    statement = _listed(edition, filters, viewer_id).add_columns(AuditEntry.id).where(AuditEntry.id > after)
    return [Act(*row) for row in session().execute(statement.order_by(AuditEntry.id).limit(most))]


def allowed(edition: Edition, viewer_id: int, shown: Collection[Act]) -> dict[str, bool]:
    """Which kinds of changes of these acts the viewer is not shown now."""
    known = (declared.act(code) for code in {act.action for act in shown})
    has_sums = any(act.is_sum for act in known if act)
    return {"sealed": edition.is_sealed, "withheld": has_sums and sums_withheld(edition.id, viewer_id)}


def actors(edition: Edition, viewer_id: int) -> list[Person]:
    """Everybody who did something in the edition that the viewer may know of, by name."""
    there = select(AuditEntry.actor_id).where(known_to(viewer_id, edition))
    statement = select(Person).where(Person.id.in_(there))
    return list(session().scalars(statement.order_by(Person.family_name, Person.given_name, Person.id)))


def things(edition: Edition, shown: Collection[Act], viewer_id: int) -> dict[tuple[str, int], Thing]:
    """What the acts were done to, by table and id; two statements at most.

    Rows that are gone are left out, those about an application that bars the viewer, and those whose name tells an
    answer that is sealed.
    """
    kinds, ids_by_table = declared.subjects(), dict[str, set[int]]()
    for table, number in {pair for act in shown for pair in _rows_of(act)}:
        spec = kinds.get(table)
        if spec is not None and spec.name and not (spec.is_answer and edition.is_sealed):
            ids_by_table.setdefault(table, set()).add(number)
    if not ids_by_table:
        return {}
    parts = [_naming(edition, kind, ids, viewer_id) for kind, ids in sorted(ids_by_table.items())]
    rows = session().execute(union_all(*parts) if len(parts) > 1 else parts[0]).all()
    people = _people({int(row[2]) for row in rows if kinds[row[0]].person and row[2]})
    return {(row[0], row[1]): _thing(kinds[row[0]], row, people) for row in rows}


def _rows_of(act: Act) -> Iterator[tuple[str, int]]:
    """The rows that a sentence and its changes name."""
    if act.subject_id is not None:
        yield act.subject_type, act.subject_id
    for name, change in act.changes.items():
        field = declared.field_of(act.action, name)
        if field is not None and field.table:
            yield from ((field.table, side) for side in (change if isinstance(change, list) else [change]) if side)


def _thing(spec: Subject, row: Any, people: Mapping[int, Person]) -> Thing:
    page = declared.page(row[0])
    parts = dict(zip(page.parts if page else (), row[4:], strict=False))
    if spec.person:
        return Thing("", people.get(int(row[2] or 0)), parts)
    return Thing(pick(json.loads(row[2])) if row[3] == "pair" and row[2] else row[2] or "", None, parts)


def _people(ids: Collection[int]) -> dict[int, Person]:
    people = session().scalars(select(Person).where(Person.id.in_(ids))) if ids else ()
    return {person.id: person for person in people}


def _naming(edition: Edition, kind: str, ids: Collection[int], viewer_id: int) -> Select[Any]:
    """One part of the union: table, id, name, whether the name is a pair of languages, parts of the address."""
    spec, page, row = declared.subjects()[kind], declared.page(kind), row_class(kind)
    paths = [spec.name, *(page.parts.values() if page else ())]
    joined: dict[Path, Any] = {}
    columns = [_column(row, path, joined) for path in paths]
    about = _column(row, spec.about, joined) if spec.about else None
    shape = "pair" if isinstance(columns[0].type, JSON) else "text"
    addresses = [cast(column, String) for column in columns[1:]] + [literal("")] * (MOST_PARTS - len(columns) + 1)
    named = (literal(kind), row.id, cast(columns[0], String), literal(shape), *addresses)
    # Labels of our own: two columns of one name would be taken for each other where the part stands alone.
    statement = select(*(column.label(f"column_{at}") for at, column in enumerate(named))).select_from(row)
    for path, target in joined.items():
        owner = joined[path[:-1]] if len(path) > 1 else row
        statement = statement.outerjoin(target, target.id == getattr(owner, path[-1]))
    if about is not None:
        behind = next((key.column.table.name for key in about.property.columns[0].foreign_keys), kind)
        statement = statement.where(about.not_in(_kept_from(viewer_id, edition)[behind]))
    return statement.where(row.id.in_(ids), *([row.edition_id == edition.id] if issubclass(row, InEdition) else []))


def _column(row: Any, path: Path, joined: dict[Path, Any]) -> Any:
    """The column at the end of a path; the tables on the way are noted in ``joined``."""
    owner, here = row, row
    for at, step in enumerate(path[:-1], start=1):
        key = next(iter(inspect(here).columns[step].foreign_keys))
        here = row_class(key.column.table.name)
        owner = joined.setdefault(path[:at], aliased(here))
    return getattr(owner, path[-1])
