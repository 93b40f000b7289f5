"""An index that holds all that the progress of a round is counted from."""

from collections.abc import Sequence

from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the index."""
    op.create_index("ix_assignment_pace", "assignment", ["edition_id", "round_id", "state", "reviewer_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_index("ix_assignment_pace", table_name="assignment")
