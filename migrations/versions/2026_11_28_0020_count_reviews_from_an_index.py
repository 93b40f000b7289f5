"""Count the reviews of a round from the index again, now that those of barred applications are left out."""

from collections.abc import Sequence

from alembic import op

revision: str = "pace1"
down_revision: str | None = "visible2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

COLUMNS = ["edition_id", "round_id", "state", "reviewer_id"]


def upgrade() -> None:
    """Add the application to the index."""
    op.drop_index("ix_assignment_pace", table_name="assignment")
    op.create_index("ix_assignment_pace", "assignment", [*COLUMNS, "application_id"])


def downgrade() -> None:
    """Take it out of the index."""
    op.drop_index("ix_assignment_pace", table_name="assignment")
    op.create_index("ix_assignment_pace", "assignment", COLUMNS)
