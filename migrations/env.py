"""How migrations run: on the connection that the command opened, one transaction for all, the models' own metadata."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import JSON, Connection, text

from accelerator import lifecycle  # every stage's models hang on it
from accelerator.core import outbox
from accelerator.core.audit import AuditEntry
from accelerator.core.db import Base, UtcDateTime

MODELS = (lifecycle, outbox, AuditEntry)


def render(kind: str, item: Any, generated: AutogenContext) -> str | Literal[False]:
    """Write our own types as what the database stores: a migration must not need our code of tomorrow."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, JSON):
        generated.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), 'postgresql')"
    return False


def run(connection: Connection) -> None:
    """Run the migrations that were asked for."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        # Outside of a transaction: inside, SQLite ignores it, and a rebuilt table would lose its children's rows.
        connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
    else:
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.execute(text("SET statement_timeout = '300s'"))
        connection.commit()
    writing = connection.execution_options(writes=True)
    context.configure(
        connection=writing,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        render_item=render,
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=False,
    )
    with writing.begin():
        context.run_migrations()
        if sqlite and (orphans := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
            raise RuntimeError(f"rows without their parents after the migration: {orphans[:5]}")
    if sqlite:
        connection.connection.cursor().execute("PRAGMA foreign_keys=ON")


run(context.config.attributes["connection"])
