"""What the migration does to decisions that only followed from screening."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from accelerator.accounts.models import Role
from accelerator.cli.migrate import downgrade, settings, upgrade
from accelerator.core import clock, db, scope
from accelerator.selection.models import Basis, Choice, Decision, Release, ReleaseState
from tests.factories import make_edition, make_member
from tests.factories.selection import make_candidate, make_decision
from tests.services.databases import connected, postgres


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.service)])
def migrated(request: pytest.FixtureRequest, app, tmp_path: Path) -> Iterator[None]:
    """A database of its own with the tables of today."""
    name = f"letters_{tmp_path.name}".lower().replace("-", "_")[:60]
    made = postgres().create_database(name) if request.param == "postgresql" else f"sqlite:///{tmp_path / 'letters.db'}"
    with connected(made):
        upgrade()
        yield
    if request.param == "postgresql":
        postgres().drop_database(name)


def kept() -> list[tuple[str, str]]:
    with db.reading() as opened, scope.everywhere():
        return [(one.reason, one.basis.value) for one in opened.query(Decision).order_by(Decision.id)]


def test_only_what_nobody_decided_and_nothing_released_goes(migrated) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
        with scope.choose(edition.scope):
            release = db.add(
                Release(
                    edition_id=edition.id,
                    state=ReleaseState.RELEASED,
                    counts={},
                    digest="",
                    prepared_by=staff.id,
                    prepared_at=clock.now(),
                    released_at=clock.now(),
                )
            )
            for reason, basis, released in (
                ("Not eligible", Basis.DISCUSSION, None),
                ("形式審査不通過", Basis.DISCUSSION, None),
                ("Not eligible", Basis.RAW, None),
                ("Too early.", Basis.DISCUSSION, None),
                ("Not eligible", Basis.DISCUSSION, release.id),
                ("", Basis.SCREENING, release.id),
            ):
                make_decision(
                    make_candidate(edition), staff, Choice.DECLINE, reason=reason, basis=basis, release_id=released
                )
    downgrade(str(ScriptDirectory.from_config(settings()).get_revision("selection1").down_revision))
    upgrade()
    assert kept() == [
        ("Not eligible", "raw"),
        ("Too early.", "discussion"),
        ("Not eligible", "discussion"),
        ("Not eligible", "discussion"),
    ]
