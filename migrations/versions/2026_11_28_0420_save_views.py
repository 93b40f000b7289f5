"""Views of the list of applications that people save, for themselves or for the whole team."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "listing3"
down_revision: str | None = "listing2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_saved_view_edition_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_saved_view_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
    )
    op.create_index(op.f("ix_saved_view_edition_id"), "saved_view", ["edition_id"])
    op.create_index(op.f("ix_saved_view_person_id"), "saved_view", ["person_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("saved_view")
