"""Keep the place in the order of adjusted scores with each standing."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "fast2"
down_revision: str | None = "fast1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the column, number what has a score, and keep what the board reads in one index."""
    op.add_column("standing", sa.Column("place", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE standing SET place = numbered.place FROM ("
        "SELECT standing.id AS id, row_number() OVER ("
        "PARTITION BY standing.round_id ORDER BY standing.adjusted DESC, application.reference) AS place "
        "FROM standing JOIN application ON application.id = standing.application_id "
        "WHERE standing.adjusted IS NOT NULL) AS numbered WHERE numbered.id = standing.id"
    )
    op.create_index("ix_standing_place", "standing", ["round_id", "place", "chance", "reads"])


def downgrade() -> None:
    """Take both away."""
    op.drop_index("ix_standing_place", table_name="standing")
    with op.batch_alter_table("standing") as batch:
        batch.drop_column("place")
