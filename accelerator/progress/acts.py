"""What the trail says of tracking progress: the acts, what they are done to, and what they change."""

from typing import Any

from accelerator.core.acts import Act, Field, Subject, choice, day, declare, figure, number, row, typed
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import lazy, pick
from accelerator.progress.defaults import METRICS
from accelerator.progress.models import Direction, MilestoneState, ValueStatus

ACTS = {
    "milestone.achieved": Act(lazy("%(who)s confirmed the milestone “%(what)s” as achieved")),
    "milestone.dropped": Act(lazy("%(who)s dropped the milestone “%(what)s”")),
    "milestone.planned": Act(lazy("%(who)s brought the milestone “%(what)s” back")),
    "milestone.sent_back": Act(lazy("%(who)s sent the milestone “%(what)s” back")),
    "milestone.sent_in": Act(lazy("%(who)s sent in the milestone “%(what)s”")),
    "progress.added_milestone": Act(lazy("%(who)s added the milestone “%(what)s”")),
    "progress.added_template": Act(lazy("%(who)s added the milestone template “%(what)s”")),
    "progress.applied_templates": Act(lazy("%(who)s gave the milestone templates to the startups of %(what)s")),
    "progress.changed_milestone": Act(lazy("%(who)s changed the milestone “%(what)s”")),
    "progress.changed_template": Act(lazy("%(who)s changed the milestone template “%(what)s”")),
    "progress.commented": Act(lazy("%(who)s commented on the milestone “%(what)s”")),
    "progress.corrected_value": Act(lazy("%(who)s corrected a number: %(what)s")),
    "progress.created_metrics": Act(lazy("%(who)s set up the numbers of %(what)s")),
    "progress.created_templates": Act(lazy("%(who)s created the first milestone templates of %(what)s")),
    "progress.gave_evidence": Act(lazy("%(who)s added evidence to the milestone “%(what)s”")),
    "progress.removed_evidence": Act(lazy("%(who)s removed evidence from the milestone “%(what)s”")),
    "progress.removed_template": Act(lazy("%(who)s removed the milestone template “%(what)s”")),
    "progress.sent_numbers": Act(lazy("%(who)s sent the numbers of %(what)s")),
    "progress.set_target": Act(lazy("%(who)s set the target of a number: %(what)s")),
    "progress.unverified_value": Act(lazy("%(who)s took back the check of a number: %(what)s")),
    "progress.verified_value": Act(lazy("%(who)s checked a number: %(what)s")),
}
SUBJECTS = {
    "metric": Subject(
        lazy("Tracked number"), ("label",), "progress.target", {"metric_id": ("id",)}, about=("startup_id",)
    ),
    "metric_value": Subject(
        lazy("Value of a tracked number"),
        ("metric_id", "label"),
        "progress.value",
        {"value_id": ("id",)},
        about=("metric_id", "startup_id"),
    ),
    "milestone": Subject(
        lazy("Milestone"), ("title",), "progress.milestone", {"milestone_id": ("id",)}, about=("startup_id",)
    ),
    "milestone_template": Subject(
        lazy("Milestone template"), ("title",), "progress.template", {"template_id": ("id",)}
    ),
}


def _metric(code: str) -> Any:
    return next((pick(metric.label) for metric in METRICS if metric.code == code), _("Another number"))


FIELDS = {
    "added": number(lazy("Added")),
    "as_of": day(lazy("Week that ends on")),
    "changed": number(lazy("Changed")),
    "detail": typed(lazy("Detail")),
    "direction": choice(lazy("Which way is good"), Direction),
    "due_on": day(lazy("Due")),
    "file": typed(lazy("File")),
    "metrics": Field(lazy("Numbers"), plain=True, words=_metric),
    "numbers": Field(lazy("Numbers"), plain=True, keys=_metric, words=figure),
    "owner_id": row(lazy("Owner"), "person"),
    "result": number(lazy("Result")),
    "state": choice(lazy("State"), MilestoneState),
    "status": choice(lazy("Status"), ValueStatus),
    "target": number(lazy("Target")),
    "templates": number(lazy("Templates")),
    "text": typed(lazy("Text")),
    "title": typed(lazy("Title")),
    "unit": typed(lazy("Unit")),
    "value": number(lazy("Value")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
