"""At least one row in every table: those of a story first, and rows without a story where it has none."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Connection, Enum, Table, func, select

from accelerator.core import db, i18n
from tests.architecture.canaries import make_world

LATER = datetime(2030, 1, 2, 4, 4, tzinfo=UTC)
FITTING: dict[str, dict[str, Any]] = {
    "extension": {"email": "kadri@example.org", "code_hash": "x"},
    "distinct_startups": {"second_id": 2},
    "startup_merge": {"gone_id": 2},
    "event": {"ends_at": LATER, "cancel_reason": ""},
    "mentor_session": {"ends_at": LATER, "mentor_came": "unknown", "startup_came": "unknown"},
}
"""What a table's checks ask for beside what fits its columns."""
ANYTHING: dict[type, Any] = {
    bool: False,
    int: 1,
    str: "x",
    Decimal: Decimal(1),
    datetime: datetime(2030, 1, 2, 3, 4, tzinfo=UTC),
    date: date(2030, 1, 2),
    time: time(9, 30),
}


def fill_every_table() -> None:
    """Write them. The program's database has all tables, and no rows."""
    with i18n.speaking("en", "UTC"):
        make_world(prepared=True)
    with db.engine().execution_options(writes=True).begin() as connection:
        for table in db.Base.metadata.sorted_tables:
            if not has_rows(connection, table):
                given = {column.name: _value(connection, column) for column in table.columns if _is_needed(column)}
                connection.execute(table.insert().values({**given, **FITTING.get(table.name, {})}))


def has_rows(connection: Connection, table: Table) -> bool:
    """Whether anything is in a table."""
    return bool(connection.scalar(select(func.count()).select_from(table)))


def _is_needed(column: Column[Any]) -> bool:
    return not column.nullable and not (column.primary_key and column.name == "id")


def _value(connection: Connection, column: Column[Any]) -> Any:
    """Something that fits: the first row that a key may refer to, the first of several choices, any value of its type."""
    if column.foreign_keys:
        [key] = column.foreign_keys
        return connection.scalar(select(func.min(key.column)))
    if isinstance(column.type, Enum):
        return column.type.enum_class(column.type.enums[0]) if column.type.enum_class else column.type.enums[0]
    return {} if isinstance(column.type, JSON) else ANYTHING[column.type.python_type]
