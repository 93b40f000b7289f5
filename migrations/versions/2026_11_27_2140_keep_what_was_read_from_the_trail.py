"""Who sent an invitation, whether it was withdrawn, and which questions were removed: kept in rows of their own."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "trail2"
down_revision: str | None = "trail1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
SENT = (
    "UPDATE link SET sent_by = (SELECT max(e.actor_id) FROM audit_entry e WHERE e.subject_type = 'link' "
    "AND e.subject_id = link.id AND e.action = 'accounts.invited') WHERE purpose = 'invitation'"
)
WITHDRAWN = (
    "UPDATE link SET withdrawn_at = used_at WHERE EXISTS (SELECT 1 FROM audit_entry e WHERE e.subject_type = 'link' "
    "AND e.subject_id = link.id AND e.action = 'accounts.invitation_withdrawn')"
)
REMOVALS = (
    "SELECT e.id, e.at, e.subject_id, e.changes AS kept, d.changes AS beside FROM audit_entry e "
    "JOIN audit_detail d ON d.entry_id = e.id JOIN form f ON f.id = e.subject_id "
    "WHERE e.subject_type = 'form' AND e.action = 'form.question_removed' ORDER BY e.id"
)
REMOVED = sa.table(
    "removed_question", sa.column("form_id", sa.Integer), sa.column("key", sa.String), sa.column("values", DOCUMENT),
    sa.column("section", DOCUMENT), sa.column("removed_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    """Add the columns and the table, and fill them from what the trail has noted."""
    with op.batch_alter_table("link") as batch:
        batch.add_column(sa.Column("sent_by", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_link_sent_by"), "person", ["sent_by"], ["id"])
    op.create_table(
        "removed_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(40), nullable=False),
        sa.Column("values", DOCUMENT, nullable=False),
        sa.Column("section", DOCUMENT, nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["form_id"], ["form.id"], name=op.f("fk_removed_question_form_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removed_question")),
        sa.UniqueConstraint("form_id", "key", name=op.f("uq_removed_question_form_id_key")),
    )
    op.execute(SENT)
    op.execute(WITHDRAWN)
    rows = list(_removed())
    if rows:
        op.bulk_insert(REMOVED, rows)


def downgrade() -> None:
    """Take them away; the trail has noted the same."""
    op.drop_table("removed_question")
    with op.batch_alter_table("link") as batch:
        batch.drop_constraint(op.f("fk_link_sent_by"), type_="foreignkey")
        batch.drop_column("withdrawn_at")
        batch.drop_column("sent_by")


def _removed() -> Iterator[dict[str, Any]]:
    """The last removal of each question that is not in its form now."""
    present = sa.text("SELECT s.form_id, q.key FROM question q JOIN section s ON s.id = q.section_id")
    there = {tuple(row) for row in op.get_bind().execute(present)}
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for row in op.get_bind().execute(sa.text(REMOVALS).columns(at=sa.DateTime(timezone=True))):
        values = {name: before for name, (before, _after) in {**_read(row.kept), **_read(row.beside)}.items()}
        section, key = values.pop("section"), values["key"]
        found.pop((row.subject_id, key), None)
        found[row.subject_id, key] = {
            "form_id": row.subject_id, "key": key, "values": values, "section": section, "removed_at": row.at,
        }
    yield from (row for place, row in found.items() if place not in there)


def _read(document: Any) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(document) if isinstance(document, str) else document
    return read
