"""What the trail says of reports: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Page, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "report.failed": Act(lazy("The report on %(what)s could not be made")),
    "report.ready": Act(lazy("The report on %(what)s was made")),
    "report.waiting": Act(lazy("%(who)s put the report on %(what)s in the queue")),
    "reporting.check_ordered": Act(lazy("%(who)s had the report on %(what)s checked")),
    "reporting.checked": Act(lazy("%(who)s compared the report on %(what)s with its snapshot")),
    "reporting.figure_recorded": Act(lazy("%(who)s wrote down a figure that others report: %(what)s")),
    "reporting.figure_removed": Act(lazy("%(who)s removed a figure that others report")),
    "reporting.figures_ordered": Act(lazy("%(who)s had the figures of %(what)s computed")),
    "reporting.report_ordered": Act(lazy("%(who)s ordered a report on %(what)s")),
    "reporting.report_retried": Act(lazy("%(who)s had the report on %(what)s made again")),
    "reporting.snapshot_taken": Act(lazy("%(who)s froze the figures: %(what)s")),
}
SUBJECTS = {
    "report": Subject(
        lazy("Snapshot"), ("snapshot_id", "number"), "reporting.report", {"report_id": ("id",)}, counted=True
    ),
    "snapshot": Subject(lazy("Snapshot"), ("number",), "reporting.snapshot", {"number": ("number",)}, counted=True),
}
FIELDS = {
    "amount": Field(lazy("Value")),
    "code": Field(lazy("What is counted")),
    "digest": Field(lazy("Checksum")),
    "language": Field(lazy("Language")),
    "number": Field(lazy("Number")),
    "state": Field(lazy("State")),
    "year": Field(lazy("Year")),
}
PAGES = {"figure": Page("reporting.reported")}
declare(__name__, ACTS, SUBJECTS, FIELDS, PAGES)
