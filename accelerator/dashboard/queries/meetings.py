"""Sessions of a mentor or a startup, as homes list them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from accelerator.accounts.models import Person
from accelerator.core import clock, i18n
from accelerator.core.db import session
from accelerator.mentoring.models import Mentor, Session, SessionLog, SessionState, Side
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup

TOLD = timedelta(days=60)  # notes are asked for so long after a session


@dataclass(frozen=True)
class Meeting:
    """One session: with whom, when, and whether the reader's side has noted it."""

    reference: str
    starts_at: datetime
    ends_at: datetime
    state: SessionState
    purpose: str
    video_link: str | None
    startup: str
    startup_slug: str
    startup_initials: str
    mentor: str
    mentor_initials: str
    noted: bool

    @property
    def is_ahead(self) -> bool:
        """Whether it is still to come, or going on."""
        return self.state is SessionState.BOOKED and self.ends_at > clock.now()

    @property
    def wants_note(self) -> bool:
        """Whether it is over and the reader's side has not said how it went."""
        over = self.ends_at <= clock.now() and self.state in (SessionState.BOOKED, SessionState.HELD)
        return over and not self.noted


def meetings(edition: Edition, side: Side, *conditions: ColumnElement[bool]) -> list[Meeting]:
    """Sessions from sixty days ago on that were not cancelled or moved, in order of time: one statement."""
    rows = session().execute(
        select(
            Session.reference,
            Session.starts_at,
            Session.ends_at,
            Session.state,
            Session.purpose,
            Session.video_link,
            Mentor.video_link.label("mentor_link"),
            Startup.name.label("startup"),
            Startup.slug,
            Person.given_name,
            Person.family_name,
            Person.family_first,
            Person.native_name,
            SessionLog.id.label("log_id"),
        )
        .join(Startup, Startup.id == Session.startup_id)
        .join(Mentor, Mentor.id == Session.mentor_id)
        .join(Person, Person.id == Mentor.person_id)
        .outerjoin(SessionLog, (SessionLog.session_id == Session.id) & (SessionLog.side == side))
        .where(Session.edition_id == edition.id, Session.starts_at > clock.now() - TOLD, *conditions)
        .where(Session.state.in_((SessionState.BOOKED, SessionState.HELD, SessionState.MISSED)))
        .order_by(Session.starts_at, Session.id)
        .limit(300)
    )
    return [_meeting(row) for row in rows]


def _meeting(row: Any) -> Meeting:
    who = Person(
        given_name=row.given_name,
        family_name=row.family_name,
        family_first=row.family_first,
        native_name=row.native_name,
    )
    firm = Startup(name=row.startup)
    return Meeting(
        row.reference,
        row.starts_at,
        row.ends_at,
        row.state,
        row.purpose,
        row.video_link or row.mentor_link,
        row.startup,
        row.slug,
        firm.initials,
        who.name_in(i18n.language()),
        who.initials,
        row.log_id is not None,
    )
