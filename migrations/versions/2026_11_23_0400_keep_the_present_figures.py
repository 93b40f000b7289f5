"""The present figures of each edition, worked out in the background."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add the table; it fills itself within 15 minutes."""
    op.create_table(
        "present_figures",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("figures", DOCUMENT, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_present_figures_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", name=op.f("pk_present_figures")),
    )


def downgrade() -> None:
    """Take it away; nothing is lost that cannot be counted again."""
    op.drop_table("present_figures")
