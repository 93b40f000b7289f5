"""Migrations: one head, nothing forgotten, there and back again with rows, on both databases."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, inspect, select, text
from sqlalchemy.exc import DBAPIError

from accelerator.cli.migrate import downgrade, upgrade
from accelerator.cli.migrate import settings as configuration
from accelerator.core import db
from accelerator.core.audit import audit
from tests.architecture.every_table import fill_every_table
from tests.factories import make_edition, make_person, make_sector
from tests.services.databases import connected, postgres
from tests.services.migrated import migrated_database

__all__ = ["migrated_database"]

CONFIG = configuration()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def url(request: pytest.FixtureRequest, app, tmp_path: Path) -> Iterator[str]:
    """An empty database without any table; the program is connected to it."""
    name = f"migrated_{os.getpid()}_{tmp_path.name}".lower().replace("-", "_")[:60]
    made = (
        postgres().create_database(name) if request.param == "postgresql" else f"sqlite:///{tmp_path / 'migrated.db'}"
    )
    with connected(made):
        yield made
    if request.param == "postgresql":
        postgres().drop_database(name)


def described(engine: Engine) -> dict[str, object]:
    """Every table with its columns, keys, checks and indexes, in a form that can be compared."""
    looked = inspect(engine)
    return {
        table: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in looked.get_columns(table)},
            "primary": looked.get_pk_constraint(table),
            "foreign": sorted(map(str, looked.get_foreign_keys(table))),
            "unique": sorted(map(str, looked.get_unique_constraints(table))),
            "checks": sorted(str((c["name"], c["sqltext"])) for c in looked.get_check_constraints(table)),
            "indexes": sorted(map(_plain, looked.get_indexes(table))),
        }
        for table in looked.get_table_names()
        if table != "alembic_version"
    }


def _plain(index: Any) -> str:
    options = {name: str(value) for name, value in index.get("dialect_options", {}).items()}
    return str({**index, "dialect_options": options})


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(CONFIG).get_heads()) == 1


def test_files_carry_date_and_slug():
    names = [path.name for path in (Path(CONFIG.get_main_option("script_location")) / "versions").glob("*.py")]
    assert [name for name in names if not name[:16].replace("_", "").isdigit() or len(name) < 20] == []


def test_the_tables_are_those_of_the_models(url):
    upgrade()
    with db.engine().connect() as connection:
        migrated = described(connection.engine)
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, db.Base.metadata) == []
    downgrade("base")
    db.Base.metadata.create_all(db.engine())
    assert migrated == described(db.engine())


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(
                tuple(value for name, value in row.items() if name != "mark")  # any word does, if it is a new one
                for row in connection.execute(text(f'SELECT * FROM "{table.name}"')).mappings()
            )
            for table in db.Base.metadata.sorted_tables
        }


def test_up_down_up_keeps_every_row(migrated_database):
    with db.transaction():
        edition, person = make_edition(), make_person()
        make_sector(edition)
        audit(person, "programmes.opened", edition)
    before = rows(db.engine())
    revisions = [script.revision for script in ScriptDirectory.from_config(CONFIG).walk_revisions()]
    first = revisions[-1]
    downgrade(first)
    upgrade()
    assert rows(db.engine()) == before
    assert sum(map(len, before.values())) == 5


def keys(engine: Engine) -> dict[str, list[tuple[Any, ...]]]:
    """The primary keys of every row."""
    with engine.connect() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(*table.primary_key.columns))), key=str)
            for table in db.Base.metadata.sorted_tables
        }


def test_every_migration_goes_down_and_up_with_a_row_in_every_table(migrated_database):
    """Tables that a way down takes away come back without rows; the rows of all others are there at the end."""
    fill_every_table()
    before = keys(db.engine())
    assert [name for name, found in before.items() if not found] == []
    [first] = [script for script in ScriptDirectory.from_config(CONFIG).walk_revisions() if not script.down_revision]
    downgrade(first.revision)
    kept = set(inspect(db.engine()).get_table_names())
    upgrade()
    after = keys(db.engine())
    assert {name: after[name] for name in kept & before.keys()} == {name: before[name] for name in kept & before.keys()}


def test_down_to_nothing_leaves_nothing(migrated_database):
    downgrade("base")
    assert [name for name in inspect(db.engine()).get_table_names() if name != "alembic_version"] == []
    if migrated_database.startswith("postgresql"):
        with db.engine().connect() as connection:
            owned = "SELECT count(*) FROM pg_proc JOIN pg_namespace n ON n.oid = pronamespace WHERE nspname = 'public'"
            assert connection.scalar(text(owned)) == 0


@pytest.mark.parametrize("act", ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry"])
def test_the_audit_trail_only_grows(migrated_database, act):
    with db.transaction():
        audit(None, "programmes.opened", make_edition())
    with pytest.raises(DBAPIError, match="audit entries are only added"), db.transaction() as session:
        session.execute(text(act))
    with db.reading() as session:
        assert session.execute(text("SELECT action FROM audit_entry")).scalars().all() == ["programmes.opened"]


def test_a_failing_migration_leaves_the_tables_as_they_were(url, tmp_path):
    """Half a migration would fit neither the old program nor the new one."""
    scripts = tmp_path / "migrations"
    (scripts / "versions").mkdir(parents=True)
    location = Path(CONFIG.get_main_option("script_location"))
    (scripts / "env.py").write_text((location / "env.py").read_text())
    (scripts / "versions" / "one.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = 'one'\ndown_revision = None\n"
        "def upgrade():\n"
        "    op.create_table('half', sa.Column('id', sa.Integer, primary_key=True))\n"
        "    raise OSError('power cut')\n"
    )
    config = configuration()
    config.set_main_option("script_location", str(scripts))
    with db.engine().connect() as connection, pytest.raises(OSError, match="power cut"):
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    engine = create_engine(url)
    assert "half" not in inspect(engine).get_table_names()
    engine.dispose()
