"""Plans, and the problem that a plan answers."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import literal, select, union_all

from accelerator.accounts.models import Person
from accelerator.core import pagination
from accelerator.core.db import session
from accelerator.core.pagination import Key, Page
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred, bars
from accelerator.programmes.models import Edition, Sector
from accelerator.scoring.affinity import affinity, language_of
from accelerator.scoring.allocation.problem import Pair, Problem, Reviewer
from accelerator.scoring.models import (
    COUNTED_ASSIGNMENTS,
    Assignment,
    AssignmentState,
    Commitment,
    CommitmentState,
    Plan,
    PlanState,
    Round,
)

PARTS = 100  # of one statement
LOAD_POINTS = 8  # what each further read of the same reviewer costs more than the one before


def plan(edition: Edition, number: int, plan_id: int) -> Plan | None:
    """A plan of the round with this number."""
    return session().scalar(
        select(Plan)
        .join(Round, Round.id == Plan.round_id)
        .where(Plan.edition_id == edition.id, Round.number == number, Plan.id == plan_id)
    )


def waiting_plan(round_: Round) -> Plan | None:
    """The proposal of a round that is neither published nor discarded; there is one at most."""
    statement = select(Plan).where(
        Plan.edition_id == round_.edition_id, Plan.round_id == round_.id, Plan.state == PlanState.PROPOSED
    )
    return session().scalar(statement.order_by(Plan.id.desc()).limit(1))


def plans(round_: Round) -> list[Plan]:
    """The plans of a round that were not discarded, newest first."""
    statement = select(Plan).where(
        Plan.edition_id == round_.edition_id, Plan.round_id == round_.id, Plan.state != PlanState.DISCARDED
    )
    return list(session().scalars(statement.order_by(Plan.id.desc())))


class PlannedLine(NamedTuple):
    """An application of a plan and who is to review it, by name."""

    reference: str
    name: str
    reviewers: list[Person]


def plan_lines(plan: Plan, viewer: Person, *, mark: str | None = None) -> Page[PlannedLine]:
    """The new reviews of a plan by application, without those that the viewer has a conflict with."""
    planned: dict[int, list[int]] = defaultdict(list)
    for application_id, person_id in plan.pairs:
        planned[application_id].append(person_id)
    statement: Any = select(Application.id, Application.reference, Application.name).where(
        Application.edition_id == plan.edition_id,
        Application.id.in_(list(planned)),
        Application.id.notin_(barred(plan.edition_id, viewer.id)),
    )
    page = pagination.page(statement, [Key(Application.reference)], mark=mark)
    ids = {person_id for row in page.rows for person_id in planned[row.id]}
    people = {person.id: person for person in session().scalars(select(Person).where(Person.id.in_(ids)))}
    lines = [
        PlannedLine(row.reference, row.name, sorted((people[key] for key in planned[row.id]), key=_by_name))
        for row in page.rows
    ]
    return Page(lines, page.before, page.after)


def _by_name(person: Person) -> tuple[str, str, int]:
    return person.family_name, person.given_name, person.id


def shown_pairs(plan: Plan, viewer: Person) -> list[tuple[int, int]]:
    """The pairs of a plan as ``(application, reviewer)``, without those of applications that bar the viewer."""
    hidden = barred(plan.edition_id, viewer.id)
    return [(application, person) for application, person in plan.pairs if application not in hidden]


class _Candidate(NamedTuple):
    id: int
    sector: str | None
    language: str


def plan_problem(round_: Round, seed: int) -> Problem:
    """What a plan of this round has to solve: reads that are assigned stay, conflicts and refusals are no pairs."""
    applications = _candidates(round_)
    committed = _committed(round_)
    fixed, refused = _present_reviews(round_)
    inside = {application.id for application in applications}
    held = sorted(pair for pair in fixed if pair[0] in inside)
    elsewhere: dict[int, int] = defaultdict(int)
    for application_id, person_id in fixed:
        elsewhere[person_id] += application_id not in inside
    of_reader: dict[int, int] = defaultdict(int)
    for _, person_id in held:
        of_reader[person_id] += 1
    reviewers = [
        Reviewer(
            commitment.person_id,
            0,
            max(of_reader[commitment.person_id], commitment.capacity - elsewhere[commitment.person_id]),
        )
        for commitment in committed
    ]
    known = {commitment.person_id for commitment in committed}
    reviewers += [Reviewer(person_id, 0, number) for person_id, number in of_reader.items() if person_id not in known]
    return Problem(
        needs={application.id: round_.reads for application in applications},
        reviewers=reviewers,
        pairs=_pairs(applications, committed, refused | barred_pairs(round_, known)),
        fixed=held,
        seed=seed,
        balance=LOAD_POINTS,
    )


def _candidates(round_: Round) -> list[_Candidate]:
    statement = (
        select(Application.id, Sector.key, Application.one_line, Application.answers)
        .select_from(Application)
        .outerjoin(Sector, Sector.id == Application.sector_id)
        .where(Application.edition_id == round_.edition_id, Application.state == ApplicationState.ELIGIBLE)
        .order_by(Application.id)
    )
    return [
        _Candidate(key, sector, language_of([one_line, *_texts(answers)]))
        for key, sector, one_line, answers in session().execute(statement)
    ]


def _texts(answers: dict[str, Any]) -> list[str]:
    return [value for value in answers.values() if isinstance(value, str)]


def _committed(round_: Round) -> list[Commitment]:
    statement = select(Commitment).where(
        Commitment.edition_id == round_.edition_id,
        Commitment.round_id == round_.id,
        Commitment.state == CommitmentState.YES,
    )
    return list(session().scalars(statement.order_by(Commitment.person_id)))


def _present_reviews(round_: Round) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Pairs that are assigned, and pairs that were abstained from."""
    statement = select(Assignment.application_id, Assignment.reviewer_id, Assignment.state).where(
        Assignment.edition_id == round_.edition_id, Assignment.round_id == round_.id
    )
    rows = session().execute(statement).all()
    kept = {(application, person) for application, person, state in rows if state in COUNTED_ASSIGNMENTS}
    refused = {(application, person) for application, person, state in rows if state is AssignmentState.ABSTAINED}
    return kept, refused


def barred_pairs(round_: Round, people: Collection[int]) -> set[tuple[int, int]]:
    """``(application, person)`` wherever an application of the edition bars one of these people."""
    # A part for each person: their few applications come from indexes, while a join would try every pair.
    parts = [
        select(Application.id, literal(person)).where(Application.edition_id == round_.edition_id, bars(person))
        for person in sorted(people)
    ]
    pairs: set[tuple[int, int]] = set()
    for start in range(0, len(parts), PARTS):
        rows = session().execute(union_all(*parts[start : start + PARTS]))
        pairs.update((application, person) for application, person in rows)
    return pairs


def _pairs(applications: list[_Candidate], committed: list[Commitment], forbidden: set[tuple[int, int]]) -> list[Pair]:
    pairs = []
    for application in applications:
        for reviewer in committed:
            points = affinity(
                reviewer.expertise, reviewer.languages, sector=application.sector, language=application.language
            )
            if points is not None and (application.id, reviewer.person_id) not in forbidden:
                pairs.append(Pair(application.id, reviewer.person_id, points))
    return pairs
