"""Reads of this stage: the counts behind the figures, the figures of now, and snapshots with their reports."""

from accelerator.reporting.queries.counting import counts
from accelerator.reporting.queries.earlier import earlier_editions, reported_as, reported_figure, years_counted_here
from accelerator.reporting.queries.present import (
    WorkedOut,
    figures_are_due,
    figures_can_change,
    figures_job,
    present_figures,
    worked_out,
)
from accelerator.reporting.queries.snapshots import (
    Rendering,
    highest_number,
    is_under_way,
    job_of,
    rendering,
    report,
    report_in,
    reports_of,
    snapshot,
    snapshots,
)

__all__ = [
    "Rendering", "WorkedOut", "counts", "earlier_editions", "figures_are_due", "figures_can_change", "figures_job", "highest_number",
    "is_under_way", "job_of", "present_figures", "rendering", "report", "report_in", "reported_as", "reported_figure", "reports_of", "snapshot",
    "snapshots", "worked_out", "years_counted_here",
]  # fmt: skip
