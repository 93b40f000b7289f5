"""Proposing a whole assignment, publishing it, and taking it back."""

from collections.abc import Iterable
from typing import Any

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock
from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _
from accelerator.core.i18n import ngettext
from accelerator.core.outbox import enqueue
from accelerator.core.states import move
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition
from accelerator.scoring.allocation.problem import Allocation
from accelerator.scoring.models import (
    ASSIGNMENT_MOVES,
    COUNTED_ASSIGNMENTS,
    PLAN_MOVES,
    PROPOSE_PLAN,
    Assignment,
    AssignmentState,
    CommitmentState,
    Plan,
    PlanState,
    Round,
    RoundState,
)
from accelerator.scoring.operations.assigning import assign_reviews, ensure_entries, tell_reviewer
from accelerator.scoring.queries import assignments, proposals, reviewers


def ask_for_plan(round_: Round, *, actor: Person) -> str | None:
    """Have a plan worked out by a worker; the id of the job."""
    if round_.state is RoundState.CLOSED:
        raise Refused(_("The round is closed."))
    if not any(reviewer.state is CommitmentState.YES for reviewer in reviewers.progress_by_reviewer(round_)):
        raise Refused(_("Nobody has agreed to review yet. Invite reviewers and wait for their answers."))
    if not assignments.needy(round_).keys() - set(barred(round_.edition_id, actor.id)):
        raise Refused(_("No application is eligible yet. Screen first."))
    job_id = enqueue(PROPOSE_PLAN, actor=actor, round_id=round_.id, person_id=actor.id)
    audit(actor, "plan.asked_for", round_)
    return job_id


def store_plan(round_: Round, answer: Allocation, *, fixed: Iterable[tuple[int, int]], made_by: int) -> Plan:
    """Store a proposal of new reads; an earlier proposal that waits is discarded, so there is one at most."""
    lock(round_)
    held = set(fixed)
    earlier = proposals.waiting_plan(round_)
    if earlier is not None:
        move(earlier, PlanState.DISCARDED, moves=PLAN_MOVES, actor=None)
    short: list[dict[str, Any]] = [
        {
            "applications": list(shortage.applications),
            "readers": list(shortage.reviewers),
            "full": list(shortage.full),
            "need": shortage.need,
            "can": shortage.can,
        }
        for shortage in answer.short
    ]
    plan = add(
        Plan(
            edition_id=round_.edition_id,
            round_id=round_.id,
            pairs=[list(pair) for pair in answer.pairs if pair not in held],
            total=answer.total,
            dual_bound=answer.dual_bound,
            optimal=answer.optimal,
            short=short,
            made_at=clock.now(),
            made_by=made_by,
        )
    )
    audit(None, "plan.proposed", plan, pairs=[None, len(plan.pairs)], optimal=[None, plan.optimal])
    return plan


def publish_plan(plan: Plan, *, edition: Edition, actor: Person) -> int:
    """Turn a proposal into reads and mail each reviewer once; refused once it was published.

    Pairs that are no longer possible (a conflict, a no, a full capacity, a withdrawal since the proposal) are left
    out; the number of those that the actor may know of is returned.
    """
    lock(plan.round)
    lock(plan)
    if plan.state is PlanState.PUBLISHED:
        raise Refused(_("This plan has been published already."))
    move(plan, PlanState.PUBLISHED, moves=PLAN_MOVES, actor=actor, pairs=[None, len(plan.pairs)])
    revisions = assignments.needy(plan.round)
    pairs = _still_possible(plan, revisions)
    ensure_entries(plan.round)
    given = assign_reviews(plan.round, pairs, revisions, plan_id=plan.id)
    people = {reviewer.person.id: reviewer.person for reviewer in reviewers.progress_by_reviewer(plan.round)}
    for person_id in given:
        key = f"reads_assigned:{plan.id}:{person_id}"
        tell_reviewer(people[person_id], plan.round, edition, key=key)
    return len(set(proposals.shown_pairs(plan, actor)) - set(pairs))


def _still_possible(plan: Plan, revisions: dict[int, int]) -> list[tuple[int, int]]:
    progress = {reviewer.person.id: reviewer for reviewer in reviewers.progress_by_reviewer(plan.round)}
    barred = proposals.barred_pairs(plan.round, list(progress))
    existing = {
        (assignment.application_id, assignment.reviewer_id): assignment.state
        for assignment in assignments.assignments_of(plan.round)
    }
    refused = (*COUNTED_ASSIGNMENTS, AssignmentState.ABSTAINED)
    load = {key: reviewer.assigned for key, reviewer in progress.items() if reviewer.state is CommitmentState.YES}
    possible = []
    for application_id, person_id in map(tuple, plan.pairs):
        pair = (application_id, person_id)
        if pair in barred or existing.get(pair) in refused or application_id not in revisions:
            continue
        if person_id not in load or load[person_id] >= progress[person_id].capacity:
            continue
        load[person_id] += 1
        possible.append(pair)
    return possible


def discard_plan(plan: Plan, *, actor: Person) -> None:
    """Throw a proposal away."""
    lock(plan)
    if plan.state is PlanState.PUBLISHED:
        raise Refused(_("This plan was published. Take it back instead."))
    move(plan, PlanState.DISCARDED, moves=PLAN_MOVES, actor=actor)


def take_back_plan(plan: Plan, *, actor: Person) -> int:
    """Take all reads of a published plan back; refused once one of them was started. How many were taken back.

    Both counts are of reads that the actor may know of: one of the others that was started stays as it is, for a
    refusal would tell of it.
    """
    lock(plan.round)
    lock(plan)
    hidden = set(barred(plan.edition_id, actor.id))
    started = assignments.planned_reads(plan, AssignmentState.STARTED, AssignmentState.DONE)
    begun = sum(assigned.application_id not in hidden for assigned in started)
    if begun:
        raise Refused(
            ngettext(
                "%(num)s review of this plan has been started, so it stays. Take single reviews back instead.",
                "%(num)s reviews of this plan have been started, so it stays. Take single reviews back instead.",
                begun,
            )
        )
    reads: list[Assignment] = assignments.planned_reads(plan, AssignmentState.TO_DO)
    move(plan, PlanState.DISCARDED, moves=PLAN_MOVES, actor=actor, reads=[len(reads), 0])
    for assigned in reads:
        move(assigned, AssignmentState.TAKEN_BACK, moves=ASSIGNMENT_MOVES, actor=actor)
    return sum(assigned.application_id not in hidden for assigned in reads)
