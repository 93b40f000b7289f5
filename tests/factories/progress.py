"""Milestones and numbers. Choose the edition (``scope.choose(edition.scope)``) around these."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.db import add
from accelerator.programmes.models import Edition
from accelerator.progress.models import Evidence, Metric, Milestone, MilestoneState
from accelerator.progress.operations.metrics import create_metrics
from accelerator.progress.queries import milestones
from accelerator.progress.queries.metrics import metrics_of
from accelerator.progress.weeks import week_end
from accelerator.startups.models import Startup

_numbers = count(1)


def make_milestone(
    edition: Edition, startup: Startup, state: MilestoneState = MilestoneState.PLANNED, **values: Any
) -> Milestone:
    """A milestone due in ten days in the edition's zone."""
    today = milestones.today(edition)
    defaults = {
        "title": {"en": f"Milestone {next(_numbers)}", "ja": "目標"},
        "due_on": today + timedelta(days=10),
        "state": state,
        "achieved_on": today if state is MilestoneState.ACHIEVED else None,
        "created_at": clock.now(),
        "sent_in_at": clock.now() if state in (MilestoneState.SENT_IN, MilestoneState.ACHIEVED) else None,
    }
    return add(Milestone(edition_id=edition.id, startup_id=startup.id, **{**defaults, **values}))


def make_evidence(milestone: Milestone, founder: Person, text: str = "Signed by both.", **values: Any) -> Evidence:
    """A sentence of evidence."""
    found = Evidence(milestone_id=milestone.id, text=text, given_by=founder.id, given_at=clock.now(), **values)
    milestone.evidence.append(found)
    return add(found)


def make_metrics(edition: Edition, startup: Startup, founder: Person, currency: str = "JPY") -> dict[str, Metric]:
    """The default five, by code."""
    create_metrics(startup, edition, currency=currency, actor=founder)
    return {metric.code: metric for metric in metrics_of(startup, edition)}


def this_friday(edition: Edition) -> date:
    """The end of the present week in the edition's zone."""
    return week_end(milestones.today(edition))
