"""Who may what in scoring: the team sees all, a reviewer the own reads, and a conflict bars everybody who has one."""

from accelerator.accounts.models import Person, Role
from accelerator.accounts.rules import holds, on_team
from accelerator.intake.models import Application, Conflict
from accelerator.intake.queries.visibility import is_barred
from accelerator.intake.rules import can_read_as_partner
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Assignment, AssignmentState, Commitment, Plan, Round, RoundState, SeeOthers
from accelerator.scoring.queries.assigned_reviews import AssignedReview, OwnFile
from accelerator.scoring.queries.ranking import Case


def can_run_rounds(actor: Person | None, edition: Edition) -> bool:
    """Staff and admins set rounds up and watch them."""
    return on_team(actor, edition.id)


def can_run_round(actor: Person | None, subject: Round | Commitment | Assignment | Plan) -> bool:
    """Staff and admins run a round and what belongs to it; an assignment that they have a conflict with is not shown."""
    if not on_team(actor, subject.edition_id):
        return False
    if isinstance(subject, Assignment) and actor is not None:
        return not is_barred(actor, subject.application)
    return True


def can_review_here(actor: Person | None, edition: Edition) -> bool:
    """Reviewers of the edition have a queue."""
    return holds(actor, edition.id, Role.REVIEWER)


def can_declare(actor: Person | None, edition: Edition) -> bool:
    """Reviewers, the team and partners who read declare conflicts."""
    return can_learn(actor, edition) or can_read_as_partner(actor, edition)


def can_lift(actor: Person | None, conflict: Conflict) -> bool:
    """The team lifts a conflict that was declared by mistake; nobody lifts an own one."""
    return actor is not None and on_team(actor, conflict.edition_id) and conflict.person_id != actor.id


def can_learn(actor: Person | None, edition: Edition) -> bool:
    """Reviewers and the team read how scoring works."""
    return can_review_here(actor, edition) or on_team(actor, edition.id)


def can_learn_of(actor: Person | None, round_: Round) -> bool:
    """Reviewers and the team read how a round is worked out."""
    return holds(actor, round_.edition_id, Role.REVIEWER) or on_team(actor, round_.edition_id)


def can_read(actor: Person | None, assigned: AssignedReview) -> bool:
    """Reviewers read their own assignments and nobody else's, while they hold the role.

    ``queries.read`` has left out what a conflict bars, what was taken back and what was withdrawn.
    """
    return (
        actor is not None
        and assigned.assignment.reviewer_id == actor.id
        and assigned.assignment.state not in (AssignmentState.ABSTAINED, AssignmentState.TAKEN_BACK)
        and assigned.round.state is not RoundState.DRAFT
        and holds(actor, assigned.assignment.edition_id, Role.REVIEWER)
    )


def can_open_file(actor: Person | None, file: OwnFile) -> bool:
    """Files follow the review that they belong to."""
    return can_read(actor, file.assigned)


def can_answer(actor: Person | None, commitment: Commitment) -> bool:
    """Reviewers answer their own invitation."""
    return actor is not None and commitment.person_id == actor.id and holds(actor, commitment.edition_id, Role.REVIEWER)


def can_see_others(actor: Person | None, assigned: AssignedReview) -> bool:
    """What the others wrote: never, after the own review was submitted, or always, as the round says."""
    if not can_read(actor, assigned) or assigned.round.see_others is SeeOthers.NEVER:
        return False
    return assigned.round.see_others is SeeOthers.ALWAYS or assigned.assignment.state is AssignmentState.DONE


def can_compare(actor: Person | None, round_: Round) -> bool:
    """Own scores against the panel's: both other rights allow it for what the reviewer has submitted."""
    return holds(actor, round_.edition_id, Role.REVIEWER) and round_.see_others is not SeeOthers.NEVER


def can_see_scores(actor: Person | None, application: Application) -> bool:
    """The team sees every review, except of an application that the viewer has a conflict with."""
    if actor is None or not on_team(actor, application.edition_id):
        return False
    return not is_barred(actor, application)


def can_see_case(actor: Person | None, case: Case) -> bool:
    """The reviews of one application in one round."""
    return can_see_scores(actor, case.application)
