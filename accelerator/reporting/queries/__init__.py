"""Reads of this stage: the counts behind the figures, and snapshots with their reports."""

from accelerator.reporting.queries.counting import counts
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
    "Rendering", "counts", "highest_number", "is_under_way", "job_of", "rendering", "report", "report_in", "reports_of",
    "snapshot", "snapshots",
]  # fmt: skip
