"""CSV files that spreadsheets open, whole or in pieces. The one place that writes them."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO

from accelerator.core import db, i18n, scope
from accelerator.core.scope import Scope
from accelerator.core.text import spreadsheet_text

BOM = "\ufeff"  # without it spreadsheets in Japan read UTF-8 as another encoding
Cells = Sequence[object]
Part = Callable[[int], tuple[Sequence[Cells], int | None]]
"""Reads the rows after a number; with them the number to go on from, None after the last."""


def csv_text(rows: Iterable[Cells]) -> str:
    """Rows as CSV (RFC 4180). Numbers stay numbers, and no text is taken for a formula."""
    file = StringIO()
    csv.writer(file).writerows(
        [cell if isinstance(cell, (int, float)) else spreadsheet_text(cell) for cell in row] for row in rows
    )
    return file.getvalue()


def csv_pieces(edition: Scope, heads: Callable[[], Cells], part: Part, *, language: str, zone: str) -> Iterator[str]:
    """A file of any length in pieces, each with a session of its own: the request's is over when this runs."""
    after: int | None = 0
    begun = False
    while after is not None:
        with scope.choose(edition), db.reading(), i18n.speaking(language, zone):
            rows, after = part(after)
            text = csv_text(rows if begun else [heads(), *rows])
        yield text if begun else BOM + text
        begun = True
