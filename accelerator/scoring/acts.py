"""What the trail says of review rounds: the acts, what they are done to, and what they change."""

from accelerator.core.acts import Act, Subject, choice, declare, instant, language, number, row, typed, unseen
from accelerator.core.i18n import lazy
from accelerator.intake.models import ConflictKind
from accelerator.scoring.models import AssignmentState, CommitmentState, PlanState, RoundState, SeeOthers

ACTS = {
    "assignment.abstained": Act(lazy("%(who)s abstained from reviewing %(what)s")),
    "assignment.added": Act(lazy("%(who)s assigned %(what)s to a reviewer")),
    "assignment.done": Act(lazy("%(who)s sent a review of %(what)s")),
    "assignment.started": Act(lazy("%(who)s started to review %(what)s")),
    "assignment.taken_back": Act(lazy("%(who)s took back an assignment of %(what)s")),
    "assignment.to_do": Act(lazy("%(who)s set an assignment of %(what)s back to the start")),
    "commitment.no": Act(lazy("%(who)s noted that %(what)s won't review")),
    "commitment.yes": Act(lazy("%(who)s noted that %(what)s will review")),
    "conflict.declared": Act(lazy("%(who)s declared a conflict of interest with %(what)s")),
    "conflict.lifted": Act(lazy("%(who)s lifted a conflict of interest with %(what)s")),
    "plan.asked_for": Act(lazy("%(who)s asked for an assignment plan of %(what)s")),
    "plan.discarded": Act(lazy("%(who)s discarded an assignment plan of %(what)s"), is_sum=True),
    "plan.proposed": Act(lazy("%(who)s proposed an assignment plan of %(what)s"), is_sum=True),
    "plan.published": Act(lazy("%(who)s published an assignment plan of %(what)s"), is_sum=True),
    "review.changed": Act(lazy("%(who)s changed a sent review of %(what)s")),
    "round.closed": Act(lazy("%(who)s closed %(what)s")),
    "round.open": Act(lazy("%(who)s opened %(what)s")),
    "scoring.asked_for_fit": Act(lazy("%(who)s had the scores of %(what)s computed")),
    "scoring.changed_round": Act(lazy("%(who)s changed the settings of %(what)s")),
    "scoring.changed_rubric": Act(lazy("%(who)s changed the rubric of %(what)s")),
    "scoring.committed": Act(lazy("%(who)s changed the reviewing terms of %(what)s")),
    "scoring.fitted": Act(lazy("%(who)s computed the scores of %(what)s"), is_sum=True),
    "scoring.invited": Act(lazy("%(who)s invited %(what)s to review")),
    "scoring.reminded": Act(lazy("%(who)s reminded the reviewers of %(what)s"), is_sum=True),
    "scoring.prepared_round": Act(lazy("%(who)s prepared %(what)s")),
}
_APPLICATION = "intake.application"
SUBJECTS = {
    "assignment": Subject(
        lazy("Assignment"),
        ("application_id", "reference"),
        _APPLICATION,
        {"reference": ("application_id", "reference")},
        about=("application_id",),
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
        about=("assignment_id", "application_id"),
    ),
    "round": Subject(lazy("Round"), ("name",), "scoring.round", {"number": ("number",)}),
}
METHODS = {"reml": lazy("Adjusted scores"), "mean": lazy("Mean of the scores")}
FIELDS = {
    "anchors": typed(lazy("Anchors")),
    "application": row(lazy("Application"), "application"),
    "blind": number(lazy("Blind")),
    "capacity": number(lazy("Capacity")),
    "closes_at": instant(lazy("Closes")),
    "criterion": typed(lazy("Criterion")),
    "expertise": unseen(),
    "kind": choice(lazy("Kind"), ConflictKind),
    "languages": language(lazy("Languages")),
    "method": choice(lazy("Method"), METHODS),
    "name": typed(lazy("Name")),
    "number": number(lazy("Number")),
    "opens_at": instant(lazy("Opens")),
    "optimal": number(lazy("Proven to be the best plan")),
    "pairs": number(lazy("Pairs")),
    "person": row(lazy("Person"), "person"),
    "reads": number(lazy("Reviews")),
    "reviewer": row(lazy("Reviewer"), "person"),
    "reviewers": number(lazy("Reviewers")),
    "scores": number(lazy("Scores")),
    "see_others": choice(lazy("See other reviews"), SeeOthers),
    "state": choice(lazy("State"), RoundState, CommitmentState, PlanState, AssignmentState),
    "total": number(lazy("Total")),
}
declare(__name__, ACTS, SUBJECTS, FIELDS)
