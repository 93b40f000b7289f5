"""Islands: rows that belong to one edition are seen only while that edition is chosen. A forgotten choice raises.

``guard`` names the mixin of such rows and their condition. Choosing is the edge's business: the web layer does it from
the address, a worker from the job's row. ``everywhere`` is for the few pages and jobs that go over all editions.
Attribute loads and relationships follow rows that were already admitted, so they pass.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Integer, Select, bindparam, event
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.interfaces import ORMOption

from accelerator.core import clock
from accelerator.core.errors import ScopeMissing

Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Scope:
    """What is chosen: the key that rows must carry, zone and place of its clock, how far that clock is ahead."""

    key: int
    zone: str = "UTC"
    place: str = "UTC"
    ahead: timedelta = timedelta()


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)
_everywhere: ContextVar[bool] = ContextVar("everywhere", default=False)
_guarded: dict[type, ORMOption] = {}


class _Missing(ScopeMissing, DontWrapMixin):
    """Reaches the caller as it is, not as an error of the database."""


def _key() -> int:
    chosen = _scope.get()
    if chosen is None:
        raise _Missing("choose an edition before asking for rows that belong to one")
    return chosen.key


# Asked when the statement runs, and only by statements in which such rows occur, however deep.
_CHOSEN: Any = bindparam("chosen_scope", callable_=_key, type_=Integer)


def guard(mixin: type, condition: Callable[[Any], ORMOption]) -> None:
    """Let every mapped class that inherits ``mixin`` be seen only under ``condition(chosen key)``."""
    _guarded[mixin] = condition(_CHOSEN)


def current() -> Scope | None:
    """The present choice."""
    return _scope.get()


_known: list[Callable[[int], Scope]] = []


def known_by(ask: Callable[[int], Scope]) -> None:
    """Name who knows zone, place and clock of a key: the stage of the rows that are chosen."""
    _known[:] = [ask]


def of(key: int) -> Scope:
    """The scope of a key, with its own clock: for what is done in an edition from a page that belongs to none."""
    return _known[0](key)


@contextmanager
def choose(scope: Scope) -> Iterator[None]:
    """Choose an edition for the block, clock included."""
    token, everywhere_token = _scope.set(scope), _everywhere.set(False)
    try:
        with clock.shifted(scope.ahead):
            yield
    finally:
        _scope.reset(token)
        _everywhere.reset(everywhere_token)


@contextmanager
def everywhere() -> Iterator[None]:
    """Look over all editions inside the block; the caller's own conditions decide what may be seen."""
    token = _everywhere.set(True)
    try:
        yield
    finally:
        _everywhere.reset(token)


def is_everywhere() -> bool:
    """Whether the caller looks over all editions."""
    return _everywhere.get()


def guarded(statement: Statement) -> Statement:
    """A statement that sees the chosen edition alone, for one that is kept and run again and again."""
    return statement.options(*_guarded.values()).execution_options(guarded=True)


@event.listens_for(Session, "do_orm_execute")
def _admit(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load or _everywhere.get():
        return
    if state.execution_options.get("guarded"):
        return
    # For every statement: rows may occur in a join, an EXISTS or a subquery of a statement about something else.
    state.statement = state.statement.options(*_guarded.values())
