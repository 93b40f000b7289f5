"""Which applications a person is barred from, whatever role they hold: in SQL for lists, and for one application.

Everything that shows, counts, sorts, charts, exports or searches applications, or what was said of them, to the team,
partners or reviewers passes :func:`barred` or :func:`is_barred`. Two things bar a person: a conflict of interest on
record, and being behind the startup themselves, as its applicant or as one of its founders, confirmed or only named,
by any of their addresses.

A barred person may know that the application exists, for they declared the conflict or founded the startup. They may
know nothing of how it stands: their lists leave its row out and say how many rows are left out, their sums are summed
without it, and its pages for the team answer 404. What a founder reads as a founder stays open: the own answers, and
the letter once it went out.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from accelerator.accounts.models import Person
from accelerator.accounts.queries import addresses_of
from accelerator.core.db import remembered, session
from accelerator.intake.models import COUNTED, Application, Conflict
from accelerator.programmes.models import Edition
from accelerator.startups.models import Founder


def barred(edition_id: int, person_id: int) -> Select[int]:
    """The ids of the applications of an edition that a person must know nothing of, as a subquery."""
    return select(Application.id).where(Application.edition_id == edition_id, bars(person_id))


def bars(person_id: Any) -> ColumnElement[bool]:
    """Whether the application of the enclosing statement bars a person; ``person_id`` may be a column of it."""
    declared = select(Conflict.application_id).where(Conflict.person_id == person_id)
    return or_(
        Application.id.in_(declared), Application.applicant_id == person_id, Application.startup_id.in_(_own(person_id))
    )


def _own(person_id: Any) -> Select[Any]:
    # Whoever is only named as a founder has not confirmed it, and whoever left was one: it bars all the same.
    first, further = addresses_of(person_id)
    return select(Founder.startup_id).where(
        or_(Founder.person_id == person_id, Founder.email.in_(first), Founder.email.in_(further))
    )


def barred_startups(edition_id: int, person_id: int) -> Select[int]:
    """The ids of the startups behind those applications, for what is told of a startup and not of its application."""
    return select(Application.startup_id).where(Application.edition_id == edition_id, bars(person_id))


def visible_to(person: Person) -> ColumnElement[bool]:
    """The condition on :class:`Application` that lists for this person carry.

    It asks for ids alone, so that a count over an index stays one.
    """
    return Application.id.not_in(select(Application.id).where(bars(person.id)))


def is_barred(person: Person, application: Application) -> bool:
    """Whether this person must know nothing of this application: the twin of :func:`barred`."""
    row = barred(application.edition_id, person.id).where(Application.id == application.id)
    return remembered(("barred", person.id, application.id), lambda: session().scalar(row) is not None)


def barred_ids(edition_id: int, person: Person) -> frozenset[int]:
    """The ids of what bars a person, for rows that are at hand already."""
    return frozenset(session().scalars(barred(edition_id, person.id)))


def left_out(edition: Edition, person: Person) -> int:
    """How many applications that were sent the lists of this person leave out."""
    return session().scalar(select(left_out_number(edition, person))) or 0


def left_out_number(edition: Edition, person: Person) -> ColumnElement[int]:
    """The same as a part of another statement."""
    sent = select(func.count(Application.id)).where(
        Application.edition_id == edition.id, Application.state.in_(COUNTED), bars(person.id)
    )
    return sent.scalar_subquery()
