"""Reviewers' feedback for the applicant: what they wrote, what staff made of it, and what a letter takes."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, select

from accelerator.accounts.models import Person
from accelerator.core.db import session
from accelerator.core.versions import version_of
from accelerator.intake.models import Application
from accelerator.intake.queries.visibility import bars
from accelerator.programmes.models import Edition
from accelerator.scoring.models import Assignment, AssignmentState, Review
from accelerator.selection.models import FeedbackCopy

MOST = 50  # reviews of one application


class FeedbackLine(NamedTuple):
    """One reviewer's feedback, for the team; ``copy`` is what staff made of it, None before they read it."""

    review_id: int
    reviewer: Person
    original: str
    copy: FeedbackCopy | None

    @property
    def text(self) -> str:
        """What the letter would say."""
        return self.copy.text if self.copy is not None else self.original

    @property
    def shared(self) -> bool:
        """Whether the letter says it."""
        return self.copy is not None and self.copy.shared

    @property
    def changed(self) -> bool:
        """Whether the reviewer wrote something else since staff read it."""
        return self.copy is not None and self.copy.original != self.original


def _submitted() -> Select[int]:
    """Reviews that count, with their applications. Of a reviewer who turned out to have a conflict, none does."""
    return (
        select(Review.id)
        .select_from(Assignment)
        .join(Review, Review.assignment_id == Assignment.id)
        .join(Application, Application.id == Assignment.application_id)
        .where(Assignment.state == AssignmentState.DONE, ~bars(Assignment.reviewer_id))
    )


def feedback_lines(application: Application) -> list[FeedbackLine]:
    """What reviewers wrote for the applicant. Ask ``rules.can_decide`` first."""
    statement = (
        _submitted()
        .with_only_columns(Review.id, Person, Review.feedback, FeedbackCopy, maintain_column_froms=True)
        .join(Person, Person.id == Assignment.reviewer_id)
        .outerjoin(FeedbackCopy, FeedbackCopy.review_id == Review.id)
        .where(
            Assignment.edition_id == application.edition_id,
            Assignment.application_id == application.id,
            Review.feedback != "",
        )
        .order_by(Review.id)
        .limit(MOST)
        .execution_options(populate_existing=True)
    )
    return [FeedbackLine(*row) for row in session().execute(statement)]


def feedback_version(lines: Sequence[FeedbackLine]) -> str:
    """Which texts a page shows: staff share only what they read, and an older page must not overwrite a newer one."""
    shown = [(line.review_id, line.original, line.copy.saved_at.isoformat() if line.copy else "") for line in lines]
    return version_of(shown)


def shared_feedback(edition: Edition | int, *, of: Application | None = None) -> dict[int, tuple[str, ...]]:
    """``{application id: texts that staff ticked}``: in the order of their words, which says nothing of reviewers."""
    number = edition if isinstance(edition, int) else edition.id
    statement = (
        _submitted()
        .with_only_columns(Assignment.application_id, FeedbackCopy.text, maintain_column_froms=True)
        .join(FeedbackCopy, FeedbackCopy.review_id == Review.id)
        .where(Assignment.edition_id == number, FeedbackCopy.shared)
    )
    if of is not None:
        statement = statement.where(Assignment.application_id == of.id)
    texts: dict[int, list[str]] = defaultdict(list)
    for application_id, text in session().execute(statement):
        texts[application_id].append(text)
    return {application_id: tuple(sorted(words)) for application_id, words in texts.items()}
