"""The minutes: every decision with its reason, basis and signers, and every change that led to it."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from accelerator.accounts.models import Person
from accelerator.core.audit import AuditDetail, AuditEntry
from accelerator.core.pagination import Key, Page, page
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.selection.models import Basis, Choice, Decision, Release


class Minute(NamedTuple):
    """One decision as the minutes have it."""

    reference: str
    name: str
    choice: Choice
    basis: Basis
    reason: str
    decided_at: datetime
    decider: Person
    released_at: datetime | None
    preparer: Person | None
    approver: Person | None


class Change(NamedTuple):
    """One act of the log; ``choice`` is ``[before, after]`` where the act changed it."""

    at: datetime
    action: str
    person: Person | None
    reference: str | None
    name: str | None
    changes: dict[str, Any]
    reason: str | None
    id: int


def minutes(edition: Edition, viewer: Person, *, mark: str | None = None) -> Page[Minute]:
    """Every decision by reference, except where the viewer has a conflict; one statement for a page of 200."""
    preparer, approver = aliased(Person), aliased(Person)
    statement: Any = (
        select(
            Application.reference.label("shown"),
            Application.name,
            Decision.choice,
            Decision.basis,
            Decision.reason,
            Decision.decided_at,
            Person,
            Release.released_at,
            preparer,
            approver,
        )
        .select_from(Decision)
        .join(Application, Application.id == Decision.application_id)
        .join(Person, Person.id == Decision.decided_by)
        .outerjoin(Release, Release.id == Decision.release_id)
        .outerjoin(preparer, preparer.id == Release.prepared_by)
        .outerjoin(approver, approver.id == Release.approved_by)
        .where(Decision.edition_id == edition.id, Application.id.not_in(barred(edition.id, viewer.id)))
    )
    rows = page(statement, [Key(Application.reference)], mark=mark, size=200)
    return Page([Minute._make(row[:10]) for row in rows.rows], rows.before, rows.after)


def changes(
    edition: Edition, viewer: Person, *, of: Application | None = None, mark: str | None = None
) -> Page[Change]:
    """Acts of selection, newest first: of one application or of all that the viewer may see."""
    about = (AuditEntry.subject_id == Application.id) & (AuditEntry.subject_type == Application.__tablename__)
    statement: Select[Any] = (
        select(
            AuditEntry.at,
            AuditEntry.action,
            Person,
            Application.reference,
            Application.name,
            AuditEntry.changes,
            AuditDetail.reason,
        )
        .select_from(AuditEntry)
        .outerjoin(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
        .outerjoin(Application, about)
        .outerjoin(Person, Person.id == AuditEntry.actor_id)
        .where(AuditEntry.scope_key == edition.id, AuditEntry.action.like("selection.%"))
        .where(Application.id.is_(None) | Application.id.not_in(barred(edition.id, viewer.id)))
    )
    if of is not None:
        statement = statement.where(Application.id == of.id)
    rows = page(statement, [Key(AuditEntry.id, descending=True)], mark=mark, size=100)
    return Page([Change(*row) for row in rows.rows], rows.before, rows.after)
