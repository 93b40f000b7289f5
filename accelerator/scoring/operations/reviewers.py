"""Inviting reviewers, and their answers."""

from collections.abc import Collection, Iterator, Sequence

from accelerator.accounts.models import Person
from accelerator.core.audit import audit
from accelerator.core.db import add, changes_of, lock
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from accelerator.scoring.models import COMMITMENT_MOVES, Commitment, CommitmentState, Round
from accelerator.scoring.queries import reviewers


def invitee_problems(round_: Round, person_ids: Collection[int]) -> Iterator[Refused]:
    """Why not all of these people can be asked to take part: somebody was asked before, or is no reviewer any more."""
    if not {person.id for person in reviewers.invitable(round_)}.issuperset(person_ids):
        yield Refused(
            _(
                "Somebody you chose has been invited in the meantime, or is no longer a reviewer. Check who "
                "is still chosen, then send again."
            ),
            field="people",
        )


def invite_reviewers(
    round_: Round, *, edition: Edition, person_ids: Collection[int], actor: Person, capacity: int = 60
) -> int:
    """Ask people who hold the reviewer's role to take part; whoever was asked before is left alone. How many were."""
    lock(round_)
    asked = [person for person in reviewers.invitable(round_) if person.id in person_ids]
    for person in asked:
        invited = add(
            Commitment(
                edition_id=round_.edition_id,
                round_id=round_.id,
                person_id=person.id,
                capacity=capacity,
                expertise=[],
                languages=[],
            )
        )
        notify(
            person,
            "reviewer_invited",
            key=f"reviewer_invited:{invited.id}:{person.id}",
            round=round_,
            edition=edition,
            path=f"/editions/{edition.slug}/my-commitment/{round_.number}",
        )
        audit(actor, "scoring.invited", invited, person=[None, person.id])
    return len(asked)


def answer_invitation(
    commitment: Commitment,
    *,
    taking_part: bool,
    capacity: int,
    expertise: Sequence[str],
    languages: Sequence[str],
    actor: Person,
) -> None:
    """Store a reviewer's own answer. A no is refused while reads are left to do: the team takes them back first."""
    lock(commitment)
    refuse(invitation_problems(commitment, taking_part=taking_part))
    answer = CommitmentState.YES if taking_part else CommitmentState.NO
    _store(commitment, answer, capacity, expertise, languages, actor)


def invitation_problems(commitment: Commitment, *, taking_part: bool) -> Iterator[Refused]:
    """Why a reviewer can't give this answer."""
    if not taking_part and _left(commitment):
        yield Refused(
            _("You still have reviews to do. Ask the programme team to take them back first."), field="answer"
        )


def set_commitment(
    commitment: Commitment,
    *,
    state: CommitmentState,
    capacity: int,
    expertise: Sequence[str],
    languages: Sequence[str],
    actor: Person,
) -> None:
    """The team corrects what a reviewer said, as after a call."""
    lock(commitment)
    _store(commitment, state, capacity, expertise, languages, actor)


def _store(
    commitment: Commitment,
    state: CommitmentState,
    capacity: int,
    expertise: Sequence[str],
    languages: Sequence[str],
    actor: Person,
) -> None:
    changed = changes_of(commitment, {"capacity": capacity, "expertise": list(expertise), "languages": list(languages)})
    if commitment.state is not state:
        move(commitment, state, moves=COMMITMENT_MOVES, actor=actor, **changed)
    else:
        audit(actor, "scoring.committed", commitment, **changed)


def _left(commitment: Commitment) -> int:
    progress = reviewers.progress_by_reviewer(commitment.round)
    return next((reviewer.left for reviewer in progress if reviewer.commitment_id == commitment.id), 0)
