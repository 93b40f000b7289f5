"""A reviewer's own reads: one read, and what others wrote where the round allows it."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Integer, bindparam, case, func, select
from sqlalchemy.orm import aliased

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.prepared import Prepared
from accelerator.intake.answers.reading import ReadableSection, reviewer_audiences
from accelerator.intake.models import Application, Attachment
from accelerator.intake.queries import forms
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Edition, Sector
from accelerator.scoring.models import JUDGED, Assignment, AssignmentState, Recommendation, Review, Round, RoundState
from accelerator.scoring.queries.queue import BY_INDEX, OPENABLE

S = AssignmentState


class AssignedReview(NamedTuple):
    """One read with all that its page needs."""

    assignment: Assignment
    application: Application
    round: Round
    review: Review | None
    sector: Sector | None


class OwnFile(NamedTuple):
    """A file that belongs to a read."""

    assigned: AssignedReview
    attachment: Attachment


class OtherReview(NamedTuple):
    """What somebody else wrote about the same application; without the name."""

    marks: dict[str, Any]
    total: float | None
    recommendation: Recommendation | None
    confidence: int | None
    note: str


class OwnScore(NamedTuple):
    """One of a reviewer's submitted reviews; ``panel`` is the mean of the ``others`` who submitted one."""

    reference: str
    name: str
    total: float
    recommendation: Recommendation | None
    submitted_at: datetime
    panel: float | None
    others: int


def assigned_review(edition: Edition, person: Person, reference: str) -> AssignedReview | None:
    """The read of this person in the newest round that is not in preparation.

    None where there is none, it was taken back or abstained from, the application was withdrawn, or a conflict bars.
    """
    barring = barred(edition.id, person.id)
    row = _READ.entities(edition=edition.id, reviewer=person.id, barred=barring, reference=reference).first()
    return AssignedReview(*row) if row else None


_READ = Prepared(
    lambda: (
        select(Assignment, Application, Round, Review, Sector)
        .join(Application, Application.id == Assignment.application_id)
        .join(Round, Round.id == Assignment.round_id)
        .outerjoin(Review, Review.assignment_id == Assignment.id)
        .outerjoin(Sector, Sector.id == Application.sector_id)
        .where(
            Assignment.edition_id == bindparam("edition", type_=Integer),
            Assignment.reviewer_id == bindparam("reviewer", type_=Integer),
            Assignment.state.in_(OPENABLE),
            Assignment.application_id.notin_(bindparam("barred", type_=Integer, expanding=True)),
            Application.reference == bindparam("reference"),
            Application.state.in_(JUDGED),
            Round.state != RoundState.DRAFT,
        )
        .order_by(Round.number.desc())
        .limit(1)
    )
)


def own_sections(assigned: AssignedReview) -> list[ReadableSection]:
    """The answers of the revision that the read is pinned to, as far as the round shows them to its reviewers."""
    audiences = reviewer_audiences(blind=assigned.round.blind)
    return forms.readable(assigned.application, assigned.assignment.revision_number, audiences)


def own_file(edition: Edition, person: Person, reference: str, attachment_id: int) -> OwnFile | None:
    """A file that is among the answers shown to this reviewer; None for any other, whatever its number."""
    assigned = assigned_review(edition, person, reference)
    if assigned is None:
        return None
    for section in own_sections(assigned):
        for answer in section.answers:
            if any(file.id == attachment_id for file in answer.files):
                attachment = session().scalar(
                    select(Attachment).where(
                        Attachment.id == attachment_id, Attachment.application_id == assigned.application.id
                    )
                )
                return OwnFile(assigned, attachment) if attachment else None
    return None


def next_reference(assignment: Assignment) -> str | None:
    """The reviewer's next read that is not submitted, after this one in the queue's order, then from its start."""
    row = _NEXT.row(
        edition=assignment.edition_id,
        round=assignment.round_id,
        reviewer=assignment.reviewer_id,
        position=assignment.position,
        assignment=assignment.id,
        barred=barred(assignment.edition_id, assignment.reviewer_id),
    )
    return row[0] if row else None


_NEXT = Prepared(
    lambda: (
        select(Application.reference)
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.edition_id == bindparam("edition", type_=Integer),
            Assignment.round_id == bindparam("round", type_=Integer),
            Assignment.reviewer_id == bindparam("reviewer", type_=Integer),
            BY_INDEX,
            Assignment.id != bindparam("assignment", type_=Integer),
            Assignment.state.in_([S.TO_DO, S.STARTED]),
            Assignment.application_id.notin_(bindparam("barred", type_=Integer, expanding=True)),
            Application.state.in_(JUDGED),
        )
        .order_by(
            case((Assignment.position > bindparam("position", type_=Integer), 0), else_=1),
            Assignment.position,
            Assignment.id,
        )
        .limit(1)
    )
)


def review_of(assignment: Assignment) -> Review | None:
    """The review of an assignment, as it stands in the database now."""
    review: Review | None = _REVIEW.entities(assignment=assignment.id).scalar()
    return review


_REVIEW = Prepared(
    lambda: (
        select(Review)
        .where(Review.assignment_id == bindparam("assignment", type_=Integer))
        .execution_options(populate_existing=True)
    )
)


def other_reviews(assignment: Assignment) -> list[OtherReview]:
    """What the others submitted about the same application in the same round."""
    statement = (
        select(Review.marks, Review.total, Review.recommendation, Review.confidence, Review.note)
        .select_from(Assignment)
        .join(Review, Review.assignment_id == Assignment.id)
        .where(
            Assignment.edition_id == assignment.edition_id,
            Assignment.round_id == assignment.round_id,
            Assignment.application_id == assignment.application_id,
            Assignment.reviewer_id != assignment.reviewer_id,
            Assignment.state == S.DONE,
        )
        .order_by(Review.total.desc(), Review.id)
    )
    return [OtherReview(*row) for row in session().execute(statement)]


def own_scores(round_: Round, person: Person, *, with_panel: bool) -> list[OwnScore]:
    """What the person submitted in a round, highest first; the panel's means only when asked for."""
    other, theirs = aliased(Assignment), aliased(Review)
    panel = (
        select(other.application_id, func.avg(theirs.total).label("mean"), func.count(theirs.id).label("others"))
        .join(theirs, theirs.assignment_id == other.id)
        .where(
            other.edition_id == round_.edition_id,
            other.round_id == round_.id,
            other.state == S.DONE,
            other.reviewer_id != person.id,
        )
        .group_by(other.application_id)
        .subquery()
    )
    statement = (
        select(
            Application.reference,
            Application.name,
            Review.total,
            Review.recommendation,
            Review.submitted_at,
            panel.c.mean,
            func.coalesce(panel.c.others, 0),
        )
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .join(Review, Review.assignment_id == Assignment.id)
        .outerjoin(panel, panel.c.application_id == Assignment.application_id)
        .where(
            Assignment.edition_id == round_.edition_id,
            Assignment.round_id == round_.id,
            Assignment.reviewer_id == person.id,
            Assignment.state == S.DONE,
            Assignment.application_id.notin_(barred(round_.edition_id, person.id)),
            Application.state.in_(JUDGED),
        )
        .order_by(Review.total.desc(), Application.reference)
    )
    rows = [OwnScore(*row) for row in session().execute(statement)]
    return rows if with_panel else [row._replace(panel=None, others=0) for row in rows]
