"""After a session: who came, was it useful, what was agreed."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move as move_state
from accelerator.mentoring.models import SESSION_MOVES, AgreedAction, Session, SessionLog, SessionState, Side
from accelerator.mentoring.queries import sessions
from accelerator.mentoring.turnout import Turnout, agreed, answer_of, held

OVER = (SessionState.MOVED, SessionState.CANCELLED)


def settle(booked: Session, *, turnout: Turnout, actor: Person) -> None:
    """Say for the team who came, once the session has begun; the sides' notes don't change that any more."""
    lock(booked)
    refuse(settle_problems(booked))
    if booked.settled_by is not None and booked.turnout == turnout and booked.state is _state(turnout.held):
        return
    before = booked.turnout
    booked.settled_by = actor.id
    _enter(booked, turnout, held=turnout.held, actor=actor)
    audit(actor, "mentoring.settled", booked, came=[answer_of(before), answer_of(turnout)])


def settle_problems(booked: Session) -> Iterator[Refused]:
    """Why nobody can say yet, or any more, who came."""
    if booked.state in OVER:
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=booked.state.label))
    elif booked.starts_at > clock.now():
        yield Refused(_("The session has not begun yet."))


def log_problems(booked: Session, side: Side, *, useful: int | None, actor: Person) -> Iterator[Refused]:
    """Why this person can't write, or correct, the log of their side."""
    yield from settle_problems(booked)
    if useful is not None and not 1 <= useful <= 5:
        yield Refused(_("Choose 1 to 5."), field="useful")
    log = sessions.log_of(booked, side)
    if log is not None and log.written_by != actor.id:
        yield Refused(_("Your side has already written its note. The person who wrote it can change it."))


def write_log(
    booked: Session, *, side: Side, turnout: Turnout, useful: int | None, note: str, private_note: str, actor: Person
) -> SessionLog:
    """Write or correct one side's log; what both say of who came marks the session as held or missed.

    A side has one log. Whoever wrote it corrects it: the private note in it is for nobody else on that side. The same
    log once more changes nothing.
    """
    lock(booked)
    refuse(log_problems(booked, side, useful=useful, actor=actor))
    log = sessions.log_of(booked, side)
    values = {
        "mentor_came": turnout.mentor,
        "startup_came": turnout.startup,
        "useful": useful,
        "note": note.strip(),
        "private_note": private_note.strip(),
    }
    if log is None:
        log = add(
            SessionLog(
                session_id=booked.id, session=booked, side=side, written_by=actor.id, written_at=clock.now(), **values
            )
        )
        audit(actor, "mentoring.logged", booked, side=[None, side])
    elif corrected := changes_of(log, values):
        # The trail names what changed, never the words: a private note must not be read there.
        changed: dict[str, Any] = {name: [None, None] for name in corrected}
        audit(actor, "mentoring.log_corrected", booked, side=[side, side], **changed)
    if booked.settled_by is None:
        turnouts = [known.turnout for known in sessions.logs(booked)]
        _enter(booked, agreed(turnouts), held=held(turnouts), actor=actor)
    return log


def _enter(booked: Session, turnout: Turnout, *, held: bool | None, actor: Person) -> None:
    """Enter who came, and the state that follows from it; ``held`` is None where the sides differ on that."""
    booked.mentor_came, booked.startup_came = turnout
    if held is not None and booked.state is not _state(held):
        move_state(booked, _state(held), moves=SESSION_MOVES, actor=actor)


def _state(held: bool) -> SessionState:
    return SessionState.HELD if held else SessionState.MISSED


def agree_problems(booked: Session, text: str | None) -> Iterator[Refused]:
    """Why nothing can be agreed in this session, or not this."""
    if booked.state in OVER:
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=booked.state.label))
    if not (text or "").strip():
        yield Refused(_("Say what was agreed."), field="text")


def agree(booked: Session, *, text: str, owner: Side, due_on: date | None, actor: Person) -> AgreedAction:
    """Write down what was agreed, who does it and by when; what is agreed already and not done stays as it is."""
    lock(booked)
    refuse(agree_problems(booked, text))
    known = sessions.open_action(booked, text.strip(), owner, due_on)
    if known is not None:
        return known
    action = add(AgreedAction(session_id=booked.id, session=booked, text=text.strip(), owner=owner, due_on=due_on))
    audit(actor, "mentoring.agreed", action, text=[None, action.text], owner=[None, owner])
    return action


def tick(action: AgreedAction, *, done: bool, actor: Person) -> None:
    """Tick an agreed action off, or take the tick back."""
    lock(action)
    if (action.done_at is not None) == done:
        return
    action.done_at = clock.now() if done else None
    audit(actor, "mentoring.action_done" if done else "mentoring.action_reopened", action, done=[not done, done])
