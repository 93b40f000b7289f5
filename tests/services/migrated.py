"""Databases that every migration has been run on: once in a test run, and copied to whoever wants one.

Import ``migrated_database`` where it is needed.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from accelerator.cli.migrate import upgrade
from accelerator.core.web import App
from tests.services import shared
from tests.services.databases import connected, postgres

TEMPLATE = "funade_migrated"
_numbers = count(1)


def migrated_sqlite(path: Path) -> str:
    """Make a file at ``path`` with all migrations in it; its address."""
    shutil.copyfile(shared.once("migrated.db", _make_sqlite), path)
    return f"sqlite:///{path}"


def _make_sqlite(path: Path) -> None:
    _migrate(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, so that copying it copies all


def _make_postgres(note: Path) -> None:
    _migrate(postgres().create_database(TEMPLATE))
    note.write_text(TEMPLATE)


def _migrate(url: str) -> None:
    with connected(url):
        upgrade()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def migrated_database(request: pytest.FixtureRequest, app: App, tmp_path: Path) -> Iterator[str]:
    """The application on a database of the test's own whose tables the migrations have made; gives its address."""
    name = f"migrated_{os.getpid()}_{next(_numbers)}"
    if request.param == "postgresql":
        shared.once("postgres-migrated", _make_postgres)
        url = postgres().create_database(name, template=TEMPLATE)
    else:
        url = migrated_sqlite(tmp_path / "migrated.db")
    with connected(url):
        yield url
    if request.param == "postgresql":
        postgres().drop_database(name)
