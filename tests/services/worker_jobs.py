"""Work that only the tests know. What it did is kept as rows of the audit trail, so that nothing needs a table."""

import time
from pathlib import Path

from sqlalchemy import select

from accelerator.core import clock, db
from accelerator.core.audit import AuditEntry
from accelerator.core.outbox import Job, report_progress
from workers import registry

SHORT = Job("test.short")
LONG = Job("test.long", long=True)
BROKEN = Job("test.broken", tries=2)
STEPS, HELD_AFTER = 10, 3


def note(action: str, number: int) -> None:
    """Keep that ``action`` happened."""
    db.session().add(
        AuditEntry(at=clock.system_now(), action=action, subject_type="test", subject_id=number, changes={})
    )


def noted(action: str) -> list[int]:
    """The numbers of what happened, sorted."""
    with db.reading() as session:
        return sorted(session.scalars(select(AuditEntry.subject_id).where(AuditEntry.action == action)))


def short(number: int) -> None:
    """Happens once, whatever is killed, because the note and the row's end are one transaction."""
    note("test.short", number)


def long(job_id: str, gate: str | None = None) -> None:
    """Ten steps; those that an earlier try made are not made again. After the third it waits for the file ``gate``."""
    for step in range(1, STEPS + 1):
        while step == HELD_AFTER + 1 and gate is not None and not Path(gate).exists():
            time.sleep(0.02)
        with db.transaction():
            if step not in set(
                db.session().scalars(select(AuditEntry.subject_id).where(AuditEntry.action == "test.step"))
            ):
                note("test.step", step)
            report_progress(job_id, step, STEPS)


def broken() -> None:
    """Writes something, then fails and tells a secret."""
    note("test.broken", 1)
    raise LookupError("a secret detail")


registry.HANDLERS.update({SHORT.name: short, LONG.name: long, BROKEN.name: broken})
