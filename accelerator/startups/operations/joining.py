"""Two records of one firm made one: everything that refers to the one that goes refers to the one that stays.

What refers to startups is found in the tables themselves, so that a later stage need not be named here.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint, and_, delete, func, select, update
from sqlalchemy.orm import aliased

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import Base, add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.scope import everywhere
from accelerator.startups import queries
from accelerator.startups.models import DistinctStartups, Founder, Startup, StartupAlias
from accelerator.startups.operations.access import give_everybody_access
from accelerator.startups.operations.record import PROFILE

OWN = (Founder, StartupAlias, DistinctStartups)  # the record's own tables, joined by rules of their own


def references() -> Iterator[tuple[Any, str]]:
    """``(class, column)`` of everything in later stages that refers to a startup."""
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: mapper.class_.__name__):
        if isinstance(mapper.local_table, Table) and mapper.class_ not in OWN:
            for column in mapper.local_table.columns:
                if any(key.column is _target() for key in column.foreign_keys):
                    yield mapper.class_, column.key


def _target() -> Column[Any]:
    target: Column[Any] = Startup.id.property.columns[0]
    return target


def rows_that_move(gone: Startup) -> int:
    """How many rows refer to a startup, its founders aside."""
    with everywhere():
        return sum(
            session().scalar(select(func.count(getattr(kind, column))).where(getattr(kind, column) == gone.id)) or 0
            for kind, column in references()
        )


def can_be_joined(kept: Startup, gone: Startup) -> bool:
    """Whether nothing collides: two applications in one edition, say, are two and stay two."""
    with everywhere():
        return not any(_collides(kind, column, kept.id, gone.id) for kind, column in references())


def _collides(kind: Any, column: str, kept_id: int, gone_id: int) -> bool:
    kept, other = aliased(kind), aliased(kind)
    for names in _unique_sets(kind, column):
        same = [getattr(kept, name) == getattr(other, name) for name in names]
        pair = and_(getattr(kept, column) == kept_id, getattr(other, column) == gone_id, *same)
        if session().scalar(select(func.count(getattr(kept, column))).join(other, pair)):
            return True
    return False


def _unique_sets(kind: Any, column: str) -> Iterator[list[str]]:
    """What else has to differ, for each rule that keeps rows of one startup apart. Columns of partial rules count too."""
    table = kind.__mapper__.local_table
    rules = [rule.columns for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    rules += [index.columns for index in table.indexes if index.unique] + [table.primary_key.columns]
    for columns in rules:
        names = [column.key for column in columns]
        if column in names:
            yield [name for name in names if name != column]


def join_problems(kept: Startup, gone: Startup) -> Iterator[Refused]:
    """Why two records can't be made one: they are one already, or rows would collide."""
    if kept.id == gone.id or not can_be_joined(kept, gone):
        yield Refused(
            _("Both have applied to the same edition, or have other entries of which a startup can only have one.")
        )


def join_startups(kept: Startup, gone: Startup, *, actor: Person) -> None:
    """Make one record of two that are the same firm. The old address part goes on leading to it.

    What ``kept`` says stays; what it leaves open is taken over. Whoever had access to either has access to all of it.
    Refused where rows would collide.
    """
    for startup in sorted((kept, gone), key=lambda row: row.id):
        lock(startup)
    refuse(join_problems(kept, gone))
    slug, moved = gone.slug, rows_that_move(gone)
    with everywhere():
        for kind, column in references():
            session().execute(
                update(kind)
                .where(getattr(kind, column) == gone.id)
                .values({column: kept.id})
                .execution_options(synchronize_session="fetch")
            )
    _join_founders(kept, gone)
    _fill_gaps(kept, gone)
    session().execute(update(StartupAlias).where(StartupAlias.startup_id == gone.id).values(startup_id=kept.id))
    for side in (DistinctStartups.first_id, DistinctStartups.second_id):
        session().execute(delete(DistinctStartups).where(side == gone.id))
    session().flush()
    session().delete(gone)
    session().flush()
    add(StartupAlias(slug=slug, startup_id=kept.id))
    give_everybody_access(kept.id, actor=actor)
    audit(actor, "startup.joined", kept, slug=[slug, kept.slug], rows=moved)


def _join_founders(kept: Startup, gone: Startup) -> None:
    """One row for each person: whoever has access to one of the two has access afterwards."""
    present = queries.founders(kept)
    theirs = queries.founders(gone)
    for founder in theirs:
        founder.is_lead = False
    session().flush()
    for founder in theirs:
        alike = [row for row in present if _is_same(row, founder)]
        same = next((row for row in alike if row.person_id is not None), alike[0] if alike else None)
        if same is None:
            founder.startup_id, founder.position = kept.id, len(present) + founder.position
            continue
        person_id, confirmed_at, has_access = founder.person_id, founder.confirmed_at, founder.has_access
        session().delete(founder)
        session().flush()
        if has_access and not same.has_access:
            same.person_id, same.confirmed_at, same.left_at, same.declined_at = person_id, confirmed_at, None, None
    session().flush()
    if queries.lead(kept.id) is None:
        first = next((row for row in queries.founders(kept) if row.has_access), None)
        if first is not None:
            first.is_lead = True
    session().flush()


def _is_same(founder: Founder, other: Founder) -> bool:
    if founder.person_id is not None and other.person_id is not None:
        return founder.person_id == other.person_id
    return founder.email is not None and founder.email == other.email


def _fill_gaps(kept: Startup, gone: Startup) -> None:
    for name in PROFILE:
        if not getattr(kept, name) and getattr(gone, name):
            setattr(kept, name, getattr(gone, name))


def keep_apart(startup: Startup, other: Startup, *, actor: Person) -> None:
    """Remember that two records are not the same firm: nobody is asked again. Saying it twice changes nothing."""
    first, second = sorted((startup, other), key=lambda row: row.id)
    lock(first)
    if queries.are_distinct(first.id, second.id):
        return
    session().add(DistinctStartups(first_id=first.id, second_id=second.id, decided_by=actor.id, decided_at=clock.now()))
    audit(actor, "startup.kept_apart", first, startup=[None, second.id])
