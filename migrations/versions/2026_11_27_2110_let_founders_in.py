"""Founders are invited and confirm; one leads. Records that were joined keep their old addresses."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "startup2"
down_revision: str | None = "accounts1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

LEADS = sa.text("is_lead")
INSTANTS = ("invited_at", "confirmed_at", "declined_at", "left_at", "access_ended_at")
FLAGS = ("is_lead", "added_by_hand")
DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")

# Whoever began an application could open it, so they are founders even where a later application did not name them.
APPLICANTS = """
    INSERT INTO founder (startup_id, person_id, name, title, email, full_time, position, is_lead, added_by_hand)
    SELECT DISTINCT a.startup_id, p.id, p.given_name || ' ' || p.family_name, '', p.email, true, 9, false, false
    FROM application a JOIN person p ON p.id = a.applicant_id
    WHERE NOT EXISTS (SELECT 1 FROM founder f WHERE f.startup_id = a.startup_id AND f.person_id = a.applicant_id)
"""
CONFIRM = """
    UPDATE founder SET confirmed_at = (SELECT created_at FROM startup WHERE startup.id = founder.startup_id)
    WHERE person_id IS NOT NULL
"""
LEAD = """
    UPDATE founder SET is_lead = true WHERE id IN (
        SELECT id FROM (
            SELECT f.id, row_number() OVER (
                PARTITION BY f.startup_id
                ORDER BY CASE WHEN a.id IS NULL THEN 1 ELSE 0 END, a.id DESC, f.position, f.id
            ) AS place
            FROM founder f LEFT JOIN application a ON a.startup_id = f.startup_id AND a.applicant_id = f.person_id
            WHERE f.person_id IS NOT NULL
        ) AS ranked WHERE place = 1
    )
"""


def upgrade() -> None:
    """Whoever has access today keeps it, confirmed; the applicant of the newest application leads."""
    with op.batch_alter_table("founder") as batch:
        for name in FLAGS:
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
        for name in INSTANTS:
            batch.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("invited_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("link_id", sa.Integer(), nullable=True))
    for statement in (APPLICANTS, CONFIRM, LEAD):
        op.execute(statement)
    with op.batch_alter_table("founder") as batch:
        for name in FLAGS:
            batch.alter_column(name, server_default=None)
        batch.create_foreign_key(op.f("fk_founder_invited_by"), "person", ["invited_by"], ["id"])
        batch.create_foreign_key(op.f("fk_founder_link_id"), "link", ["link_id"], ["id"])
        batch.create_check_constraint(
            op.f("ck_founder_confirmed_is_a_person"), "confirmed_at IS NULL OR person_id IS NOT NULL"
        )
        batch.create_check_constraint(
            op.f("ck_founder_lead_has_access"), "NOT is_lead OR (confirmed_at IS NOT NULL AND left_at IS NULL)"
        )
    op.create_index(
        "uq_founder_lead", "founder", ["startup_id"], unique=True, postgresql_where=LEADS, sqlite_where=LEADS
    )
    _make_tables()
    op.add_column("application", sa.Column("prefilled", DOCUMENT, nullable=True))


def _make_tables() -> None:
    op.create_table(
        "startup_alias",
        sa.Column("slug", sa.String(80), nullable=False),
        sa.Column("startup_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["startup_id"], ["startup.id"], name=op.f("fk_startup_alias_startup_id")),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_startup_alias")),
    )
    op.create_index(op.f("ix_startup_alias_startup_id"), "startup_alias", ["startup_id"])
    op.create_table(
        "distinct_startups",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Integer(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_distinct_startups_in_order")),
        sa.ForeignKeyConstraint(["first_id"], ["startup.id"], name=op.f("fk_distinct_startups_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["startup.id"], name=op.f("fk_distinct_startups_second_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_distinct_startups_decided_by")),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_distinct_startups")),
    )


def downgrade() -> None:
    """Take it away. Who left, or has only been named, has no access in the older program either."""
    op.drop_column("application", "prefilled")
    op.drop_table("distinct_startups")
    op.drop_table("startup_alias")
    op.execute("DELETE FROM founder WHERE left_at IS NOT NULL OR declined_at IS NOT NULL")
    op.drop_index("uq_founder_lead", "founder")
    with op.batch_alter_table("founder") as batch:
        batch.drop_constraint(op.f("ck_founder_lead_has_access"), type_="check")
        batch.drop_constraint(op.f("ck_founder_confirmed_is_a_person"), type_="check")
        batch.drop_constraint(op.f("fk_founder_link_id"), type_="foreignkey")
        batch.drop_constraint(op.f("fk_founder_invited_by"), type_="foreignkey")
        for name in ("link_id", "invited_by", *INSTANTS, *FLAGS):
            batch.drop_column(name)
