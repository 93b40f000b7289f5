"""Give forms, rounds and editions the mark under which processes keep what hangs on them."""

import secrets
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "fast1"
down_revision: str | None = "pace1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

TABLES = ("edition", "form", "round")


def upgrade() -> None:
    """Add the column, give each row a word of its own, then demand one."""
    for name in TABLES:
        with op.batch_alter_table(name) as batch:
            batch.add_column(sa.Column("mark", sa.String(16), nullable=True))
        table = sa.table(name, sa.column("id", sa.Integer), sa.column("mark", sa.String))
        connection = op.get_bind()
        for row in connection.scalars(sa.select(table.c.id)).all():
            connection.execute(sa.update(table).where(table.c.id == row).values(mark=secrets.token_hex(8)))
        with op.batch_alter_table(name) as batch:
            batch.alter_column("mark", existing_type=sa.String(16), nullable=False)


def downgrade() -> None:
    """Forget the marks."""
    for name in TABLES:
        with op.batch_alter_table(name) as batch:
            batch.drop_column("mark")
