"""Two records of one firm made one, and two again: everything that refers to one refers to the other.

What refers to startups is found in the tables themselves, so that a later stage need not be named here; what refers to
them without a foreign key is told by the stage that has it (``startups.merged``). The record that goes stays as it was,
with nothing that refers to it, and its address part leads to the one that is kept.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, UniqueConstraint, and_, exists, func, inspect, or_, select
from sqlalchemy.orm import aliased

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import acts, clock, i18n
from accelerator.core.audit import audit
from accelerator.core.db import Base, add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.scope import everywhere
from accelerator.core.text import clean
from accelerator.core.versions import version_of
from accelerator.startups import queries
from accelerator.startups.merged import follow, spellings
from accelerator.startups.models import (
    DistinctStartups,
    Founder,
    Startup,
    StartupAlias,
    StartupKey,
    StartupMerge,
)
from accelerator.startups.operations.access import give_everybody_access
from accelerator.startups.operations.merging_founders import merge_founders
from accelerator.startups.operations.moves import Moves, put_back
from accelerator.startups.operations.record import PROFILE

OWN = (Startup, Founder, StartupAlias, DistinctStartups, StartupKey, StartupMerge)
"""The record's own tables: merged by rules of their own, or derived anew."""
UNDO_FOR = timedelta(days=1)
REASON_LENGTH = 1000


class Reference(NamedTuple):
    """A column by which rows of later stages refer to a startup, and its id as that column has it."""

    kind: Any
    column: str
    spell: Any

    def of(self, startup_id: int) -> ColumnElement[bool]:
        """The condition that a row refers to a startup."""
        is_theirs: ColumnElement[bool] = getattr(self.kind, self.column) == self.spell(startup_id)
        return is_theirs


def references() -> Iterator[Reference]:
    """Everything in later stages that refers to a startup."""
    [target] = inspect(Startup).primary_key
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        if isinstance(mapper.local_table, Table) and mapper.class_ not in OWN:
            for column in mapper.local_table.columns:
                if any(key.column is target for key in column.foreign_keys):
                    yield Reference(mapper.class_, column.key, int)
    for (kind, column), spell in spellings().items():
        yield Reference(kind, column, spell)


def rows_that_move(*startups: Startup) -> list[int]:
    """How many rows refer to each startup, its founders aside: one statement."""
    counts = [
        sum(
            (
                select(func.count(getattr(to.kind, to.column))).where(to.of(startup.id)).scalar_subquery()
                for to in references()
            ),
            start=func.coalesce(0, 0),
        )
        for startup in startups
    ]
    with everywhere():
        return list(session().execute(select(*counts)).one())


def collisions(kept: Startup, gone: Startup) -> list[str]:
    """What both have of which a startup can only have one, as tables are called: one statement."""
    parts = [(to, _collide(to, kept.id, gone.id)) for to in references()]
    asked = [(to, part) for to, part in parts if part is not None]
    with everywhere():
        answers = session().execute(select(*(part for _to, part in asked))).one() if asked else []
    return [to.kind.__tablename__ for (to, _part), collide in zip(asked, answers, strict=True) if collide]


def _collide(to: Reference, kept_id: int, gone_id: int) -> ColumnElement[bool] | None:
    kept, other = aliased(to.kind), aliased(to.kind)
    pairs = [
        exists().where(
            getattr(kept, to.column) == to.spell(kept_id),
            getattr(other, to.column) == to.spell(gone_id),
            *(getattr(kept, name) == getattr(other, name) for name in names),
        )
        for names in _unique_sets(to)
    ]
    return or_(*pairs) if pairs else None


def _unique_sets(to: Reference) -> Iterator[list[str]]:
    """What else has to differ, for each rule that keeps rows of one startup apart.

    Rules over some rows alone are for whoever declared them: which of two applications counts is asked by intake.
    """
    table = inspect(to.kind).local_table
    rules = [rule.columns for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    rules += [index.columns for index in table.indexes if index.unique and not _is_partial(index)]
    for columns in (*rules, table.primary_key.columns):
        names = [column.key for column in columns]
        if to.column in names:
            yield [name for name in names if name != to.column]


def _is_partial(index: Any) -> bool:
    return index.dialect_options["sqlite"].get("where") is not None


def merge_problems(kept: Startup, gone: Startup) -> Iterator[Refused]:
    """Why two records can't be made one: they are one already, are two firms, or something would be lost."""
    if kept.id == gone.id or kept.merged_into_id is not None or gone.merged_into_id is not None:
        yield Refused(_("These two were merged in the meantime."))
    elif queries.are_distinct(kept.id, gone.id):
        yield Refused(_("These are two firms, as the team has noted."))
    elif double := collisions(kept, gone):
        kinds = _called(double)
        yield Refused(_("Both have something of which a startup can only have one: %(kinds)s.", kinds=kinds))


def _called(tables: Iterable[str]) -> str:
    """Tables as the trail calls their rows, each once."""
    known = (acts.subject(table) for table in tables)
    names = dict.fromkeys(str(subject.label) if subject is not None else _("Other entries") for subject in known)
    return i18n.marks().comma.join(names)


def begin_merge(kept: Startup, gone: Startup, *, actor: Person) -> Moves:
    """Lock both and begin to write down what changes; :func:`finish_merge` makes them one."""
    for startup in sorted((kept, gone), key=lambda row: row.id):
        lock(startup)
    refuse(merge_problems(kept, gone))
    merge = StartupMerge(
        kept_id=kept.id, gone_id=gone.id, merged_by=actor.id, merged_at=clock.system_now(), set_aside={}, standing={}
    )
    return Moves(add(merge))


def finish_merge(
    moves: Moves, kept: Startup, gone: Startup, *, shown: Mapping[str, Any], actor: Person
) -> StartupMerge:
    """Make one record of two. ``shown`` are the values of the profile that the record shows from now on, by field.

    What is shown no longer is kept with the merge. Whoever had access to either has access to all of it.
    """
    merge, moved = moves.merge, 0
    with everywhere():
        for to in references():
            moved += moves.change(to.kind, to.of(gone.id), {to.column: to.spell(kept.id)})
    merge_founders(moves, kept, gone)
    _merge_profiles(moves, kept, gone, shown)
    _merge_names(moves, kept, gone)
    _give_access(moves, kept, actor)
    session().flush()
    session().expire_all()
    follow([kept.id, gone.id])
    merge.standing = _standing(kept.id)
    audit(actor, "startup.joined", kept, slug=[gone.slug, kept.slug], rows=moved)
    return merge


def _merge_profiles(moves: Moves, kept: Startup, gone: Startup, shown: Mapping[str, Any]) -> None:
    before, other = ({name: getattr(row, name) for name in PROFILE} for row in (kept, gone))
    after = {name: shown[name] if name in shown else before[name] or other[name] for name in PROFILE}
    changed = {name: value for name, value in after.items() if value != before[name]}
    if changed:
        moves.change(Startup, Startup.id == kept.id, changed)
    unseen = {
        name: [value for value in (before[name], other[name]) if value and value != after[name]] for name in after
    }
    moves.merge.set_aside = {name: values for name, values in unseen.items() if values}


def _merge_names(moves: Moves, kept: Startup, gone: Startup) -> None:
    """Address parts and records that led to the one that goes lead to the kept one; so do notes of other firms."""
    moves.change(StartupAlias, StartupAlias.startup_id == gone.id, {"startup_id": kept.id})
    moves.note(add(StartupAlias(slug=gone.slug, startup_id=kept.id)), None)
    moves.change(Startup, or_(Startup.merged_into_id == gone.id, Startup.id == gone.id), {"merged_into_id": kept.id})
    for other_id in sorted(queries.distinct_from(gone.id) - queries.distinct_from(kept.id) - {kept.id}):
        first, second = min(gone.id, other_id), max(gone.id, other_id)
        values = {"first_id": min(kept.id, other_id), "second_id": max(kept.id, other_id)}
        moves.change(
            DistinctStartups, and_(DistinctStartups.first_id == first, DistinctStartups.second_id == second), values
        )


def _give_access(moves: Moves, kept: Startup, actor: Person) -> None:
    """The founder's role wherever the record takes part, with what was given written down."""
    session().expire_all()
    held = select(Membership).where(
        Membership.person_id.in_([person.id for person in queries.people(kept.id)]), Membership.role == Role.FOUNDER
    )
    before = {row.id: row.ended_at for row in session().scalars(held)}
    give_everybody_access(kept.id, actor=actor)
    for row in session().scalars(held).all():
        if row.id not in before:
            moves.note(row, None)
        elif row.ended_at != before[row.id]:
            moves.note(row, {"ended_at": before[row.id]})


def _standing(startup_id: int) -> dict[str, str]:
    """A digest of what refers to a record, for each kind of it, so that it can be told whether that is still so."""
    own = [Reference(Founder, "startup_id", int), Reference(StartupAlias, "startup_id", int)]
    with everywhere():
        return {
            to.kind.__tablename__: version_of(
                sorted(list(row) for row in session().execute(select(*_key_of(to.kind)).where(to.of(startup_id))))
            )
            for to in (*own, *references())
        }


def _key_of(kind: Any) -> list[Any]:
    return [getattr(kind, str(column.key)) for column in inspect(kind).primary_key]


def undo_problems(merge: StartupMerge) -> Iterator[Refused]:
    """What stands in the way of undoing a merge, as far as it is seen without trying."""
    if merge.undone_at is not None:
        yield Refused(_("This merge has been undone."))
    elif clock.system_now() >= merge.merged_at + UNDO_FOR:
        yield Refused(_("A merge can be undone for one day. This one is older."))
    else:
        now = _standing(merge.kept_id)
        if changed := [table for table, digest in merge.standing.items() if now.get(table) != digest]:
            kinds = _called(changed)
            yield Refused(
                _(
                    "Something has been added to the record or taken from it since, so the merge can't be undone: "
                    "%(kinds)s.",
                    kinds=kinds,
                )
            )


def undo_merge(merge: StartupMerge, *, actor: Person) -> None:
    """Make two records of one again, each with what it had. Refused after a day, and where something came after."""
    for startup_id in sorted((merge.kept_id, merge.gone_id)):
        lock(session().get_one(Startup, startup_id))
    lock(merge)
    refuse(undo_problems(merge))
    with everywhere():
        put_back(merge)
    merge.undone_at, merge.undone_by = clock.system_now(), actor.id
    session().flush()
    session().expire_all()
    session().info.pop("roles", None)
    follow([merge.kept_id, merge.gone_id])
    kept, gone = (session().get_one(Startup, key) for key in (merge.kept_id, merge.gone_id))
    audit(actor, "startup.merge_undone", kept, startup=[None, gone.id])


def apart_problems(reason: str | None) -> Iterator[Refused]:
    """What is wrong with a note that two records are two firms."""
    if not clean(reason or "").strip():
        yield Refused(_("Say in a few words why these are two firms."), field="reason")


def keep_apart(startup: Startup, other: Startup, *, reason: str, actor: Person) -> None:
    """Remember that two records are two firms, and why: nobody is asked again. Saying it twice changes nothing."""
    first, second = sorted((startup, other), key=lambda row: row.id)
    lock(first)
    if queries.are_distinct(first.id, second.id):
        return
    refuse(apart_problems(reason))
    note = clean(reason).strip()[:REASON_LENGTH]
    session().add(
        DistinctStartups(
            first_id=first.id, second_id=second.id, decided_by=actor.id, decided_at=clock.now(), reason=note
        )
    )
    audit(actor, "startup.kept_apart", first, reason=note, startup=[None, second.id])
