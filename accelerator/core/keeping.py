"""Keeping the lives of all tables: what is over goes, in batches, each in a transaction of the caller's."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, inspect, or_, select, update

from accelerator.core import acts, clock, scope, storage
from accelerator.core.audit import AuditDetail, AuditEntry
from accelerator.core.db import Base, after_commit, session
from accelerator.core.i18n import lazy
from accelerator.core.lives import End
from accelerator.core.outbox import Job

KEEP_LIVES = Job("core.keep_lives", label=lazy("Removing expired data"), long=True, tries=3)  # periodic
BATCH = 500


def ends() -> Iterator[tuple[type[Base], End]]:
    """Every end that is kept here, with its class, by table; those that a stage keeps itself are left out."""
    for mapper in sorted(Base.registry.mappers, key=lambda mapper: str(mapper.class_.__tablename__)):
        yield from ((mapper.class_, end) for end in mapper.class_.__life__.ends if not end.own)


def cut_off(end: End) -> datetime:
    """The instant before which rows are over."""
    return clock.system_now() - timedelta(days=end.days)


def keep(row: Any, end: End, most: int = BATCH) -> int:
    """End at most ``most`` rows that are over; how many it were. Done again it finds none of them."""
    key = inspect(row).primary_key[0]
    over = [or_(*(getattr(row, name) < cut_off(end) for name in end.since))]
    if end.where is not None:
        over.append(end.where(row))
    if end.blanks:
        over.append(or_(*(getattr(row, name).is_distinct_from(value) for name, value in end.blanks.items())))
    else:
        over += unpointed(row)
    with scope.everywhere():
        ids = session().scalars(select(key).where(*over).order_by(key).limit(most)).all()
        if not ids:
            return 0
        # Again by the condition: whoever touched a row since it was chosen has given it more time.
        ended: Any = update(row).values(**end.blanks) if end.blanks else delete(row)
        result = session().execute(
            ended.where(key.in_(ids), *over).returning(key).execution_options(synchronize_session=False)
        )
        return len(result.all())


def unpointed(row: Any, *, besides: Collection[type[Base]] = ()) -> list[ColumnElement[bool]]:
    """That no row points at a row of this class; those of ``besides`` go with it, so they don't count."""
    table, passed = inspect(row).local_table, {inspect(beside).local_table for beside in besides}
    return [
        ~exists().where(column == key.column)
        for other in Base.metadata.tables.values()
        if other not in passed
        for column in _other(other, table).columns
        for key in column.foreign_keys
        if key.column.table is table
    ]


def _other(other: Table, table: Any) -> Any:
    # A table that points at itself has to be another one in the question whether it does.
    return other.alias() if other is table else other


def keep_details(most: int = BATCH) -> int:
    """Erase what lies beside acts whose stage keeps it for some days only; the acts stay."""
    now = clock.system_now()
    short = [
        and_(AuditEntry.action == code, AuditEntry.at < now - timedelta(days=act.detail_days))
        for code, act in acts.acts().items()
        if act.detail_days is not None
    ]
    over = select(AuditDetail.entry_id).join(AuditEntry, AuditEntry.id == AuditDetail.entry_id).where(or_(*short))
    ids = session().scalars(over.order_by(AuditDetail.entry_id).limit(most)).all()
    if ids:
        session().execute(
            delete(AuditDetail).where(AuditDetail.entry_id.in_(ids)).execution_options(synchronize_session=False)
        )
    return len(ids)


def forget_files(keys: Collection[str]) -> None:
    """Remove stored files after the commit, except those that a row still names. The rows that did are gone."""
    session().flush()
    for key in keys:
        if not _is_named(key):
            after_commit(partial(storage.remove, key))


def forget_orphans(keys: Collection[str]) -> int:
    """Remove those of these stored files that no row names, after the commit: uploads that were refused or never saved."""
    with scope.everywhere():
        named = {key for column in _key_columns() for key in session().scalars(select(column).where(column.in_(keys)))}
    orphans = [key for key in keys if key not in named]
    for key in orphans:
        after_commit(partial(storage.remove, key))
    return len(orphans)


def _is_named(key: str) -> bool:
    with scope.everywhere():
        return any(session().scalar(select(exists().where(column == key))) for column in _key_columns())


def _key_columns() -> list[Any]:
    return [mapper.class_.storage_key for mapper in Base.registry.mappers if "storage_key" in mapper.columns]
