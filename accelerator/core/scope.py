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

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.interfaces import ORMOption

from accelerator.core import clock
from accelerator.core.errors import ScopeMissing


@dataclass(frozen=True)
class Scope:
    """What is chosen: the key that rows must carry, zone and place of its clock, how far that clock is ahead."""

    key: int
    zone: str = "UTC"
    place: str = "UTC"
    ahead: timedelta = timedelta()


_scope: ContextVar[Scope | None] = ContextVar("scope", default=None)
_everywhere: ContextVar[bool] = ContextVar("everywhere", default=False)
_guarded: dict[type, Callable[[int], ORMOption]] = {}


def guard(mixin: type, condition: Callable[[int], ORMOption]) -> None:
    """Let every mapped class that inherits ``mixin`` be seen only under ``condition(chosen key)``."""
    _guarded[mixin] = condition


def current() -> Scope | None:
    """The present choice."""
    return _scope.get()


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


@event.listens_for(Session, "do_orm_execute")
def _admit(state: ORMExecuteState) -> None:
    if state.is_column_load or state.is_relationship_load or _everywhere.get():
        return
    for mixin, condition in _guarded.items():
        if any(issubclass(mapper.class_, mixin) for mapper in state.all_mappers):
            scope = _scope.get()
            if scope is None:
                raise ScopeMissing(f"choose an edition before asking for {mixin.__name__} rows")
            state.statement = state.statement.options(condition(scope.key))
