"""Applications are found by the Japanese name of the startup's record and by names typed without the space."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "mend1"
down_revision: str | None = "fast2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHUNK = 500
# How the program made terms when this was written: a migration must not need the program of tomorrow.
SPACELESS = (
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003fffd"
)
RUN = re.compile(f"([{SPACELESS}]+)|[^\\W_{SPACELESS}]+")
GAP = re.compile(f"(?<=[{SPACELESS}])\\s+(?=[{SPACELESS}])")
ACCENTS = re.compile("[\u0300-\u036f]")
ROWS = sa.text(
    "SELECT a.id, a.edition_id, a.startup_id, p.native_name, s.native_name AS startup_name, r.answers"
    " FROM application a JOIN person p ON p.id = a.applicant_id JOIN startup s ON s.id = a.startup_id"
    " LEFT JOIN revision r ON r.application_id = a.id AND r.number = a.revision_number"
    " WHERE a.id > :after ORDER BY a.id LIMIT :chunk"
)
FOUNDERS = sa.text(
    "SELECT f.startup_id, p.native_name FROM founder f JOIN person p ON p.id = f.person_id"
    " WHERE f.left_at IS NULL AND p.native_name IS NOT NULL"
)


def upgrade() -> None:
    """Add the terms that the program stores from now on."""
    names = ("edition_id", "term", "application_id", "is_answer")
    search_term = sa.table("search_term", *(sa.column(name) for name in names))
    founders: dict[int, list[str]] = {}
    for startup_id, name in op.get_bind().execute(FOUNDERS):
        founders.setdefault(startup_id, []).append(name)
    after = 0
    while rows := op.get_bind().execute(ROWS, {"after": after, "chunk": CHUNK}).all():
        kept = sa.select(search_term.c.application_id, search_term.c.term).where(
            search_term.c.application_id.in_([row.id for row in rows])
        )
        known = {(number, term) for number, term in op.get_bind().execute(kept)}
        op.bulk_insert(search_term, [term for row in rows for term in _terms(row, founders, known)])
        after = rows[-1].id


def _terms(
    row: sa.Row[Any], founders: dict[int, list[str]], known: set[tuple[int, str]]
) -> Iterator[dict[str, Any]]:
    listed = set(_split([row.native_name or ""]))
    answers = json.loads(row.answers) if isinstance(row.answers, str) else row.answers
    names = [*_answered(answers), row.startup_name or "", *founders.get(row.startup_id, [])] if answers else []
    for terms, is_answer in ((listed, False), (set(_split(names)) - listed, True)):
        for term in sorted(terms):
            if (row.id, term) not in known:
                yield {"edition_id": row.edition_id, "term": term, "application_id": row.id, "is_answer": is_answer}


def _answered(answers: dict[str, Any]) -> list[str]:
    founders = answers.get("founders")
    rows = [row for row in founders if isinstance(row, dict)] if isinstance(founders, list) else []
    texts = [answers.get("native_name"), *(row.get("name") for row in rows)]
    return [text for text in texts if isinstance(text, str)]


def _split(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        folded = unicodedata.normalize("NFKC", ACCENTS.sub("", unicodedata.normalize("NFKD", name))).casefold()
        for text in {folded, GAP.sub("", folded)}:
            for run in RUN.finditer(text):
                starts = range(len(run[0])) if run[1] else (0,)
                yield from (run[0][at : at + 20] for at in starts)


def downgrade() -> None:
    """The older program goes on finding what is there, and stores fewer terms where an application changes."""
