"""More time for one applicant, with a code for whoever has no application yet."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "time2"
down_revision: str | None = "time1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("code_hash", sa.String(length=64), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.Integer(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "application_id IS NOT NULL OR email IS NOT NULL", name=op.f("ck_extension_for_somebody")
        ),
        sa.CheckConstraint("(email IS NULL) = (code_hash IS NULL)", name=op.f("ck_extension_address_has_a_code")),
        sa.CheckConstraint("(used_by IS NULL) = (used_at IS NULL)", name=op.f("ck_extension_used_by_somebody")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_extension_application_id")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_extension_edition_id")),
        sa.ForeignKeyConstraint(["given_by"], ["person.id"], name=op.f("fk_extension_given_by")),
        sa.ForeignKeyConstraint(["used_by"], ["person.id"], name=op.f("fk_extension_used_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_extension_code_hash")),
    )
    for column in ("application_id", "edition_id", "used_by"):
        op.create_index(op.f(f"ix_extension_{column}"), "extension", [column])
    live = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_extension_live", "extension", ["application_id"], unique=True, postgresql_where=live, sqlite_where=live
    )
    addressed = sa.text("revoked_at IS NULL AND email IS NOT NULL")
    op.create_index(
        "uq_extension_address",
        "extension",
        ["edition_id", "email"],
        unique=True,
        postgresql_where=addressed,
        sqlite_where=addressed,
    )


def downgrade() -> None:
    """Take it away."""
    op.drop_table("extension")
