"""Counts of mentoring, progress and Demo Day."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.demo_day.models import Investor, Pitch, Vetting
from accelerator.demo_day.queries import demo_day, interest_counts
from accelerator.events.models import Event, Registration, RegistrationState
from accelerator.mentoring.models import Mentor, Session, SessionLog, SessionState, Side
from accelerator.mentoring.turnout import Attendance
from accelerator.programmes.models import Edition
from accelerator.progress.defaults import METRICS
from accelerator.progress.models import Metric, MetricValue, Milestone, MilestoneState
from accelerator.progress.queries.metrics import response_rate
from accelerator.reporting.figures.counts import (
    DemoDay,
    Meeting,
    Mentoring,
    MentorLine,
    Progress,
    Promise,
    Rating,
    Wishes,
)
from accelerator.selection.models import CohortEntry
from accelerator.startups.models import Startup


def mentoring_counts(edition: Edition, now: datetime) -> Mentoring:
    """Sessions that were held or missed by ``now``, who mentors, and what the notes say: three statements."""
    rows = (
        session()
        .execute(
            select(
                Session.mentor_id,
                Session.startup_id,
                Session.state,
                Session.starts_at,
                Session.ends_at,
                Session.mentor_came,
                Session.startup_came,
            ).where(
                Session.edition_id == edition.id,
                Session.state.in_((SessionState.HELD, SessionState.MISSED)),
                Session.starts_at <= now,
            )
        )
        .all()
    )
    meetings = [
        Meeting(
            row.mentor_id,
            row.startup_id,
            round((row.ends_at - row.starts_at).total_seconds() / 60),
            row.state is SessionState.HELD,
        )
        for row in rows
    ]
    missed = [row for row in rows if row.state is SessionState.MISSED]
    ratings = _ratings(edition)
    return Mentoring(
        meetings,
        _mentors(edition),
        ratings.get(Side.STARTUP, Rating()),
        ratings.get(Side.MENTOR, Rating()),
        _absent([row.startup_came for row in missed]),
        _absent([row.mentor_came for row in missed]),
    )


def _absent(came: Sequence[Attendance]) -> int | None:
    """How many of the missed sessions one side missed; None while nobody has said so of each of them."""
    return None if Attendance.UNKNOWN in came else came.count(Attendance.MISSED)


def _ratings(edition: Edition) -> dict[Side, Rating]:
    """Ratings of the sessions held, by the side that gave them."""
    rows = session().execute(
        select(SessionLog.side, func.count(SessionLog.useful), func.sum(SessionLog.useful))
        .join(Session, Session.id == SessionLog.session_id)
        .where(Session.edition_id == edition.id, Session.state == SessionState.HELD)
        .group_by(SessionLog.side)
    )
    return {side: Rating(rated, int(total or 0)) for side, rated, total in rows}


def _mentors(edition: Edition) -> list[MentorLine]:
    rows = session().execute(
        select(Mentor.id, Mentor.headline, Person)
        .join(Person, Person.id == Mentor.person_id)
        .where(Mentor.edition_id == edition.id)
        .order_by(Person.family_name, Person.given_name, Mentor.id)
    )
    return [MentorLine(mentor_id, who.name, who.native_name, headline) for mentor_id, headline, who in rows]


def progress_counts(edition: Edition, cohort: Collection[int], today: date) -> Progress:
    """Milestones and numbers of the cohort; ``today`` is the day where the edition is."""
    rows = session().execute(
        select(Milestone.startup_id, Milestone.due_on, Milestone.state, Milestone.achieved_on)
        .where(Milestone.edition_id == edition.id, Milestone.state != MilestoneState.DROPPED)
        .order_by(Milestone.due_on, Milestone.id)
    )
    milestones = [
        Promise(startup, due_on, achieved_on if state is MilestoneState.ACHIEVED else None)
        for startup, due_on, state, achieved_on in rows
        if startup in cohort
    ]
    answers = response_rate(edition)
    return Progress(
        milestones, _series(edition, today), {metric.code: metric.label for metric in METRICS}, answers.due, answers.met
    )


def _series(edition: Edition, today: date) -> dict[str, dict[int, list[tuple[date, Decimal]]]]:
    """Current values of the dictionary's codes, ``{code: {startup: [(day, value)]}}``: one statement."""
    rows = session().execute(
        select(Metric.code, Metric.startup_id, MetricValue.as_of, MetricValue.value)
        .join(Metric, Metric.id == MetricValue.metric_id)
        .join(CohortEntry, CohortEntry.startup_id == Metric.startup_id)
        .where(
            Metric.edition_id == edition.id,
            CohortEntry.edition_id == edition.id,
            Metric.code.in_([metric.code for metric in METRICS]),
            MetricValue.replaced_by_id.is_(None),
            MetricValue.as_of <= today,
        )
        .order_by(MetricValue.as_of, MetricValue.id)
    )
    by_code: dict[str, dict[int, list[tuple[date, Decimal]]]] = defaultdict(lambda: defaultdict(list))
    for code, startup_id, as_of, value in rows:
        by_code[code][startup_id].append((as_of, value))
    return {code: dict(series) for code, series in by_code.items()}


def demo_day_counts(edition: Edition, now: datetime) -> DemoDay | None:
    """Guests and wishes of the edition's Demo Day, None while there is none."""
    event = demo_day(edition)
    if event is None:
        return None
    admitted = select(func.count(Investor.id)).where(
        Investor.edition_id == edition.id, Investor.vetting == Vetting.ADMITTED
    )
    guests, came = _guests(event)
    return DemoDay(event.ends_at <= now, guests, came, session().scalar(admitted) or 0, _wishes(edition, event))


def _guests(event: Event) -> tuple[dict[str | None, int], dict[str | None, int]]:
    rows = session().execute(
        select(Registration.country, Registration.state, func.count(Registration.id))
        .where(
            Registration.edition_id == event.edition_id,
            Registration.event_id == event.id,
            Registration.state.in_((RegistrationState.REGISTERED, RegistrationState.ATTENDED)),
        )
        .group_by(Registration.country, Registration.state)
    )
    guests: dict[str | None, int] = defaultdict(int)
    came: dict[str | None, int] = defaultdict(int)
    for country, state, number in rows:
        guests[country] += number
        if state is RegistrationState.ATTENDED:
            came[country] += number
    return dict(guests), dict(came)


def _wishes(edition: Edition, event: Event) -> list[Wishes]:
    numbers = interest_counts(edition)
    rows = session().execute(
        select(Pitch.id, Startup.name)
        .join(Startup, Startup.id == Pitch.startup_id)
        .where(Pitch.edition_id == edition.id, Pitch.event_id == event.id)
        .order_by(Pitch.position, Pitch.id)
    )
    wishes = []
    for pitch_id, name in rows:
        mine = numbers.get(pitch_id, {})
        wishes.append(Wishes(name, mine.get("interested", 0), mine.get("meet", 0), mine.get("agreed", 0)))
    return wishes
