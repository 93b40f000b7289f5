"""Pages by key: the last of 10,000 rows costs what the first costs, which OFFSET can't promise."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.sql.elements import KeyedColumnElement

from accelerator.core.prepared import columns
from accelerator.core.text import clean, json_value

T = TypeVar("T")
LARGEST = 2**63 - 1
SIZES = (25, 50, 100, 200)


@dataclass(frozen=True)
class Key:
    """One column of an order. The last key of an order must be unique; a column that may be NULL can't be a key."""

    column: ColumnElement[Any] | KeyedColumnElement[Any] | Any
    descending: bool = False


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the marks of the pages before and after (None at either end)."""

    rows: Sequence[T]
    before: str | None
    after: str | None


def _mark(direction: str, values: Sequence[Any]) -> str:
    plain = [value.isoformat() if isinstance(value, date) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps([direction, *plain]).encode()).decode().rstrip("=")


def _unmark(mark: str | None, keys: Sequence[Key]) -> tuple[bool, list[Any]] | None:
    if not mark:
        return None
    try:
        direction, *values = json_value(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode())
        return direction == "b", [_value(key, value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, TypeError, OverflowError, binascii.Error):
        return None


def _value(key: Key, value: Any) -> Any:
    """The value as the key's column has it. Raises ValueError, TypeError or OverflowError for one of another kind."""
    try:
        kind = key.column.type.python_type
    except NotImplementedError:
        kind = object
    if issubclass(kind, (Enum, date)) and not isinstance(value, str):
        return _refuse()
    if issubclass(kind, Enum):
        return kind(value)
    if issubclass(kind, datetime):
        return datetime.fromisoformat(value).astimezone(UTC) if value.endswith("+00:00") else _refuse()
    if issubclass(kind, date):
        return kind.fromisoformat(value)
    return _plain(kind, value)


def _plain(kind: type, value: Any) -> Any:
    kinds = (int, float) if issubclass(kind, (int, float)) else (str,) if issubclass(kind, str) else (str, int, float)
    if not isinstance(value, kinds) or (isinstance(value, bool) and not issubclass(kind, bool)):
        raise TypeError("the mark belongs to another order")
    if isinstance(value, str) and clean(value) != value:
        raise ValueError("no text of ours has such characters")
    if not isinstance(value, str) and not abs(value) <= LARGEST:  # not a number is neither
        raise ValueError("no number of ours is as large")
    return value


def _refuse() -> Any:
    raise ValueError("the mark belongs to another order")


def _beyond(keys: Sequence[Key], values: Sequence[Any], backwards: bool) -> ColumnElement[bool]:
    steps = []
    for at, (key, value) in enumerate(zip(keys, values, strict=True)):
        same = [earlier.column == known for earlier, known in zip(keys[:at], values[:at], strict=True)]
        steps.append(and_(*same, key.column < value if key.descending != backwards else key.column > value))
    return or_(*steps)


def page(statement: Select[Any], keys: Sequence[Key], *, mark: str | None = None, size: int = 50) -> Page[Any]:
    """The rows of ``statement`` next to ``mark`` in the order of ``keys``.

    ``statement`` selects plain columns; each key is added to them, so rows have the keys' values at their end. A mark
    that is damaged or belongs to another order gives the first page. ``size`` is 25, 50, 100 or 200.
    """
    size = size if size in SIZES else 50
    known = _unmark(mark, keys)
    backwards = known is not None and known[0]
    if known is not None:
        statement = statement.where(_beyond(keys, known[1], backwards))
    order = [key.column.desc() if key.descending != backwards else key.column.asc() for key in keys]
    fetched = columns(statement.add_columns(*(key.column for key in keys)).order_by(*order).limit(size + 1))
    more, rows = len(fetched) > size, list(fetched[:size])
    if backwards:
        rows.reverse()
    if not rows:
        return Page(rows, None, None)
    width = len(keys)
    has_before = more if backwards else known is not None
    has_after = True if backwards else more
    return Page(
        rows,
        _mark("b", tuple(rows[0])[-width:]) if has_before else None,
        _mark("f", tuple(rows[-1])[-width:]) if has_after else None,
    )


def beside(statement: Select[Any], keys: Sequence[Key], values: Sequence[Any]) -> tuple[Any, Any]:
    """The rows right before and right after the one whose keys have these values, in the order of ``keys``; two statements.

    None at either end.
    """

    def nearest(backwards: bool) -> Any:
        order = [key.column.desc() if key.descending != backwards else key.column.asc() for key in keys]
        beyond = statement.where(_beyond(keys, values, backwards)).order_by(*order).limit(1)
        return next(iter(columns(beyond)), None)

    return nearest(True), nearest(False)
