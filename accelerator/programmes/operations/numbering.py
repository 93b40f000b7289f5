"""Numbers that people say to each other, such as A-0142: given one by one, within an edition and kind."""

from sqlalchemy import case, func, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import InstrumentedAttribute

from accelerator.core.db import session
from accelerator.programmes.models import Counter


def next_reference(edition_id: int, kind: str, column: InstrumentedAttribute[str]) -> str:
    """The next number of a kind in an edition, as in A-0001. A number that was given is never given again.

    Two transactions that ask at once get two numbers: the second waits for the end of the first. ``column`` holds those
    given before, also to rows that came without being numbered here, such as those of a demonstration.
    """
    above = _highest(edition_id, kind, column)
    make = postgres_insert if session().get_bind().dialect.name == "postgresql" else sqlite_insert
    further = case((Counter.last > above, Counter.last), else_=above) + 1
    given = (
        make(Counter)
        .values(edition_id=edition_id, kind=kind, last=above + 1)
        .on_conflict_do_update(index_elements=["edition_id", "kind"], set_={"last": further})
        .returning(Counter.last)
    )
    return f"{kind}-{session().scalars(given).one():04}"


def _highest(edition_id: int, kind: str, column: InstrumentedAttribute[str]) -> int:
    # Longer ones come later: A-10000 follows A-9999.
    last = session().scalar(
        select(column)
        .where(column.class_.edition_id == edition_id, column.startswith(f"{kind}-"))
        .order_by(func.length(column).desc(), column.desc())
        .limit(1)
    )
    return int(last.rpartition("-")[2]) if last else 0
