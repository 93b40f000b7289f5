"""Numbers such as A-0142 are given by a counter for each edition and kind; it begins above those that were given."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "core1"
down_revision: str | None = "lead2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the counters; the first number that is asked for looks at the rows that have one."""
    op.create_table(
        "counter",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_counter_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "kind", name=op.f("pk_counter")),
    )


def downgrade() -> None:
    """Give the counters up: the highest number of the rows counts again."""
    op.drop_table("counter")
