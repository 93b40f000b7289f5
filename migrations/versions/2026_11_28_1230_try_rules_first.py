"""Dry runs of rules, and what a verdict rested on."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "rules2"
down_revision: str | None = "rules1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    """Add both. What an earlier verdict rested on is not known."""
    with op.batch_alter_table("verdict") as batch:
        batch.add_column(sa.Column("basis", DOCUMENT, nullable=True))
    op.create_table(
        "rule_trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("basis", sa.String(16), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("job_id", sa.String(32), nullable=True),
        sa.Column("changes", DOCUMENT, nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_rule_trial_asked_by")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_rule_trial_edition_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["eligibility_rule.id"], name=op.f("fk_rule_trial_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_trial")),
        sa.UniqueConstraint("rule_id", name=op.f("uq_rule_trial_rule_id")),
    )
    op.create_index(op.f("ix_rule_trial_edition_id"), "rule_trial", ["edition_id"])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("rule_trial")
    with op.batch_alter_table("verdict") as batch:
        batch.drop_column("basis")
