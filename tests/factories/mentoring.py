"""Mentors and sessions. Choose the edition (``scope.choose(edition.scope)``) around these."""

import re
from datetime import datetime, time, timedelta
from html import unescape
from itertools import count
from typing import Any

from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.db import add
from accelerator.mentoring.models import Mentor, Session, SessionState, WeeklyHours
from accelerator.mentoring.operations.booking import book
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup
from tests.factories.people import make_member

_numbers = count(1)
TERMS = (
    "minutes",
    "buffer_minutes",
    "notice_hours",
    "horizon_days",
    "daily_cap",
    "paused",
    "video_link",
    "topics",
    "languages",
    "slug",
)


def make_mentor(edition: Edition, hours: tuple[int, ...] = tuple(range(7)), **values: Any) -> Mentor:
    """A mentor of the edition who is free all day on the given weekdays; other values are the person's."""
    number = next(_numbers)
    terms = {name: values.pop(name) for name in TERMS if name in values}
    person = values.pop("person", None) or make_member(edition, Role.MENTOR, **values)
    defaults = {
        "slug": f"mentor-{number}",
        "topics": ["pricing"],
        "languages": ["en"],
        "buffer_minutes": 0,
        "notice_hours": 1,
    }
    mentor = add(
        Mentor(
            edition_id=edition.id,
            person_id=person.id,
            headline={"en": "Founder", "ja": "起業家"},
            bio={},
            person=person,
            **{**defaults, **terms},
        )
    )
    for weekday in hours:
        add(WeeklyHours(mentor_id=mentor.id, weekday=weekday, start=time(0), end=time(0)))
    return mentor


def next_slot(ahead: timedelta = timedelta(days=1), hour: int = 9) -> datetime:
    """An instant on the full hour, ``ahead`` of now, at ``hour`` UTC or on the day after."""
    return (clock.now() + ahead + timedelta(days=1)).replace(hour=hour, minute=0, second=0, microsecond=0)


def make_session(mentor: Mentor, startup: Startup, actor: Person, starts_at: datetime | None = None) -> Session:
    """A session booked as people book it."""
    return book(
        mentor,
        startup=startup,
        starts_at=starts_at or next_slot(),
        purpose="A yes or no on prices.",
        client_token=f"factory-token-{next(_numbers)}",
        actor=actor,
    )


def make_past_session(mentor: Mentor, startup: Startup, ago: timedelta = timedelta(hours=3), **values: Any) -> Session:
    """A session that began some time ago and has no claims any more."""
    number, start = next(_numbers), clock.now() - ago
    defaults = {
        "reference": f"P-{number:04}",
        "starts_at": start,
        "ends_at": start + timedelta(minutes=mentor.minutes),
        "state": SessionState.BOOKED,
        "purpose": "A yes or no on prices.",
        "uid": f"past-{number}@funade",
        "sequence": 0,
        "booked_by": mentor.person_id,
        "booked_at": start - timedelta(days=3),
    }
    return add(
        Session(
            edition_id=mentor.edition_id,
            mentor_id=mentor.id,
            startup_id=startup.id,
            mentor=mentor,
            startup=startup,
            **{**defaults, **values},
        )
    )


class Place:
    """An edition with staff, partner, a mentor in San Francisco and a startup in Tallinn."""

    edition: Edition
    mentor: Mentor
    startup: Startup
    founder: Person
    staff: Person
    partner: Person
    stranger: Person

    @property
    def base(self) -> str:
        return f"/editions/{self.edition.slug}"

    @property
    def book(self) -> str:
        return f"{self.base}/mentors/{self.mentor.slug}/book"


def booked_session(world: Place, at: datetime | None = None) -> Session:
    with db.transaction(), scope.choose(world.edition.scope):
        mentor, startup = db.session().merge(world.mentor), db.session().merge(world.startup)
        return make_session(mentor, startup, world.founder, at)


def past_session(world: Place, **values: Any) -> Session:
    with db.transaction(), scope.choose(world.edition.scope):
        mentor, startup = db.session().merge(world.mentor), db.session().merge(world.startup)
        return make_past_session(mentor, startup, **values)


def sessions_now(world: Place) -> list[Session]:
    with db.reading(), scope.choose(world.edition.scope):
        return list(db.session().scalars(select(Session).order_by(Session.id)))


def form(page: str, **values: str) -> dict[str, str]:
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token
    return {"token": token.group(1), **values}


def words(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r" ([.,])", r"\1", " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split()))
