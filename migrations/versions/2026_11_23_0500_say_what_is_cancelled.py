"""Whether an event is cancelled, by whom and why; points taken off an agenda are kept."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns; nothing that is there is cancelled or removed."""
    with op.batch_alter_table("event") as batch:
        batch.add_column(sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("cancelled_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("cancel_reason", sa.Text(), nullable=False, server_default=""))
    # In a step of its own: the rows that are there needed the default, the program writes the column itself.
    with op.batch_alter_table("event") as batch:
        batch.alter_column("cancel_reason", server_default=None)
        batch.create_foreign_key(op.f("fk_event_cancelled_by"), "person", ["cancelled_by"], ["id"])
        batch.create_check_constraint(
            op.f("ck_event_cancelled_is_published"), "cancelled_at IS NULL OR published_at IS NOT NULL"
        )
        batch.create_check_constraint(
            op.f("ck_event_reason_is_of_cancelled"),
            "cancelled_at IS NOT NULL OR (cancelled_by IS NULL AND cancel_reason = '')",
        )
    op.add_column("agenda_item", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take them away. What was cancelled is hidden and what was removed is gone: nobody may find it announced again."""
    op.execute("DELETE FROM agenda_item WHERE removed_at IS NOT NULL")
    with op.batch_alter_table("agenda_item") as batch:
        batch.drop_column("removed_at")
    op.execute("UPDATE event SET published_at = NULL, cancelled_at = NULL, cancelled_by = NULL, cancel_reason = '' "
               "WHERE cancelled_at IS NOT NULL")
    with op.batch_alter_table("event") as batch:
        batch.drop_constraint(op.f("ck_event_reason_is_of_cancelled"), type_="check")
        batch.drop_constraint(op.f("ck_event_cancelled_is_published"), type_="check")
        batch.drop_constraint(op.f("fk_event_cancelled_by"), type_="foreignkey")
        batch.drop_column("cancel_reason")
        batch.drop_column("cancelled_by")
        batch.drop_column("cancelled_at")
