"""Who came to a session is kept for each side, in its notes and, as far as it is known, with the session."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "mentoring1"
down_revision: str | None = "lead1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

SIDES = ("mentor", "startup")
CHOICES = "IN ('present', 'missed', 'unknown')"


def upgrade() -> None:
    """Add the columns and fill them with what the notes say. A session that was held had both sides."""
    _add_to("session_log")
    with op.batch_alter_table("mentor_session") as batch:
        batch.add_column(sa.Column("settled_by", sa.Integer(), nullable=True))
    _add_to("mentor_session")
    # Whoever wrote that the other side did not come had come.
    for side in SIDES:
        op.execute(f"UPDATE session_log SET {side}_came = CASE WHEN side = '{side}' OR other_came THEN 'present' "  # noqa: S608
                   "ELSE 'missed' END")
    for side in SIDES:
        missed, present = _noted(side, "missed"), _noted(side, "present")
        op.execute(f"UPDATE mentor_session SET {side}_came = 'missed' "  # noqa: S608
                   f"WHERE state = 'missed' AND {missed} AND NOT {present}")
        op.execute(f"UPDATE mentor_session SET {side}_came = 'present' "  # noqa: S608
                   f"WHERE (state = 'held' OR (state = 'missed' AND {present})) AND NOT {missed}")
    # Marked as missed although every note says that both came: nobody knows.
    op.execute("UPDATE mentor_session SET mentor_came = 'unknown', startup_came = 'unknown' "
               "WHERE state = 'missed' AND mentor_came = 'present' AND startup_came = 'present'")
    with op.batch_alter_table("session_log") as batch:
        batch.drop_column("other_came")
    with op.batch_alter_table("mentor_session") as batch:
        batch.create_foreign_key(op.f("fk_mentor_session_settled_by"), "person", ["settled_by"], ["id"])
        batch.create_check_constraint(
            op.f("ck_mentor_session_nobody_came_before"),
            "state IN ('held', 'missed') OR (mentor_came = 'unknown' AND startup_came = 'unknown')",
        )
        batch.create_check_constraint(
            op.f("ck_mentor_session_held_has_both"),
            "state <> 'held' OR (mentor_came <> 'missed' AND startup_came <> 'missed')",
        )
        batch.create_check_constraint(
            op.f("ck_mentor_session_missed_lacks_somebody"),
            "state <> 'missed' OR mentor_came <> 'present' OR startup_came <> 'present'",
        )


def _add_to(table: str) -> None:
    with op.batch_alter_table(table) as batch:
        for side in SIDES:
            batch.add_column(sa.Column(f"{side}_came", sa.String(40), nullable=False, server_default="unknown"))
    # In a step of its own: the rows that are there needed the default, the program writes the columns itself.
    with op.batch_alter_table(table) as batch:
        for side in SIDES:
            batch.alter_column(f"{side}_came", server_default=None)
            batch.create_check_constraint(op.f(f"ck_{table}_{side}_came"), f"{side}_came {CHOICES}")


def _noted(side: str, came: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM session_log WHERE session_log.session_id = mentor_session.id "  # noqa: S608
        f"AND session_log.{side}_came = '{came}')"
    )


def downgrade() -> None:
    """Go back to what one side says of the other; who had settled it is forgotten."""
    with op.batch_alter_table("mentor_session") as batch:
        for name in ("nobody_came_before", "held_has_both", "missed_lacks_somebody", "mentor_came", "startup_came"):
            batch.drop_constraint(op.f(f"ck_mentor_session_{name}"), type_="check")
        batch.drop_constraint(op.f("fk_mentor_session_settled_by"), type_="foreignkey")
        for name in ("settled_by", "mentor_came", "startup_came"):
            batch.drop_column(name)
    with op.batch_alter_table("session_log") as batch:
        batch.add_column(sa.Column("other_came", sa.Boolean(), nullable=False, server_default=sa.true()))
    op.execute("UPDATE session_log SET other_came = (CASE WHEN side = 'mentor' THEN startup_came ELSE mentor_came END) "
               "<> 'missed'")
    with op.batch_alter_table("session_log") as batch:
        batch.alter_column("other_came", server_default=None)
        for side in SIDES:
            batch.drop_constraint(op.f(f"ck_session_log_{side}_came"), type_="check")
        for side in SIDES:
            batch.drop_column(f"{side}_came")
