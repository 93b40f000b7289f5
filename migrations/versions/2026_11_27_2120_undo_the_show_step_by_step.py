"""A show knows where it stood before each step, so that undoing returns there."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "lead2"
down_revision: str | None = "trail2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Shows that are there have no steps to undo: nobody wrote down where they stood."""
    kind = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    with op.batch_alter_table("show") as batch:
        batch.add_column(sa.Column("steps", kind, nullable=False, server_default="[]"))
    with op.batch_alter_table("show") as batch:
        batch.alter_column("steps", server_default=None)


def downgrade() -> None:
    """Forget the steps."""
    with op.batch_alter_table("show") as batch:
        batch.drop_column("steps")
