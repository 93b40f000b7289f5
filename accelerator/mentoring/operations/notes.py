"""After a session: did it take place, was it useful, what was agreed."""

from datetime import date
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move as move_state
from accelerator.mentoring import queries
from accelerator.mentoring.models import (
    SESSION_MOVES,
    AgreedAction,
    Session,
    SessionLog,
    SessionState,
    Side,
)

OVER = (SessionState.MOVED, SessionState.CANCELLED)


def mark(booked: Session, *, state: SessionState, actor: Person) -> None:
    """Say that a session was held or missed, once it has begun; either can be corrected."""
    _refuse_before_the_start(booked)
    if state not in (SessionState.HELD, SessionState.MISSED):
        raise Refused(_("A session is marked as held or as missed."))
    if booked.state is not state:
        move_state(booked, state, moves=SESSION_MOVES, actor=actor)


def write_log(
    booked: Session, *, side: Side, other_came: bool, useful: int | None, note: str, private_note: str, actor: Person
) -> SessionLog:
    """Write or correct one side's log; the first one also marks the session as held or missed.

    A side has one log. Whoever wrote it corrects it: the private note in it is for nobody else on that side.
    """
    lock(booked)
    _refuse_before_the_start(booked)
    if useful is not None and not 1 <= useful <= 5:
        raise Refused(_("Choose 1 to 5."), field="useful")
    log = queries.log_of(booked, side)
    if log is not None and log.written_by != actor.id:
        raise Refused(_("Your side has written its note already. Whoever wrote it can change it."))
    wanted = {"other_came": other_came, "useful": useful, "note": note.strip(), "private_note": private_note.strip()}
    if log is None:
        log = add(SessionLog(session_id=booked.id, session=booked, side=side, written_by=actor.id,
                             written_at=clock.now(), **wanted))  # fmt: skip
        audit(actor, "mentoring.logged", booked, side=[None, side])
    else:
        # The trail names what changed, never the words: a private note must not be read there.
        changed: dict[str, Any] = {name: [None, None] for name in changes_of(log, wanted)}
        audit(actor, "mentoring.log_corrected", booked, side=[side, side], **changed)
    if booked.state is SessionState.BOOKED:
        mark(booked, state=SessionState.HELD if other_came else SessionState.MISSED, actor=actor)
    return log


def agree(booked: Session, *, text: str, owner: Side, due_on: date | None, actor: Person) -> AgreedAction:
    """Write down what was agreed, who does it and by when."""
    if booked.state in OVER:
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=booked.state.label))
    if not text.strip():
        raise Refused(_("Say what was agreed."), field="text")
    action = add(AgreedAction(session_id=booked.id, session=booked, text=text.strip(), owner=owner, due_on=due_on))
    audit(actor, "mentoring.agreed", action, text=[None, action.text], owner=[None, owner])
    return action


def tick(action: AgreedAction, *, done: bool, actor: Person) -> None:
    """Tick an agreed action off, or take the tick back."""
    if (action.done_at is not None) == done:
        return
    action.done_at = clock.now() if done else None
    audit(actor, "mentoring.action_done" if done else "mentoring.action_reopened", action, done=[not done, done])


def _refuse_before_the_start(booked: Session) -> None:
    if booked.state in OVER:
        raise Refused(_("This is “%(state)s” now, so that can't be done.", state=booked.state.label))
    if booked.starts_at > clock.now():
        raise Refused(_("The session has not begun yet."))
