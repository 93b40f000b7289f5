"""The one clock. Everything dated asks it, so that tests and demonstration editions can move it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta

_arrived: ContextVar[datetime | None] = ContextVar("arrived", default=None)
_shift: ContextVar[timedelta] = ContextVar("clock_shift", default=timedelta())


def now() -> datetime:
    """The present instant in UTC, as the current scope sees it."""
    return datetime.now(UTC) + _shift.get()


def arrival() -> datetime:
    """When the present request reached us, as the current scope sees it; outside of a request the present instant.

    This, and not the time that we take, decides whether something came before a deadline.
    """
    at = _arrived.get()
    return now() if at is None else at + _shift.get()


@contextmanager
def arrived(at: datetime) -> Iterator[None]:
    """Inside the block a request is answered that reached us ``at`` this instant of the machine's clock."""
    token = _arrived.set(at)
    try:
        yield
    finally:
        _arrived.reset(token)


def system_now() -> datetime:
    """The machine's instant in UTC: for leases, sessions and deliveries, which no demonstration may move."""
    return datetime.now(UTC)


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let :func:`now` run ``by`` ahead (or behind, if negative) of the machine inside the block."""
    token = _shift.set(by)
    try:
        yield
    finally:
        _shift.reset(token)
