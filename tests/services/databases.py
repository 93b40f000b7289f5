"""A fresh database for each test, on SQLite and on PostgreSQL. Import ``any_database`` into a folder's conftest."""

import atexit
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy import create_engine

from accelerator.core import db
from accelerator.core.web import App
from config import Settings
from tests.servers.postgres import Postgres

TEMPLATE = "funade_template"
_numbers = count(1)


@cache
def postgres() -> Postgres:
    """The server of this test process, started by the first test that needs it, with a template of all tables."""
    server = Postgres.start()
    atexit.register(server.stop)
    engine = create_engine(server.create_database(TEMPLATE))
    db.Base.metadata.create_all(engine)
    engine.dispose()
    return server


@cache
def _sqlite_template() -> Path:
    folder = TemporaryDirectory(prefix="funade-sqlite-")
    atexit.register(folder.cleanup)
    path = Path(folder.name) / "template.db"
    engine = create_engine(f"sqlite:///{path}")
    db.Base.metadata.create_all(engine)
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")  # one file, so that copying it copies all
    return path


def fresh_sqlite(folder: Path) -> str:
    """The address of a new SQLite database with all tables and no rows."""
    path = folder / f"fresh-{next(_numbers)}.db"
    shutil.copyfile(_sqlite_template(), path)
    return f"sqlite:///{path}"


def fresh_postgres() -> tuple[str, str]:
    """Address and name of a new PostgreSQL database with all tables and no rows."""
    name = f"fresh_{next(_numbers)}"
    return postgres().create_database(name, template=TEMPLATE), name


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def any_database(request: pytest.FixtureRequest, app: App, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The application on an empty database of either kind; gives its address."""
    url, name = fresh_postgres() if request.param == "postgresql" else (fresh_sqlite(tmp_path), None)
    db.connect(url)
    yield url
    db.engine().dispose()
    if name is not None:
        postgres().drop_database(name)
    db.connect(settings.database_url)
