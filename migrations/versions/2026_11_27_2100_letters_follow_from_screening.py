"""Decisions that only followed from screening go, their letters are made by the release; feedback can be shared."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "selection1"
down_revision: str | None = "mentoring1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
BASES = ("raw", "adjusted", "discussion")
# What preparing a release wrote, in the language of whoever did it.
DERIVED = ("Not eligible", "形式審査不通過")


def upgrade() -> None:
    """Add the columns and the table, and remove what no person decided."""
    _share()
    _allow(*BASES, "screening")
    decision = sa.table(
        "decision", *(sa.column(name) for name in ("choice", "basis", "reason", "feedback", "release_id"))
    )
    # A release that is under way counted these, so it has to be prepared again, as after any change.
    op.execute(
        decision.delete().where(
            decision.c.release_id.is_(None),
            decision.c.choice == "decline",
            decision.c.basis == "discussion",
            decision.c.reason.in_(DERIVED),
            decision.c.feedback == "",
        )
    )


def _share() -> None:
    op.create_table(
        "feedback_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("original", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("NOT shared OR text <> ''", name=op.f("ck_feedback_copy_shared_says_something")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_feedback_copy_application_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_feedback_copy_edition_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_feedback_copy_review_id")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_feedback_copy_saved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_copy")),
        sa.UniqueConstraint("review_id", name=op.f("uq_feedback_copy_review_id")),
    )
    op.create_index(op.f("ix_feedback_copy_application_id"), "feedback_copy", ["application_id"])
    op.create_index(op.f("ix_feedback_copy_edition_id"), "feedback_copy", ["edition_id"])
    with op.batch_alter_table("decision") as batch:
        batch.add_column(sa.Column("shared", DOCUMENT, nullable=False, server_default="[]"))
    # In a step of its own: the rows that are there needed the default, the program writes the column itself.
    with op.batch_alter_table("decision") as batch:
        batch.alter_column("shared", server_default=None)


def _allow(*bases: str) -> None:
    """Let decisions rest on these and on nothing else."""
    names = ", ".join(f"'{basis}'" for basis in bases)
    with op.batch_alter_table("decision") as batch:
        batch.drop_constraint(op.f("ck_decision_basis"), type_="check")
        batch.create_check_constraint(op.f("ck_decision_basis"), f"basis IN ({names})")


def downgrade() -> None:
    """Take them away. A decline that followed from screening says so in its reason again."""
    op.execute("UPDATE decision SET basis = 'discussion', reason = 'Not eligible' WHERE basis = 'screening'")
    _allow(*BASES)
    with op.batch_alter_table("decision") as batch:
        batch.drop_column("shared")
    op.drop_table("feedback_copy")
