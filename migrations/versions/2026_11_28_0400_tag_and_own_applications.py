"""Tags of the team, which applications bear them, and who of the team is responsible for which application."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "listing1"
down_revision: str | None = "names3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "tag",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("folded", sa.String(length=120), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_tag_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tag")),
        sa.UniqueConstraint("edition_id", "folded", name=op.f("uq_tag_edition_id_folded")),
    )
    op.create_index(op.f("ix_tag_edition_id"), "tag", ["edition_id"])
    op.create_table(
        "application_tag",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("tag_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_application_tag_application_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_application_tag_edition_id")),
        sa.ForeignKeyConstraint(["tag_id"], ["tag.id"], name=op.f("fk_application_tag_tag_id")),
        sa.PrimaryKeyConstraint("application_id", "tag_id", name=op.f("pk_application_tag")),
    )
    op.create_index("ix_application_tag_tag_id", "application_tag", ["tag_id", "application_id"])
    op.create_index(op.f("ix_application_tag_edition_id"), "application_tag", ["edition_id"])
    op.create_table(
        "application_owner",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_owner_application_id")
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_application_owner_edition_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_application_owner_person_id")),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_application_owner")),
    )
    op.create_index("ix_application_owner_person_id", "application_owner", ["person_id", "application_id"])
    op.create_index(op.f("ix_application_owner_edition_id"), "application_owner", ["edition_id"])


def downgrade() -> None:
    """Take them away."""
    for table in ("application_owner", "application_tag", "tag"):
        op.drop_table(table)
