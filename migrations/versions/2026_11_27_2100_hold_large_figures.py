"""Reported figures hold amounts beyond 2**31: three thousand million yen are an ordinary budget."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead1"
down_revision: str | None = "startup1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = (("figure", "value"), ("plan", "total"), ("plan", "dual_bound"))


def upgrade() -> None:
    """Widen the columns; SQLite's integers hold 64 bits already and keep their name for it in step."""
    for table, column in COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.Integer(), type_=sa.BigInteger(), existing_nullable=False)


def downgrade() -> None:
    """Narrow them again: a value that no longer fits stops it, for cutting an amount would be a lie."""
    for table, column in COLUMNS:
        with op.batch_alter_table(table) as batch:
            batch.alter_column(column, existing_type=sa.BigInteger(), type_=sa.Integer(), existing_nullable=False)
