"""Forms have versions: when each was frozen, under which digest, and which one a draft is written for.

Drafts of before are those of the version that their edition asked last.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "forms1"
down_revision: str | None = "page1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Add the columns and say which version each application's draft is written for."""
    with op.batch_alter_table("form") as batch:
        batch.add_column(sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))
        batch.add_column(sa.Column("digest", sa.String(64), nullable=True))
    with op.batch_alter_table("application") as batch:
        batch.add_column(sa.Column("form_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(op.f("fk_application_form_id"), "form", ["form_id"], ["id"])
    op.execute(
        "UPDATE application SET form_id = (SELECT form.id FROM form WHERE form.edition_id = application.edition_id "
        "AND form.published_at IS NOT NULL ORDER BY form.version DESC LIMIT 1)"
    )


def downgrade() -> None:
    """Take the columns away; the draft of a next version stays, and nobody is asked it."""
    with op.batch_alter_table("application") as batch:
        batch.drop_constraint(op.f("fk_application_form_id"), type_="foreignkey")
        batch.drop_column("form_id")
    with op.batch_alter_table("form") as batch:
        batch.drop_column("digest")
        batch.drop_column("frozen_at")
