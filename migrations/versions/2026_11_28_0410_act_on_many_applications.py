"""Acts on many applications at once, and what came of each."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "listing2"
down_revision: str | None = "forms2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None
DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
STATES = ("waiting", "done", "refused")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "bulk_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=40), nullable=False),
        sa.Column("values", DOCUMENT, nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("job_id", sa.String(length=32), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_bulk_run_asked_by")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_bulk_run_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_run")),
    )
    op.create_index(op.f("ix_bulk_run_edition_id"), "bulk_run", ["edition_id"])
    op.create_table(
        "bulk_line",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Enum(*STATES, name="linestate", native_enum=False, length=40), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'done', 'refused')", name=op.f("ck_bulk_line_linestate")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_bulk_line_application_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_bulk_line_edition_id")),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_run.id"], name=op.f("fk_bulk_line_run_id")),
        sa.PrimaryKeyConstraint("run_id", "application_id", name=op.f("pk_bulk_line")),
    )
    op.create_index("ix_bulk_line_state", "bulk_line", ["run_id", "state", "application_id"])
    op.create_index(op.f("ix_bulk_line_application_id"), "bulk_line", ["application_id"])
    op.create_index(op.f("ix_bulk_line_edition_id"), "bulk_line", ["edition_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("bulk_line")
    op.drop_table("bulk_run")
