"""Booking, moving and cancelling. The claims' primary key refuses an overlap; everything before it is for good words."""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain

from sqlalchemy import delete, insert, tuple_, update
from sqlalchemy.exc import IntegrityError

from accelerator.accounts.models import Person
from accelerator.core import clock, i18n, times
from accelerator.core.audit import audit
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move as move_state
from accelerator.mentoring.diary import Diary, touches
from accelerator.mentoring.models import SESSION_MOVES, Claim, Mentor, Session, SessionState
from accelerator.mentoring.operations.mails import tell_both
from accelerator.mentoring.queries import free, sessions
from accelerator.mentoring.queries.free import mentor_party, startup_party
from accelerator.mentoring.slots import Busy, Slot, ticks
from accelerator.programmes.models import Edition
from accelerator.programmes.operations.numbering import next_reference
from accelerator.selection.queries.cohort import is_in_cohort
from accelerator.startups.models import Startup


def booking_problems(
    mentor: Mentor, startup: Startup | None, *, starts_at: datetime | None, purpose: str | None, client_token: str = ""
) -> Iterator[Refused]:
    """Why a session can't be booked; what was booked with this ``client_token`` already is booked."""
    known = sessions.session_with_token(client_token) if client_token else None
    if known is not None:
        yield from _other_problems(known, mentor, startup)
        return
    if not (purpose or "").strip():
        yield Refused(_("Say what you want to get out of it."), field="purpose")
    if startup is not None and not is_in_cohort(startup, session().get_one(Edition, mentor.edition_id)):
        yield Refused(_("Only startups of the cohort book sessions."), field="startup")
    if starts_at is not None:
        yield from _slot_problems(mentor, startup, starts_at)


def book(
    mentor: Mentor, *, startup: Startup, starts_at: datetime, purpose: str, client_token: str, actor: Person
) -> Session:
    """Book a session for a startup of the cohort; the same ``client_token`` again gives the session booked first."""
    lock(mentor)
    known = sessions.session_with_token(client_token)
    if known is not None:
        return _same(known, mentor, startup)
    refuse(booking_problems(mentor, startup, starts_at=starts_at, purpose=purpose))
    booked = Session(
        edition_id=mentor.edition_id,
        mentor_id=mentor.id,
        startup_id=startup.id,
        mentor=mentor,
        startup=startup,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=mentor.minutes),
        purpose=purpose.strip(),
        video_link=mentor.video_link,
        uid=f"{uuid.uuid4()}@funade",
        client_token=client_token,
        booked_by=actor.id,
        booked_at=clock.now(),
        state=SessionState.BOOKED,
        sequence=0,
    )
    _store(booked, mentor)
    audit(actor, "mentoring.booked", booked, starts_at=[None, starts_at], startup=[None, startup.id])
    tell_both("session_booked", booked, actor=actor)
    return booked


def move_problems(old: Session, starts_at: datetime | None) -> Iterator[Refused]:
    """Why a session can't be moved to this time; what was moved there already is moved."""
    if starts_at is not None and _moved_to(old, starts_at) is not None:
        return
    closed = list(_closed_problems(old))
    yield from closed
    if starts_at is None or closed:
        return  # which time would suit says nothing any more
    if starts_at == old.starts_at:
        yield Refused(_("The session is already at this time. Choose another."), field="slot")
    else:
        yield from _slot_problems(old.mentor, old.startup, starts_at, old)


def _moved_to(old: Session, starts_at: datetime) -> Session | None:
    after = sessions.successor(old)
    return after if after is not None and after.starts_at == starts_at else None


def move(old: Session, *, starts_at: datetime, actor: Person) -> Session:
    """Move a booked session that has not begun: a new row takes over its calendar entry, the old row stays as moved."""
    mentor = lock(old.mentor)
    session().refresh(old, ["state"])
    after = _moved_to(old, starts_at)
    if after is not None:
        return after
    refuse(move_problems(old, starts_at))
    new = Session(
        edition_id=old.edition_id,
        mentor_id=mentor.id,
        startup_id=old.startup_id,
        mentor=mentor,
        startup=old.startup,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=mentor.minutes),
        purpose=old.purpose,
        video_link=mentor.video_link or old.video_link,
        uid=old.uid,
        sequence=old.sequence + 1,
        moved_from_id=old.id,
        booked_by=actor.id,
        booked_at=clock.now(),
        state=SessionState.BOOKED,
    )
    _store(new, mentor, old)
    move_state(old, SessionState.MOVED, moves=SESSION_MOVES, actor=actor, starts_at=[old.starts_at, starts_at])
    audit(actor, "mentoring.moved", new, starts_at=[old.starts_at, starts_at])
    tell_both("session_moved", new, actor=actor, before=old)
    return new


def cancel_problems(booked: Session, reason: str | None) -> Iterator[Refused]:
    """Why a session can't be cancelled, or not for this reason."""
    yield from _closed_problems(booked)
    if not (reason or "").strip():
        yield Refused(_("Say why. The other side reads it."), field="reason")


def cancel(booked: Session, *, reason: str, actor: Person) -> None:
    """Cancel a session that has not begun; its time is free again at once, its row stays."""
    lock(booked.mentor)
    session().refresh(booked, ["state"])
    refuse(cancel_problems(booked, reason))
    session().execute(delete(Claim).where(Claim.session_id == booked.id))
    booked.reason, booked.sequence = reason.strip(), booked.sequence + 1
    move_state(booked, SessionState.CANCELLED, moves=SESSION_MOVES, actor=actor, reason=booked.reason)
    tell_both("session_cancelled", booked, actor=actor)


def _same(known: Session, mentor: Mentor, startup: Startup) -> Session:
    refuse(_other_problems(known, mentor, startup))
    return known


def _other_problems(known: Session, mentor: Mentor, startup: Startup | None) -> Iterator[Refused]:
    if known.mentor_id != mentor.id or (startup is not None and known.startup_id != startup.id):
        yield Refused(_("This form has booked another session already. Open the page again."))


def _closed_problems(booked: Session) -> Iterator[Refused]:
    if booked.state is not SessionState.BOOKED:
        yield Refused(_("This is “%(state)s” now, so that can't be done.", state=booked.state.label))
    elif booked.starts_at <= clock.arrival():
        yield Refused(_("The session has begun. Note what came of it instead."))


def _slot_problems(
    mentor: Mentor, startup: Startup | None, at: datetime, moving: Session | None = None
) -> Iterator[Refused]:
    """Say why ``at`` can't be booked, with what is free nearby. The claims decide again when they are written.

    While no startup is named the mentor's own diary says it.
    """
    ignoring = moving.id if moving else None
    name = mentor.person.name_in(i18n.language())
    if mentor.paused:
        yield Refused(_("%(name)s isn't taking bookings right now.", name=name), field="slot")
        return
    diary, others = free.both_diaries(mentor, startup, ignoring) if startup else (free.diary(mentor, ignoring), [])
    now = clock.arrival()
    if diary.offers(at, now, others):
        return
    nearby = _nearby(diary.nearest(at, now, others))
    yield Refused(" ".join([_obstacle(diary, others, at, now, name), *nearby]), field="slot")


def _obstacle(diary: Diary, others: list[Busy], at: datetime, now: datetime, name: str) -> str:
    if at <= now:
        return _("This time has passed.")
    if at < now + diary.notice:
        return _("%(name)s needs %(notice)s of notice.", name=name, notice=times.span(diary.notice))
    if at > now + diary.horizon:
        return _("%(name)s can be booked %(horizon)s ahead at most.", name=name, horizon=times.span(diary.horizon))
    if touches(Slot(at, at + diary.length), others):
        return _("The startup has another session at this time.")
    if diary.is_taken(at):
        return _taken_sentence(name)
    if diary.is_full(at):
        return _("%(name)s is fully booked on that day.", name=name)
    return _("%(name)s is not free at this time.", name=name)


def _taken_sentence(name: str) -> str:
    return _("Somebody has just booked this time with %(name)s.", name=name)


def _nearby(slots: list[Slot]) -> list[str]:
    moments = [times.moment(slot.start_utc) for slot in slots]
    return [_("Free nearby: %(times)s.", times=i18n.marks().semicolon.join(moments))] if moments else []


def _store(booked: Session, mentor: Mentor, old: Session | None = None) -> None:
    """Write the session and its claims; what ``old`` had claimed passes over or is given up."""
    startup, at = booked.startup, booked.starts_at
    try:
        with session().begin_nested():
            booked.reference = next_reference(booked.edition_id, "S", Session.reference)
            session().add(booked)
            session().flush()
            _write_claims(booked, mentor, old)
    except IntegrityError:
        # The look for free slots came too early: another connection wrote its claims after it.
        diary, others = free.both_diaries(mentor, startup, old.id if old else None)
        nearby = _nearby(diary.nearest(at, clock.now(), others))
        sentence = _taken_sentence(mentor.person.name_in(i18n.language()))
        raise Refused(" ".join([sentence, *nearby]), field="slot") from None


def _write_claims(booked: Session, mentor: Mentor, old: Session | None) -> None:
    """Take first, give up after: whoever waits for a row of ours then holds none that we wait for.

    Rows go in the order of their key for the same reason; unsorted, three of 960 tries ended in a deadlock.
    """
    needed = set(_wanted(booked, timedelta(minutes=mentor.buffer_minutes)))
    held = free.claimed_ticks(old.id) if old else set()
    rows = [{"party": party, "tick": tick, "session_id": booked.id} for party, tick in sorted(needed - held)]
    if rows:
        session().execute(insert(Claim), rows)
    if old is not None:
        kept = tuple_(Claim.party, Claim.tick).in_(sorted(needed & held))
        session().execute(
            update(Claim)
            .where(Claim.session_id == old.id, kept)
            .values(session_id=booked.id)
            .execution_options(synchronize_session=False)
        )
        session().execute(delete(Claim).where(Claim.session_id == old.id))


def _wanted(booked: Session, buffer: timedelta) -> chain[tuple[str, int]]:
    mentor, startup = mentor_party(booked.mentor.person_id), startup_party(booked.startup_id)
    return chain(
        ((mentor, tick) for tick in ticks(booked.starts_at, booked.ends_at, buffer)),
        ((startup, tick) for tick in ticks(booked.starts_at, booked.ends_at, timedelta())),
    )
