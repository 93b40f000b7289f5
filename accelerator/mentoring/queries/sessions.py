"""Reads about sessions, their logs and what was agreed in them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Integer, Select, and_, cast, exists, extract, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.pagination import Key, Page, page
from accelerator.mentoring.models import AgreedAction, Mentor, Session, SessionLog, SessionState, Side
from accelerator.programmes.models import Edition
from accelerator.selection.models import CohortEntry
from accelerator.startups.models import Founder, Startup
from accelerator.startups.queries import founded_by, has_access, is_founder

View = Literal["upcoming", "past", "all"]
LOGGED = (SessionState.BOOKED, SessionState.HELD)


def session_of(edition: Edition, reference: str) -> Session | None:
    """The session of the edition with this reference."""
    return session().scalar(select(Session).where(Session.edition_id == edition.id, Session.reference == reference))


def session_with_token(token: str) -> Session | None:
    """The session that a form with this token booked."""
    return session().scalar(select(Session).where(Session.client_token == token))


def successor(booked: Session) -> Session | None:
    """The session that this one was moved to."""
    return session().scalar(select(Session).where(Session.moved_from_id == booked.id))


def ancestors(booked: Session) -> list[Session]:
    """The sessions that this one was moved from, the latest first: they share its calendar entry."""
    statement = select(Session).where(Session.uid == booked.uid, Session.id < booked.id)
    return list(session().scalars(statement.order_by(Session.id.desc())))


def latest(booked: Session) -> Session:
    """The session that holds the calendar entry now: this one, or what it was moved to in the end."""
    statement = select(Session).where(Session.uid == booked.uid).order_by(Session.id.desc()).limit(1)
    return session().scalar(statement) or booked


def founds(person: Person, startup_id: int) -> bool:
    """Whether the person is a founder of the startup."""
    return is_founder(person, startup_id)


def founders(startup_ids: Sequence[int]) -> dict[int, list[Person]]:
    """Founders with access by startup id, in their order."""
    by_startup: dict[int, list[Person]] = {startup_id: [] for startup_id in startup_ids}
    rows = (
        select(Founder.startup_id, Person)
        .join(Person, Person.id == Founder.person_id)
        .where(Founder.startup_id.in_(startup_ids), has_access())
        .order_by(Founder.startup_id, Founder.position, Founder.id)
    )
    for row in session().execute(rows):
        by_startup[row.startup_id].append(row.Person)
    return by_startup


def both_sides(booked: Session) -> list[Person]:
    """The mentor and every founder with access, each once."""
    people = [booked.mentor.person, *founders([booked.startup_id])[booked.startup_id]]
    return list({person.id: person for person in people}.values())


def _of(person: Person) -> ColumnElement[bool]:
    """Sessions on either side of which the person is."""
    mentored = Session.mentor_id.in_(select(Mentor.id).where(Mentor.person_id == person.id))
    return or_(mentored, Session.startup_id.in_(_founded(person)))


def _founded(person: Person) -> Select[int]:
    return founded_by(person.id)


def next_session(
    edition: Edition, *, person: Person | None = None, startup: Startup | None = None, mentor: Mentor | None = None
) -> Session | None:
    """The next booked session that has not ended: of a person on either side, of a startup, or of a mentor."""
    statement = select(Session).where(
        Session.edition_id == edition.id, Session.state == SessionState.BOOKED, Session.ends_at > clock.now()
    )
    statement = _narrowed(statement, person, startup, mentor)
    return session().scalar(statement.order_by(Session.starts_at, Session.id).limit(1))


def sessions_between(
    edition: Edition,
    first: datetime,
    last: datetime,
    *,
    person: Person | None = None,
    startup: Startup | None = None,
    mentor: Mentor | None = None,
) -> list[Session]:
    """Sessions that start from ``first`` on and before ``last``, by time; moved and cancelled ones are left out."""
    gone = (SessionState.MOVED, SessionState.CANCELLED)
    statement = select(Session).where(
        Session.edition_id == edition.id,
        Session.starts_at >= first,
        Session.starts_at < last,
        Session.state.not_in(gone),
    )
    return list(
        session().scalars(_narrowed(statement, person, startup, mentor).order_by(Session.starts_at, Session.id))
    )


def last_together(mentor: Mentor, startup: Startup) -> Session | None:
    """The latest session of the two that took place, or has begun and was not marked yet; log and actions loaded."""
    return session().scalar(
        select(Session)
        .options(selectinload(Session.logs), selectinload(Session.actions))
        .where(
            Session.edition_id == mentor.edition_id,
            Session.mentor_id == mentor.id,
            Session.startup_id == startup.id,
            Session.state.in_(LOGGED),
            Session.starts_at <= clock.now(),
        )
        .order_by(Session.starts_at.desc(), Session.id.desc())
        .limit(1)
    )


def _narrowed(
    statement: Select[Session], person: Person | None, startup: Startup | None, mentor: Mentor | None
) -> Select[Session]:
    if person is not None:
        statement = statement.where(_of(person))
    if startup is not None:
        statement = statement.where(Session.startup_id == startup.id)
    return statement.where(Session.mentor_id == mentor.id) if mentor is not None else statement


def session_page(
    edition: Edition,
    *,
    person: Person | None,
    view: View,
    state: SessionState | None = None,
    mentor_slug: str | None = None,
    startup_slug: str | None = None,
    mark: str | None = None,
    size: int = 50,
) -> Page[Any]:
    """Sessions as rows of a list: upcoming ones soonest first, the others latest first; ``person`` None means all."""
    rows: Any = (
        select(
            Session.reference,
            Session.starts_at,
            Session.ends_at,
            Session.state,
            Session.purpose,
            Person,
            Session.mentor_came,
            Session.startup_came,
            Mentor.slug.label("mentor_slug"),
            Startup.name.label("startup"),
            Startup.slug.label("startup_slug"),
        )
        .join(Mentor, Mentor.id == Session.mentor_id)
        .join(Person, Person.id == Mentor.person_id)
        .join(Startup, Startup.id == Session.startup_id)
        .where(Session.edition_id == edition.id, *_in_view(view))
    )
    if person is not None:
        rows = rows.where(_of(person))
    if state is not None:
        rows = rows.where(Session.state == state)
    if mentor_slug:
        rows = rows.where(Mentor.slug == mentor_slug)
    if startup_slug:
        rows = rows.where(Startup.slug == startup_slug)
    # A page's mark holds numbers and texts only, so the order goes by the second in which a session starts.
    second, down = cast(extract("epoch", Session.starts_at), Integer), view != "upcoming"
    return page(rows, (Key(second, down), Key(Session.id, down)), mark=mark, size=size)


def _in_view(view: View) -> list[ColumnElement[bool]]:
    upcoming = and_(Session.state == SessionState.BOOKED, Session.ends_at > clock.now())
    if view == "upcoming":
        return [upcoming]
    return [~upcoming] if view == "past" else []


def logs(booked: Session) -> list[SessionLog]:
    """What both sides noted, the mentor's first."""
    statement = select(SessionLog).options(joinedload(SessionLog.session)).where(SessionLog.session_id == booked.id)
    return list(session().scalars(statement.order_by(SessionLog.side)))


def log_of(booked: Session, side: Side) -> SessionLog | None:
    """What one side noted."""
    return session().scalar(select(SessionLog).where(SessionLog.session_id == booked.id, SessionLog.side == side))


def action(edition: Edition, reference: str, action_id: int) -> AgreedAction | None:
    """One agreed action of the session with this reference."""
    statement = select(AgreedAction).join(Session, Session.id == AgreedAction.session_id)
    return session().scalar(
        statement.where(AgreedAction.id == action_id, Session.reference == reference, Session.edition_id == edition.id)
    )


def open_action(booked: Session, text: str, owner: Side, due_on: date | None) -> AgreedAction | None:
    """The action of a session that says the same and is not done: what a second click of the form would add again."""
    statement = select(AgreedAction).where(
        AgreedAction.session_id == booked.id,
        AgreedAction.text == text,
        AgreedAction.owner == owner,
        AgreedAction.due_on.is_not_distinct_from(due_on),
        AgreedAction.done_at.is_(None),
    )
    return session().scalar(statement.order_by(AgreedAction.id).limit(1))


def open_actions(startup: Startup, edition: Edition) -> list[AgreedAction]:
    """What was agreed in the startup's sessions and is not done, the soonest due first, undated ones last."""
    statement = (
        select(AgreedAction)
        .join(Session, Session.id == AgreedAction.session_id)
        .options(joinedload(AgreedAction.session))
        .where(Session.edition_id == edition.id, Session.startup_id == startup.id, AgreedAction.done_at.is_(None))
        .order_by(AgreedAction.due_on.is_(None), AgreedAction.due_on, AgreedAction.id)
    )
    return list(session().scalars(statement))


def notes_due(person: Person, edition: Edition) -> list[Session]:
    """Ended sessions for which the person's side has written no note, the oldest first."""
    mentored = Session.mentor_id.in_(select(Mentor.id).where(Mentor.person_id == person.id))
    founded = Session.startup_id.in_(_founded(person))
    due = or_(and_(mentored, ~_logged(Side.MENTOR)), and_(founded, ~_logged(Side.STARTUP)))
    statement = select(Session).where(
        Session.edition_id == edition.id, Session.state.in_(LOGGED), Session.ends_at <= clock.now(), due
    )
    return list(session().scalars(statement.order_by(Session.starts_at, Session.id)))


def _logged(side: Side) -> ColumnElement[bool]:
    return exists().where(SessionLog.session_id == Session.id, SessionLog.side == side)


def starting_between(edition: Edition, first: datetime, last: datetime) -> list[Session]:
    """Booked sessions that start after ``first`` and not after ``last``."""
    statement = select(Session).where(
        Session.edition_id == edition.id,
        Session.state == SessionState.BOOKED,
        Session.starts_at > first,
        Session.starts_at <= last,
    )
    return list(session().scalars(statement.order_by(Session.starts_at, Session.id)))


def unlogged(edition: Edition, *, ended: timedelta, within: timedelta) -> list[tuple[Session, set[Side]]]:
    """Sessions that ended at least ``ended`` and at most ``within`` ago, with the sides that have noted nothing."""
    now = clock.now()
    rows = (
        session()
        .scalars(
            select(Session)
            .where(
                Session.edition_id == edition.id,
                Session.state.in_(LOGGED),
                Session.ends_at <= now - ended,
                Session.ends_at > now - within,
            )
            .order_by(Session.id)
        )
        .all()
    )
    written = session().execute(
        select(SessionLog.session_id, SessionLog.side).where(SessionLog.session_id.in_([row.id for row in rows]))
    )
    missing = {row.id: set(Side) for row in rows}
    for row in written:
        missing[row.session_id].discard(row.side)
    return [(row, missing[row.id]) for row in rows if missing[row.id]]


def cohort_startup(edition: Edition, slug: str) -> Startup | None:
    """The startup of the cohort with this slug."""
    statement = select(Startup).join(CohortEntry, CohortEntry.startup_id == Startup.id)
    return session().scalar(statement.where(CohortEntry.edition_id == edition.id, Startup.slug == slug))


def cohort_startups(edition: Edition) -> list[tuple[str, str]]:
    """Slug and name of every startup of the cohort, by name: for choices."""
    statement = select(Startup.slug, Startup.name).join(CohortEntry, CohortEntry.startup_id == Startup.id)
    rows = session().execute(statement.where(CohortEntry.edition_id == edition.id).order_by(Startup.name, Startup.id))
    return [(row.slug, row.name) for row in rows]
