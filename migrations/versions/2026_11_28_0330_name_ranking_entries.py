"""What a round says of one application is its entry in the ranking; the table bears the name of its class.

Both databases get a new table and the rows of the old one, so that keys, constraints and indexes are named after it too.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "names2"
down_revision: str | None = "names1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Call it ``ranking_entry``."""
    _rename("standing", "ranking_entry")


def downgrade() -> None:
    """Call it ``standing``."""
    _rename("ranking_entry", "standing")


def _rename(old: str, new: str) -> None:
    columns = _columns()
    names = ", ".join(f'"{column.name}"' for column in columns)
    op.create_table(
        new,
        *columns,
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f(f"fk_{new}_application_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f(f"fk_{new}_edition_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f(f"fk_{new}_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{new}")),
        sa.UniqueConstraint("round_id", "application_id", name=op.f(f"uq_{new}_round_id_application_id")),
    )
    op.execute(f"INSERT INTO {new} ({names}) SELECT {names} FROM {old}")  # noqa: S608 (names of ours)
    op.drop_table(old)
    for name in ("application_id", "edition_id"):
        op.create_index(op.f(f"ix_{new}_{name}"), new, [name])
    op.create_index(f"ix_{new}_rank", new, ["round_id", "rank"])
    op.create_index(f"ix_{new}_place", new, ["round_id", "place", "chance", "reads"])
    if op.get_bind().dialect.name == "postgresql":
        last = f"SELECT max(id) FROM {new}"  # noqa: S608 (a name of ours)
        op.execute(f"SELECT setval(pg_get_serial_sequence('{new}', 'id'), coalesce(({last}), 1))")


def _columns() -> list["sa.Column[object]"]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("reads", sa.Integer(), nullable=False),
        sa.Column("raw_mean", sa.Double(), nullable=True),
        sa.Column("spread", sa.Double(), nullable=True),
        sa.Column("adjusted", sa.Double(), nullable=True),
        sa.Column("low", sa.Double(), nullable=True),
        sa.Column("high", sa.Double(), nullable=True),
        sa.Column("chance", sa.Double(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("raw_rank", sa.Integer(), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
    ]
