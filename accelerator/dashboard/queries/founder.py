"""The home of a startup of the cohort: next session, milestones, what is due, numbers, what was agreed."""

from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup
from sqlalchemy import func, select

from accelerator.core import clock
from accelerator.core.charts.lines import sparkline
from accelerator.core.db import session
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.core.times import day
from accelerator.dashboard.lines import DateLine, Todo, coming, pressing
from accelerator.dashboard.queries.dates import demo_day_line, event_dates, plan_dates
from accelerator.dashboard.queries.meetings import Meeting, meetings
from accelerator.demo_day.models import Interest, InterestLevel, Pitch
from accelerator.mentoring.models import AgreedAction, Session, Side
from accelerator.programmes.models import Edition
from accelerator.programmes.steps import decisions_of
from accelerator.progress.amounts import amount, signed
from accelerator.progress.models import Milestone, MilestoneState
from accelerator.progress.queries.metrics import MetricSeries, latest_values
from accelerator.progress.queries.milestones import today
from accelerator.progress.weeks import open_weeks, week_end, week_number
from accelerator.startups.models import Startup

SHOWN = 12  # values of a sparkline


@dataclass(frozen=True)
class Step:
    """A milestone on the track: done, now, or later; ``note`` is its date in words."""

    id: int
    title: str
    kind: str
    note: str


@dataclass(frozen=True)
class Number:
    """A figure with its course."""

    title: str
    value: str
    change: str
    good: bool | None
    as_of: date
    chart: Markup
    rows: list[tuple[date, str]]
    target: str
    source: str


@dataclass(frozen=True)
class Agreed:
    """Something agreed in a session."""

    id: int
    text: str
    reference: str
    when: datetime
    due_on: date | None
    mine: bool


@dataclass(frozen=True)
class FounderHome:
    """Everything a startup's home shows."""

    startup: Startup
    next: Meeting | None
    steps: list[Step]
    todos: list[Todo]
    numbers: list[Number]
    coming: list[DateLine]
    agreed: list[Agreed]
    days_to_demo_day: int
    numbers_due: bool
    week: int | None  # of coaching; None outside of it
    weeks: int


def founder_home(edition: Edition, startup: Startup) -> FounderHome:
    """What waits for a startup: eight statements."""
    now, here_today = clock.now(), today(edition)
    held = meetings(edition, Side.STARTUP, Session.startup_id == startup.id)
    ahead = [meeting for meeting in held if meeting.is_ahead]
    milestones = _milestones(edition, startup)
    series = latest_values(startup, edition)
    due = _numbers_due(edition, series, here_today)
    events = event_dates(edition)
    sessions = [
        DateLine(
            meeting.starts_at,
            meeting.mentor,
            "mentoring.session",
            {"edition_slug": edition.slug, "reference": meeting.reference},
            meeting.ends_at,
        )
        for meeting in ahead
    ]
    todos = [
        *_milestone_todos(edition, milestones, here_today),
        *_notes(edition, held),
        *([due] if due else []),
        *_pitch_todos(edition, startup),
    ]
    plan = [line for line in plan_dates(edition, decisions_of(edition)) if line.endpoint is None]
    return FounderHome(
        startup,
        ahead[0] if ahead else None,
        _steps(milestones, here_today),
        pressing(todos, edition.zone),
        [_number(metric_series) for metric_series in series if metric_series.points][:6],
        coming([*sessions, *events, *plan, *demo_day_line(edition, events)], now, edition.zone, 5),
        _agreed(edition, startup),
        (edition.demo_day_on - here_today).days,
        due is not None,
        week_number(week_end(here_today), edition.starts_on)
        if edition.starts_on <= here_today <= edition.coaching_ends_on
        else None,
        week_number(week_end(edition.coaching_ends_on), edition.starts_on),
    )


def _milestones(edition: Edition, startup: Startup) -> list[Milestone]:
    statement = select(Milestone).where(
        Milestone.edition_id == edition.id,
        Milestone.startup_id == startup.id,
        Milestone.state != MilestoneState.DROPPED,
    )
    return list(session().scalars(statement.order_by(Milestone.due_on, Milestone.id)))


def _steps(milestones: list[Milestone], on: date) -> list[Step]:
    """The track: what is achieved, the first that is not as now, the rest as later."""
    present = next((milestone.id for milestone in milestones if milestone.state is not MilestoneState.ACHIEVED), None)
    return [_step(milestone, present, on) for milestone in milestones]


def _step(milestone: Milestone, present: int | None, on: date) -> Step:
    if milestone.state is MilestoneState.ACHIEVED:
        return Step(
            milestone.id,
            milestone.name,
            "done",
            _("Achieved %(day)s", day=day(milestone.achieved_on or milestone.due_on)),
        )
    note = _("Due %(day)s", day=day(milestone.due_on))
    if milestone.state is MilestoneState.SENT_IN:
        note = milestone.state.public_label
    elif milestone.due_on < on:
        note = _("Was due %(day)s", day=day(milestone.due_on))
    return Step(milestone.id, milestone.name, "now" if milestone.id == present else "later", note)


def _milestone_todos(edition: Edition, milestones: list[Milestone], on: date) -> list[Todo]:
    open_milestones = [
        milestone for milestone in milestones if milestone.state in (MilestoneState.PLANNED, MilestoneState.SENT_BACK)
    ]
    return [
        Todo(
            milestone.name,
            "progress.milestone",
            {"edition_slug": edition.slug, "milestone_id": milestone.id},
            milestone.state.public_label if milestone.state is MilestoneState.SENT_BACK else _("Milestone"),
            milestone.due_on,
            "bad" if milestone.due_on < on else "warn" if (milestone.due_on - on).days <= 3 else "",
            _("Send in"),
        )
        for milestone in open_milestones[:4]
    ]


def _notes(edition: Edition, held: list[Meeting]) -> list[Todo]:
    return [
        Todo(
            _("How was it with %(mentor)s, %(day)s?", mentor=meeting.mentor, day=day(meeting.starts_at)),
            "mentoring.session",
            {"edition_slug": edition.slug, "reference": meeting.reference},
            _("Two taps and one line."),
            verb=_("Give feedback"),
        )
        for meeting in held
        if meeting.wants_note
    ][-3:]


def _numbers_due(edition: Edition, series: list[MetricSeries], on: date) -> Todo | None:
    """The present week's numbers, from the programme's start to the end of coaching, until all are sent."""
    friday = week_end(on)
    if (
        not series
        or not edition.starts_on <= on <= edition.coaching_ends_on
        or friday not in open_weeks(edition.starts_on, on)
    ):
        return None
    if all(any(as_of == friday for as_of, _value in metric_series.points) for metric_series in series):
        return None
    return Todo(
        _("Send the numbers of week %(num)s", num=week_number(friday, edition.starts_on)),
        "progress.numbers",
        {"edition_slug": edition.slug},
        ngettext("%(num)s number, about 3 minutes", "%(num)s numbers, about 3 minutes", len(series)),
        friday,
        "warn" if (friday - on).days <= 1 else "",
        _("Send"),
    )


def _pitch_todos(edition: Edition, startup: Startup) -> list[Todo]:
    asked = func.count(Interest.id).filter(
        Interest.level == InterestLevel.MEET,
        Interest.withdrawn_at.is_(None),
        Interest.agreed_at.is_(None),
        Interest.refused_at.is_(None),
    )
    row = (
        session()
        .execute(
            select(Pitch.id, Pitch.confirmed_at, asked.label("asked"))
            .outerjoin(Interest, Interest.pitch_id == Pitch.id)
            .where(Pitch.edition_id == edition.id, Pitch.startup_id == startup.id)
            .group_by(Pitch.id)
            .limit(1)
        )
        .one_or_none()
    )
    if row is None:
        return []
    here = {"edition_slug": edition.slug}
    todos = []
    if row.confirmed_at is None:
        todos.append(
            Todo(
                _("Check your Demo Day card in both languages"),
                "demo_day.my_pitch",
                here,
                _("It is what the audience sees."),
                edition.demo_day_on,
                verb=_("Check"),
            )
        )
    if row.asked:
        todos.append(
            Todo(
                ngettext("%(num)s investor wants to meet you", "%(num)s investors want to meet you", row.asked),
                "demo_day.my_pitch",
                here,
                _("Addresses are exchanged only if you say yes."),
                verb=_("Answer"),
            )
        )
    return todos


def _number(metric_series: MetricSeries) -> Number:
    points, unit = metric_series.points[-SHOWN:], metric_series.metric.unit
    (_first_day, first), (as_of, last) = points[0], points[-1]
    change = last - points[-2][1] if len(points) > 1 else None
    title = _(
        "%(name)s, from %(first)s to %(last)s",
        name=metric_series.metric.name,
        first=amount(first, unit),
        last=amount(last, unit),
    )
    return Number(
        metric_series.metric.name,
        amount(last, unit),
        signed(change, unit) if change is not None else "",
        metric_series.improves,
        as_of,
        sparkline([float(value) for _day, value in points], title=title),
        [(day_of, amount(value, unit)) for day_of, value in points],
        metric_series.target_in_words,
        metric_series.source,
    )


def _agreed(edition: Edition, startup: Startup) -> list[Agreed]:
    statement = (
        select(
            AgreedAction.id,
            AgreedAction.text,
            AgreedAction.due_on,
            AgreedAction.owner,
            Session.reference,
            Session.starts_at,
        )
        .join(Session, Session.id == AgreedAction.session_id)
        .where(Session.edition_id == edition.id, Session.startup_id == startup.id, AgreedAction.done_at.is_(None))
        .order_by(AgreedAction.due_on, AgreedAction.id)
        .limit(6)
    )
    return [
        Agreed(row.id, row.text, row.reference, row.starts_at, row.due_on, row.owner is Side.STARTUP)
        for row in session().execute(statement)
    ]
