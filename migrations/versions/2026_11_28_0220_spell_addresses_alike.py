"""Mail addresses in the one spelling in which they are compared from now on: whoever is barred by one stays barred."""

import unicodedata
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from email_validator import EmailNotValidError, validate_email

revision: str = "sec22"
down_revision: str | None = "sec21"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# In each table what an address may stand in only once; an address that is there already is left as it was typed.
TABLES: dict[str, tuple[str, ...] | None] = {
    "founder": None,
    "link": None,
    "person": (),
    "person_address": (),
    "registration": ("event_id",),
}


def upgrade() -> None:
    """Rewrite what differs."""
    for name, within in TABLES.items():
        columns = ("id", "email", *(within or ()))
        table = sa.table(name, *(sa.column(column) for column in columns))
        rows = op.get_bind().execute(sa.select(*table.c).where(table.c.email.is_not(None)).order_by(table.c.id)).all()
        taken = {tuple(row)[1:] for row in rows}
        for row in rows:
            spelled = _spelled(row.email)
            key = (spelled, *tuple(row)[2:])
            if spelled == row.email or (within is not None and key in taken):
                continue
            taken.add(key)
            op.execute(table.update().where(table.c.id == row.id).values(email=spelled))


def _spelled(address: str) -> str:
    """How the program spelled addresses when this was written."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", address).lower())
    name, at, host = " ".join(folded.split()).rpartition("@")
    return f"{name}{at}{_host(host.replace(chr(0x3002), '.'))}"


def _host(typed: str) -> str:
    if typed.isascii() and "xn--" not in typed:
        return typed
    try:
        return str(validate_email(f"a@{typed}", check_deliverability=False).domain)
    except EmailNotValidError:
        return typed


def downgrade() -> None:
    """The older program understands this spelling too."""
