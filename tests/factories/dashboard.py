"""A furnished edition: rows of every stage that homes read. Choose the edition around these."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from accelerator.accounts.models import Person, Role
from accelerator.core import clock
from accelerator.core.db import add
from accelerator.demo_day.models import Interest, InterestLevel, Investor, Pitch, Vetting
from accelerator.events.models import Event, EventKind
from accelerator.intake.models import ApplicationState
from accelerator.mentoring.models import AgreedAction, Mentor, Session, Side, WeeklyHours
from accelerator.programmes.models import Edition
from accelerator.progress.models import Metric, MetricValue, Milestone, MilestoneState
from accelerator.scoring.models import Assignment, AssignmentState, Round, RoundState
from tests.factories.people import make_member
from tests.factories.startups import make_application, make_cohort_startup, make_role


def both(english: str) -> dict[str, str]:
    return {"en": english, "ja": english}


def make_round(edition: Edition, number: int = 1, **values: Any) -> Round:
    now = clock.now()
    defaults = {
        "number": number,
        "name": both(f"Round {number}"),
        "opens_at": now - timedelta(days=9),
        "closes_at": now + timedelta(days=1),
        "state": RoundState.OPEN,
    }
    return add(Round(edition_id=edition.id, **{**defaults, **values}))


def make_assignment(edition: Edition, of: Round, reviewer: Person, state: AssignmentState, **values: Any) -> Assignment:
    application = values.pop("application", None) or make_application(edition, ApplicationState.ELIGIBLE)
    return add(
        Assignment(
            edition_id=edition.id,
            round_id=of.id,
            application_id=application.id,
            reviewer_id=reviewer.id,
            revision_number=1,
            state=state,
            position=values.get("position", 1),
            assigned_at=clock.now(),
        )
    )


def make_mentor(edition: Edition) -> tuple[Mentor, Person]:
    person = make_member(edition, Role.MENTOR, given_name="Maya", family_name="Okafor", zone="America/Los_Angeles")
    mentor = add(
        Mentor(
            edition_id=edition.id,
            person_id=person.id,
            slug=f"maya-{person.id}",
            headline=both("x"),
            bio=both("x"),
            topics=[],
            languages=[],
            video_link="https://video.example/maya",
        )
    )
    for weekday in range(7):
        add(WeeklyHours(mentor_id=mentor.id, weekday=weekday, start=time(19), end=time(22)))
    return mentor, person


def make_session(edition: Edition, mentor: Mentor, startup_id: int, hours: float, **values: Any) -> Session:
    number, starts = clock.system_now().timestamp(), clock.now() + timedelta(hours=hours)
    made = Session(
        edition_id=edition.id,
        reference=f"S-{int(number * 1e6) % 10**8}",
        mentor_id=mentor.id,
        startup_id=startup_id,
        starts_at=starts,
        ends_at=starts + timedelta(minutes=30),
        uid="u",
        booked_by=mentor.person_id,
        booked_at=clock.now(),
        **values,
    )
    return add(made)


def make_event(edition: Edition, kind: EventKind = EventKind.WORKSHOP, days: float = 3, **values: Any) -> Event:
    starts = clock.now() + timedelta(days=days)
    defaults = {
        "slug": f"event-{kind.value}-{days}".replace(".", "-"),
        "kind": kind,
        "title": both(f"A {kind.value}"),
        "about": both("x"),
        "starts_at": starts,
        "ends_at": starts + timedelta(hours=2),
        "published_at": clock.now(),
        "uid": "e",
    }
    return add(Event(edition_id=edition.id, **{**defaults, **values}))


def furnish_startup(edition: Edition, number: int) -> Person:
    """A startup with ``number`` of everything."""
    today = clock.now().date()
    startup, founder = make_cohort_startup(edition)
    mentor, _person = make_mentor(edition)
    for count in range(number):
        session = make_session(edition, mentor, startup.id, 24 + count)
        add(AgreedAction(session_id=session.id, text=f"Call {count}", owner=Side.STARTUP))
        add(
            Milestone(
                edition_id=edition.id,
                startup_id=startup.id,
                title=both(f"Milestone {count}"),
                due_on=today + timedelta(count - 1),
                state=MilestoneState.PLANNED,
                created_at=clock.now(),
            )
        )
        metric = add(
            Metric(
                edition_id=edition.id,
                startup_id=startup.id,
                code=f"M{count}",
                label=both(f"Metric {count}"),
                definition=both("x"),
                unit="JPY",
                position=count,
            )
        )
        for week, value in enumerate((433_000, 412_000)):
            add(
                MetricValue(
                    metric_id=metric.id,
                    as_of=date(2020, 10, 2 + 7 * week),
                    value=Decimal(value),
                    entered_by=founder.id,
                    entered_at=clock.now(),
                )
            )
    event = make_event(edition, EventKind.DEMO_DAY, 50, slug=f"demo-day-{startup.id}")
    pitch = add(
        Pitch(
            edition_id=edition.id,
            event_id=event.id,
            startup_id=startup.id,
            position=1,
            planned_at=event.starts_at,
            line=both("x"),
            ask=both("x"),
            sector=both("x"),
        )
    )
    who = make_member(edition, Role.INVESTOR)
    investor = add(Investor(edition_id=edition.id, person_id=who.id, firm="F", vetting=Vetting.ADMITTED))
    add(
        Interest(
            edition_id=edition.id,
            pitch_id=pitch.id,
            investor_id=investor.id,
            level=InterestLevel.MEET,
            shown_at=clock.now(),
        )
    )
    return founder


def membership(edition: Edition, person: Person) -> None:
    """The founder's role, as the first draft gives it."""
    make_role(edition, person)
