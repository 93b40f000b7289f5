"""Writing reviews: drafts that save themselves, submitting, and stepping aside."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from accelerator.accounts.models import Person
from accelerator.core import clock
from accelerator.core.audit import audit
from accelerator.core.db import add, lock, session
from accelerator.core.errors import Refused, refuse
from accelerator.core.i18n import gettext as _
from accelerator.core.states import move
from accelerator.core.versions import Stale, stale_problems
from accelerator.scoring.models import (
    ASSIGNMENT_MOVES,
    Assignment,
    AssignmentState,
    RankingEntry,
    Recommendation,
    Review,
    Round,
)
from accelerator.scoring.operations.assigning import ensure_entries, recount
from accelerator.scoring.operations.conflicts import end_assignment
from accelerator.scoring.operations.fitting import fit_later
from accelerator.scoring.queries import assigned_reviews, ranking
from accelerator.scoring.queries.assigned_reviews import AssignedReview
from accelerator.scoring.rubric import LEAST_NOTE, MARKS, weighted_total


@dataclass(frozen=True)
class Answers:
    """What a reviewer filled in; a draft may lack anything."""

    marks: Mapping[str, int]
    recommendation: Recommendation | None = None
    confidence: int | None = None
    note: str = ""
    feedback: str = ""


def save_draft(assigned: AssignedReview, answers: Answers, *, version: int, actor: Person) -> Review:
    """Keep what is there so far, unchecked; the review with its new version.

    ``version`` is the one that the page was drawn with: an older one raises Stale and nothing is overwritten.
    """
    review = _writable(assigned, version)
    if assigned.assignment.state is AssignmentState.DONE:
        raise Refused(_("This review is submitted. Save it as a whole to change it."))
    review = _fill(assigned, review, answers)
    if assigned.assignment.state is AssignmentState.TO_DO:
        move(assigned.assignment, AssignmentState.STARTED, moves=ASSIGNMENT_MOVES, actor=actor)
    return review


def submit_review(assigned: AssignedReview, answers: Answers, *, version: int, actor: Person) -> Review:
    """Submit a review, or change a submitted one, and update the application's ranking entry."""
    review = _writable(assigned, version)
    refuse(_answer_problems(assigned.round, answers))
    total = weighted_total(assigned.round.criteria, answers.marks)
    entry = _entry_of(assigned)
    before = review.total if review else None
    review = _fill(assigned, review, answers)
    review.total, review.submitted_at = total, clock.now()
    if assigned.assignment.state is AssignmentState.DONE:
        audit(actor, "review.changed", review, total=[before, total])
    else:
        move(assigned.assignment, AssignmentState.DONE, moves=ASSIGNMENT_MOVES, actor=actor, total=[None, total])
    recount(entry)
    fit_later(assigned.round)
    return review


def review_problems(assigned: AssignedReview, answers: Answers, *, version: int) -> Iterator[Refused]:
    """Why a review can't be submitted: what forbids to write it now, then what it lacks.

    It is asked of the review as this transaction has read it; whoever submits it asks again under the lock.
    """
    yield from _state_problems(assigned, assigned.review, version)
    yield from _answer_problems(assigned.round, answers)


def _answer_problems(round_: Round, answers: Answers) -> Iterator[Refused]:
    for line in round_.criteria:
        if answers.marks.get(line.key) not in MARKS:
            yield Refused(_("Score “%(criterion)s”.", criterion=line.name), field=f"mark_{line.key}")
    if answers.recommendation is None:
        yield Refused(_("Say whether the committee should talk to them."), field="recommendation")
    if answers.confidence not in (1, 2, 3):
        yield Refused(_("Say how sure you are."), field="confidence")
    if len(answers.note.strip()) < LEAST_NOTE:
        yield Refused(_("Write at least %(number)s characters to the committee.", number=LEAST_NOTE), field="note")


def _state_problems(assigned: AssignedReview, review: Review | None, version: int) -> Iterator[Refused]:
    yield from _closed_problems(assigned.round)
    if assigned.assignment.state in (AssignmentState.ABSTAINED, AssignmentState.TAKEN_BACK):
        yield Refused(_("This review is no longer yours."))
    yield from stale_problems(version, review.version if review else 0, _changed())


def _changed() -> str:
    return _(
        "This review was changed in another window. What you typed is still here: save again to replace what is saved now."
    )


def abstain_problems(assigned: AssignedReview, because: str | None) -> Iterator[Refused]:
    """Why nobody can step aside now, or not for this reason."""
    yield from _closed_problems(assigned.round)
    if not (because or "").strip():
        yield Refused(_("Say in a few words why you can't judge this application."), field="because")


def abstain(assigned: AssignedReview, *, because: str, actor: Person) -> None:
    """Step aside for a reason other than a conflict; the team sees the reason and finds another reviewer."""
    refuse(abstain_problems(assigned, because))
    end_assignment(assigned.assignment, because=because.strip()[:300], actor=actor)


def _closed_problems(round_: Round) -> Iterator[Refused]:
    if not round_.is_open:
        yield Refused(_("“%(round)s” is closed, so nothing can be saved any more.", round=round_.title))


def _writable(assigned: AssignedReview, version: int) -> Review | None:
    """The review as it stands now, once the read is locked and found to be writable."""
    lock(assigned.assignment)
    review = assigned_reviews.review_of(assigned.assignment)
    for problem in _state_problems(assigned, review, version):
        raise problem
    return review


def _fill(assigned: AssignedReview, review: Review | None, answers: Answers) -> Review:
    if review is None:
        review = _first(assigned.assignment)
    known = {line.key for line in assigned.round.criteria}
    review.marks = {key: mark for key, mark in answers.marks.items() if key in known and mark in MARKS}
    review.recommendation, review.confidence = answers.recommendation, answers.confidence
    review.note, review.feedback = answers.note, answers.feedback
    review.version += 1
    review.saved_at = clock.now()
    return review


def _first(assignment: Assignment) -> Review:
    try:
        with session().begin_nested():
            return add(
                Review(assignment_id=assignment.id, marks={}, version=0, note="", feedback="", saved_at=clock.now())
            )
    except IntegrityError:
        raise Stale(_changed()) from None


def _entry_of(assigned: AssignedReview) -> RankingEntry:
    entry = ranking.entry_of(assigned.round, assigned.application)
    if entry is None:
        ensure_entries(assigned.round)
        entry = ranking.entry_of(assigned.round, assigned.application)
    if entry is None:
        raise Refused(_("This application is not under review."))
    return entry
