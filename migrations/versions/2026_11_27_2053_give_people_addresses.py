"""Further addresses of a person, and the two kinds of links that they need."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "startup1"
down_revision: str | None = "intake1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

BEFORE = ("confirm", "sign_in", "password", "invitation")
CONFIRMED = sa.text("confirmed_at IS NOT NULL")


def upgrade() -> None:
    """Add the table, let links be of two more kinds, and find founders by their address."""
    op.create_table(
        "person_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_address_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_address")),
        sa.UniqueConstraint("person_id", "email", name=op.f("uq_person_address_person_id_email")),
    )
    op.create_index(
        "uq_person_address_confirmed", "person_address", ["email"], unique=True, postgresql_where=CONFIRMED,
        sqlite_where=CONFIRMED,
    )
    _allow((*BEFORE, "join", "address"))
    op.create_index(op.f("ix_founder_email"), "founder", ["email"])


def _allow(purposes: Sequence[str]) -> None:
    listed = ", ".join(f"'{purpose}'" for purpose in purposes)
    with op.batch_alter_table("link") as batch:
        batch.drop_constraint(op.f("ck_link_linkpurpose"), type_="check")
        batch.create_check_constraint(op.f("ck_link_linkpurpose"), f"purpose IN ({listed})")


def downgrade() -> None:
    """Take them away, with the links that nothing would understand any more."""
    op.drop_index(op.f("ix_founder_email"), "founder")
    op.execute("DELETE FROM link WHERE purpose IN ('join', 'address')")
    _allow(BEFORE)
    op.drop_table("person_address")
