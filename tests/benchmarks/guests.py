"""What writing to the many guests of an event costs: statements and the longest time that others wait to write.

On both databases, with few and with many guests: what one step takes does not depend on how many there are in all.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import event, select

from accelerator.accounts.models import Role
from accelerator.app import opened
from accelerator.core import clock, db, i18n, scope
from accelerator.core.installation import entered
from accelerator.core.outbox import JobRow
from accelerator.events.models import FILL_SEATS, REMIND_GUESTS, TELL_CANCELLED, Event, RegistrationState
from accelerator.events.operations import cancelling, registrations
from accelerator.events.operations.registrations import AT_ONCE
from accelerator.programmes.models import Edition
from tests.benchmarks.island import settings
from tests.factories import make_edition, make_member
from tests.factories.events import make_event, make_registration
from tests.services.databases import fresh_postgres, fresh_sqlite
from workers import registry

SIZES = (200, 2000)


@dataclass
class Cost:
    """What one piece of work took: statements, transactions that wrote, and the longest of these in milliseconds."""

    work: str
    database: str
    guests: int
    statements: int = 0
    writes: int = 0
    longest: float = 0.0

    @property
    def each(self) -> float:
        """Statements for each hundred guests."""
        return self.statements * 100 / self.guests


@contextmanager
def watched(cost: Cost) -> Iterator[None]:
    """Count and time what runs inside the block."""
    begun: dict[int, float] = {}

    def on_begin(connection: Any) -> None:
        if connection.get_execution_options().get("writes"):
            begun[id(connection)] = time.perf_counter()

    def on_commit(connection: Any) -> None:
        if (since := begun.pop(id(connection), None)) is not None:
            cost.writes += 1
            cost.longest = max(cost.longest, (time.perf_counter() - since) * 1000)

    def on_statement(*_details: object) -> None:
        cost.statements += 1

    listeners: list[tuple[str, Callable[..., None]]] = [
        ("begin", on_begin),
        ("commit", on_commit),
        ("before_cursor_execute", on_statement),
    ]
    for name, listener in listeners:
        event.listen(db.engine(), name, listener)
    try:
        yield
    finally:
        for name, listener in listeners:
            event.remove(db.engine(), name, listener)


def measure() -> Iterator[Cost]:
    """Reminding, cancelling and moving up, with each number of guests, on each database."""
    with TemporaryDirectory(prefix="funade-bench-") as name:
        for database, url in (("SQLite", fresh_sqlite(Path(name))), ("PostgreSQL", fresh_postgres()[0])):
            place = replace(settings(Path(name)), database_url=url)
            with entered(opened(place)):
                i18n.use("en", "UTC")
                for guests in SIZES:
                    yield from _measured(database, guests)
                db.engine().dispose()


def _measured(database: str, guests: int) -> Iterator[Cost]:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff, meeting = make_member(edition, Role.STAFF), make_event(edition, capacity=guests)
        meeting.starts_at = clock.now() + timedelta(days=6, hours=12)
        meeting.ends_at = meeting.starts_at + timedelta(hours=1)
        for number in range(2 * guests):
            make_registration(meeting, RegistrationState.REGISTERED if number < guests else RegistrationState.WAITING)

    def act(change: Callable[[Event], None]) -> None:
        with db.transaction() as opened, scope.choose(edition.scope):
            change(opened.get_one(Event, meeting.id))

    def more_seats(row: Event) -> None:
        row.capacity = 2 * guests
        registrations.fill_seats(row, actor=staff)

    def cancelled(row: Event) -> None:
        cancelling.cancel_event(row, reason="A typhoon.", actor=staff)

    works: list[tuple[str, Callable[[], None]]] = [
        ("remind", lambda: registry.HANDLERS[REMIND_GUESTS.name]("0" * 32)),
        ("more seats", lambda: act(more_seats)),
        ("the others move up", lambda: _run(edition, FILL_SEATS.name)),
        ("cancel", lambda: act(cancelled)),
        ("tell of it", lambda: _run(edition, TELL_CANCELLED.name)),
    ]
    for work, do in works:
        cost = Cost(work, database, guests - AT_ONCE if work == "the others move up" else guests)
        with watched(cost):
            do()
        yield cost


def _run(edition: Edition, name: str) -> None:
    with db.reading() as opened:
        last = select(JobRow).where(JobRow.name == name).order_by(JobRow.created_at.desc()).limit(1)
        row = opened.scalars(last).one()
        job_id, payload = row.id, row.payload
    with scope.choose(edition.scope):
        registry.HANDLERS[name](job_id, **payload)
