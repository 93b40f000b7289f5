"""Mails name the row that they tell of, so that those whom a conflict of interest bars don't find them."""

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "visible1"
down_revision: str | None = "startup3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# Keys are "kind:id:..." of the row that the mail was written with; mails to the team say "kind:team:id:...".
BY_APPLICATION = ("application_withdrawn", "draft_waiting", "decision_offer", "decision_wait", "decision_decline")
BY_ENQUIRY = ("application_asked", "application_answered")
BY_OFFER = ("offer_accepted", "offer_declined", "offer_lapsed", "offer_reminder", "welcome")
SOURCES = {
    "application_sent": "revision",
    **dict.fromkeys(BY_ENQUIRY, "enquiry"),
    **dict.fromkeys(BY_OFFER, "offer"),
}
BATCH = 1000


def upgrade() -> None:
    """Add the columns, and work out from the keys what the mails that are there tell of."""
    with op.batch_alter_table("message") as batch:
        batch.add_column(sa.Column("about_type", sa.String(40), nullable=True))
        batch.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
    connection = op.get_bind()
    known = {source: _applications(connection, source) for source in set(SOURCES.values())}
    fill = sa.text("UPDATE message SET about_type = 'application', about_id = :about WHERE id = :id")
    for rows in _batches(connection):
        found = [{"id": row.id, "about": _about(row, known)} for row in rows]
        filled = [one for one in found if one["about"] is not None]
        if filled:
            connection.execute(fill, filled)


def _applications(connection: sa.Connection, source: str) -> dict[int, int]:
    table = sa.table(source, sa.column("id"), sa.column("application_id"))
    return {row.id: row.application_id for row in connection.execute(sa.select(table))}


def _batches(connection: sa.Connection) -> Iterator[Sequence[Any]]:
    message = sa.table("message", sa.column("id"), sa.column("kind"), sa.column("key"))
    told = sa.select(message).where(message.c.kind.in_((*BY_APPLICATION, *SOURCES))).order_by(message.c.id)
    last = 0
    while rows := connection.execute(told.where(message.c.id > last).limit(BATCH)).all():
        yield rows
        last = rows[-1].id


def _about(row: Any, known: dict[str, dict[int, int]]) -> int | None:
    parts = [part for part in row.key.split(":")[1:] if part != "team"]
    number = int(parts[0]) if parts and parts[0].isdecimal() else None
    if number is None or row.kind in BY_APPLICATION:
        return number
    return known[SOURCES[row.kind]].get(number)


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("message") as batch:
        batch.drop_column("about_id")
        batch.drop_column("about_type")
