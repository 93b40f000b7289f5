"""The team's home: the funnel, what waits, who is late, what is next.

Everything that is counted of applications is counted without those that bar whoever looks, and the page says how many
these are: a sum that held them would tell by subtraction how they stand.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Date, Integer, Select, bindparam, exists, func, select

from accelerator.accounts.models import Person
from accelerator.accounts.names import Name
from accelerator.core import clock
from accelerator.core.db import UtcDateTime
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import pick
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.prepared import Prepared
from accelerator.dashboard import team_todos
from accelerator.dashboard.lines import DateLine, Todo, coming, pressing
from accelerator.dashboard.queries.dates import demo_day_line, event_dates, plan_dates
from accelerator.dashboard.queries.preparing import preparations
from accelerator.dashboard.team_todos import Counts, Late, Stage
from accelerator.demo_day.models import Investor, Vetting
from accelerator.intake.models import COUNTED, Application, ApplicationState
from accelerator.intake.queries.visibility import barred, left_out
from accelerator.mentoring.models import Session, SessionState
from accelerator.notifications.queries import Troubles, jobs, troubles
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import decisions_of
from accelerator.progress.models import Milestone, MilestoneState
from accelerator.scoring.models import COUNTED_ASSIGNMENTS, Assignment, AssignmentState, RankingEntry, Round, RoundState
from accelerator.screening.models import Outcome, Verdict
from accelerator.selection.models import CohortEntry, Offer, OfferState, Release, ReleaseState

BEHIND = 0.2  # of a reviewer's reads, compared with the share of the round's time that has passed


@dataclass(frozen=True)
class TeamHome:
    """Everything the team's home shows."""

    applications: int
    abroad: int
    drafts: int
    eligible: int
    counts: Counts
    stage: Stage | None
    late: list[Late]
    todos: list[Todo]
    dates: list[DateLine]
    troubles: Troubles
    working: list[JobRow]


def team_home(edition: Edition, actor: Person) -> TeamHome:
    """What waits for the team: nine statements."""
    now = clock.now()
    applications, abroad, drafts, eligible = _applications(edition, actor)
    stage = _stage(edition)
    counts = _counts(edition, actor, stage, now)
    late, stage = _readers(edition, actor, stage, now)
    trouble = troubles(edition, actor)
    events = event_dates(edition, drafts=True)
    dates = [
        *plan_dates(edition, decisions_of(edition)),
        *demo_day_line(edition, events),
        *events,
        *_round_dates(edition, stage),
    ]
    todos = [
        *preparations(edition, DateLine(now, "").instant(edition.zone).date()),
        *team_todos.todos(edition, actor, counts, stage, late, trouble),
    ]
    return TeamHome(
        applications,
        abroad,
        drafts,
        eligible,
        counts,
        stage,
        late,
        pressing(todos, edition.zone),
        coming(dates, now, edition.zone),
        trouble,
        jobs(edition, actor, JobState.RUNNING, limit=4),
    )


def _applications(edition: Edition, actor: Person) -> tuple[int, int, int, int]:
    rows = _APPLICATIONS.rows(here=edition.id, hidden=barred(edition.id, actor.id))
    total = abroad = drafts = eligible = 0
    for row in rows:
        if row.state is ApplicationState.DRAFT:
            drafts += row.number
        if row.state not in COUNTED:
            continue
        total += row.number
        if row.country and not edition.is_home(row.country):
            abroad += row.number
        if row.state not in (ApplicationState.SENT, ApplicationState.INELIGIBLE):
            eligible += row.number
    return total, abroad, drafts, eligible


def _stage(edition: Edition) -> Stage | None:
    """The open round, else the one closed or planned last."""
    rows = _ROUNDS.rows(here=edition.id)
    if not rows:
        return None
    chosen = next((row for row in rows if row.state is RoundState.OPEN), rows[-1])
    return Stage(chosen.id, chosen.number, pick(chosen.name), chosen.state, chosen.opens_at, chosen.closes_at)


def _counts(edition: Edition, actor: Person, stage: Stage | None, now: datetime) -> Counts:
    values = {
        "here": edition.id,
        "hidden": barred(edition.id, actor.id),
        "round": stage.number if stage else 0,
        "now": now,
        "soon": now + timedelta(days=7),
        "today": DateLine(now, "").instant(edition.zone).date(),
    }
    counted: tuple[Any, ...] = (*(_COUNTS.row(**values) or ()), left_out(edition, actor))
    return Counts(*counted)


_HERE = bindparam("here", type_=Integer)
_HIDDEN = bindparam("hidden", type_=Integer, expanding=True)
_NOW = bindparam("now", type_=UtcDateTime())


def _of_applications() -> list[Any]:
    """What is counted of applications, without those that bar the actor: the first six of the counts."""
    judged = exists().where(Verdict.application_id == Application.id)
    mine = Application.edition_id == _HERE, Application.id.not_in(_HIDDEN)
    unjudged = select(func.count(Application.id)).where(*mine, Application.state == ApplicationState.SENT, ~judged)
    fails = (
        select(func.count(Verdict.id))
        .join(Application, Application.id == Verdict.application_id)
        .where(*mine, Verdict.outcome == Outcome.FAIL, Verdict.confirmed_by.is_(None))
    )
    read = (
        select(func.count(RankingEntry.id))
        .join(Round, Round.id == RankingEntry.round_id)
        .where(RankingEntry.edition_id == _HERE, Round.number == bindparam("round", type_=Integer))
        .where(
            RankingEntry.reads >= RankingEntry.wanted,
            RankingEntry.wanted > 0,
            RankingEntry.application_id.not_in(_HIDDEN),
        )
    )
    offers = select(func.count(Offer.id)).where(Offer.edition_id == _HERE, Offer.application_id.not_in(_HIDDEN))
    waiting = offers.where(Offer.state == OfferState.OPEN)
    accepted = offers.where(Offer.state == OfferState.ACCEPTED)
    return [unjudged, fails, read, waiting, waiting.with_only_columns(func.min(Offer.expires_at)), accepted]


def _of_the_rest() -> list[Any]:
    """What is counted of everything else, in the order of the counts."""
    milestones = select(func.count(Milestone.id)).where(Milestone.edition_id == _HERE)
    is_late = Milestone.due_on < bindparam("today", type_=Date())
    booked = select(func.count(Session.id)).where(Session.edition_id == _HERE, Session.state == SessionState.BOOKED)
    releases = Release.edition_id == _HERE
    return [
        select(func.count(CohortEntry.id)).where(CohortEntry.edition_id == _HERE),
        milestones.where(Milestone.state == MilestoneState.SENT_IN),
        milestones.where(Milestone.state.in_((MilestoneState.PLANNED, MilestoneState.SENT_BACK)), is_late),
        booked.where(Session.starts_at.between(_NOW, bindparam("soon", type_=UtcDateTime()))),
        booked.where(Session.ends_at < _NOW),
        select(func.count(Investor.id)).where(Investor.edition_id == _HERE, Investor.vetting == Vetting.ASKED),
        select(func.max(Release.prepared_by)).where(releases, Release.state == ReleaseState.PREPARED),
        select(func.count(Release.id)).where(releases, Release.state == ReleaseState.APPROVED),
    ]


_COUNTS = Prepared(lambda: select(*(counted.scalar_subquery() for counted in (*_of_applications(), *_of_the_rest()))))
_APPLICATIONS = Prepared(
    lambda: (
        select(Application.state, Application.country, func.count(Application.id).label("number"))
        .where(Application.edition_id == _HERE, Application.id.not_in(_HIDDEN))
        .group_by(Application.state, Application.country)
    )
)
_ROUNDS = Prepared(
    lambda: (
        select(Round.id, Round.number, Round.name, Round.state, Round.opens_at, Round.closes_at)
        .where(Round.edition_id == _HERE)
        .order_by(Round.number)
    )
)


def _reviews() -> Select[Any]:
    """How many reviews of each reviewer stand where, with what their names are made of."""
    # Counted in the order of an index, before anybody's name is looked up: a round may have 30,000 reviews.
    counted = (
        select(Assignment.reviewer_id, Assignment.state, func.count(Assignment.application_id).label("number"))
        .where(
            Assignment.edition_id == _HERE,
            Assignment.round_id == bindparam("round", type_=Integer),
            Assignment.state.in_(COUNTED_ASSIGNMENTS),
            Assignment.application_id.not_in(_HIDDEN),
        )
        .group_by(Assignment.state, Assignment.reviewer_id)
        .subquery()
    )
    who = (Person.given_name, Person.family_name, Person.family_first, Person.native_name, Person.zone)
    listed = select(Person.id, counted.c.state, counted.c.number, *who)
    return listed.join(Person, Person.id == counted.c.reviewer_id)


_REVIEWS = Prepared(_reviews)


def _readers(edition: Edition, actor: Person, stage: Stage | None, now: datetime) -> tuple[list[Late], Stage | None]:
    """The round with its reads counted, and whoever is behind: the fewest done first, five at most."""
    if stage is None:
        return [], None
    rows = _REVIEWS.rows(here=edition.id, round=stage.id, hidden=barred(edition.id, actor.id))
    reviewers: dict[int, Late] = {}
    for number, state, count, *names in rows:
        reviewer = reviewers.get(number) or _reviewer(*names)
        done = count if state is AssignmentState.DONE else 0
        reviewers[number] = replace(reviewer, done=reviewer.done + done, total=reviewer.total + count)
    pace = list(reviewers.values())
    stage = replace(stage, done=sum(each.done for each in pace), total=sum(each.total for each in pace))
    if stage.state is not RoundState.OPEN or now < stage.opens_at:
        return [], stage
    passed = min((now - stage.opens_at) / (stage.closes_at - stage.opens_at), 1.0)
    late = [each for each in pace if each.done < each.total and each.share < passed - BEHIND]
    return sorted(late, key=lambda each: (each.share, each.name))[:5], stage


def _reviewer(given_name: str, family_name: str, family_first: bool, native_name: str | None, zone: str) -> Late:
    return Late(Name(given_name, family_name, family_first).latin, native_name, zone, 0, 0)


def _round_dates(edition: Edition, stage: Stage | None) -> list[DateLine]:
    if stage is None:
        return []
    page = ("scoring.round", {"edition_slug": edition.slug, "number": stage.number})
    opens = DateLine(stage.opens_at, _("%(round)s opens", round=stage.title), *page)
    closes = DateLine(stage.closes_at, _("%(round)s closes", round=stage.title), *page)
    coming_steps = {RoundState.DRAFT: [opens, closes], RoundState.OPEN: [closes]}
    return coming_steps.get(stage.state, [])
