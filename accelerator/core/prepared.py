"""Statements that are built once in a process and run with values: to build one takes longer than to run it.

What a page asks for on every request is declared as a :class:`Prepared`. Its rows of plain columns come straight from the
connection; rows of mapped classes come through the session, as from any other statement. Both see one edition alone.
"""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import Result, Row, Select

from accelerator.core import scope
from accelerator.core.db import session

Selected = Select[*tuple[Any, ...]]
Columns = Row[*tuple[Any, ...]]
Found = Result[*tuple[Any, ...]]


class Prepared:
    """One statement with its parameters left open. It is built when it is first asked for, when all tables are known."""

    def __init__(self, build: Callable[[], Selected]) -> None:
        self._build = build

    @cached_property
    def _anywhere(self) -> Selected:
        return self._build()

    @cached_property
    def _in_edition(self) -> Selected:
        return scope.guarded(self._anywhere)

    @property
    def statement(self) -> Selected:
        """The statement as it runs now: inside the chosen edition, or everywhere where the caller looks everywhere."""
        return self._anywhere if scope.is_everywhere() else self._in_edition

    def rows(self, **values: Any) -> Sequence[Columns]:
        """All rows, of columns only."""
        return _run(self.statement, values).all()

    def row(self, **values: Any) -> Columns | None:
        """The first row, of columns only."""
        return _run(self.statement, values).first()

    def entities(self, **values: Any) -> Found:
        """The rows with the mapped objects that they name."""
        return session().execute(self.statement, values)


def columns(statement: Selected) -> Sequence[Columns]:
    """The rows of a statement that differs each time. Where it names mapped classes, they come through the session."""
    if any(column["expr"] is column["entity"] for column in statement.column_descriptions):
        return session().execute(statement).all()
    return _run(statement if scope.is_everywhere() else scope.guarded(statement), {}).all()


def _run(statement: Selected, values: dict[str, Any]) -> Found:
    opened = session()
    if opened.info["writes"]:
        opened.flush()  # as the session would
    return opened.connection().execute(statement, values)
