"""Moves between states: one table of legal moves per subject, one function that makes the move and records it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from accelerator.core.audit import Actor, audit, audit_all
from accelerator.core.db import Base
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _

S = TypeVar("S", bound="State")
Moves = Mapping[Any, frozenset[Any]]


class State(StrEnum):
    """A state with two faces: ``label`` for those inside, ``public_label`` for everybody else.

    A subclass is followed by ``labels(Subclass, {member: (inside, outside)})`` with lazy sentences.
    """

    @property
    def label(self) -> str:
        """What staff and reviewers read."""
        return str(_LABELS[type(self)][self][0])

    @property
    def public_label(self) -> str:
        """What the person whom it concerns reads."""
        return str(_LABELS[type(self)][self][1])

    @property
    def tone(self) -> str:
        """The badge's tone: ok, warn, bad, sea, beacon, line or nothing."""
        return _TONES.get(type(self), {}).get(self, "")


_LABELS: dict[type[State], dict[Any, tuple[Any, Any]]] = {}
_TONES: dict[type[State], dict[Any, str]] = {}


def labels(kind: type[S], texts: Mapping[S, tuple[Any, Any]], tones: Mapping[S, str] | None = None) -> None:
    """Give each state of ``kind`` its inside and outside label (lazy sentences) and its badge's tone."""
    _LABELS[kind] = dict(texts)
    _TONES[kind] = dict(tones or {})


def move(
    subject: Base, to: State, *, moves: Moves, actor: Actor | None, reason: str | None = None, **changes: object
) -> None:
    """Move ``subject.state`` to ``to`` if ``moves`` allows it, and write the audit entry; Refused otherwise."""
    before = _moved(subject, to, moves)
    audit(actor, f"{subject.__tablename__}.{to.value}", subject, reason=reason, state=[before, to], **changes)


def move_all(subjects: Mapping[Any, str | None], to: State, *, moves: Moves, actor: Actor | None) -> None:
    """Move rows of one table, each with its reason or None, in a number of statements that does not grow with theirs."""
    acts = [(subject, reason, {"state": [_moved(subject, to, moves), to]}) for subject, reason in subjects.items()]
    if acts:
        audit_all(actor, f"{acts[0][0].__tablename__}.{to.value}", acts)


def move_problems(subject: Base, *to: State, moves: Moves) -> Iterator[Refused]:
    """What forbids to move ``subject`` to any of the states: nothing, or where it stands now."""
    before: State = getattr(subject, "state")  # noqa: B009 (every subject with states names the column so)
    if not moves.get(before, frozenset()) & set(to):
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=before.label))


def _moved(subject: Base, to: State, moves: Moves) -> State:
    before: State = getattr(subject, "state")  # noqa: B009
    refuse(move_problems(subject, to, moves=moves))
    setattr(subject, "state", to)  # noqa: B010
    return before
