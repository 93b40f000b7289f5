"""When a round was opened and closed, beside when it was to be; of rounds from before nobody wrote it down."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "findings1"
down_revision: str | None = "sec23"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add both columns."""
    with op.batch_alter_table("round") as batch:
        batch.add_column(sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take them away; the plan stays."""
    with op.batch_alter_table("round") as batch:
        batch.drop_column("closed_at")
        batch.drop_column("opened_at")
