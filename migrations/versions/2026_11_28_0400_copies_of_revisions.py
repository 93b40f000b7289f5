"""The PDF copy of what was sent, and a file that goes along with a mail."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "applicant1"
down_revision: str | None = "listing1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the table, and two columns to messages."""
    op.create_table(
        "revision_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("revision_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("storage_key", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_revision_copy_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision_copy")),
        sa.UniqueConstraint("revision_id", "language", name=op.f("uq_revision_copy_revision_id_language")),
    )
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("storage_key", sa.String(length=64), nullable=True))
        batch.add_column(sa.Column("file_name", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Take them away; the files are removed by nobody and can be made again."""
    with op.batch_alter_table("message") as batch:
        batch.drop_column("file_name")
        batch.drop_column("storage_key")
    op.drop_table("revision_copy")
