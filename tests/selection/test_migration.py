"""What the migration does to decisions that only followed from screening."""

from alembic.script import ScriptDirectory

from accelerator.accounts.models import Role
from accelerator.cli.migrate import downgrade, settings, upgrade
from accelerator.core import clock, db, scope
from accelerator.selection.models import Basis, Choice, Decision, Release, ReleaseState
from tests.factories import make_edition, make_member
from tests.factories.selection import make_candidate, make_decision
from tests.services.migrated import migrated_database

__all__ = ["migrated_database"]


def kept() -> list[tuple[str, str]]:
    with db.reading() as opened, scope.everywhere():
        return [(one.reason, one.basis.value) for one in opened.query(Decision).order_by(Decision.id)]


def test_only_what_nobody_decided_and_nothing_released_goes(migrated_database: str) -> None:
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
