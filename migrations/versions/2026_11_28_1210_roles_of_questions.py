"""Questions have roles: what the program asks for by the role and no longer by the key.

Copies of the default form know the role of each question by its key, which nobody can change, and its kind. Amounts name
the question whose currency they are in, and questions say themselves whether their answers are carried over.
"""

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "forms2"
down_revision: str | None = "forms1"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

KINDS = {
    "name": "short",
    "native_name": "short",
    "one_line": "short",
    "one_line_ja": "short",
    "website": "url",
    "country": "country",
    "prefecture": "prefecture",
    "city": "short",
    "founded": "number",
    "incorporated": "choice",
    "corporate_number": "short",
    "sector": "sector",
    "stage": "choice",
    "track": "track",
    "problem": "long",
    "solution": "long",
    "deck": "file",
    "founders": "founders",
    "channel": "choice",
    "declarations": "declaration",
    "consent_processing": "consent",
    "consent_hosts": "consent",
    "consent_statistics": "consent",
}
CARRIED = frozenset(
    "name native_name one_line one_line_ja website linkedin country prefecture city countries founded incorporated incorporated_on legal_form "
    "corporate_number sector sector_other tags business_model customer_type problem solution market rights founders why_team zone".split()
)
ROLE = sa.Enum(*KINDS, name="questionrole", native_enum=False, create_constraint=True, length=40)
QUESTION = sa.table(
    "question",
    sa.column("id", sa.Integer),
    sa.column("key", sa.String),
    sa.column("kind", sa.String),
    sa.column("role", sa.String),
    sa.column("carried", sa.Boolean),
    sa.column("limits", sa.JSON),
)
REMOVED = sa.table("removed_question", sa.column("id", sa.Integer), sa.column("values", sa.JSON))


def upgrade() -> None:
    """Add the columns and fill them."""
    with op.batch_alter_table("question") as batch:
        batch.add_column(sa.Column("form_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("role", ROLE, nullable=True))
        batch.add_column(sa.Column("carried", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE question SET form_id = (SELECT form_id FROM section WHERE section.id = question.section_id)")
    bind = op.get_bind()
    for row in bind.execute(sa.select(QUESTION)).all():
        bind.execute(sa.update(QUESTION).where(QUESTION.c.id == row.id).values(**_filled(row.key, row.kind, row.limits)))
    for row in bind.execute(sa.select(REMOVED)).all():
        values = row[1]
        known = _filled(values["key"], values["kind"], values["limits"])
        bind.execute(sa.update(REMOVED).where(REMOVED.c.id == row.id).values(values={**values, **known}))
    with op.batch_alter_table("question") as batch:
        batch.alter_column("form_id", nullable=False)
        batch.alter_column("carried", server_default=None)
        batch.create_foreign_key(op.f("fk_question_form_id"), "form", ["form_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_question_form_id_role"), ["form_id", "role"])


def downgrade() -> None:
    """Take the columns away; what was removed forgets them too."""
    bind = op.get_bind()
    for row in bind.execute(sa.select(REMOVED)).all():
        values = {name: value for name, value in row[1].items() if name not in ("role", "carried")}
        bind.execute(sa.update(REMOVED).where(REMOVED.c.id == row.id).values(values=values))
    for row in bind.execute(sa.select(QUESTION)).all():
        limits = {name: value for name, value in row.limits.items() if name != "currency"}
        bind.execute(sa.update(QUESTION).where(QUESTION.c.id == row.id).values(limits=limits))
    with op.batch_alter_table("question") as batch:
        batch.drop_constraint(op.f("uq_question_form_id_role"), type_="unique")
        batch.drop_constraint(op.f("fk_question_form_id"), type_="foreignkey")
        batch.drop_constraint(op.f("ck_question_questionrole"), type_="check")
        batch.drop_column("carried")
        batch.drop_column("role")
        batch.drop_column("form_id")


def _filled(key: str, kind: str, limits: dict[str, Any]) -> dict[str, Any]:
    in_currency = key.startswith("capital_") and key != "capital_currency"
    return {
        "role": key if KINDS.get(key) == kind else None,
        "carried": key in CARRIED,
        "limits": {**limits, "currency": "capital_currency"} if in_currency else limits,
    }
