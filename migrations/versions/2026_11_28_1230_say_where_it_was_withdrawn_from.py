"""Where a withdrawn application goes back to; of those withdrawn before it is not known."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "time3"
down_revision: str | None = "time2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

STATES = (
    "draft",
    "sent",
    "eligible",
    "ineligible",
    "offered",
    "waiting",
    "declined",
    "joined",
    "turned_down",
    "withdrawn",
)


def upgrade() -> None:
    """Add the column."""
    choices = ", ".join(f"'{state}'" for state in STATES)
    with op.batch_alter_table("application") as batch:
        batch.add_column(sa.Column("withdrawn_from", sa.String(length=40), nullable=True))
    with op.batch_alter_table("application") as batch:
        batch.create_check_constraint(op.f("ck_application_withdrawn_from"), f"withdrawn_from IN ({choices})")


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("application") as batch:
        batch.drop_constraint(op.f("ck_application_withdrawn_from"), type_="check")
    with op.batch_alter_table("application") as batch:
        batch.drop_column("withdrawn_from")
