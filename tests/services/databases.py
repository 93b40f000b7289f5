"""Empty databases for the tests, of SQLite and of PostgreSQL. Import ``any_database`` into a folder's conftest.

A process keeps one database of each kind with its engine and empties it after each test: making one, and compiling every
statement anew, took longer than most tests.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, create_engine, event, text

from accelerator.core import db
from accelerator.core.web import App
from config import Settings
from tests.servers.postgres import Postgres
from tests.services import shared
from tests.services.installations import having

TEMPLATE = "funade_template"
_numbers = count(1)
_started: list[Postgres] = []


@cache
def postgres() -> Postgres:
    """The server of the test run, started by the first test that needs it, with a template of all tables."""
    note = shared.once("postgres", _start_postgres)
    return Postgres.attach(Path(note.read_text()))


def _start_postgres(note: Path) -> None:
    server = Postgres.start()
    _started.append(server)  # so that it is not collected while it runs
    engine = create_engine(server.create_database(TEMPLATE))
    db.Base.metadata.create_all(engine)
    engine.dispose()
    note.write_text(str(server.folder))


def _stop_postgres(folder: Path) -> None:
    if (folder / "postgres").exists():
        Postgres.attach(Path((folder / "postgres").read_text())).end()


shared.ENDINGS.append(_stop_postgres)


def _make_sqlite(path: Path) -> None:
    engine = create_engine(f"sqlite:///{path}")
    db.Base.metadata.create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, so that copying it copies all


def fresh_sqlite(folder: Path) -> str:
    """The address of a new SQLite database with all tables and no rows."""
    path = folder / f"fresh-{next(_numbers)}.db"
    shutil.copyfile(shared.once("template.db", _make_sqlite), path)
    return f"sqlite:///{path}"


def fresh_postgres() -> tuple[str, str]:
    """Address and name of a new PostgreSQL database with all tables and no rows."""
    name = f"fresh_{os.getpid()}_{next(_numbers)}"
    return postgres().create_database(name, template=TEMPLATE), name


def careless(engine: Engine) -> Engine:
    """Let an engine of SQLite wait for no disk: no test outlives a power cut."""
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
    return engine


@cache
def _kept_postgres() -> Engine:
    return db.connect(fresh_postgres()[0])


def empty(engine: Engine) -> None:
    """Take every row away, of the tables that have any, and count ids from 1 again."""
    if engine.dialect.name == "sqlite":
        connection: Any = engine.raw_connection()
        with closing(connection):
            _empty_sqlite(connection.driver_connection)
    else:
        with engine.begin() as opened:
            _empty_postgres(opened)


@cache
def _written() -> str:
    names = [table.name for table in db.Base.metadata.sorted_tables]
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name})" for name in names)


def _empty_sqlite(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only=OFF")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("BEGIN IMMEDIATE")
    for (name,) in connection.execute(_written()).fetchall():
        connection.execute(f'DELETE FROM "{name}"')
    connection.execute("COMMIT")
    connection.execute("PRAGMA foreign_keys=ON")


def _empty_postgres(connection: Connection) -> None:
    # Whoever is still in a transaction here, such as a process that a test killed, holds locks.
    connection.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
    )
    connection.execute(text("SET LOCAL session_replication_role = replica"))
    for name in connection.scalars(text(_written())).all():
        connection.execute(text(f'DELETE FROM "{name}"'))
    connection.execute(
        text(
            "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
        )
    )


@contextmanager
def connected(url: str) -> Iterator[Engine]:
    """Inside the block the present installation has the database at ``url``."""
    engine = db.connect(url)
    with having(engine=engine):
        yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def any_database(request: pytest.FixtureRequest, app: App, settings: Settings) -> Iterator[str]:
    """The application on an empty database of either kind; gives its address."""
    if request.param == "sqlite":
        yield settings.database_url
        return
    engine = _kept_postgres()
    with having(engine=engine):
        yield engine.url.render_as_string(hide_password=False)
    empty(engine)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def fresh_database(request: pytest.FixtureRequest, app: App, tmp_path: Path) -> Iterator[str]:
    """The same in a database of the test's own, for tests that change tables; gives its address."""
    url, name = fresh_postgres() if request.param == "postgresql" else (fresh_sqlite(tmp_path), None)
    with connected(url):
        yield url
    if name is not None:
        postgres().drop_database(name)
