"""What tells one state of a review from another is its version, under the name that every form has for it."""

from collections.abc import Sequence

from alembic import op

revision: str = "names1"
down_revision: str | None = "bench1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Rename the column."""
    with op.batch_alter_table("review") as batch:
        batch.alter_column("token", new_column_name="version")


def downgrade() -> None:
    """Give it its old name."""
    with op.batch_alter_table("review") as batch:
        batch.alter_column("version", new_column_name="token")
