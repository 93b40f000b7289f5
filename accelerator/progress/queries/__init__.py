"""Reads about milestones and numbers."""

from accelerator.progress.queries.metrics import (
    MetricSeries,
    Response,
    all_values,
    chain,
    cohort_series,
    cohort_spreads,
    current_values,
    history,
    last_before,
    latest_values,
    metric,
    metrics_of,
    response_rate,
    responses,
    value,
)
from accelerator.progress.queries.milestones import (
    MilestoneCounts,
    Punctuality,
    Step,
    cohort_startup,
    due_milestones,
    evidence,
    is_late,
    milestone,
    milestone_counts,
    milestone_template,
    milestone_templates,
    milestones_of,
    punctuality,
    step,
    today,
    writers,
)

__all__ = [
    "MetricSeries", "MilestoneCounts", "Punctuality", "Response", "Step", "all_values", "chain", "cohort_series", "cohort_spreads",
    "cohort_startup", "current_values", "due_milestones", "evidence", "history",
    "is_late", "last_before", "latest_values", "metric", "metrics_of", "milestone", "milestone_counts", "milestone_template",
    "milestone_templates", "milestones_of", "punctuality", "response_rate", "responses", "step", "today", "value", "writers",
]  # fmt: skip
