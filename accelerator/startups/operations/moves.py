"""What a merge changes, written down row by row, so that it can be undone exactly."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, delete, insert, inspect, select, update
from sqlalchemy import Enum as EnumType

from accelerator.core.db import Base, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.startups.models import StartupMerge, StartupMergeRow


class Moves:
    """Changes rows of a merge and keeps what they were."""

    def __init__(self, merge: StartupMerge) -> None:
        self.merge = merge

    def change(self, kind: Any, condition: ColumnElement[bool], values: Mapping[str, Any]) -> int:
        """Set columns of the rows of a class that a condition names; how many.

        What the session holds of them is old then: it is to be read anew (``session().expire_all()``).
        """
        session().flush()
        keys = [str(column.key) for column in inspect(kind).primary_key]
        columns = [getattr(kind, name) for name in dict.fromkeys([*keys, *values])]
        rows = session().execute(select(*columns).where(condition)).mappings().all()
        if rows:
            change = update(kind).where(condition).values(values)
            session().execute(change.execution_options(synchronize_session=False))
            self._store(
                kind.__tablename__,
                [
                    (
                        {name: values.get(name, row[name]) for name in keys},
                        {name: row[name] for name in values},
                        dict(values),
                    )
                    for row in rows
                ],
            )
        return len(rows)

    def note(self, row: Base, before: Mapping[str, Any] | None) -> None:
        """Write down a row that was changed, with what some of its columns were, or that was added (None)."""
        session().flush()
        key = {column.name: getattr(row, column.name) for column in inspect(type(row)).primary_key}
        after = key if before is None else {name: getattr(row, name) for name in before}
        self._store(row.__tablename__, [(key, before, after)])

    def _store(self, table: str, rows: list[tuple[Any, Any, Any]]) -> None:
        values = [
            {
                "merge_id": self.merge.id,
                "merged_at": self.merge.merged_at,
                "table_name": table,
                "row_key": _written(key),
                "before": before if before is None else _written(before),
                "after": _written(after),
            }
            for key, before, after in rows
        ]
        session().execute(insert(StartupMergeRow), values)


def rows_of(merge: StartupMerge) -> list[StartupMergeRow]:
    """What a merge changed, the last change first."""
    rows = select(StartupMergeRow).where(StartupMergeRow.merge_id == merge.id).order_by(StartupMergeRow.id.desc())
    return list(session().scalars(rows))


def put_back(merge: StartupMerge) -> None:
    """Give every row back what it had. Refused where one is gone, or is not what the merge made of it."""
    for row in rows_of(merge):
        table = Base.metadata.tables[row.table_name]
        key = and_(*(table.c[name] == value for name, value in _read(table, row.row_key).items()))
        after = _read(table, row.after)
        present = session().execute(select(*(table.c[name] for name in after)).where(key)).mappings().first()
        if present is None or dict(present) != after:
            raise Refused(_("Something that was merged has been changed since, so the merge can't be undone."))
        if row.before is None:
            session().execute(delete(table).where(key))
        else:
            session().execute(update(table).where(key).values(_read(table, row.before)))


def _written(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):  # an instant too
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _read(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    return dict(_values(table, values))


def _values(table: Table, values: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        yield name, value if value is None else _typed(table.c[name], value)


def _typed(column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, EnumType):
        return column.type.enum_class(value) if column.type.enum_class else value
    kind = column.type.python_type
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    return Decimal(value) if kind is Decimal else value
