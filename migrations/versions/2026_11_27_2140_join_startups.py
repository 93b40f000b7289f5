"""Records that are provably the same firm become one.

Proof is a confirmed founder in both, and with that the same corporate number in what was sent, or the same name in the
same country. A number or a name alone proves nothing: both are public, and joining gives the founders of either record
access to all of it. What may be the same firm beside that is listed for the team.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "startup3"
down_revision: str | None = "intake2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# How the program compared names when this was written: a migration must not need the program of tomorrow.
FORMS = re.compile(
    r"\b(inc|incorporated|ltd|limited|llc|llp|plc|corp|corporation|co|company|gmbh|ag|ou|oy|ab|as|sa|sas|sarl|srl|spa|bv|nv|"
    r"pte|pvt|pty|kk|k k)\b|株式会社|合同会社|有限会社|一般社団法人"
)
OWN = frozenset({"founder", "startup_alias", "distinct_startups"})
GAPS = ("native_name", "one_line", "one_line_ja", "country", "prefecture", "city", "website", "founded")
SHARED = sa.text("""
    SELECT DISTINCT a.startup_id AS first_id, b.startup_id AS second_id
    FROM founder a JOIN founder b ON b.person_id = a.person_id AND b.startup_id > a.startup_id
    JOIN startup s ON s.id = a.startup_id JOIN startup t ON t.id = b.startup_id
    WHERE a.confirmed_at IS NOT NULL AND b.confirmed_at IS NOT NULL AND a.left_at IS NULL AND b.left_at IS NULL
    AND NOT s.synthetic AND NOT t.synthetic
    ORDER BY a.startup_id, b.startup_id
""")
SENT = sa.text("""
    SELECT r.answers FROM revision r JOIN application a ON a.id = r.application_id WHERE a.startup_id = :startup_id
""")


def upgrade() -> None:
    """Join what is proven, the newer record into the older one; where rows would collide, both stay."""
    connection = op.get_bind()
    tables = _tables(connection)
    stays: dict[int, int] = {}
    for first_id, second_id in connection.execute(SHARED).all():
        kept, gone = stays.get(first_id, first_id), stays.get(second_id, second_id)
        if kept == gone or not _is_proven(connection, tables["startup"], kept, gone):
            continue
        kept, gone = min(kept, gone), max(kept, gone)
        if not any(_collides(connection, table, name, kept, gone) for table, name in _references(tables)):
            _join(connection, tables, kept, gone)
            stays |= {other: kept for other, to in stays.items() if to == gone} | {gone: kept}


def _tables(connection: sa.Connection) -> dict[str, sa.Table]:
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return metadata.tables


def _references(tables: dict[str, sa.Table]) -> Iterator[tuple[sa.Table, str]]:
    for table in sorted(tables.values(), key=lambda table: table.name):
        if table.name not in OWN:
            for column in table.columns:
                if any(key.target_fullname == "startup.id" for key in column.foreign_keys):
                    yield table, column.name


def _is_proven(connection: sa.Connection, startup: sa.Table, kept: int, gone: int) -> bool:
    rows = [connection.execute(sa.select(startup).where(startup.c.id == key)).one() for key in (kept, gone)]
    names = [_name_key(row.name) for row in rows]
    if names[0] and names[0] == names[1] and rows[0].country is not None and rows[0].country == rows[1].country:
        return True
    return bool(_numbers(connection, kept) & _numbers(connection, gone))


def _numbers(connection: sa.Connection, startup_id: int) -> set[str]:
    found = set()
    for (stored,) in connection.execute(SENT, {"startup_id": startup_id}):
        answers = json.loads(stored) if isinstance(stored, str) else stored or {}
        number = answers.get("corporate_number")
        if isinstance(number, str) and re.fullmatch("[0-9]{13}", number):
            found.add(number)
    return found


def _name_key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter) or letter in "\u3099\u309a")
    plain = unicodedata.normalize("NFKC", plain)
    return re.sub(r"[\W_]+", "", FORMS.sub(" ", re.sub(r"[\W_]+", " ", plain)))


def _collides(connection: sa.Connection, table: sa.Table, name: str, kept: int, gone: int) -> bool:
    one, other = table.alias(), table.alias()
    rules = [rule.columns for rule in table.constraints if isinstance(rule, sa.UniqueConstraint)]
    rules += [index.columns for index in table.indexes if index.unique] + [table.primary_key.columns]
    for columns in rules:
        names = [column.name for column in columns]
        if name in names:
            same = [one.c[part] == other.c[part] for part in names if part != name]
            pair = sa.and_(one.c[name] == kept, other.c[name] == gone, *same)
            if connection.scalar(sa.select(sa.func.count(one.c[name])).select_from(one.join(other, pair))):
                return True
    return False


def _join(connection: sa.Connection, tables: dict[str, sa.Table], kept: int, gone: int) -> None:
    for table, name in _references(tables):
        connection.execute(sa.update(table).where(table.c[name] == gone).values({name: kept}))
    _join_founders(connection, tables["founder"], kept, gone)
    startup, alias = tables["startup"], tables["startup_alias"]
    old, new = (connection.execute(sa.select(startup).where(startup.c.id == key)).one() for key in (kept, gone))
    gaps = {name: getattr(new, name) for name in GAPS if not getattr(old, name) and getattr(new, name)}
    if gaps:
        connection.execute(sa.update(startup).where(startup.c.id == kept).values(gaps))
    connection.execute(sa.update(alias).where(alias.c.startup_id == gone).values(startup_id=kept))
    connection.execute(sa.delete(startup).where(startup.c.id == gone))
    connection.execute(sa.insert(alias).values(slug=new.slug, startup_id=kept))


def _join_founders(connection: sa.Connection, founder: sa.Table, kept: int, gone: int) -> None:
    present = connection.execute(sa.select(founder).where(founder.c.startup_id == kept)).all()
    theirs = connection.execute(sa.select(founder).where(founder.c.startup_id == gone).order_by(founder.c.id)).all()
    for row in theirs:
        alike = [one for one in present if _is_same(one, row)]
        same = next((one for one in alike if one.person_id is not None), alike[0] if alike else None)
        if same is None:
            moved = sa.update(founder).where(founder.c.id == row.id)
            connection.execute(moved.values(startup_id=kept, is_lead=False, position=row.position + len(present)))
            continue
        connection.execute(sa.delete(founder).where(founder.c.id == row.id))
        if row.confirmed_at is not None and same.confirmed_at is None:
            values = {"person_id": row.person_id, "confirmed_at": row.confirmed_at}
            connection.execute(sa.update(founder).where(founder.c.id == same.id).values(values))


def _is_same(one: Any, other: Any) -> bool:
    if one.person_id is not None and other.person_id is not None:
        return bool(one.person_id == other.person_id)
    return one.email is not None and one.email == other.email


def downgrade() -> None:
    """Nothing: what was joined is one firm, and the older program reads one record of it as well as two."""
