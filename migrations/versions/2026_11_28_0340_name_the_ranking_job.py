"""The job that works a ranking out is called after what it works out."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "names3"
down_revision: str | None = "names2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Call it ``scoring.fit_ranking``."""
    _rename("scoring.fit_standings", "scoring.fit_ranking")


def downgrade() -> None:
    """Call it ``scoring.fit_standings``."""
    _rename("scoring.fit_ranking", "scoring.fit_standings")


def _rename(old: str, new: str) -> None:
    jobs = sa.table("job", sa.column("name", sa.String()))
    op.execute(jobs.update().where(jobs.c.name == old).values(name=new))
