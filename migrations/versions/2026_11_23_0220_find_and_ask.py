"""Terms that applications are found by, questions to applicants, and the indexes of the screening queue."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from alembic import op
from babel import Locale

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

OPEN = sa.text("closed_at IS NULL")
TERM = sa.String(20).with_variant(sa.String(20, collation="C"), "postgresql")
CHUNK = 500

# How the program made terms when this was written: a migration must not need the program of tomorrow.
SPACELESS = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
RUN = re.compile(f"([{SPACELESS}]+)|[^\\W_{SPACELESS}]+")
ACCENTS = re.compile("[\u0300-\u036f]")
NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})


def upgrade() -> None:
    """Add the tables and indexes, and the terms of every application there is."""
    _ask()
    terms = _find()
    with op.batch_alter_table("application") as batch:
        batch.drop_index("ix_application_edition_id")
        batch.create_index("ix_application_queue", ["edition_id", "state", "id"])
    with op.batch_alter_table("verdict") as batch:
        batch.drop_index("ix_verdict_outcome")
        batch.create_index("ix_verdict_pending", ["outcome", "confirmed_by", "application_id"])
        batch.create_index("ix_verdict_batch", ["given_by", "given_at", "outcome", "application_id"])
    _fill(terms)


def _ask() -> None:
    op.create_table(
        "enquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("revision_number", sa.Integer(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer_revision", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "answer_revision IS NULL OR closed_at IS NOT NULL", name=op.f("ck_enquiry_answered_is_closed")
        ),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_enquiry_application_id")),
        sa.ForeignKeyConstraint(["asked_by"], ["person.id"], name=op.f("fk_enquiry_asked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiry")),
    )
    op.create_index(op.f("ix_enquiry_application_id"), "enquiry", ["application_id"])
    op.create_index(
        "uq_enquiry_open", "enquiry", ["application_id"], unique=True, postgresql_where=OPEN, sqlite_where=OPEN
    )


def _find() -> sa.Table:
    made = op.create_table(
        "search_term",
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("term", TERM, nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_search_term_application_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_search_term_edition_id")),
        sa.PrimaryKeyConstraint("edition_id", "term", "application_id", name=op.f("pk_search_term")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_search_term_application_id"), "search_term", ["application_id"])
    return made


def _fill(search_term: sa.Table) -> None:
    names = ("id", "edition_id", "reference", "name", "one_line", "country")
    application = sa.table("application", *(sa.column(name) for name in names))
    places = [_countries(language) for language in ("en", "ja")]
    after = 0
    while True:
        chunk = sa.select(application).where(application.c.id > after).order_by(application.c.id).limit(CHUNK)
        rows = op.get_bind().execute(chunk).all()
        if not rows:
            return
        op.bulk_insert(
            search_term,
            [
                {"edition_id": row.edition_id, "term": term, "application_id": row.id}
                for row in rows
                for term in sorted(_terms(row, places))
            ],
        )
        after = rows[-1].id


def _countries(language: str) -> dict[str, str]:
    return {code: name for code, name in Locale.parse(language).territories.items() if code not in NO_COUNTRIES}


def _terms(row: sa.Row, places: Sequence[dict[str, str]]) -> set[str]:
    number = row.reference.rpartition("-")[2].lstrip("0")
    countries = [names.get(row.country or "", "") for names in places]
    return {term for text in (row.reference, number, row.name, row.one_line or "", *countries) for term in _split(text)}


def _split(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", ACCENTS.sub("", unicodedata.normalize("NFKD", text))).casefold()
    for run in RUN.finditer(folded):
        starts = range(len(run[0])) if run[1] else (0,)
        yield from (run[0][at : at + 20] for at in starts)


def downgrade() -> None:
    """Take them away."""
    with op.batch_alter_table("verdict") as batch:
        batch.drop_index("ix_verdict_batch")
        batch.drop_index("ix_verdict_pending")
        batch.create_index("ix_verdict_outcome", ["outcome"])
    with op.batch_alter_table("application") as batch:
        batch.drop_index("ix_application_queue")
        batch.create_index("ix_application_edition_id", ["edition_id"])
    op.drop_table("search_term")
    op.drop_table("enquiry")
