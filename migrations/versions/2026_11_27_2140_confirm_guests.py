"""A guest's address is confirmed before it has a seat: one more state of a registration."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "lead3"
down_revision: str | None = "trail3"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHECK = "ck_registration_registrationstate"


def upgrade() -> None:
    """Guests who are registered have confirmed by their link's mail or are known; they keep their seats."""
    _allow("asked", "registered", "waiting", "cancelled", "attended")


def downgrade() -> None:
    """Nobody has shown that the unconfirmed addresses are theirs, so they are cancelled."""
    op.execute(sa.text("UPDATE registration SET state = 'cancelled' WHERE state = 'asked'"))
    _allow("registered", "waiting", "cancelled", "attended")


def _allow(*states: str) -> None:
    with op.batch_alter_table("registration") as batch:
        batch.drop_constraint(op.f(CHECK), type_="check")
        batch.create_check_constraint(op.f(CHECK), sa.column("state").in_(states))
