"""Count applications from an index alone, less those that bar whoever asks: on PostgreSQL too, where it has to hold the id."""

from collections.abc import Sequence

from alembic import op

revision: str = "bench1"
down_revision: str | None = "findings1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = ["edition_id", "state", "country"]


def upgrade() -> None:
    """Add the id to the index."""
    op.drop_index("ix_application_counts", table_name="application")
    op.create_index("ix_application_counts", "application", [*COLUMNS, "id"])


def downgrade() -> None:
    """Take it out of the index."""
    op.drop_index("ix_application_counts", table_name="application")
    op.create_index("ix_application_counts", "application", COLUMNS)
