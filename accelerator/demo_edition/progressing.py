"""Milestones and numbers of the cohort up to a moment. Synthetic."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from sqlalchemy import insert, select, update

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.demo_edition import facts
from accelerator.demo_edition.facts import SEED
from accelerator.demo_edition.intake import AppliedFirm
from accelerator.demo_edition.moments import Moment
from accelerator.demo_edition.writing import CURRENCY
from accelerator.programmes.models import Edition
from accelerator.progress.models import (
    Evidence,
    Metric,
    MetricValue,
    Milestone,
    MilestoneComment,
    MilestoneState,
    ValueStatus,
)
from accelerator.progress.operations.metrics import create_metrics
from accelerator.progress.operations.templates import apply_templates, create_templates
from accelerator.progress.weeks import fridays
from accelerator.startups.models import Startup

START = {"USERS_ACT": (60, 900), "CUST_PAY": (1, 18), "REV_M": (800, 9000), "RUNWAY": (7, 19), "EMP_FT": (1, 9)}
SOURCES = {
    "USERS_ACT": "Usage statistics",
    "CUST_PAY": "List of contracts",
    "REV_M": "Bookkeeping",
    "RUNWAY": "Bookkeeping",
    "EMP_FT": "Payroll",
}
PROOF = (
    "Signed note of the ward manager, and the list of interviews with dates.",
    "The spreadsheet of answers: twenty-two asked, nineteen answered.",
    "The recording of the second run, timed at three minutes fifty.",
)


def make_progress(edition: Edition, moment: Moment, cohort: list[AppliedFirm], actor: Person) -> None:
    """Milestones from the templates with evidence, and five numbers a week since the week before the start."""
    create_templates(edition, actor=actor)
    apply_templates(edition, actor=actor)
    today = moment.at.date()
    _milestones(edition, cohort, today, actor)
    for firm in cohort:
        startup = session().get_one(Startup, firm.startup_id)
        create_metrics(startup, edition, currency=CURRENCY.get(firm.applicant.country, "USD"), actor=actor)
    _values(edition, cohort, today)


def _milestones(edition: Edition, cohort: list[AppliedFirm], today: date, actor: Person) -> None:
    """Most are reached about the day they were due, some three weeks late; the team looks at some a week after."""
    founder_of = {firm.startup_id: firm.person_id for firm in cohort}
    rows = session().execute(
        select(Milestone.id, Milestone.startup_id, Milestone.due_on, Milestone.title)
        .where(Milestone.edition_id == edition.id)
        .order_by(Milestone.id)
    )
    changes, evidence, comments = [], [], []
    for number, startup_id, due_on, title in rows.all():
        dice = Random(f"{SEED} milestone {startup_id} {title['en']}")
        done_on = due_on + timedelta(days=dice.randint(-4, 3) + (20 if dice.random() < 0.12 else 0))
        waits = today < done_on + timedelta(days=8 if dice.random() < 0.3 else 0)
        proof = dice.choice(PROOF)
        if done_on > today:
            continue
        at = facts.CALL_CLOSES + (done_on - facts.CALL_CLOSES.date())
        state = MilestoneState.SENT_IN if waits else MilestoneState.ACHIEVED
        changes.append({"id": number, "state": state, "sent_in_at": at, "achieved_on": None if waits else done_on})
        evidence.append({"milestone_id": number, "text": proof, "given_by": founder_of[startup_id], "given_at": at})
        if not waits:
            comments.append(
                {
                    "milestone_id": number,
                    "text": "Seen and agreed.",
                    "verdict": "achieved",
                    "written_by": actor.id,
                    "written_at": at,
                }
            )
    session().execute(update(Milestone), changes)
    session().execute(insert(Evidence), evidence)
    if comments:
        session().execute(insert(MilestoneComment), comments)


def _values(edition: Edition, cohort: list[AppliedFirm], today: date) -> None:
    founder_of = {firm.startup_id: firm.person_id for firm in cohort}
    last = min(today - timedelta(days=4), edition.demo_day_on)
    weeks = fridays(edition.starts_on - timedelta(days=7), last)
    rows = []
    metrics = session().execute(
        select(Metric.id, Metric.startup_id, Metric.code, Metric.unit).where(Metric.edition_id == edition.id)
    )
    for number, startup_id, code, unit in metrics.all():
        dice = Random(f"{SEED} metric {startup_id} {code}")
        low, high = START[code]
        level = float(dice.randint(low, high)) * (100 if unit == "JPY" else 1)
        for week in weeks:
            if dice.random() < 0.07:
                continue  # a week without an answer
            rows.append(
                {
                    "metric_id": number,
                    "as_of": week,
                    "value": Decimal(round(level)),
                    "source": SOURCES[code],
                    "status": ValueStatus.REPORTED,
                    "note": "",
                    "entered_by": founder_of[startup_id],
                    "entered_at": facts.CALL_CLOSES + (week - facts.CALL_CLOSES.date()),
                }
            )
            level = max(0.0, level + _step(code, level, dice))
    session().execute(insert(MetricValue), rows)
    _targets(edition)


def _targets(edition: Edition) -> None:
    """Users, customers and revenue are to grow by four fifths over the programme."""
    first = session().execute(
        select(MetricValue.metric_id, MetricValue.value)
        .join(Metric, Metric.id == MetricValue.metric_id)
        .where(Metric.edition_id == edition.id, Metric.code.in_(("USERS_ACT", "CUST_PAY", "REV_M")))
        .order_by(MetricValue.as_of.desc())
    )
    targets = {metric_id: value * 9 / 5 for metric_id, value in first}
    changes = [{"id": metric_id, "target": _rounded(target)} for metric_id, target in targets.items()]
    session().execute(update(Metric), changes)


def _rounded(target: Decimal) -> Decimal:
    """Two significant digits, as people set a target."""
    step = Decimal(10) ** max(0, target.adjusted() - 1)
    return Decimal(round(target / step)) * step


def _step(code: str, level: float, dice: Random) -> float:
    if code == "RUNWAY":
        return -0.25
    if code in ("EMP_FT", "CUST_PAY"):
        return dice.choice((0, 0, 0, 1, 1, 2)) if code == "CUST_PAY" else dice.choice((0, 0, 0, 0, 1))
    return level * dice.gauss(0.07, 0.09)
