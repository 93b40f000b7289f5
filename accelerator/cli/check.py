"""``flask check``: what must hold of the rows at any time, looked up. Run it after a fault, and nightly."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import click
from sqlalchemy import Select, and_, exists, or_, select
from sqlalchemy.orm import aliased

from accelerator.core import db, scope, storage
from accelerator.core.outbox import DECLARED, JobRow, JobState
from accelerator.intake.models import Application, ApplicationState, Attachment, Revision
from accelerator.mentoring.models import Claim, Session, SessionState
from accelerator.notifications.models import Message, MessageState
from accelerator.selection.models import CohortEntry, Decision, Offer, Release, ReleaseState
from accelerator.startups.models import Startup, StartupKey
from accelerator.startups.operations.merging import references


@dataclass(frozen=True)
class Invariant:
    """A sentence that always holds, and how to find the rows that belie it."""

    sentence: str
    exceptions: Callable[[], Iterator[str]]


def _found(statement: Select[*tuple[Any, ...]]) -> Callable[[], Iterator[str]]:
    def look() -> Iterator[str]:
        for row in db.session().execute(statement):
            yield " ".join(str(value) for value in row)

    return look


def _lost_files() -> Iterator[str]:
    for attachment_id, key in db.session().execute(select(Attachment.id, Attachment.storage_key)):
        try:
            storage.get(key)
        except OSError:
            yield str(attachment_id)


def _unknown_work() -> Iterator[str]:
    open_ones = select(JobRow.id, JobRow.name).where(JobRow.state.in_((JobState.WAITING, JobState.RUNNING)))
    return (job_id for job_id, name in db.session().execute(open_ones) if name not in DECLARED)


def _overlapping() -> Select[int, int]:
    first, second = aliased(Session), aliased(Session)
    booked = and_(first.state == SessionState.BOOKED, second.state == SessionState.BOOKED)
    same = or_(first.mentor_id == second.mentor_id, first.startup_id == second.startup_id)
    together = and_(first.starts_at < second.ends_at, second.starts_at < first.ends_at)
    return select(first.id, second.id).where(first.id < second.id, booked, same, together)


_revision = exists().where(Revision.application_id == Application.id, Revision.number == Application.revision_number)
_released = exists().where(Release.id == Decision.release_id, Release.state == ReleaseState.RELEASED)


def _left_behind() -> Iterator[str]:
    """Rows that refer to a record that was merged into another one."""
    merged = db.session().scalars(select(Startup.id).where(Startup.merged_into_id.is_not(None))).all()
    for to in references() if merged else ():
        column = getattr(to.kind, to.column)
        for value in db.session().scalars(select(column).where(column.in_([to.spell(key) for key in merged]))):
            yield f"{to.kind.__tablename__} {value}"


_claimed = exists().where(Claim.session_id == Session.id)

INVARIANTS = (
    Invariant(
        "Every sent application has the revision that it names.",
        # Submitted and not only no draft any more: a draft can be withdrawn, and was never sent then.
        _found(select(Application.reference).where(Application.submitted_at.is_not(None), ~_revision)),
    ),
    Invariant("Every attachment's file is there.", _lost_files),
    Invariant("Nothing refers to a record that was merged into another one.", _left_behind),
    Invariant(
        "A record that was merged is found by nothing.",
        _found(
            select(StartupKey.startup_id)
            .join(Startup, Startup.id == StartupKey.startup_id)
            .where(Startup.merged_into_id.is_not(None))
        ),
    ),
    Invariant("No mentor and no startup is in two sessions at once.", _found(_overlapping())),
    Invariant(
        "Every booked session holds its time.",
        _found(select(Session.reference).where(Session.state == SessionState.BOOKED, ~_claimed)),
    ),
    Invariant(
        "Every offer follows a decision that was released.",
        _found(select(Offer.id).where(~exists().where(Decision.application_id == Offer.application_id, _released))),
    ),
    Invariant(
        "Every startup of a cohort has an application that joined.",
        _found(
            select(CohortEntry.id)
            .join(Application, Application.id == CohortEntry.application_id)
            .where(Application.state != ApplicationState.JOINED)
        ),
    ),
    Invariant(
        "Every sent mail says when.",
        _found(select(Message.id).where(Message.state == MessageState.SENT, Message.sent_at.is_(None))),
    ),
    Invariant(
        "Every running job has a lease.",
        _found(select(JobRow.id).where(JobRow.state == JobState.RUNNING, JobRow.lease_until.is_(None))),
    ),
    Invariant("Every open job is of a kind that this version knows.", _unknown_work),
)


def broken() -> Iterator[tuple[str, list[str]]]:
    """Each sentence that does not hold, with the ids that belie it, over all editions."""
    with db.reading(), scope.everywhere():
        for invariant in INVARIANTS:
            if exceptions := list(invariant.exceptions()):
                yield invariant.sentence, exceptions


@click.command("check")
def check() -> None:
    """Look for rows that cannot be. The exit status is 1 if there are any."""
    faults = list(broken())
    for sentence, exceptions in faults:
        shown = ", ".join(exceptions[:20]) + (" ..." if len(exceptions) > 20 else "")
        click.echo(f"Not so: {sentence} {len(exceptions)}: {shown}")
    click.echo(f"{len(INVARIANTS)} sentences looked up, {len(faults)} do not hold.")
    sys.exit(1 if faults else 0)
