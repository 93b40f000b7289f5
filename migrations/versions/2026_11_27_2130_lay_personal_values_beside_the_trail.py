"""The audit trail keeps ids, states and numbers; texts and personal values lie beside it and can be erased."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision: str = "trail1"
down_revision: str | None = "startup2"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

CHUNK = 1000
REFUSAL = "audit entries are only added"
DOCUMENT = sa.JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")
# What stayed with an entry when this was written, by the first part of the act's code; all else is laid beside it.
PLAIN = {
    "accounts": "count family_first is_site_admin language person purpose role zone",
    "demo_day show": "level pitch pitches position state vetted_by vetting",
    "events registration": "capacity ends_at kind minutes parent_id position public published rows starts_at state",
    "application attachment form": "application audience count digest key kind limits position reference required revision"
    " shown_if state version view",
    "mentor_session mentoring": "buffer_minutes came daily_cap done exception horizon_days hours languages mentor_came minutes notice_hours"
    " other_came owner paused side starts_at startup startup_came state topics useful",
    "notifications": "job name state",
    "programmes": "announced_on closes_at coaching_ends_on decisions_on demo_day_on mode opens_at places sealed slug"
    " starts_on two_person_release zone",
    "milestone progress": "added as_of changed due_on metrics numbers owner_id result state status target templates value",
    "report reporting": "amount code digest file identical language number state year",
    "assignment commitment conflict plan review round scoring": "application blind capacity closes_at expertise kind"
    " languages method number opens_at optimal pairs person reads reviewer scores see_others state total",
    "screening": "key outcomes verdict",
    "offer release selection": "basis choice counts digest expires_at letters offer position shared state",
    "startup": "country founded founders person prefecture",
    "trail": "filters",
}
NAMES = {prefix: set(names.split()) for prefixes, names in PLAIN.items() for prefix in prefixes.split()}
# What each kind of row tells something of, and how its id is found.
ABOUT = {
    "application": ("application", "SELECT id, id FROM application"),
    "attachment": ("application", "SELECT id, application_id FROM attachment"),
    "conflict": ("application", "SELECT id, application_id FROM conflict"),
    "assignment": ("application", "SELECT id, application_id FROM assignment"),
    "review": ("application", "SELECT r.id, a.application_id FROM review r JOIN assignment a ON a.id = r.assignment_id"),
    "offer": ("application", "SELECT id, application_id FROM offer"),
    "startup": ("startup", "SELECT id, id FROM startup"),
    "mentor_session": ("startup", "SELECT id, startup_id FROM mentor_session"),
    "agreed_action": (
        "startup", "SELECT g.id, s.startup_id FROM agreed_action g JOIN mentor_session s ON s.id = g.session_id",
    ),
    "founder": ("startup", "SELECT id, startup_id FROM founder"),
    "milestone": ("startup", "SELECT id, startup_id FROM milestone"),
    "metric_value": ("startup", "SELECT v.id, m.startup_id FROM metric_value v JOIN metric m ON m.id = v.metric_id"),
    "pitch": ("startup", "SELECT id, startup_id FROM pitch"),
    "interest": ("startup", "SELECT i.id, p.startup_id FROM interest i JOIN pitch p ON p.id = i.pitch_id"),
}
ENTRY = sa.table(
    "audit_entry", sa.column("id", sa.Integer), sa.column("action", sa.String), sa.column("subject_type", sa.String),
    sa.column("subject_id", sa.Integer), sa.column("changes", DOCUMENT), sa.column("reason", sa.Text),
    sa.column("withheld", DOCUMENT), sa.column("about_type", sa.String), sa.column("about_id", sa.Integer),
)
DETAIL = sa.table(
    "audit_detail", sa.column("entry_id", sa.Integer), sa.column("changes", DOCUMENT), sa.column("reason", sa.Text)
)
Change = dict[str, Any]


def upgrade() -> None:
    """Make the place for the details, move what is there, and take the reason out of the entries."""
    op.create_table(
        "audit_detail",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("changes", DOCUMENT, nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["entry_id"], ["audit_entry.id"], name=op.f("fk_audit_detail_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_audit_detail")),
    )
    _open()
    with op.batch_alter_table("audit_entry") as batch:
        batch.add_column(sa.Column("withheld", DOCUMENT, nullable=False, server_default="[]"))
        batch.add_column(sa.Column("about_type", sa.String(60), nullable=True))
        batch.add_column(sa.Column("about_id", sa.Integer(), nullable=True))
    owners = {table: _pairs(statement) for table, (_of, statement) in ABOUT.items()}
    for rows in _chunks(ENTRY.c.reason):
        details = [detail for row in rows if (detail := _laid_beside(row, owners))]
        if details:
            op.bulk_insert(DETAIL, details)
    with op.batch_alter_table("audit_entry") as batch:
        batch.alter_column("withheld", server_default=None)
        batch.drop_column("reason")
    _close()


def downgrade() -> None:
    """Put what was not erased back into the entries."""
    _open()
    with op.batch_alter_table("audit_entry") as batch:
        batch.add_column(sa.Column("reason", sa.String(), nullable=True))
    for rows in _chunks(ENTRY.c.withheld):
        known = sa.select(DETAIL).where(DETAIL.c.entry_id.in_([row.id for row in rows]))
        details = {detail.entry_id: detail for detail in op.get_bind().execute(known)}
        for row in rows:
            detail = details.get(row.id)
            changes = _as_before(row.action, {**row.changes, **(detail.changes if detail else {})})
            action = "programmes.trail_exported" if row.action == "trail.exported" else row.action
            _store(row.id, action=action, changes=changes, reason=detail.reason if detail else None)
    with op.batch_alter_table("audit_entry") as batch:
        batch.drop_column("about_id")
        batch.drop_column("about_type")
        batch.drop_column("withheld")
    _close()
    op.drop_table("audit_detail")


def _open() -> None:
    """Let entries be changed for once."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_entry_no_{act}")
    else:
        op.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")


def _close() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_entry_no_{act} BEFORE {act.upper()} ON audit_entry "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    else:
        op.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


def _pairs(statement: str) -> dict[int, int]:
    return {row[0]: row[1] for row in op.get_bind().execute(sa.text(statement))}


def _chunks(extra: Any) -> Iterator[Sequence[Any]]:
    after, columns = 0, (ENTRY.c.id, ENTRY.c.action, ENTRY.c.subject_type, ENTRY.c.subject_id, ENTRY.c.changes, extra)
    while rows := (
        op.get_bind()
        .execute(sa.select(*columns).where(ENTRY.c.id > after).order_by(ENTRY.c.id).limit(CHUNK))
        .all()
    ):
        yield rows
        after = rows[-1].id


def _store(entry_id: int, **values: Any) -> None:
    op.get_bind().execute(sa.update(ENTRY).where(ENTRY.c.id == entry_id).values(**values))


def _laid_beside(row: Any, owners: dict[str, dict[int, int]]) -> Change | None:
    """Store the entry without what is not for ever; that, as a row of its own, if there is any."""
    action = "trail.exported" if row.action == "programmes.trail_exported" else row.action
    changes, names = _as_now(action, row.changes), NAMES.get(action.partition(".")[0], set())
    detail = {name: value for name, value in changes.items() if name not in names}
    owner = owners.get(row.subject_type, {}).get(row.subject_id) or _lifted(row)
    _store(
        row.id, action=action, changes={name: value for name, value in changes.items() if name in names},
        withheld=[*detail, *(["reason"] if row.reason else [])],
        about_type=ABOUT[row.subject_type][0] if owner else None, about_id=owner,
    )
    return {"entry_id": row.id, "changes": detail, "reason": row.reason or None} if detail or row.reason else None


def _lifted(row: Any) -> int | None:
    """The application of a conflict that is gone."""
    sides = row.changes.get("application") if row.subject_type == "conflict" else None
    return next((side for side in sides or [] if side), None)


def _as_now(action: str, changes: Change) -> Change:
    shape: dict[str, Callable[[Change], Change]] = {
        "progress.sent_numbers": lambda old: {
            **({"as_of": old["as_of"]} if "as_of" in old else {}),
            "numbers": {name: value for name, value in old.items() if name != "as_of"},
        },
        "selection.decided": _decision,
        "selection.followed_screening": _decision,
        "selection.undecided": _decision,
        "startup.profile_recorded": lambda old: old.get("changed", old),
    }
    return shape.get(action, dict)(changes)


def _decision(old: Change) -> Change:
    parts = old.get("decision", {})
    return {"written_reason" if name == "reason" else name: value for name, value in parts.items()}


def _as_before(action: str, changes: Change) -> Change:
    if action == "progress.sent_numbers":
        return {name: value for name, value in changes.items() if name != "numbers"} | changes.get("numbers", {})
    if action in ("selection.decided", "selection.followed_screening", "selection.undecided"):
        return {"decision": {"reason" if name == "written_reason" else name: value for name, value in changes.items()}}
    return {"changed": changes} if action == "startup.profile_recorded" else changes
