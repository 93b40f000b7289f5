"""A reviewer's queue: its counts, a window of it, a page of it. No read of it takes more lines than a page shows."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from accelerator.accounts.models import Person
from accelerator.core.pagination import Key, Page, page
from accelerator.core.prepared import Prepared
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries.visibility import barred
from accelerator.programmes.models import Sector
from accelerator.scoring.models import JUDGED, Assignment, AssignmentState, Review, Round

S = AssignmentState
OPENABLE = (S.TO_DO, S.STARTED, S.DONE)
FILTERS = {"todo": (S.TO_DO, S.STARTED), "scored": (S.DONE,)}
PAGE_SIZE = 50
BY_INDEX = Assignment.position >= 0
"""True of every review: it makes SQLite take the queue's index, where it would go through all reviews of the edition."""
Place = tuple[int, int]
"""``(position, assignment's id)``: where a line stands in its queue."""


class QueueLine(NamedTuple):
    """One line of a queue. Of what the reviewer is barred from only the reference is told."""

    reference: str
    state: AssignmentState
    conflict: bool
    name: str | None
    one_line: str
    country: str | None
    city: str
    sector: dict[str, str] | None
    total: float | None
    marks: dict[str, Any]
    position: int

    @property
    def mark(self) -> str:
        """Which mark the line shows: todo, draft, done or conflict."""
        kinds = {S.TO_DO: "todo", S.STARTED: "draft", S.DONE: "done"}
        return "conflict" if self.conflict else kinds.get(self.state, "conflict")


class QueueCounts(NamedTuple):
    """How many lines a queue has, by what is left to do; barred are conflicts and what was abstained from."""

    to_do: int = 0
    scored: int = 0
    barred: int = 0

    @property
    def all(self) -> int:
        """Every line."""
        return sum(self)

    @property
    def expected(self) -> int:
        """The lines that are or will be scored."""
        return self.to_do + self.scored

    def listed(self, show: str | None) -> int:
        """The lines that a filter leaves: todo, scored, or all of them."""
        return {"todo": self.to_do, "scored": self.scored}.get(show or "", self.all)


class Neighbours(NamedTuple):
    """The references of the nearest lines that can be opened, None at either end."""

    before: str | None
    after: str | None


def queue_counts(round_: Round, person: Person, before: Place | None = None) -> tuple[QueueCounts, QueueCounts]:
    """The counts of the person's queue, and of its lines before a place. One grouped statement."""
    kinds = {S.TO_DO: "to_do", S.STARTED: "to_do", S.DONE: "scored"}
    whole, part = dict.fromkeys(QueueCounts._fields, 0), dict.fromkeys(QueueCounts._fields, 0)
    for state, conflict, number, above in _COUNTS.rows(**_whose(round_, person, before or (0, 0))):
        kind = "barred" if conflict else kinds.get(state, "barred")
        whole[kind] += number
        part[kind] += above
    return QueueCounts(**whole), QueueCounts(**part)


def queue_window(
    round_: Round, person: Person, place: Place, *, behind: int, ahead: int, show: str | None
) -> list[QueueLine]:
    """The ``behind`` lines before a place and the ``ahead`` lines from it on, in the queue's order. One statement."""
    values = {**_whose(round_, person, place), "behind": behind, "ahead": ahead}
    return [_line(row, blind=round_.blind) for row in _WINDOW[show].rows(**values)]


def queue_page(round_: Round, person: Person, *, show: str | None = None, mark: str | None = None) -> Page[QueueLine]:
    """A page of the person's queue in their own order."""
    statement = _listed(_lines(), show).params(**_whose(round_, person, (0, 0)))
    lines = page(statement, [Key(Assignment.position), Key(Assignment.id)], mark=mark, size=PAGE_SIZE)
    return replace(lines, rows=[_line(row, blind=round_.blind) for row in lines.rows])


def first_to_do(round_: Round, person: Person) -> str | None:
    """The reference of the first read that is not submitted."""
    return neighbours(round_, person, (0, 0), "todo").after


def first_of_page(
    round_: Round, person: Person, shown: Page[QueueLine], *, show: str | None, mark: str | None
) -> str | None:
    """The same, read from the queue's first page where that tells it."""
    first = next((line.reference for line in shown.rows if line.mark in ("todo", "draft")), None)
    is_told = mark is None and show != "scored" and (first is not None or shown.after is None)
    return first if is_told else first_to_do(round_, person)


def neighbours(round_: Round, person: Person, place: Place, show: str | None) -> Neighbours:
    """What ``[`` and ``]`` lead to from a place, under a filter. One statement."""
    return Neighbours(*(_NEIGHBOURS[show].row(**_whose(round_, person, place)) or (None, None)))


def neighbours_among(
    lines: Sequence[QueueLine], behind: int, reference: str, *, starts: bool, ends: bool
) -> Neighbours | None:
    """The same, read from a window round the place, ``behind`` lines of it before; None where the window can't tell.

    ``starts`` and ``ends`` say whether the queue starts and ends with the window.
    """
    openable = [(at, line.reference) for at, line in enumerate(lines) if line.mark != "conflict"]
    before = next((other for at, other in reversed(openable) if at < behind), None)
    after = next((other for at, other in openable if at >= behind and other != reference), None)
    is_told = (starts or before is not None) and (ends or after is not None)
    return Neighbours(before, after) if is_told else None


def _whose(round_: Round, person: Person, place: Place) -> dict[str, Any]:
    position, assignment = place
    return {
        "edition": round_.edition_id,
        "round": round_.id,
        "reviewer": person.id,
        "barred": barred(round_.edition_id, person.id),
        "position": position,
        "assignment": assignment,
    }


def _whose_lines() -> list[ColumnElement[bool]]:
    return [
        Assignment.edition_id == bindparam("edition", type_=Integer),
        Assignment.round_id == bindparam("round", type_=Integer),
        Assignment.reviewer_id == bindparam("reviewer", type_=Integer),
        Assignment.state != S.TAKEN_BACK,
    ]


def _own(*columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(Assignment)
        .join(Application, Application.id == Assignment.application_id)
        .where(
            *_whose_lines(),
            # What bars the reviewer keeps its line however it stands: that it went would tell that it is judged no more.
            or_(Application.state.in_(JUDGED), _BARS),
        )
    )


def _lines() -> Select[Any]:
    columns = _own(
        Application.reference,
        Assignment.state,
        _BARS,
        Application.name,
        Application.one_line,
        Application.country,
        Application.city,
        Sector.name,
        Review.total,
        Review.marks,
    )
    reviewed = columns.outerjoin(Review, Review.assignment_id == Assignment.id)
    return reviewed.outerjoin(Sector, Sector.id == Application.sector_id)


def _counted() -> Select[Any]:
    # The few applications that are judged no more are set aside by their ids. To join each line to its application,
    # PostgreSQL reads the state of every application of the edition.
    is_barred = Assignment.application_id.in_(bindparam("barred", type_=Integer, expanding=True))
    unjudged = select(Application.id).where(
        Application.edition_id == bindparam("edition", type_=Integer),
        Application.state.in_([state for state in ApplicationState if state not in JUDGED]),
    )
    before = func.sum(case((_KEY < _PLACE, 1), else_=0))
    columns: tuple[Any, ...] = (Assignment.state, is_barred.label("is_barred"), func.count(Assignment.id), before)
    return (
        select(*columns)
        .where(
            *_whose_lines(),
            BY_INDEX,
            or_(Assignment.application_id.not_in(unjudged), is_barred),
        )
        .group_by(Assignment.state, literal_column("is_barred"))  # by name: PostgreSQL takes no parameter twice for one
    )


def _listed(statement: Select[Any], show: str | None) -> Select[Any]:
    states = FILTERS.get(show or "")
    return statement.where(Assignment.state.in_(states), ~_BARS) if states else statement


def _window(show: str | None) -> Select[Any]:
    ids = _listed(_own(Assignment.id), show)
    above = ids.where(_KEY < _PLACE).order_by(*_BACKWARDS).limit(bindparam("behind", type_=Integer))
    below = ids.where(_KEY >= _PLACE).order_by(*_ONWARDS).limit(bindparam("ahead", type_=Integer))
    chosen = union_all(select(above.subquery().c.id), select(below.subquery().c.id))
    return _lines().add_columns(*_ONWARDS).where(Assignment.id.in_(chosen)).order_by(*_ONWARDS)


def _neighbours(show: str | None) -> Select[Any]:
    statement = _own(Application.reference)
    statement = statement.where(Assignment.state.in_(FILTERS.get(show or "", OPENABLE)), ~_BARS)
    before = statement.where(_KEY < _PLACE).order_by(*_BACKWARDS).limit(1)
    after = statement.where(_KEY > _PLACE).order_by(*_ONWARDS).limit(1)
    return select(before.scalar_subquery(), after.scalar_subquery())


def _line(row: Any, *, blind: bool) -> QueueLine:
    reference, state, conflict, name, one_line, country, city, sector, total, marks, position, _id = row
    if conflict or state is S.ABSTAINED:
        return QueueLine(reference, state, bool(conflict), None, "", None, "", None, None, {}, position)
    shown = None if blind else name
    return QueueLine(reference, state, False, shown, one_line, country, city, sector, total, marks or {}, position)


# A handful of ids that were asked for once a page: as a subquery they cost a look-up in each line of each statement.
_BARS = Application.id.in_(bindparam("barred", type_=Integer, expanding=True))
_ONWARDS = (Assignment.position, Assignment.id)
_BACKWARDS = (Assignment.position.desc(), Assignment.id.desc())
_KEY: Any = tuple_(*_ONWARDS)
_PLACE = tuple_(bindparam("position", type_=Integer), bindparam("assignment", type_=Integer))
_COUNTS = Prepared(_counted)
_WINDOW = {show: Prepared(partial(_window, show)) for show in (None, *FILTERS)}
_NEIGHBOURS = {show: Prepared(partial(_neighbours, show)) for show in (None, *FILTERS)}
