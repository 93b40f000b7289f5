"""Reads about milestones and numbers."""

from accelerator.progress.queries.metrics import (
    MetricSeries,
    Response,
    chain,
    cohort_series,
    cohort_spreads,
    current_values,
    history,
    latest_values,
    metrics_of,
    response_rate,
    responses,
    value,
)
from accelerator.progress.queries.milestones import (
    MilestoneCounts,
    Step,
    achieved_share,
    cohort_startup,
    due_milestones,
    evidence,
    is_late,
    milestone,
    milestone_counts,
    milestone_template,
    milestone_templates,
    milestones_of,
    step,
    today,
    writers,
)

__all__ = [
    "MetricSeries", "MilestoneCounts", "Response", "Step", "achieved_share", "chain", "cohort_series", "cohort_spreads",
    "cohort_startup", "current_values", "due_milestones", "evidence", "history",
    "is_late", "latest_values", "metrics_of", "milestone", "milestone_counts", "milestone_template",
    "milestone_templates", "milestones_of", "response_rate", "responses", "step", "today", "value", "writers",
]  # fmt: skip
