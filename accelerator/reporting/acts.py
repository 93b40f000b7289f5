"""What the trail says of reports: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Page, Subject, choice, declare, language, number, unseen
from accelerator.core.i18n import lazy
from accelerator.reporting.forms import REPORTED_LABELS
from accelerator.reporting.models import ReportState

ACTS = {
    "report.failed": Act(lazy("The report on %(what)s could not be created")),
    "report.ready": Act(lazy("The report on %(what)s is ready")),
    "report.waiting": Act(lazy("%(who)s put the report on %(what)s in the queue")),
    "reporting.check_ordered": Act(lazy("%(who)s had the report on %(what)s checked")),
    "reporting.checked": Act(lazy("%(who)s compared the report on %(what)s with its snapshot")),
    "reporting.figure_recorded": Act(lazy("%(who)s recorded a figure reported by others: %(what)s")),
    "reporting.figure_removed": Act(lazy("%(who)s removed a figure reported by others")),
    "reporting.figures_ordered": Act(lazy("%(who)s had the figures of %(what)s computed")),
    "reporting.report_ordered": Act(lazy("%(who)s ordered a report on %(what)s")),
    "reporting.report_retried": Act(lazy("%(who)s had the report on %(what)s created again")),
    "reporting.snapshot_taken": Act(lazy("%(who)s froze the figures: %(what)s")),
}
SUBJECTS = {
    "report": Subject(
        lazy("Report on snapshot"), ("snapshot_id", "number"), "reporting.report", {"report_id": ("id",)}, counted=True
    ),
    "snapshot": Subject(lazy("Snapshot"), ("number",), "reporting.snapshot", {"number": ("number",)}, counted=True),
}
FIELDS = {
    "amount": number(lazy("Value")),
    "code": choice(lazy("What is counted"), REPORTED_LABELS),
    "digest": unseen(),
    "file": unseen(),
    "identical": number(lazy("The same file again")),
    "language": language(lazy("Language")),
    "number": number(lazy("Number")),
    "state": choice(lazy("State"), ReportState),
    "year": number(lazy("Year")),
}
PAGES = {"figure": Page("reporting.reported")}
declare(__name__, ACTS, SUBJECTS, FIELDS, PAGES)
