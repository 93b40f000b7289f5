"""A withdrawn application asks no reviewer; once it is reinstated, the queue and every review are as they were."""

from sqlalchemy.orm import Session

from accelerator.core import scope
from accelerator.intake.operations import withdrawing
from accelerator.scoring.models import AssignmentState
from accelerator.scoring.queries.assigned_reviews import assigned_review, review_of
from accelerator.scoring.queries.queue import first_to_do, queue_counts, queue_page
from tests.factories import make_edition
from tests.factories.scoring import make_assignment, make_eligible, make_review, make_reviewer, make_round


def test_no_review_is_lost_and_a_withdrawn_application_asks_nobody(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        application, round_ = make_eligible(edition), make_round(edition)
        reviewer, other = make_reviewer(round_, edition), make_reviewer(round_, edition)
        make_assignment(round_, application, reviewer)
        done = make_review(round_, application, other)
        kept = review_of(done)
        assert kept

        def asked() -> tuple[object, ...]:
            counts = queue_counts(round_, reviewer)[0]
            lines = [line.reference for line in queue_page(round_, reviewer).rows]
            page = assigned_review(edition, reviewer, application.reference)
            return counts.to_do, lines, first_to_do(round_, reviewer), page is not None

        before = asked()
        assert before == (1, [application.reference], application.reference, True)
        withdrawing.withdraw(application, reason="We moved on.", edition=edition, actor=application.applicant)
        tx.flush()
        assert asked() == (0, [], None, False)
        withdrawing.reinstate(application, reason="A misunderstanding.", edition=edition, actor=reviewer)
        tx.flush()
        assert asked() == before
        assert (done.state, review_of(done)) == (AssignmentState.DONE, kept)
