"""Applications are found by their founders, addresses and Japanese names; which terms only an answer gives is kept."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from babel import Locale

revision: str = "intake1"
down_revision: str | None = "0006"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHUNK = 500
# How the program made terms when this was written: a migration must not need the program of tomorrow.
SPACELESS = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
RUN = re.compile(f"([{SPACELESS}]+)|[^\\W_{SPACELESS}]+")
ACCENTS = re.compile("[\u0300-\u036f]")
NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
NAMES = ("given_name", "family_name", "native_name", "email")
ROWS = sa.text(
    "SELECT a.id, a.edition_id, a.reference, a.name, a.one_line, a.country, p.given_name, p.family_name, p.native_name,"
    " p.email, r.answers FROM application a JOIN person p ON p.id = a.applicant_id"
    " LEFT JOIN revision r ON r.application_id = a.id AND r.number = a.revision_number"
    " WHERE a.id > :after ORDER BY a.id LIMIT :chunk"
)


def upgrade() -> None:
    """Add the column, and store the terms of every application anew."""
    with op.batch_alter_table("search_term") as batch:
        batch.add_column(sa.Column("is_answer", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("search_term") as batch:
        batch.alter_column("is_answer", server_default=None)
    op.execute("DELETE FROM search_term")
    names = ("edition_id", "term", "application_id", "is_answer")
    search_term = sa.table("search_term", *(sa.column(name) for name in names))
    places = [_countries(language) for language in ("en", "ja")]
    after = 0
    while rows := op.get_bind().execute(ROWS, {"after": after, "chunk": CHUNK}).all():
        op.bulk_insert(search_term, [term for row in rows for term in _terms(row, places)])
        after = rows[-1].id


def _countries(language: str) -> dict[str, str]:
    return {code: name for code, name in Locale.parse(language).territories.items() if code not in NO_COUNTRIES}


def _terms(row: sa.Row[Any], places: Sequence[dict[str, str]]) -> Iterator[dict[str, Any]]:
    number = row.reference.rpartition("-")[2].lstrip("0")
    texts = [row.reference, number, row.name, *(names.get(row.country or "", "") for names in places)]
    listed = set(_split(texts + [getattr(row, name) or "" for name in NAMES]))
    answered = set(_split([row.one_line or "", *_answered(row.answers)])) - listed
    for terms, is_answer in ((listed, False), (answered, True)):
        for term in sorted(terms):
            yield {"edition_id": row.edition_id, "term": term, "application_id": row.id, "is_answer": is_answer}


def _answered(stored: Any) -> list[str]:
    answers = json.loads(stored) if isinstance(stored, str) else stored or {}
    founders = answers.get("founders")
    rows = [row for row in founders if isinstance(row, dict)] if isinstance(founders, list) else []
    texts = [answers.get("native_name"), *(row.get(key) for row in rows for key in ("name", "email"))]
    return [text for text in texts if isinstance(text, str)]


def _split(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        folded = unicodedata.normalize("NFKC", ACCENTS.sub("", unicodedata.normalize("NFKD", text))).casefold()
        for run in RUN.finditer(folded):
            starts = range(len(run[0])) if run[1] else (0,)
            yield from (run[0][at : at + 20] for at in starts)


def downgrade() -> None:
    """Take the column away; the older program goes on finding what is there."""
    with op.batch_alter_table("search_term") as batch:
        batch.drop_column("is_answer")
