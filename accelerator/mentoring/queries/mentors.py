"""Reads about mentors and their hours."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.i18n import pick
from accelerator.core.pagination import Key, Page, page
from accelerator.core.times import day_in
from accelerator.mentoring.diary import Diary
from accelerator.mentoring.models import HoursException, Mentor, WeeklyHours
from accelerator.mentoring.queries.figures import session_counts
from accelerator.mentoring.queries.free import TERMS, diaries, startup_busy
from accelerator.mentoring.slots import Busy
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import edition as edition_by_id
from accelerator.selection.models import CohortEntry
from accelerator.selection.queries.cohort import startup_of
from accelerator.startups.models import Founder, Startup
from accelerator.startups.queries import has_access


@dataclass(frozen=True)
class MentorCard:
    """One mentor in the directory. ``next_free`` is an instant, None when nothing is free within the horizon."""

    slug: str
    person: Person
    headline: str
    topics: list[str]
    languages: list[str]
    minutes: int
    paused: bool
    next_free: datetime | None
    sessions: int | None


def mentor(edition: Edition, mentor_slug: str) -> Mentor | None:
    """The mentor of the edition with this slug."""
    return session().scalar(select(Mentor).where(Mentor.edition_id == edition.id, Mentor.slug == mentor_slug))


def mentor_of(person: Person | None, edition: Edition) -> Mentor | None:
    """The person's mentor record in the edition, hours and exceptions loaded."""
    if person is None:
        return None
    return session().scalar(
        select(Mentor)
        .options(selectinload(Mentor.hours), selectinload(Mentor.exceptions))
        .where(Mentor.edition_id == edition.id, Mentor.person_id == person.id)
    )


def mentor_page(
    edition: Edition,
    *,
    topic: str | None = None,
    language: str | None = None,
    startup: Startup | None = None,
    counted: bool = False,
    mark: str | None = None,
    size: int = 50,
) -> Page[MentorCard]:
    """Mentors by family name, filtered by what they help with and speak; ``counted`` adds how many sessions they held.

    Their next free time leaves the sessions of ``startup`` out.
    """
    rows: Any = (
        select(*TERMS, Mentor.slug, Mentor.headline, Mentor.topics, Mentor.languages, Person)
        .join(Person, Person.id == Mentor.person_id)
        .where(Mentor.edition_id == edition.id)
    )
    if topic or language:
        rows = rows.where(Mentor.id.in_(_fitting(edition, topic, language)))
    order = (Key(Person.family_name), Key(Person.given_name), Key(Mentor.id))
    mentors = page(rows, order, mark=mark, size=size)
    plans, busy = diaries(mentors.rows), startup_busy(startup) if startup else []
    held = session_counts(edition) if counted else None
    return Page([_card(row, plans[row.id], busy, held) for row in mentors.rows], mentors.before, mentors.after)


def _fitting(edition: Edition, topic: str | None, language: str | None) -> list[int]:
    """Topics and languages are lists in the row, so this filter runs here; an edition has a hundred mentors at most."""
    rows = session().execute(select(Mentor.id, Mentor.topics, Mentor.languages).where(Mentor.edition_id == edition.id))
    return [
        row.id for row in rows if (not topic or topic in row.topics) and (not language or language in row.languages)
    ]


def _card(row: Any, plan: Diary, busy: list[Busy], held: Counter[int] | None) -> MentorCard:
    free = plan.free(clock.now(), busy)
    return MentorCard(
        row.slug,
        row.Person,
        pick(row.headline),
        list(row.topics),
        list(row.languages),
        row.minutes,
        row.paused,
        free[0].start_utc if free else None,
        held[row.id] if held is not None else None,
    )


def mentor_names(edition: Edition) -> list[tuple[str, Person]]:
    """Slug and person of every mentor, by name: for choices."""
    statement = (
        select(Mentor.slug, Person)
        .join(Person, Person.id == Mentor.person_id)
        .where(Mentor.edition_id == edition.id)
        .order_by(Person.family_name, Person.given_name, Mentor.id)
    )
    return [(row.slug, row.Person) for row in session().execute(statement)]


def candidates(edition: Edition) -> list[Person]:
    """People with the mentor's role who are not in the directory yet, by name."""
    listed = select(Mentor.person_id).where(Mentor.edition_id == edition.id)
    statement = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.edition_id == edition.id,
            Membership.role == Role.MENTOR,
            Membership.ended_at.is_(None),
            Person.id.not_in(listed),
        )
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    return list(session().scalars(statement))


def slug_for(person: Person, edition: Edition) -> str:
    """A free address part made of the person's name in Latin letters."""
    plain = unicodedata.normalize("NFKD", f"{person.given_name} {person.family_name}").encode("ascii", "ignore")
    stem = re.sub(r"[^a-z0-9]+", "-", plain.decode().lower()).strip("-")[:60] or "mentor"
    taken = set(session().scalars(select(Mentor.slug).where(Mentor.edition_id == edition.id)))
    return next(slug for slug in (stem, *(f"{stem}-{number}" for number in range(2, 1000))) if slug not in taken)


def weekly_hours(mentor: Mentor) -> list[WeeklyHours]:
    """The mentor's weekly windows from Monday on."""
    statement = select(WeeklyHours).where(WeeklyHours.mentor_id == mentor.id)
    return list(session().scalars(statement.order_by(WeeklyHours.weekday, WeeklyHours.start)))


def own_hours(edition: Edition, hours_id: int) -> tuple[Mentor, WeeklyHours] | None:
    """One weekly window of the edition with its mentor."""
    statement = select(Mentor, WeeklyHours).join(WeeklyHours, WeeklyHours.mentor_id == Mentor.id)
    row = session().execute(statement.where(WeeklyHours.id == hours_id, Mentor.edition_id == edition.id)).first()
    return (row[0], row[1]) if row else None


def own_exception(edition: Edition, exception_id: int) -> tuple[Mentor, HoursException] | None:
    """One dated exception of the edition with its mentor."""
    statement = select(Mentor, HoursException).join(HoursException, HoursException.mentor_id == Mentor.id)
    row = session().execute(statement.where(HoursException.id == exception_id, Mentor.edition_id == edition.id)).first()
    return (row[0], row[1]) if row else None


def exceptions(mentor: Mentor) -> list[HoursException]:
    """The mentor's dated exceptions that are not over, by day."""
    statement = select(HoursException).where(
        HoursException.mentor_id == mentor.id, HoursException.last >= day_in(mentor.person.zone)
    )
    return list(session().scalars(statement.order_by(HoursException.first, HoursException.id)))


class CohortZone(NamedTuple):
    """A zone in which founders of the cohort live, and how many startups have a founder there."""

    zone: str
    startups: int


def cohort_zones(edition: Edition) -> list[CohortZone]:
    """The zones of the cohort's founders, the most common first."""
    count = func.count(Founder.startup_id.distinct())
    statement = (
        select(Person.zone, count.label("startups"))
        .join(Founder, Founder.person_id == Person.id)
        .join(CohortEntry, CohortEntry.startup_id == Founder.startup_id)
        .where(CohortEntry.edition_id == edition.id, has_access())
        .group_by(Person.zone)
        .order_by(count.desc(), Person.zone)
    )
    return [CohortZone(row.zone, row.startups) for row in session().execute(statement)]


def startup_for(person: Person | None, edition_id: int) -> Startup | None:
    """The startup of the edition's cohort that the person founded."""
    edition = edition_by_id(edition_id)
    return startup_of(person, edition) if edition else None
