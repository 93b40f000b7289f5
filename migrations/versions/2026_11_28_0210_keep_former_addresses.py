"""Addresses that people removed: what they barred from stays barred."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "sec21"
down_revision: str | None = "mend1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "former_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_former_address_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_address")),
        sa.UniqueConstraint("person_id", "email", name=op.f("uq_former_address_person_id_email")),
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("former_address")
