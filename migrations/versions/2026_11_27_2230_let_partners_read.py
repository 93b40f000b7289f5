"""Organisations whose partners read the applications here, and which partner comes from which of them."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "visible2"
down_revision: str | None = "visible1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add both. Applicants were told of every organisation that gets data that it reads, so that stays as it was said.

    It opens nothing to anybody: no partner belongs to an organisation before the team says so.
    """
    with op.batch_alter_table("host") as batch:
        batch.add_column(sa.Column("reads_applications", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE host SET reads_applications = shares_data")
    with op.batch_alter_table("host") as batch:
        batch.alter_column("reads_applications", server_default=None)
        batch.create_check_constraint(op.f("ck_host_reads_what_is_shared"), "shares_data OR NOT reads_applications")
    op.create_table(
        "host_member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_host_member_edition_id")),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_host_member_host_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_host_member_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_member")),
        sa.UniqueConstraint("edition_id", "person_id", name=op.f("uq_host_member_edition_id_person_id")),
    )
    for column in ("edition_id", "host_id", "person_id"):
        op.create_index(op.f(f"ix_host_member_{column}"), "host_member", [column])


def downgrade() -> None:
    """Take them away."""
    op.drop_table("host_member")
    with op.batch_alter_table("host") as batch:
        batch.drop_constraint(op.f("ck_host_reads_what_is_shared"), type_="check")
        batch.drop_column("reads_applications")
