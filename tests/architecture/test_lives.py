"""Every table says how long its rows stay and whether they tell of people; docs/lives.md says the same.

``FUNADE_WRITE_LIVES=1`` writes the document anew.
"""

import os
from collections.abc import Iterator

from accelerator.accounts.models import Person
from accelerator.core.db import Base
from accelerator.core.keeping import KEEP_LIVES
from accelerator.core.lives import End
from accelerator.core.web import App
from tests.architecture.source import ROOT
from workers.keeping import OWN
from workers.schedule import EVERY

DOCUMENT = ROOT / "docs" / "lives.md"
HEAD = """# How long data are kept

One line per table. What ends is ended by one nightly job, and the page *Jobs* says how many rows it was. *Personal* means
that a row tells of a person. Written by `FUNADE_WRITE_LIVES=1 pytest tests/architecture/test_lives.py`.

| Table | Personal | How long |
|---|---|---|
"""


def classes() -> list[type[Base]]:
    """Every mapped class, by table."""
    return sorted((mapper.class_ for mapper in Base.registry.mappers), key=lambda row: row.__tablename__)


def sentence(row: type[Base], end: End) -> str:
    since = " or ".join(f"`{name}`" for name in end.since)
    some = ", some rows only" if end.where is not None else ""
    if end.own:
        return f"by the stage itself {end.days} days after {since}"
    if end.blanks:
        return f"{', '.join(f'`{name}`' for name in end.blanks)} emptied {end.days} days after {since}{some}"
    return f"removed {end.days} days after {since}{some}"


def lines() -> Iterator[str]:
    for row in classes():
        life = row.__life__
        ends = "; ".join(sentence(row, end) for end in life.ends) or "as long as what it belongs to"
        yield f"| `{row.__tablename__}` | {'yes' if life.personal else 'no'} | {ends} |\n"


def test_every_table_declares_its_life(app: App) -> None:
    assert [row.__name__ for row in classes() if "__life__" not in vars(row)] == []


def test_what_points_at_a_person_is_personal(app: App) -> None:
    points = [
        row.__name__
        for row in classes()
        if any(key.column.table is Person.__table__ for column in row.__table__.columns for key in column.foreign_keys)
        and not row.__life__.personal
        and row.__name__ not in {"Event"}
    ]
    assert points == []


def test_ends_name_columns_that_are_there(app: App) -> None:
    assert [
        f"{row.__name__}.{name}"
        for row in classes()
        for end in row.__life__.ends
        for name in (*end.since, *end.blanks)
        if name not in row.__table__.columns
    ] == []


def test_what_a_stage_keeps_itself_is_kept(app: App) -> None:
    assert {row for row in classes() if any(end.own for end in row.__life__.ends)} == set(OWN)
    assert EVERY[KEEP_LIVES] == 24 * 3600


def test_the_document_says_so(app: App) -> None:
    text = HEAD + "".join(lines())
    if os.environ.get("FUNADE_WRITE_LIVES"):
        DOCUMENT.write_text(text, encoding="utf-8")
    assert DOCUMENT.read_text(encoding="utf-8") == text
