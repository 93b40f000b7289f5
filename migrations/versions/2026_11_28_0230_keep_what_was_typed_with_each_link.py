"""What was typed with each link that asks a guest to confirm; links that were sent before lead on as they did."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "sec23"
down_revision: str | None = "sec22"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "seat_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("registration_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("organisation", sa.String(120), nullable=False),
        sa.Column("country", sa.String(2), nullable=True),
        sa.Column("language", sa.String(5), nullable=False),
        sa.Column("zone", sa.String(60), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["registration_id"], ["registration.id"], name=op.f("fk_seat_request_registration_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_request")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_seat_request_token_hash")),
    )
    op.create_index(op.f("ix_seat_request_registration_id"), "seat_request", ["registration_id"])


def downgrade() -> None:
    """Take it away; whoever has not answered yet registers again."""
    op.drop_table("seat_request")
