"""What the trail says of review rounds: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Field, Subject, declare
from accelerator.core.i18n import lazy

ACTS = {
    "assignment.abstained": Act(lazy("%(who)s abstained from reading %(what)s")),
    "assignment.added": Act(lazy("%(who)s gave somebody %(what)s to read")),
    "assignment.done": Act(lazy("%(who)s handed in a review of %(what)s")),
    "assignment.started": Act(lazy("%(who)s began to review %(what)s")),
    "assignment.taken_back": Act(lazy("%(who)s took back a read of %(what)s")),
    "assignment.to_do": Act(lazy("%(who)s set a read of %(what)s back to the beginning")),
    "commitment.no": Act(lazy("%(who)s noted that %(what)s does not review")),
    "commitment.yes": Act(lazy("%(who)s noted that %(what)s reviews")),
    "conflict.declared": Act(lazy("%(who)s declared a conflict of interest with %(what)s")),
    "conflict.lifted": Act(lazy("%(who)s lifted a conflict of interest with %(what)s")),
    "plan.asked_for": Act(lazy("%(who)s asked for an assignment plan of %(what)s")),
    "plan.discarded": Act(lazy("%(who)s discarded an assignment plan of %(what)s")),
    "plan.proposed": Act(lazy("%(who)s proposed an assignment plan of %(what)s")),
    "plan.published": Act(lazy("%(who)s published an assignment plan of %(what)s")),
    "review.changed": Act(lazy("%(who)s changed a handed-in review of %(what)s")),
    "round.closed": Act(lazy("%(who)s closed %(what)s")),
    "round.open": Act(lazy("%(who)s opened %(what)s")),
    "scoring.asked_for_fit": Act(lazy("%(who)s had the scores of %(what)s computed")),
    "scoring.changed_round": Act(lazy("%(who)s changed the settings of %(what)s")),
    "scoring.changed_rubric": Act(lazy("%(who)s changed the rubric of %(what)s")),
    "scoring.committed": Act(lazy("%(who)s changed what %(what)s reads")),
    "scoring.fitted": Act(lazy("%(who)s computed the scores of %(what)s")),
    "scoring.invited": Act(lazy("%(who)s invited %(what)s to review")),
    "scoring.prepared_round": Act(lazy("%(who)s prepared %(what)s")),
}
_APPLICATION = "intake.application"
SUBJECTS = {
    "assignment": Subject(
        lazy("Read"), ("application_id", "reference"), _APPLICATION, {"reference": ("application_id", "reference")}
    ),
    "commitment": Subject(
        lazy("Reviewer's commitment"),
        ("person_id",),
        "scoring.reviewer",
        {"number": ("round_id", "number"), "commitment_id": ("id",)},
        person=True,
    ),
    "fit": Subject(lazy("Scores"), ("round_id", "name"), "scoring.method", {"number": ("round_id", "number")}),
    "plan": Subject(
        lazy("Assignment plan"),
        ("round_id", "name"),
        "scoring.plan",
        {"number": ("round_id", "number"), "plan_id": ("id",)},
    ),
    "review": Subject(
        lazy("Review"),
        ("assignment_id", "application_id", "reference"),
        _APPLICATION,
        {"reference": ("assignment_id", "application_id", "reference")},
    ),
    "round": Subject(lazy("Round"), ("name",), "scoring.round", {"number": ("number",)}),
}
FIELDS = {
    "application": Field(lazy("Application")),
    "blind": Field(lazy("Blind")),
    "capacity": Field(lazy("Capacity")),
    "closes_at": Field(lazy("Closes")),
    "expertise": Field(lazy("Sectors")),
    "kind": Field(lazy("Kind")),
    "languages": Field(lazy("Languages")),
    "name": Field(lazy("Name")),
    "number": Field(lazy("Number")),
    "opens_at": Field(lazy("Opens")),
    "person": Field(lazy("Person")),
    "reads": Field(lazy("Reads")),
    "reviewer": Field(lazy("Reviewer")),
    "state": Field(lazy("State")),
    "total": Field(lazy("Total")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
