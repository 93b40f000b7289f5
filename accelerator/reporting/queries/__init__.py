"""Reads of this stage: the counts behind the figures, the figures of now, and snapshots with their reports."""

from accelerator.reporting.queries.counting import counts
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
    "Rendering", "WorkedOut", "counts", "figures_are_due", "figures_can_change", "figures_job", "highest_number",
    "is_under_way", "job_of", "present_figures", "rendering", "report", "report_in", "reports_of", "snapshot",
    "snapshots", "worked_out",
]  # fmt: skip
