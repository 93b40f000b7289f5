"""What the trail holds of an act, with what lies beside its entry."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import object_session

from accelerator.core.audit import AuditDetail, AuditEntry


def detail_of(entry: AuditEntry) -> AuditDetail | None:
    """What lies beside an entry. Call while its session is open."""
    opened = object_session(entry)
    assert opened is not None
    return opened.scalar(select(AuditDetail).where(AuditDetail.entry_id == entry.id))


def all_changes(entry: AuditEntry) -> dict[str, Any]:
    """Every change of an act."""
    detail = detail_of(entry)
    return {**entry.changes, **(detail.changes if detail else {})}
