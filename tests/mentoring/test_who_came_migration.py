"""What is known of who came survives the way down and up again, on both databases."""

from typing import Any

from sqlalchemy import select, text

from accelerator.cli.migrate import downgrade, upgrade
from accelerator.core import db, scope
from accelerator.mentoring.models import Session, SessionLog, Side
from accelerator.mentoring.operations.notes import write_log
from accelerator.mentoring.turnout import ANSWERS
from tests.factories import make_cohort_startup, make_edition
from tests.factories.mentoring import make_mentor, make_past_session
from tests.services.migrated import migrated_database

__all__ = ["migrated_database"]

SAID = {
    "both agree": ("both", "both"),
    "the startup missed it": ("no_startup", None),
    "the mentor missed it": (None, "no_mentor"),
    "each blames the other": ("no_startup", "no_mentor"),
    "nobody wrote": (None, None),
}


def test_notes_of_who_came_go_down_and_up(migrated_database: str) -> None:
    ids: dict[str, int] = {}
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            mentor, (startup, founder) = make_mentor(edition), make_cohort_startup(edition)
            for name, answers in SAID.items():
                booked = make_past_session(mentor, startup)
                ids[name] = booked.id
                for side, person, answer in zip(Side, (mentor.person, founder), answers, strict=True):
                    if answer:
                        write_log(
                            booked,
                            side=side,
                            turnout=ANSWERS[answer],
                            useful=None,
                            note="",
                            private_note="",
                            actor=person,
                        )
    before = known()
    downgrade("lead1")
    with db.engine().connect() as connection:
        rows = connection.execute(text("SELECT session_id, side, other_came FROM session_log"))
        other_came = {(row.session_id, row.side): bool(row.other_came) for row in rows}
    assert other_came == {
        (ids["both agree"], "mentor"): True,
        (ids["both agree"], "startup"): True,
        (ids["the startup missed it"], "mentor"): False,
        (ids["the mentor missed it"], "startup"): False,
        (ids["each blames the other"], "mentor"): False,
        (ids["each blames the other"], "startup"): False,
    }
    upgrade()
    assert known() == before


def known() -> list[tuple[Any, ...]]:
    with db.reading():
        sessions = select(Session.id, Session.state, Session.mentor_came, Session.startup_came)
        logs = select(SessionLog.session_id, SessionLog.side, SessionLog.mentor_came, SessionLog.startup_came)
        with db.session().bind.connect() as connection:  # type: ignore[union-attr]
            rows = [*connection.execute(sessions), *connection.execute(logs)]
        return sorted(tuple(row) for row in rows)
