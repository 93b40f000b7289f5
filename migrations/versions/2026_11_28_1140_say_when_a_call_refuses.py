"""A close that refuses beside the announced one, calls without a close, and what came in between."""

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision: str = "time1"
down_revision: str | None = "listing3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHECKS = {
    "refuses_after_the_close": "accepts_until IS NULL OR accepts_until >= closes_at",
    "rolling_refuses_nothing": "closes_at IS NOT NULL OR accepts_until IS NULL",
    "sealed_has_a_close": "closes_at IS NOT NULL OR NOT sealed",
}
EDITION = sa.table(
    "edition",
    sa.column("id", sa.Integer),
    sa.column("opens_at", sa.DateTime(timezone=True)),
    sa.column("closes_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Add the columns; what was sent before came in time, for nothing later was taken."""
    with op.batch_alter_table("edition") as batch:
        batch.alter_column("closes_at", existing_type=sa.DateTime(timezone=True), nullable=True)
        batch.add_column(sa.Column("accepts_until", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("extended_from", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("edition") as batch:
        for name, condition in CHECKS.items():
            batch.create_check_constraint(op.f(f"ck_edition_{name}"), condition)
    for table in ("application", "revision"):
        op.add_column(table, sa.Column("is_late", sa.Boolean(), server_default=sa.false(), nullable=False))
        with op.batch_alter_table(table) as batch:
            batch.alter_column("is_late", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    """Take them away; a rolling call closes in ten years, which is as good as never."""
    for table in ("revision", "application"):
        with op.batch_alter_table(table) as batch:
            batch.drop_column("is_late")
    bind = op.get_bind()
    for number, opens_at in bind.execute(sa.select(EDITION.c.id, EDITION.c.opens_at).where(EDITION.c.closes_at.is_(None))):
        closes_at = opens_at + timedelta(days=3652)
        bind.execute(sa.update(EDITION).where(EDITION.c.id == number).values(closes_at=closes_at))
    with op.batch_alter_table("edition") as batch:
        for name in CHECKS:
            batch.drop_constraint(op.f(f"ck_edition_{name}"), type_="check")
    with op.batch_alter_table("edition") as batch:
        batch.drop_column("extended_from")
        batch.drop_column("accepts_until")
        batch.alter_column("closes_at", existing_type=sa.DateTime(timezone=True), nullable=False)
