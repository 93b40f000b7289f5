"""Rounds, reviewers, reads and reviews. Choose the edition around these."""

from datetime import timedelta
from typing import Any

from accelerator.accounts.models import Person, Role
from accelerator.core import clock
from accelerator.core.db import add, session
from accelerator.intake.models import (
    Application,
    ApplicationState,
    Audience,
    Conflict,
    ConflictKind,
    Form,
    Question,
    QuestionKind,
    Revision,
    Section,
)
from accelerator.programmes.models import Edition
from accelerator.scoring.models import (
    Assignment,
    AssignmentState,
    Commitment,
    CommitmentState,
    Recommendation,
    Round,
    RoundState,
)
from accelerator.scoring.operations import reviews, rounds
from accelerator.scoring.operations.reviews import Answers
from accelerator.scoring.queries.assigned_reviews import AssignedReview
from accelerator.scoring.rubric import DEFAULT_RUBRIC
from tests.factories.people import make_member
from tests.factories.startups import make_application

NOTE = "The team has sold before; ask about the route to hospitals in Japan."


def make_round(edition: Edition, state: RoundState = RoundState.OPEN, **values: Any) -> Round:
    """A round of three reads with the default rubric."""
    staff = values.pop("actor", None) or make_member(edition, Role.ADMIN)
    now = clock.now()
    defaults = {
        "name": {"en": "Round 1", "ja": "第1回審査"},
        "opens_at": now - timedelta(days=2),
        "closes_at": now + timedelta(days=9),
    }
    made = rounds.create_round(edition, **{**defaults, **values}, actor=staff)
    made.state = state
    session().flush()
    return made


def make_reviewer(round_: Round, edition: Edition, **values: Any) -> Person:
    """A reviewer who said yes."""
    person = values.pop("person", None) or make_member(edition, Role.REVIEWER)
    defaults = {"state": CommitmentState.YES, "capacity": 60, "expertise": [], "languages": []}
    add(Commitment(edition_id=edition.id, round_id=round_.id, person_id=person.id, **{**defaults, **values}))
    return person


def make_eligible(edition: Edition, **values: Any) -> Application:
    """An application that passed screening, with one open, one masked and one staff answer."""
    name = values.pop("name", None)
    made = make_application(edition, ApplicationState.ELIGIBLE, **values)
    if name:
        made.name = name
    form = add(Form(edition_id=edition.id, version=-1_000_000 - made.id))
    section = add(Section(form_id=form.id, key="firm", title={"en": "Firm", "ja": "会社"}, position=1))
    for position, (key, audience) in enumerate(
        [("problem", Audience.REVIEWERS), ("company", Audience.MASKED), ("barred_from_tenders", Audience.STAFF)]
    ):
        add(
            Question(
                form_id=section.form_id,
                section_id=section.id,
                key=key,
                kind=QuestionKind.LONG,
                label={"en": key.title(), "ja": key},
                limits={},
                choices=[],
                audience=audience,
                position=position,
            )
        )
    revision = session().query(Revision).filter_by(application_id=made.id).one()
    revision.form_id = form.id
    revision.answers = {
        "problem": f"Problem text {made.reference}",
        "company": f"Company {made.name}",
        "barred_from_tenders": "Staff only words",
    }
    session().flush()
    return made


def make_assignment(round_: Round, application: Application, reviewer: Person, **values: Any) -> Assignment:
    """A read to do."""
    defaults = {
        "revision_number": application.revision_number,
        "position": 1,
        "assigned_at": clock.now(),
        "state": AssignmentState.TO_DO,
    }
    return add(
        Assignment(
            edition_id=round_.edition_id,
            round_id=round_.id,
            application_id=application.id,
            reviewer_id=reviewer.id,
            **{**defaults, **values},
        )
    )


def read_of(assignment: Assignment) -> AssignedReview:
    """The read as a view gets it."""
    return AssignedReview(assignment, assignment.application, assignment.round, None, None)


def marks(mark: int = 4) -> dict[str, int]:
    """The same mark for every criterion."""
    return {line.key: mark for line in DEFAULT_RUBRIC}


def answers(mark: int = 4, **values: Any) -> Answers:
    """A complete review."""
    defaults = {
        "marks": marks(mark),
        "recommendation": Recommendation.YES,
        "confidence": 2,
        "note": NOTE,
        "feedback": "",
    }
    return Answers(**{**defaults, **values})


def make_review(round_: Round, application: Application, reviewer: Person, mark: int = 4, **values: Any) -> Assignment:
    """A submitted review."""
    made = make_assignment(round_, application, reviewer)
    reviews.submit_review(read_of(made), answers(mark, **values), version=0, actor=reviewer)
    return made


def make_conflict(application: Application, person: Person, kind: ConflictKind = ConflictKind.EMPLOYER) -> Conflict:
    """A conflict on record, without its consequences."""
    return add(
        Conflict(
            edition_id=application.edition_id,
            application_id=application.id,
            person_id=person.id,
            kind=kind,
            declared_by=person.id,
            declared_at=clock.now(),
        )
    )


def posted(mark: int = 4, **values: Any) -> dict[str, Any]:
    """What a browser sends for a complete review."""
    fields = {f"mark_{line.key}": str(mark) for line in DEFAULT_RUBRIC}
    return {
        **fields,
        "recommendation": "yes",
        "confidence": "2",
        "note": NOTE,
        "feedback": "",
        "version": "0",
        **values,
    }
