"""Keeping what records of one firm are found by, in the transaction that writes the record."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect, select
from sqlalchemy.orm import Mapper

from accelerator.core.db import session
from accelerator.startups.merged import followed_by
from accelerator.startups.models import Founder, KeyKind, Startup, StartupKey
from accelerator.startups.names import host_key, mail_key, name_key

OF_RECORD = (KeyKind.NAME, KeyKind.HOST)
OF_FOUNDERS = (KeyKind.FOUNDER, KeyKind.MAIL)
LONGEST = 254
CHUNK = 500  # records at a time


def index_startups(startup_ids: Collection[int]) -> None:
    """Store the keys of records that were written in bulk, past the session; repeatable. Numbers are kept by intake."""
    ordered = sorted(startup_ids)
    for start in range(0, len(ordered), CHUNK):
        _store_record(session().connection(), ordered[start : start + CHUNK])
        _store_founders(session().connection(), ordered[start : start + CHUNK])


followed_by(index_startups)


@event.listens_for(Startup, "after_insert")
@event.listens_for(Startup, "after_update")
def _keep_record(_mapper: Mapper[Any], connection: Connection, row: Startup) -> None:
    """Names and website, wherever they are written."""
    if any(inspect(row).attrs[name].history.has_changes() for name in ("name", "native_name", "website")):
        _store_record(connection, [row.id])


@event.listens_for(Founder, "after_insert")
@event.listens_for(Founder, "after_update")
def _keep_founder(_mapper: Mapper[Any], connection: Connection, row: Founder) -> None:
    """Accounts and addresses of founders, whatever became of these."""
    if any(inspect(row).attrs[name].history.has_changes() for name in ("person_id", "email")):
        _store_founders(connection, [row.startup_id])


@event.listens_for(Founder, "after_delete")
def _forget_founder(_mapper: Mapper[Any], connection: Connection, row: Founder) -> None:
    """What a founder alone gave goes with them."""
    _store_founders(connection, [row.startup_id])


def _store_record(connection: Connection, startup_ids: Collection[int]) -> None:
    columns = (Startup.id, Startup.name, Startup.native_name, Startup.website)
    rows = connection.execute(select(*columns).where(Startup.id.in_(startup_ids), Startup.merged_into_id.is_(None)))
    replace_keys(connection, startup_ids, OF_RECORD, ((row.id, *key) for row in rows for key in _of_record(row)))


def _of_record(row: Any) -> Iterator[tuple[KeyKind, str]]:
    yield from ((KeyKind.NAME, name_key(name)) for name in (row.name, row.native_name) if name)
    yield KeyKind.HOST, host_key(row.website)


def _store_founders(connection: Connection, startup_ids: Collection[int]) -> None:
    rows = connection.execute(
        select(Founder.startup_id, Founder.email, Founder.person_id)
        .join(Startup, Startup.id == Founder.startup_id)
        .where(Founder.startup_id.in_(startup_ids), Startup.merged_into_id.is_(None))
    )
    keys = ((row.startup_id, *key) for row in rows for key in _of_founder(row))
    replace_keys(connection, startup_ids, OF_FOUNDERS, keys)


def _of_founder(row: Any) -> Iterator[tuple[KeyKind, str]]:
    yield KeyKind.FOUNDER, row.email or ""
    yield KeyKind.FOUNDER, f"#{row.person_id}" if row.person_id else ""
    yield KeyKind.MAIL, mail_key(row.email)


def replace_keys(
    connection: Connection,
    startup_ids: Collection[int],
    kinds: Collection[KeyKind],
    keys: Iterable[tuple[int, KeyKind, str]],
) -> None:
    """Store ``(startup, kind, value)`` in place of all keys of these kinds that the startups have."""
    connection.execute(delete(StartupKey).where(StartupKey.startup_id.in_(startup_ids), StartupKey.kind.in_(kinds)))
    values = [
        {"startup_id": startup_id, "kind": kind, "value": value}
        for startup_id, kind, value in sorted({(startup_id, kind, value[:LONGEST]) for startup_id, kind, value in keys})
        if value
    ]
    if values:
        connection.execute(insert(StartupKey), values)
