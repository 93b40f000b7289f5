"""Until when the team wants an answer, and which question of the form it asks about."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision: str = "intake2"
down_revision: str | None = "lead3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

USUAL = timedelta(days=7)


def upgrade() -> None:
    """Add the columns; what was asked before is due a week after it was asked, and about the application as a whole."""
    with op.batch_alter_table("enquiry") as batch:
        batch.add_column(sa.Column("question_key", sa.String(40), nullable=True))
        batch.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
    enquiry = sa.table(
        "enquiry", sa.column("id"), sa.column("asked_at", sa.DateTime(timezone=True)),
        sa.column("due_at", sa.DateTime(timezone=True)),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(enquiry.c.id, enquiry.c.asked_at)).all():
        connection.execute(sa.update(enquiry).where(enquiry.c.id == row.id).values(due_at=row.asked_at + USUAL))
    with op.batch_alter_table("enquiry") as batch:
        batch.alter_column("due_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("enquiry") as batch:
        batch.drop_column("due_at")
        batch.drop_column("question_key")
