"""Drop what has no effect: the role of a researcher, and the instant at which a message was read."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "accounts1"
down_revision: str | None = "selection1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

ROLES = ("admin", "staff", "reviewer", "mentor", "founder", "investor", "partner")


def upgrade() -> None:
    """Take them away, with the rows that gave the role: nobody could do anything with it."""
    for table in ("membership", "link"):
        op.execute(f"DELETE FROM {table} WHERE role = 'researcher'")
    _allow(ROLES)
    with op.batch_alter_table("message") as batch:
        batch.drop_column("read_at")


def _allow(roles: Sequence[str]) -> None:
    listed = ", ".join(f"'{role}'" for role in roles)
    for table in ("membership", "link"):
        with op.batch_alter_table(table) as batch:
            batch.drop_constraint(op.f(f"ck_{table}_role"), type_="check")
            batch.create_check_constraint(op.f(f"ck_{table}_role"), f"role IN ({listed})")


def downgrade() -> None:
    """Let both be there again, empty."""
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("read_at", sa.DateTime(timezone=True), nullable=True))
    _allow((*ROLES, "researcher"))
