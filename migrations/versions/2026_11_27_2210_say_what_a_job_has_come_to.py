"""What a periodic job has come to, in numbers, for the page of jobs."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "trail3"
down_revision: str | None = "core1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the column; nothing that is there has a result."""
    op.add_column("job", sa.Column("result", DOCUMENT, nullable=True))


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("job") as batch:
        batch.drop_column("result")
