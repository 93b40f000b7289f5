"""Reads given and taken back one by one, and the ranking entries that reads are counted in."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import insert, select, update

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move
from accelerator.core.times import day_in
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import is_barred
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.scoring.affinity import own_order
from accelerator.scoring.models import (
    ASSIGNMENT_MOVES,
    COUNTED_ASSIGNMENTS,
    Assignment,
    AssignmentState,
    CommitmentState,
    RankingEntry,
    Round,
)
from accelerator.scoring.queries import assignments, ranking, reviewers

S = AssignmentState


def ensure_entries(round_: Round) -> None:
    """Give every application of a round a ranking entry with the number of reads wanted. Lock the round first."""
    known = select(RankingEntry.application_id).where(
        RankingEntry.edition_id == round_.edition_id, RankingEntry.round_id == round_.id
    )
    missing = set(assignments.needy(round_)) - set(session().scalars(known))
    session().execute(
        update(RankingEntry)
        .where(
            RankingEntry.edition_id == round_.edition_id,
            RankingEntry.round_id == round_.id,
            RankingEntry.wanted != round_.reads,
        )
        .values(wanted=round_.reads)
    )
    if missing:
        values = {"edition_id": round_.edition_id, "round_id": round_.id, "wanted": round_.reads, "reads": 0}
        session().execute(insert(RankingEntry), [{**values, "application_id": key} for key in sorted(missing)])


def assign_reviews(
    round_: Round, pairs: Iterable[tuple[int, int]], revisions: Mapping[int, int], *, plan_id: int | None
) -> dict[int, int]:
    """Create or revive the reads of these ``(application, reviewer)`` pairs; how many each reviewer got.

    Each reviewer's new reads come after the old ones, in the reviewer's own order. Lock the round first.
    """
    existing = {
        (assignment.application_id, assignment.reviewer_id): assignment
        for assignment in assignments.assignments_of(round_)
    }
    last: dict[int, int] = {}
    for assignment in existing.values():
        last[assignment.reviewer_id] = max(last.get(assignment.reviewer_id, 0), assignment.position)
    given: dict[int, list[int]] = {}
    for application_id, reviewer_id in pairs:
        given.setdefault(reviewer_id, []).append(application_id)
    now = clock.now()
    for reviewer_id, application_ids in given.items():
        order = own_order(application_ids, round_.id, reviewer_id)
        for position, application_id in enumerate(order, last.get(reviewer_id, 0) + 1):
            assigned = existing.get((application_id, reviewer_id)) or Assignment(
                edition_id=round_.edition_id,
                round_id=round_.id,
                application_id=application_id,
                reviewer_id=reviewer_id,
                state=S.TO_DO,
            )
            assigned.state, assigned.position, assigned.plan_id, assigned.assigned_at = S.TO_DO, position, plan_id, now
            assigned.revision_number, assigned.abstained_because = revisions[application_id], None
            session().add(assigned)
    session().flush()
    return {reviewer_id: len(application_ids) for reviewer_id, application_ids in given.items()}


def tell_reviewer(person: Person, round_: Round, edition: Edition, *, key: str) -> None:
    """Mail a reviewer that reviews are waiting, once per ``key``.

    The mail names no number and is about the round, for whoever looks at the mails may know less than its reviewer.
    """
    notify(
        person,
        "reads_assigned",
        key=key,
        round=round_,
        edition=edition,
        about=round_,
        path=f"/editions/{edition.slug}/reviews",
    )


def assignment_problems(
    round_: Round, application: Application | None, person_id: int | None, *, actor: Person
) -> Iterator[Refused]:
    """Why this reviewer is not given this application to read; what is None was not found, or not named yet."""
    if application is None:
        yield Refused(_("No application with this number is under review."), field="reference")
    elif application.state is not ApplicationState.ELIGIBLE:
        yield Refused(_("This application is not under review."), field="reference")
    if person_id is None:
        return
    reviewer = next(
        (progress for progress in reviewers.progress_by_reviewer(round_, actor) if progress.person.id == person_id),
        None,
    )
    if reviewer is None or reviewer.state is not CommitmentState.YES:
        yield Refused(_("This person has not agreed to take part in the round."), field="person_id")
        return
    name = reviewer.person.name
    pair = _pair(round_, application, person_id) if application else None
    if application is not None and is_barred(reviewer.person, application):
        yield Refused(_("%(name)s has a conflict of interest with this application.", name=name), field="person_id")
    elif pair is not None and pair.state in COUNTED_ASSIGNMENTS:
        yield Refused(_("This review is already assigned."), field="person_id")
    elif reviewer.assigned >= reviewer.capacity:
        most = reviewer.capacity
        yield Refused(
            _("%(name)s is already at their capacity of %(number)s.", name=name, number=most), field="person_id"
        )


def assign_review(
    round_: Round, application: Application, *, edition: Edition, person_id: int, actor: Person
) -> Assignment:
    """Give one reviewer one application to read; refused for a conflict, without a yes, and beyond the capacity.

    Only reviews that the actor may know of count, for a refusal must not tell of others: what stays hidden from the
    actor can bring a reviewer beyond the capacity.
    """
    lock(round_)
    refuse(assignment_problems(round_, application, person_id, actor=actor))
    assign_reviews(round_, [(application.id, person_id)], {application.id: application.revision_number}, plan_id=None)
    ensure_entries(round_)
    assignment = _pair(round_, application, person_id)
    assert assignment is not None  # noqa: S101 (it was stored three lines above)
    day = day_in(edition.zone).isoformat()
    key = f"reads_assigned:hand:{round_.id}:{person_id}:{day}"
    tell_reviewer(session().get_one(Person, person_id), round_, edition, key=key)
    audit(actor, "assignment.added", assignment, application=[None, application.id], reviewer=[None, person_id])
    return assignment


def _pair(round_: Round, application: Application, person_id: int) -> Assignment | None:
    return session().scalar(
        select(Assignment).where(
            Assignment.edition_id == round_.edition_id,
            Assignment.round_id == round_.id,
            Assignment.application_id == application.id,
            Assignment.reviewer_id == person_id,
        )
    )


def take_back_review(assignment: Assignment, *, actor: Person) -> None:
    """Take one read back; refused once it was started."""
    lock(assignment)
    if assignment.state is S.STARTED:
        raise Refused(_("This review has been started. Its reviewer can abstain."))
    move(assignment, S.TAKEN_BACK, moves=ASSIGNMENT_MOVES, actor=actor)


def recount(entry: RankingEntry) -> None:
    """Work the totals of one application out anew from its submitted reviews; takes the lock of its ranking entry."""
    lock(entry)
    number, mean, spread = ranking.sums_of(entry)
    entry.reads, entry.raw_mean, entry.spread = number, mean, spread
