"""Which applications a person is barred from, whatever role they hold: in SQL for lists, and for one application.

Everything that shows, counts, sorts, charts, exports or searches applications, or what was said of them, to the team,
partners or reviewers passes :func:`barred` or :func:`is_barred`. Two things bar a person: a conflict of interest on
record, and being behind the startup themselves, as its applicant or as one of its founders, confirmed or only named,
by any address that is theirs or was.

A barred person may know that the application exists, for they declared the conflict or founded the startup. They may
know nothing of how it stands: their lists leave its row out and say how many rows are left out, their sums are summed
without it, and its pages for the team answer 404. What a founder reads as a founder stays open: the own answers, and
the letter once it went out.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Select, bindparam, or_, select, union

from accelerator.accounts.models import Person
from accelerator.accounts.queries import addresses_ever_of
from accelerator.core import scope
from accelerator.core.db import remembered, session
from accelerator.core.prepared import Prepared
from accelerator.intake.models import COUNTED, Application, ApplicationState, Conflict
from accelerator.programmes.models import Edition
from accelerator.startups.models import Founder, Startup

A = ApplicationState
SETTLED = (A.DRAFT, A.OFFERED, A.WAITING, A.DECLINED, A.JOINED, A.TURNED_DOWN)
"""Where nothing is judged yet, or the letter that says how it ended went out."""


class _Barred(NamedTuple):
    """An application that bars a person."""

    id: int
    edition_id: int
    startup_id: int
    state: ApplicationState


def _barred(person_id: int) -> tuple[_Barred, ...]:
    """Everything that bars a person, in every edition: a handful of rows, found by index and asked for once a page.

    As a subquery of each list the same condition costs a look at every application, so lists get the ids instead.
    """
    return remembered(("barred", person_id), lambda: _look_up(person_id))


def _look_up(person_id: int) -> tuple[_Barred, ...]:
    with scope.everywhere():
        return tuple(_Barred(*row) for row in _REASONS.rows(person=person_id))


def barred(edition_id: int, person_id: int) -> Collection[int]:
    """The ids of the applications of an edition that a person must know nothing of."""
    return [row.id for row in _barred(person_id) if row.edition_id == edition_id]


def barred_startups(edition_id: int, person_id: int) -> Collection[int]:
    """The ids of the startups behind those applications, for what is told of a startup and not of its application.

    What was told of a record before it was merged into one of these is told of these.
    """
    ids = [row.startup_id for row in _barred(person_id) if row.edition_id == edition_id]
    merged = select(Startup.id).where(Startup.merged_into_id.in_(ids))
    return [*ids, *session().scalars(merged)] if ids else ids


def bars(person_id: Any) -> ColumnElement[bool]:
    """The same in SQL: whether the application of the enclosing statement bars a person, who may be a column of it."""
    declared = _about(person_id, select(Conflict.application_id).where(Conflict.person_id == person_id))
    return or_(
        Application.id.in_(declared), Application.applicant_id == person_id, Application.startup_id.in_(_own(person_id))
    )


def _own(person_id: Any) -> Select[Any]:
    return _about(person_id, select(Founder.startup_id).where(or_(*_is_behind(person_id))))


def _is_behind(person_id: Any) -> list[ColumnElement[bool]]:
    # Whoever is only named as a founder has not confirmed it, and whoever left was one: it bars all the same.
    addresses = [_about(person_id, part) for part in addresses_ever_of(person_id)]
    return [Founder.person_id == person_id, *(Founder.email.in_(some) for some in addresses)]


def _about(person_id: Any, part: Select[Any]) -> Select[Any]:
    # A column belongs to whichever statement encloses the part. Left to itself SQLAlchemy looks one level up only, and
    # further in it would take the column's table anew: with everybody in it.
    table = getattr(getattr(person_id, "expression", None), "table", None)
    return part if table is None else part.correlate(table)


def visible_to(person: Person) -> ColumnElement[bool]:
    """The condition on :class:`Application` that lists for this person carry.

    It asks for ids alone, so that a count over an index stays one.
    """
    return Application.id.not_in([row.id for row in _barred(person.id)])


def is_barred(person: Person, application: Application) -> bool:
    """Whether this person must know nothing of this application."""
    return any(row.id == application.id for row in _barred(person.id))


def sums_withheld(edition_id: int, person_id: int) -> bool:
    """Whether a person must not see sums over all applications of an edition, whoever they are made for.

    Such a sum less what they may see would tell how an application stands that bars them, until its letter went out. It
    depends on nothing that was judged, so that it tells nothing itself.
    """
    return any(row.edition_id == edition_id and row.state not in SETTLED for row in _barred(person_id))


def estimates_withheld(edition_id: int, person_id: int) -> bool:
    """Whether a person must not see what is estimated from all reviews of an edition: for good, as a conflict is.

    All chances add up to the places, and each adjusted score moves with every review, so that what they may see would tell
    how the application stood that bars them, also once its letter went out.
    """
    return any(row.edition_id == edition_id and row.state is not A.DRAFT for row in _barred(person_id))


def left_out(edition: Edition, person: Person) -> int:
    """How many applications that were sent the lists of this person leave out."""
    return sum(row.edition_id == edition.id and row.state in COUNTED for row in _barred(person.id))


_PERSON = bindparam("person", type_=Integer)
# Built once: pages that show applications ask for it every time. Each way of being a founder is a part of its own, because
# PostgreSQL finds each by its index, and goes through every founder where they are alternatives of one condition.
_REASONS = Prepared(
    lambda: select(Application.id, Application.edition_id, Application.startup_id, Application.state).where(
        Application.id.in_(
            union(
                select(Conflict.application_id).where(Conflict.person_id == _PERSON),
                select(Application.id).where(Application.applicant_id == _PERSON),
                *(
                    select(Application.id).join(Founder, Founder.startup_id == Application.startup_id).where(one_way)
                    for one_way in _is_behind(_PERSON)
                ),
            )
        )
    )
)
