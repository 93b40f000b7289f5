"""The audit trail: who did what to which row, when, and what changed. Rows are only ever added.

An entry keeps ids, codes, states and numbers. What somebody typed and what tells of a person lies beside it in a row of
its own, which can be erased without touching the record. Which value is which its stage declares (:mod:`.acts`).
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ForeignKey, Index, String, insert, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accelerator.core import acts, clock, scope
from accelerator.core.db import Base, session
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.lives import kept
from accelerator.core.text import is_reason

REASON = "reason"


def reason_problems(reason: str, *, blank: str, field: str = REASON) -> Iterator[Refused]:
    """What is wrong with a reason that opens or overrules something: nothing was said (``blank``), or next to nothing."""
    if not reason.strip():
        yield Refused(blank, field=field)
    elif not is_reason(reason):
        yield Refused(_("Give the reason in words: at least 10 characters, or 5 in Japanese."), field=field)


class Actor(Protocol):
    """Whoever acts: anything with an id."""

    @property
    def id(self) -> int:
        """The person's id."""


class AuditEntry(Base):
    """One act. ``changes`` is ``{name: [before, after]}``; triggers refuse UPDATE and DELETE.

    ``withheld`` names the changes (and the reason) whose values lie in :class:`AuditDetail`; ``about_type`` and
    ``about_id`` are the application or startup that the act tells something of.
    """

    __tablename__ = "audit_entry"
    __life__ = kept(personal=True)
    __table_args__ = (Index("ix_audit_entry_subject", "subject_type", "subject_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(String(80))
    subject_type: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[int | None]
    scope_key: Mapped[int | None] = mapped_column(index=True)
    changes: Mapped[dict[str, Any]]
    withheld: Mapped[list[Any]] = mapped_column(default=list)
    about_type: Mapped[str | None] = mapped_column(String(60))
    about_id: Mapped[int | None]


class AuditDetail(Base):
    """What an act's entry does not keep: texts and personal values, and the reason. It may be deleted."""

    __tablename__ = "audit_detail"
    __life__ = kept(personal=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    changes: Mapped[dict[str, Any]]
    reason: Mapped[str | None]
    entry: Mapped[AuditEntry] = relationship()


Done = tuple[Any, str | None, Mapping[str, object]]
"""A row that something was done to, the reason if there is one, and what changed."""


def audit(actor: Actor | None, action: str, subject: Base, *, reason: str | None = None, **changes: object) -> None:
    """Record that ``actor`` (None: the system itself) did ``action`` to ``subject``; each operation ends with this."""
    session().flush()
    values, detail = _values(actor, action, subject, reason, changes)
    entry = AuditEntry(**values)
    session().add(entry)
    if values["withheld"]:
        session().add(AuditDetail(entry=entry, **detail))


def audit_all(actor: Actor | None, action: str, acts: Sequence[Done]) -> None:
    """Record the same act on many rows; the number of statements does not grow with that of the rows."""
    session().flush()
    written = {subject.id: _values(actor, action, subject, reason, changes) for subject, reason, changes in acts}
    if not written:
        return
    # The mapper would write them one by one on SQLite, to learn which row got which id; here the subject tells.
    ids = insert(AuditEntry).returning(AuditEntry.subject_id, AuditEntry.id)
    entries = dict(session().execute(ids, [values for values, _detail in written.values()]).all())
    details = [
        {"entry_id": entries[subject_id], **detail}
        for subject_id, (values, detail) in written.items()
        if values["withheld"]
    ]
    if details:
        session().execute(insert(AuditDetail), details)


def _values(
    actor: Actor | None, action: str, subject: Base, reason: str | None, changes: Mapping[str, object]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The columns of an entry, and of the detail beside it."""
    chosen = scope.current()
    plain: dict[str, object] = {}
    detail: dict[str, object] = {}
    for name, value in changes.items():
        (plain if _is_plain(action, name) else detail)[name] = _plain(value)
    about_type, about_id = _about(subject)
    entry = {
        "at": clock.now(),
        "actor_id": actor.id if actor else None,
        "action": action,
        "subject_type": subject.__tablename__,
        "subject_id": getattr(subject, "id", None),
        "scope_key": chosen.key if chosen else None,
        "changes": plain,
        "withheld": [*detail, *([REASON] if reason else [])],
        "about_type": about_type,
        "about_id": about_id,
    }
    return entry, {"changes": detail, "reason": reason or None}


def _is_plain(action: str, name: str) -> bool:
    """Whether a change may stay for ever; what nobody has declared may not."""
    known = acts.field_of(action, name)
    if known is None and acts.act(action) is not None:
        warnings.warn(f"{action} changes {name!r}, which its stage does not declare", stacklevel=4)
    return known is not None and known.plain


def _about(subject: Base) -> tuple[str, int] | tuple[None, None]:
    """The table and id of the application or startup that a row tells something of."""
    known, here = acts.subject(subject.__tablename__), subject
    if known is None or not known.about:
        return None, None
    *steps, last = known.about
    for step in steps:
        table = _table_behind(here, step)
        before = session().get(acts.row_class(table), getattr(here, step))
        if before is None:
            return None, None
        here = before
    value = getattr(here, last)
    return (here.__tablename__ if last == "id" else _table_behind(here, last), value) if value else (None, None)


def _table_behind(row: Base, column: str) -> str:
    key = next(iter(inspect(type(row)).columns[column].foreign_keys))
    return str(key.column.table.name)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)
