"""Who reads what: loads, shortages, and the applications of a round."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from accelerator.accounts.models import Person
from accelerator.core import pagination
from accelerator.core.db import session
from accelerator.core.outbox import Job, JobRow
from accelerator.core.pagination import Key, Page
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred, visible_to
from accelerator.programmes.models import Edition, Sector
from accelerator.scoring.models import COUNTED_ASSIGNMENTS, JUDGED, Assignment, AssignmentState, Plan, Round


class ReaderLine(NamedTuple):
    """One read of an application, for the team."""

    assignment_id: int
    state: AssignmentState
    person: Person


class ApplicationLine(NamedTuple):
    """An application of a round and its reads; those taken back are not counted."""

    id: int
    reference: str
    name: str
    sector: dict[str, str] | None
    assigned: int
    done: int


class Coverage(NamedTuple):
    """How far the reads of a round are given out. ``missing`` reads have no reviewer yet."""

    applications: int
    wanted: int
    assigned: int
    short: int
    missing: int


class Counts(NamedTuple):
    """A round in numbers."""

    applications: int
    wanted: int
    assigned: int
    started: int
    done: int
    short: int
    missing: int


def _assignments(round_: Round, *states: AssignmentState) -> Select[int, int]:
    return (
        select(Assignment.application_id, func.count(Assignment.application_id).label("reads"))
        .where(
            Assignment.edition_id == round_.edition_id, Assignment.round_id == round_.id, Assignment.state.in_(states)
        )
        .group_by(Assignment.application_id)
    )


def coverage(round_: Round, viewer: Person) -> Coverage:
    """How many applications have how many reviewers, as far as the viewer may know. One statement."""
    assigned = _assignments(round_, *COUNTED_ASSIGNMENTS).subquery()
    given = func.coalesce(assigned.c.reads, 0)
    per_application = (
        select(given, func.count(Application.id))
        .select_from(Application)
        .outerjoin(assigned, assigned.c.application_id == Application.id)
        .where(Application.edition_id == round_.edition_id, Application.state.in_(JUDGED), visible_to(viewer))
        .group_by(given)
    )
    spread = [(int(reads), int(number)) for reads, number in session().execute(per_application)]
    applications = sum(number for _, number in spread)
    return Coverage(
        applications=applications,
        wanted=applications * round_.reads,
        assigned=sum(reads * number for reads, number in spread),
        short=sum(number for reads, number in spread if reads < round_.reads),
        missing=sum(number * max(0, round_.reads - reads) for reads, number in spread),
    )


def counts(round_: Round, viewer: Person) -> Counts:
    """How far a round is, as far as the viewer may know. Two statements."""
    given = coverage(round_, viewer)
    statement = (
        select(Assignment.state, func.count(Assignment.application_id))
        .join(Application, Application.id == Assignment.application_id)
        .where(
            Assignment.edition_id == round_.edition_id,
            Assignment.round_id == round_.id,
            Application.state.in_(JUDGED),
            visible_to(viewer),
        )
        .group_by(Assignment.state)
    )
    states = dict(session().execute(statement).all())
    return Counts(
        given.applications,
        given.wanted,
        given.assigned,
        states.get(AssignmentState.STARTED, 0),
        states.get(AssignmentState.DONE, 0),
        given.short,
        given.missing,
    )


def application_lines(
    round_: Round, viewer: Person, *, short: bool = False, mark: str | None = None
) -> Page[ApplicationLine]:
    """The applications of a round by reference, without those that the viewer has a conflict with."""
    assigned, done = (
        _assignments(round_, *COUNTED_ASSIGNMENTS).subquery(),
        _assignments(round_, AssignmentState.DONE).subquery(),
    )
    given = func.coalesce(assigned.c.reads, 0)
    statement: Any = (
        select(
            Application.id, Application.reference, Application.name, Sector.name, given, func.coalesce(done.c.reads, 0)
        )
        .select_from(Application)
        .outerjoin(Sector, Sector.id == Application.sector_id)
        .outerjoin(assigned, assigned.c.application_id == Application.id)
        .outerjoin(done, done.c.application_id == Application.id)
        .where(
            Application.edition_id == round_.edition_id,
            Application.state.in_(JUDGED),
            Application.id.notin_(barred(round_.edition_id, viewer.id)),
        )
    )
    if short:
        statement = statement.where(given < round_.reads)
    page = pagination.page(statement, [Key(Application.reference)], mark=mark)
    return Page([ApplicationLine(*row[:6]) for row in page.rows], page.before, page.after)


def reviewers_of(round_: Round, application_ids: Collection[int]) -> dict[int, list[ReaderLine]]:
    """The reads of these applications that were not taken back, by reader's name. One statement."""
    statement = (
        select(Assignment.application_id, Assignment.id, Assignment.state, Person)
        .join(Person, Person.id == Assignment.reviewer_id)
        .where(
            Assignment.edition_id == round_.edition_id,
            Assignment.round_id == round_.id,
            Assignment.application_id.in_(application_ids),
            Assignment.state != AssignmentState.TAKEN_BACK,
        )
        .order_by(Person.family_name, Person.given_name, Person.id)
    )
    grouped: dict[int, list[ReaderLine]] = defaultdict(list)
    for application_id, assignment_id, state, person in session().execute(statement):
        grouped[application_id].append(ReaderLine(assignment_id, state, person))
    return grouped


def assignment(edition: Edition, number: int, assignment_id: int) -> Assignment | None:
    """An assignment of the round with this number."""
    return session().scalar(
        select(Assignment)
        .join(Round, Round.id == Assignment.round_id)
        .where(Assignment.edition_id == edition.id, Round.number == number, Assignment.id == assignment_id)
    )


def assignments_of(round_: Round) -> list[Assignment]:
    """Every assignment of a round, whatever its state."""
    statement = select(Assignment).where(Assignment.edition_id == round_.edition_id, Assignment.round_id == round_.id)
    return list(session().scalars(statement.order_by(Assignment.id)))


def planned_reads(plan: Plan, *states: AssignmentState) -> list[Assignment]:
    """The assignments that a plan made and that are in one of the states."""
    return list(
        session().scalars(
            select(Assignment)
            .where(
                Assignment.edition_id == plan.edition_id, Assignment.plan_id == plan.id, Assignment.state.in_(states)
            )
            .order_by(Assignment.id)
        )
    )


def needy(round_: Round) -> dict[int, int]:
    """``{application id: revision number}`` of the applications that are to be read in a round."""
    statement = select(Application.id, Application.revision_number).where(
        Application.edition_id == round_.edition_id, Application.state == ApplicationState.ELIGIBLE
    )
    return dict(session().execute(statement.order_by(Application.id)).all())


def latest_job(job: Job, round_: Round) -> JobRow | None:
    """The newest job of this kind for a round."""
    return session().scalar(
        select(JobRow)
        .where(
            JobRow.name == job.name,
            JobRow.scope_key == round_.edition_id,
            JobRow.payload["round_id"].as_integer() == round_.id,
        )
        .order_by(JobRow.created_at.desc(), JobRow.id)
        .limit(1)
    )
