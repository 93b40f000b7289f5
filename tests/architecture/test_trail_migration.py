"""What the trail held before personal values were laid beside it: moved, and moved back, on both databases."""

import json
from typing import Any

from alembic.script import ScriptDirectory
from sqlalchemy import text

from accelerator.cli.migrate import downgrade, upgrade
from accelerator.cli.migrate import settings as configuration
from accelerator.core import db, scope
from tests.factories import make_application, make_edition, make_person
from tests.services.migrated import migrated_database

__all__ = ["migrated_database"]
BEFORE: list[tuple[str, str, dict[str, Any], str | None]] = [
    ("accounts.profile_changed", "person", {"given_name": ["A", "B"], "language": ["en", "ja"]}, None),
    ("programmes.trail_exported", "edition", {"filters": {"kind": "person"}}, None),
    ("progress.sent_numbers", "startup", {"as_of": "2030-01-04", "USERS": ["1", "2"]}, None),
    ("selection.decided", "application", {"decision": {"choice": [None, "offer"], "feedback": ["", "Fine"]}}, "Good"),
    ("startup.profile_recorded", "startup", {"changed": {"city": ["", "Kobe"], "country": [None, "JP"]}}, None),
    ("round.open", "round", {"state": ["draft", "open"]}, "Typed by somebody"),
]
AFTER = [
    ("accounts.profile_changed", {"language": ["en", "ja"]}, ["given_name"], {"given_name": ["A", "B"]}, None),
    ("trail.exported", {"filters": {"kind": "person"}}, [], None, None),
    ("progress.sent_numbers", {"as_of": "2030-01-04", "numbers": {"USERS": ["1", "2"]}}, [], None, None),
    ("selection.decided", {"choice": [None, "offer"]}, ["feedback", "reason"], {"feedback": ["", "Fine"]}, "Good"),
    ("startup.profile_recorded", {"country": [None, "JP"]}, ["city"], {"city": ["", "Kobe"]}, None),
    ("round.open", {"state": ["draft", "open"]}, ["reason"], {}, "Typed by somebody"),
]


def read(statement: str) -> list[tuple[Any, ...]]:
    """Rows with their documents read, which SQLite gives as text."""
    with db.engine().connect() as connection:
        rows = connection.execute(text(statement)).all()
    return [
        tuple(json.loads(cell) if isinstance(cell, str) and cell[:1] in "{[" else cell for cell in row) for row in rows
    ]


def write(ids: dict[str, int]) -> None:
    insert = (
        "INSERT INTO audit_entry (at, actor_id, action, subject_type, subject_id, scope_key, changes, reason) "
        "VALUES ('2030-01-01 00:00:00', NULL, :action, :kind, :number, NULL, :changes, :reason)"
    )
    with db.engine().execution_options(writes=True).begin() as connection:
        for action, kind, changes, reason in BEFORE:
            values = {"action": action, "kind": kind, "number": ids.get(kind, 1), "reason": reason}
            connection.execute(text(insert), {**values, "changes": json.dumps(changes)})


def test_values_are_moved_both_ways(migrated_database):
    before = str(ScriptDirectory.from_config(configuration()).get_revision("trail1").down_revision)
    with db.transaction():
        edition, _person = make_edition(), make_person()
        with scope.choose(edition.scope):
            application = make_application(edition)
        ids = {"application": application.id, "startup": application.startup_id}
    downgrade(before)
    write(ids)
    upgrade()
    entries = (
        "SELECT e.action, e.changes, e.withheld, d.changes, d.reason FROM audit_entry e "
        "LEFT JOIN audit_detail d ON d.entry_id = e.id ORDER BY e.id"
    )
    assert read(entries) == AFTER
    assert read("SELECT about_type, about_id FROM audit_entry WHERE about_id IS NOT NULL ORDER BY id") == [
        ("startup", ids["startup"]),
        ("application", ids["application"]),
        ("startup", ids["startup"]),
    ]
    downgrade(before)
    assert read("SELECT action, subject_type, changes, reason FROM audit_entry ORDER BY id") == BEFORE
