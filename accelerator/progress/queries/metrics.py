"""Reads about metrics and their values."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from accelerator.core.db import session
from accelerator.core.i18n import gettext as _
from accelerator.core.pagination import Key, Page, page
from accelerator.programmes.models import Edition
from accelerator.progress import figures, weeks
from accelerator.progress.amounts import amount
from accelerator.progress.figures import Course, Share, Spread
from accelerator.progress.models import Direction, Metric, MetricValue
from accelerator.progress.queries.milestones import local_day, today
from accelerator.selection.models import CohortEntry
from accelerator.startups.models import Startup


@dataclass(frozen=True)
class MetricSeries:
    """A metric with its current values (corrected ones are gone) in the order of days."""

    metric: Metric
    points: tuple[tuple[date, Decimal], ...]
    sources: Mapping[date, str] = field(default_factory=dict)

    @property
    def values(self) -> list[Decimal]:
        """The values alone."""
        return [value for _, value in self.points]

    @property
    def last(self) -> tuple[date, Decimal] | None:
        """Day and value of the newest one."""
        return self.points[-1] if self.points else None

    @property
    def before(self) -> tuple[date, Decimal] | None:
        """Day and value of the one before the newest."""
        return self.points[-2] if len(self.points) > 1 else None

    @property
    def change(self) -> Decimal | None:
        """The newest value less the one before it."""
        return figures.change(self.values)

    @property
    def source(self) -> str:
        """Where the newest value comes from, empty when nobody has said so."""
        return self.sources.get(self.points[-1][0], "") if self.points else ""

    @property
    def course(self) -> Course | None:
        """How far the newest value is on its way to the target; None without one of the two."""
        target = self.metric.target
        if target is None or self.last is None:
            return None
        return figures.course(self.values[0], self.last[1], target, up=self.metric.direction is Direction.UP)

    @property
    def target_in_words(self) -> str:
        """The target and how far the newest value is on its way there, empty without one."""
        metric, course = self.metric, self.course
        if metric.target is None:
            return ""
        target = amount(metric.target, metric.unit)
        if course is None:
            return _("Target %(target)s", target=target)
        if course.reached:
            return _("Target %(target)s, reached", target=target)
        if course.share is None:
            return _("Target %(target)s, not reached", target=target)
        return _(
            "Target %(target)s, %(share)s%% of the way from %(first)s",
            target=target,
            share=int(course.share * 100),
            first=amount(self.values[0], metric.unit),
        )

    @property
    def improves(self) -> bool | None:
        """Whether the last change went the right way; None without a change."""
        return (self.change > 0) == (self.metric.direction is Direction.UP) if self.change else None

    def until(self, day: date) -> tuple[date, Decimal] | None:
        """The newest value as of ``day`` or before."""
        return next((point for point in reversed(self.points) if point[0] <= day), None)

    def on(self, day: date) -> Decimal | None:
        """The value as of ``day``."""
        return dict(self.points).get(day)


def metrics_of(startup: Startup, edition: Edition) -> list[Metric]:
    """The numbers that a startup reports, in their order."""
    statement = select(Metric).where(Metric.edition_id == edition.id, Metric.startup_id == startup.id)
    return list(session().scalars(statement.order_by(Metric.position, Metric.id)))


def latest_values(startup: Startup, edition: Edition) -> list[MetricSeries]:
    """Each metric of a startup with its series: two statements."""
    metrics = metrics_of(startup, edition)
    rows = (
        select(MetricValue.metric_id, MetricValue.as_of, MetricValue.value, MetricValue.source)
        .where(MetricValue.metric_id.in_([metric.id for metric in metrics]), MetricValue.replaced_by_id.is_(None))
        .order_by(MetricValue.as_of)
    )
    points: dict[int, list[tuple[date, Decimal]]] = defaultdict(list)
    sources: dict[int, dict[date, str]] = defaultdict(dict)
    for metric_id, as_of, number, source in session().execute(rows):
        points[metric_id].append((as_of, number))
        sources[metric_id][as_of] = source
    return [MetricSeries(metric, tuple(points[metric.id]), sources[metric.id]) for metric in metrics]


def metric(edition: Edition, metric_id: int) -> Metric | None:
    """One metric of the edition."""
    return session().scalar(select(Metric).where(Metric.edition_id == edition.id, Metric.id == metric_id))


def last_before(metrics: Sequence[Metric], as_of: date) -> dict[int, tuple[date, Decimal, str]]:
    """Day, current value and source of these metrics in the newest week before a day, by the metric's id."""
    rows = (
        select(MetricValue.metric_id, MetricValue.as_of, MetricValue.value, MetricValue.source)
        .where(
            MetricValue.metric_id.in_([metric.id for metric in metrics]),
            MetricValue.replaced_by_id.is_(None),
            MetricValue.as_of < as_of,
        )
        .order_by(MetricValue.as_of)
    )
    return {metric_id: (day, number, source) for metric_id, day, number, source in session().execute(rows)}


def all_values(edition: Edition, startup: Startup | None) -> Sequence[Any]:
    """Every current value of the cohort, or of one startup, as rows of a file."""
    rows = (
        select(
            Startup.name.label("startup"),
            Metric.label,
            Metric.unit,
            Metric.direction,
            Metric.target,
            MetricValue.as_of,
            MetricValue.value,
            MetricValue.source,
            MetricValue.status,
            MetricValue.note,
        )
        .join(Metric, Metric.id == MetricValue.metric_id)
        .join(Startup, Startup.id == Metric.startup_id)
        .join(CohortEntry, CohortEntry.startup_id == Startup.id)
        .where(
            Metric.edition_id == edition.id, CohortEntry.edition_id == edition.id, MetricValue.replaced_by_id.is_(None)
        )
        .order_by(Startup.name, Startup.id, Metric.position, Metric.id, MetricValue.as_of)
    )
    return session().execute(rows if startup is None else rows.where(Startup.id == startup.id)).all()


def current_values(metrics: Sequence[Metric], as_of: date) -> dict[int, MetricValue]:
    """The current values of these metrics as of a day, by the metric's id."""
    statement = select(MetricValue).where(
        MetricValue.metric_id.in_([metric.id for metric in metrics]),
        MetricValue.as_of == as_of,
        MetricValue.replaced_by_id.is_(None),
    )
    return {row.metric_id: row for row in session().scalars(statement)}


def value(edition: Edition, value_id: int) -> MetricValue | None:
    """One value of the edition, corrected or not."""
    return session().scalar(
        select(MetricValue)
        .join(Metric, Metric.id == MetricValue.metric_id)
        .where(Metric.edition_id == edition.id, MetricValue.id == value_id)
    )


def chain(of: MetricValue) -> list[MetricValue]:
    """All values that were ever given for the metric and day of ``of``, oldest first."""
    statement = select(MetricValue).where(MetricValue.metric_id == of.metric_id, MetricValue.as_of == of.as_of)
    return list(session().scalars(statement.order_by(MetricValue.id)))


def history(startup: Startup, edition: Edition, *, mark: str | None = None, size: int = 50) -> Page[Any]:
    """Every value that a startup gave, the newest entry first, a page at a time."""
    columns: Any = (
        select(
            MetricValue.id,
            Metric.label,
            Metric.unit,
            MetricValue.as_of,
            MetricValue.value,
            MetricValue.status,
            MetricValue.note,
            MetricValue.entered_at,
            MetricValue.replaced_by_id,
            MetricValue.source,
        )
        .join(Metric, Metric.id == MetricValue.metric_id)
        .where(Metric.edition_id == edition.id, Metric.startup_id == startup.id)
    )
    return page(columns, [Key(MetricValue.id, descending=True)], mark=mark, size=size)


def cohort_spreads(edition: Edition, codes: Sequence[str], *, smallest: int = 1) -> dict[str, list[Spread]]:
    """Like :func:`cohort_series` for several metrics by their codes, in one statement."""
    rows = (
        select(Metric.code, Metric.startup_id, MetricValue.as_of, MetricValue.value)
        .join(Metric, Metric.id == MetricValue.metric_id)
        .join(CohortEntry, CohortEntry.startup_id == Metric.startup_id)
        .where(
            Metric.edition_id == edition.id,
            CohortEntry.edition_id == edition.id,
            Metric.code.in_(codes),
            MetricValue.replaced_by_id.is_(None),
        )
        .order_by(MetricValue.as_of)
    )
    series: dict[str, dict[int, list[tuple[date, Decimal]]]] = {code: defaultdict(list) for code in codes}
    for code, startup_id, as_of, number in session().execute(rows):
        series[code][startup_id].append((as_of, number))
    return {code: figures.spreads(by_startup, smallest) for code, by_startup in series.items()}


def cohort_series(edition: Edition, code: str, *, smallest: int = 1) -> list[Spread]:
    """Median and range of the cohort's indexed values of a metric, by day; each startup's first value is 100.

    Days with fewer than ``smallest`` startups are left out; partners are given 5.
    """
    return cohort_spreads(edition, [code], smallest=smallest)[code]


def _updates(edition: Edition) -> dict[tuple[int, date], date]:
    """The day on which each startup's update for each week came in: that of its first value."""
    rows = (
        select(Metric.startup_id, MetricValue.as_of, func.min(MetricValue.entered_at))
        .join(Metric, Metric.id == MetricValue.metric_id)
        .where(Metric.edition_id == edition.id)
        .group_by(Metric.startup_id, MetricValue.as_of)
    )
    return {(startup, as_of): local_day(at, edition) for startup, as_of, at in session().execute(rows)}


def response_rate(edition: Edition) -> Share:
    """Weekly updates that came in by their day out of those due so far (KPI_RESP), over the whole cohort."""
    due = weeks.due_weeks(edition.starts_on, edition.coaching_ends_on, today(edition))
    startups = session().scalars(select(CohortEntry.startup_id).where(CohortEntry.edition_id == edition.id)).all()
    came = _updates(edition)
    never = date.max
    met = sum(came.get((startup, friday), never) <= friday for startup in startups for friday in due)
    return Share(met, len(startups) * len(due))


@dataclass(frozen=True)
class Response:
    """Whether a startup of the cohort has sent its numbers: of the present week, and the newest week so far."""

    slug: str
    name: str
    sent_this_week: bool
    last_week: date | None
    missed: int


def responses(edition: Edition) -> list[Response]:
    """The startups of the cohort by name with what they sent: two statements. ``missed`` counts weeks never sent."""
    day = today(edition)
    due = weeks.due_weeks(edition.starts_on, edition.coaching_ends_on, day)
    cohort = (
        select(Startup.id, Startup.slug, Startup.name)
        .join(CohortEntry, CohortEntry.startup_id == Startup.id)
        .where(CohortEntry.edition_id == edition.id)
        .order_by(Startup.name, Startup.id)
    )
    sent: dict[int, set[date]] = defaultdict(set)
    for startup_id, as_of in _updates(edition):
        sent[startup_id].add(as_of)
    this_week = weeks.week_end(day)
    return [
        Response(
            row.slug,
            row.name,
            this_week in sent[row.id],
            max(sent[row.id], default=None),
            sum(friday not in sent[row.id] for friday in due),
        )
        for row in session().execute(cohort)
    ]
