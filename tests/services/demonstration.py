"""The demonstration, loaded once in a test run and copied to whoever wants it."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from accelerator.accounts.passwords import hashed
from accelerator.core import db, i18n
from accelerator.demo_edition import load
from tests.services import measuring, shared
from tests.services.databases import connected
from tests.services.installations import set_to

PASSWORD = "a password of the test"
KEPT = hashed(PASSWORD)


def _load(folder: Path) -> None:
    (folder / "files").mkdir(parents=True)
    with connected(f"sqlite:///{folder / 'funade.db'}") as loading, set_to(instance=folder):
        db.Base.metadata.create_all(loading)
        with measuring.measured(), i18n.speaking("en", "UTC"), db.transaction():
            load.load(KEPT)


def fill(instance: Path) -> None:
    """Put rows and files of the demonstration into the empty database that the program is connected to."""
    source = shared.once("demonstration", _load)
    shutil.copytree(source / "files", instance / "files", dirs_exist_ok=True, copy_function=_link)
    if db.engine().dialect.name == "sqlite":
        connection: Any = db.engine().raw_connection()
        with closing(connection):
            _copy(connection.driver_connection, source / "funade.db")
    else:
        _carry_over(source / "funade.db")
    with db.transaction():
        load.set_clocks()


def _link(source: str, target: str) -> None:
    if not Path(target).exists():
        os.link(source, target)  # a stored file never changes


def _carry_over(source: Path) -> None:
    """The rows of the file, in PostgreSQL; ids go on behind them."""
    origin = create_engine(f"sqlite:///{source}")
    with origin.connect() as reading, db.engine().begin() as writing:
        writing.execute(text("SET LOCAL session_replication_role = replica"))  # in any order, also round a circle
        for table in db.Base.metadata.sorted_tables:
            rows = [dict(row) for row in reading.execute(table.select()).mappings()]
            for start in range(0, len(rows), 500):
                writing.execute(table.insert(), rows[start : start + 500])
            if rows and isinstance(rows[0].get("id"), int):
                highest = max(row["id"] for row in rows)
                writing.execute(
                    text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"),
                    {"name": table.name, "last": highest},
                )
    origin.dispose()


def _copy(connection: sqlite3.Connection, source: Path) -> None:
    connection.execute("PRAGMA query_only=OFF")
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("ATTACH ? AS loaded", (str(source),))
    connection.execute("BEGIN IMMEDIATE")
    for table in db.Base.metadata.sorted_tables:
        names = ", ".join(f'"{column.name}"' for column in table.columns)
        connection.execute(f'INSERT INTO main."{table.name}" ({names}) SELECT {names} FROM loaded."{table.name}"')
    connection.execute("COMMIT")
    connection.execute("DETACH loaded")
    connection.execute("PRAGMA foreign_keys=ON")
