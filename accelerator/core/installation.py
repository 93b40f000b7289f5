"""What a running installation stands on: its settings, its database, its Redis, and what it keeps in memory.

It hangs on the application object, so that two applications live in one process. Operations and queries know no
application: they ask :func:`current`, which the edges set (a request, the workers' process, a command). A thread begins
with none: whoever starts one enters the installation in it.
"""

from collections.abc import Iterable, Iterator
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from redis import Redis
from sqlalchemy import Engine

from config import Settings


@dataclass(eq=False)
class Installation:
    """One of them; ``core`` modules say what each part is for."""

    settings: Settings
    engine: Engine
    redis: Redis
    redis_away_until: float = 0.0
    """In ``time.monotonic()``: a Redis that hangs must not cost every job of a transaction a time-out."""
    kept: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False)
    """What ``core.marks`` has read once; whoever changes it holds ``turn``."""
    turn: Lock = field(default_factory=Lock, repr=False)

    @property
    def files(self) -> Path:
        """The folder of private files."""
        return self.settings.instance / "files"


_current: ContextVar[Installation] = ContextVar("installation")


def current() -> Installation:
    """The installation that the present request, job or command belongs to. Raises RuntimeError where there is none."""
    try:
        return _current.get()
    except LookupError:
        raise RuntimeError("no installation was entered here; a new thread has to enter one") from None


class entered:  # noqa: N801 (a context manager; written out, because each request passes it)
    """Inside the block everything is asked of ``installation``."""

    __slots__ = ("_installation", "_token")

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def __enter__(self) -> Installation:
        self._token = _current.set(self._installation)
        return self._installation

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


class Carried:
    """An answer that is made piece by piece, after its request is over: each piece in the context it was begun in."""

    def __init__(self, pieces: Iterable[Any]) -> None:
        self._pieces = iter(pieces)
        self._context = copy_context()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self._context.run(next, self._pieces)

    def close(self) -> None:
        """Let the pieces end early: whoever asked has gone."""
        if close := getattr(self._pieces, "close", None):
            self._context.run(close)
