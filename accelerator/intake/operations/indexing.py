"""Keeping the terms that applications are found by, in the transaction that writes the application."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, and_, delete, event, insert, inspect, select
from sqlalchemy.orm import Mapper

from accelerator.accounts.models import Person
from accelerator.core.countries import names_of
from accelerator.core.db import session
from accelerator.intake.models import Application, Revision, SearchTerm
from accelerator.intake.terms import terms_of

SEARCHED = ("reference", "name", "one_line", "country", "revision_number", "applicant_id")
NAMES = ("given_name", "family_name", "native_name", "email")
CHUNK = 500  # applications at a time


def index_applications(application_ids: Sequence[int]) -> None:
    """Store the terms of applications that were written in bulk, past the session; repeatable."""
    for start in range(0, len(application_ids), CHUNK):
        _store(session().connection(), application_ids[start : start + CHUNK])


@event.listens_for(Application, "after_insert")
@event.listens_for(Application, "after_update")
def _index(_mapper: Mapper[Any], connection: Connection, row: Application) -> None:
    """Whatever the session writes is indexed with it; drafts save themselves often, so only if it would be found by
    other terms now."""
    if any(inspect(row).attrs[name].history.has_changes() for name in SEARCHED):
        _store(connection, [row.id])


@event.listens_for(Person, "after_update")
def _index_person(_mapper: Mapper[Any], connection: Connection, row: Person) -> None:
    """Whoever applied and has another name or address now is found by these."""
    if any(inspect(row).attrs[name].history.has_changes() for name in NAMES):
        mine = connection.scalars(select(Application.id).where(Application.applicant_id == row.id)).all()
        if mine:
            _store(connection, mine)


def _store(connection: Connection, application_ids: Sequence[int]) -> None:
    connection.execute(delete(SearchTerm).where(SearchTerm.application_id.in_(application_ids)))
    shown = (getattr(Application, name) for name in ("id", "edition_id", "reference", "name", "one_line", "country"))
    statement = (
        select(*shown, *(getattr(Person, name) for name in NAMES), Revision.answers)
        .select_from(Application)
        .join(Person, Person.id == Application.applicant_id)
        .outerjoin(
            Revision, and_(Revision.application_id == Application.id, Revision.number == Application.revision_number)
        )
        .where(Application.id.in_(application_ids))
    )
    values = [term for row in connection.execute(statement) for term in _terms(row)]
    if values:
        connection.execute(insert(SearchTerm), values)


def _terms(row: Any) -> Iterator[dict[str, Any]]:
    number = row.reference.rpartition("-")[2].lstrip("0")  # A-0042 is also found by 42
    people = (getattr(row, name) or "" for name in NAMES)
    listed = terms_of((row.reference, number, row.name, *names_of(row.country), *people))
    answered = terms_of((row.one_line or "", *_answered(row.answers or {}))) - listed
    for terms, is_answer in ((listed, False), (answered, True)):
        for term in sorted(terms):
            yield {"edition_id": row.edition_id, "term": term, "application_id": row.id, "is_answer": is_answer}


def _answered(answers: dict[str, Any]) -> Iterable[str]:
    """What was sent and names the startup or its founders: the name in Japanese, their names and addresses."""
    founders = answers.get("founders")
    rows = [row for row in founders if isinstance(row, dict)] if isinstance(founders, list) else []
    texts = [answers.get("native_name"), *(row.get(key) for row in rows for key in ("name", "email"))]
    return [text for text in texts if isinstance(text, str)]
