"""The audit trail: who did what to which row, when, and what changed. Rows are only ever added."""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from accelerator.core import clock, scope
from accelerator.core.db import Base, session


class Actor(Protocol):
    """Whoever acts: anything with an id."""

    @property
    def id(self) -> int:
        """The person's id."""


class AuditEntry(Base):
    """One act. ``changes`` is ``{name: [before, after]}``; triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_type", "subject_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int | None]
    scope_key: Mapped[int | None] = mapped_column(index=True)
    changes: Mapped[dict[str, Any]]
    reason: Mapped[str | None]


def audit(actor: Actor | None, action: str, subject: Base, *, reason: str | None = None, **changes: object) -> None:
    """Record that ``actor`` (None: the system itself) did ``action`` to ``subject``; each operation ends with this."""
    session().flush()
    chosen = scope.current()
    session().add(
        AuditEntry(
            at=clock.now(),
            actor_id=actor.id if actor else None,
            action=action,
            subject_type=subject.__tablename__,
            subject_id=getattr(subject, "id", None),
            scope_key=chosen.key if chosen else None,
            changes={name: _plain(value) for name, value in changes.items()},
            reason=reason,
        )
    )


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)
