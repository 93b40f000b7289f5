"""Reads about the running order, the live state, investors and their interest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accelerator.accounts.models import Membership, Person, Role
from accelerator.accounts.queries import people_with
from accelerator.core.db import session
from accelerator.demo_day.models import CHANGE, Interest, InterestLevel, Investor, Phase, Pitch, Show
from accelerator.events.models import Event, EventKind, Registration, RegistrationState
from accelerator.programmes.models import Edition
from accelerator.selection.models import CohortEntry
from accelerator.selection.queries.cohort import startup_of


@dataclass(frozen=True)
class Stage:
    """What the Demo Day page shows: the event, its live state and the running order."""

    event: Event
    show: Show | None
    pitches: Sequence[Pitch]
    missing: int = 0
    """How many startups of the cohort have no pitch; known behind the stage alone."""

    @property
    def on_stage(self) -> Pitch | None:
        """The pitch that the audience sees now, while questions are asked too; nobody before the start and after the end."""
        return self.show.pitch if self.show and self.show.state in (Phase.PITCH, Phase.QUESTIONS) else None

    @property
    def to_come(self) -> Sequence[Pitch]:
        """The pitches that take place, in their order."""
        return [pitch for pitch in self.pitches if not pitch.skipped]

    @property
    def waiting(self) -> Sequence[Pitch]:
        """The pitches that have not begun."""
        return [pitch for pitch in self.to_come if pitch.started_at is None]

    @cached_property
    def times(self) -> Mapping[int, datetime]:
        """When each pitch began or is to begin, by id: later than planned while the show runs late."""
        free, at = self.event.starts_at, {}
        for pitch in self.to_come:
            at[pitch.id] = pitch.started_at or max(pitch.planned_at, free)
            if self.on_stage is not None:
                free = at[pitch.id] + timedelta(minutes=pitch.minutes) + CHANGE
        return at


def demo_day(edition: Edition) -> Event | None:
    """The edition's Demo Day."""
    statement = select(Event).where(Event.edition_id == edition.id, Event.kind == EventKind.DEMO_DAY)
    return session().scalar(statement.order_by(Event.starts_at, Event.id).limit(1))


def stage(edition: Edition) -> Stage | None:
    """The published Demo Day with its running order, None while there is none."""
    event = demo_day(edition)
    return _stage_of(event) if event and event.takes_place else None


def backstage(edition: Edition) -> Stage | None:
    """Demo Day as staff see it, published or not."""
    event = demo_day(edition)
    if event is None:
        return None
    pitching = select(Pitch.startup_id).where(Pitch.event_id == event.id)
    missing = select(func.count(CohortEntry.id)).where(
        CohortEntry.edition_id == edition.id, CohortEntry.startup_id.not_in(pitching)
    )
    return replace(_stage_of(event), missing=session().scalar(missing) or 0)


def _stage_of(event: Event) -> Stage:
    show = session().scalar(select(Show).options(joinedload(Show.pitch)).where(Show.event_id == event.id))
    return Stage(event, show, pitches(event))


def pitches(event: Event) -> list[Pitch]:
    """The running order."""
    statement = select(Pitch).where(Pitch.event_id == event.id, Pitch.edition_id == event.edition_id)
    return list(session().scalars(statement.order_by(Pitch.position, Pitch.id)))


def pitch(edition: Edition, pitch_id: int) -> Pitch | None:
    """One pitch of this edition."""
    return session().scalar(select(Pitch).where(Pitch.id == pitch_id, Pitch.edition_id == edition.id))


def pitch_of(person: Person | None, edition: Edition) -> Pitch | None:
    """The pitch of the startup that the person founded."""
    startup = startup_of(person, edition)
    event = demo_day(edition)
    if startup is None or event is None:
        return None
    return session().scalar(select(Pitch).where(Pitch.event_id == event.id, Pitch.startup_id == startup.id))


def investor_in(person: Person | None, edition_id: int) -> Investor | None:
    """The person as an investor of an edition, vetted or not."""
    if person is None:
        return None
    return session().scalar(select(Investor).where(Investor.edition_id == edition_id, Investor.person_id == person.id))


def investors(edition: Edition) -> list[Investor]:
    """Every investor, those to be checked first."""
    rows = session().scalars(select(Investor).where(Investor.edition_id == edition.id).order_by(Investor.id))
    return sorted(rows, key=lambda investor: (investor.vetting.value != "asked", investor.firm, investor.id))


def invited_investors(edition: Edition) -> list[Person]:
    """Whom staff have invited as investors and who have not said yet for which firm, by name."""
    known = set(session().scalars(select(Investor.person_id).where(Investor.edition_id == edition.id)))
    return [person for person in people_with(edition.id, Role.INVESTOR) if person.id not in known]


def investor(edition: Edition, investor_id: int) -> Investor | None:
    """One investor of this edition."""
    return session().scalar(select(Investor).where(Investor.id == investor_id, Investor.edition_id == edition.id))


def interests_of(investor: Investor) -> list[Interest]:
    """What an investor marked, in the running order; withdrawn ones left out."""
    statement = (
        select(Interest)
        .join(Interest.pitch)
        .where(Interest.investor_id == investor.id, Interest.withdrawn_at.is_(None))
        .order_by(Pitch.position)
    )
    return list(session().scalars(statement))


def levels_of(investor: Investor | None) -> dict[int, InterestLevel]:
    """``{pitch id: level}`` of an investor, for the stars."""
    if investor is None:
        return {}
    live = select(Interest.pitch_id, Interest.level).where(
        Interest.investor_id == investor.id, Interest.withdrawn_at.is_(None)
    )
    return dict(session().execute(live).all())


def interests_in(pitch: Pitch) -> list[Interest]:
    """Which investors who take part are interested in a pitch, wishes to meet first."""
    statement = (
        select(Interest)
        .join(Investor, Investor.id == Interest.investor_id)
        .join(Membership, Membership.person_id == Investor.person_id)
        .where(
            Interest.pitch_id == pitch.id,
            Interest.withdrawn_at.is_(None),
            Membership.edition_id == pitch.edition_id,
            Membership.role == Role.INVESTOR,
            Membership.ended_at.is_(None),
        )
    )
    return sorted(
        session().scalars(statement),
        key=lambda interest: (interest.level is not InterestLevel.MEET, interest.shown_at, interest.id),
    )


def interest(edition: Edition, interest_id: int) -> Interest | None:
    """One live interest of this edition."""
    return session().scalar(
        select(Interest).where(
            Interest.id == interest_id, Interest.edition_id == edition.id, Interest.withdrawn_at.is_(None)
        )
    )


def interest_counts(edition: Edition) -> dict[int, dict[str, int]]:
    """``{pitch id: {"interested", "meet", "agreed"}}``: how many wishes each pitch drew."""
    grouped = (
        select(Interest.pitch_id, Interest.level, func.count(Interest.id), func.count(Interest.agreed_at))
        .where(Interest.edition_id == edition.id, Interest.withdrawn_at.is_(None))
        .group_by(Interest.pitch_id, Interest.level)
    )
    counts: dict[int, dict[str, int]] = {}
    for pitch_id, level, number, agreed in session().execute(grouped):
        mine = counts.setdefault(pitch_id, {"interested": 0, "meet": 0, "agreed": 0})
        mine[level.value] += number
        mine["agreed"] += agreed
    return counts


def is_admitted(person: Person | None, event: Event) -> bool:
    """Whether the person holds a place at the event: only then is the stream's address shown."""
    if person is None:
        return False
    live = (RegistrationState.REGISTERED, RegistrationState.ATTENDED)
    statement = select(Registration.id).where(
        Registration.event_id == event.id, Registration.person_id == person.id, Registration.state.in_(live)
    )
    return session().scalar(statement) is not None
