"""Keeping the terms that applications are found by, in the transaction that writes the application."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, delete, event, insert, inspect, select
from sqlalchemy.orm import Mapper

from accelerator.core.db import session
from accelerator.intake.answers.countries import names_of
from accelerator.intake.models import Application, SearchTerm
from accelerator.intake.terms import terms_of

SEARCHED = ("reference", "name", "one_line", "country")
CHUNK = 500  # applications at a time


def index_applications(application_ids: Sequence[int]) -> None:
    """Store the terms of applications that were written in bulk, past the session; repeatable."""
    columns = (Application.id, Application.edition_id, *(getattr(Application, name) for name in SEARCHED))
    for start in range(0, len(application_ids), CHUNK):
        some = application_ids[start : start + CHUNK]
        rows = session().execute(select(*columns).where(Application.id.in_(some))).all()
        _store(session().connection(), some, (term for row in rows for term in _terms(row)))


@event.listens_for(Application, "after_insert")
@event.listens_for(Application, "after_update")
def _index(_mapper: Mapper[Any], connection: Connection, row: Application) -> None:
    """Whatever the session writes is indexed with it; drafts save themselves often, so only if it would be found by
    other terms now."""
    if any(inspect(row).attrs[name].history.has_changes() for name in SEARCHED):
        _store(connection, [row.id], _terms(row))


def _terms(row: Any) -> Iterator[dict[str, Any]]:
    number = row.reference.rpartition("-")[2].lstrip("0")  # A-0042 is also found by 42
    texts = (row.reference, number, row.name, row.one_line or "", *names_of(row.country))
    for term in sorted(terms_of(texts)):
        yield {"edition_id": row.edition_id, "term": term, "application_id": row.id}


def _store(connection: Connection, application_ids: Sequence[int], terms: Iterable[dict[str, Any]]) -> None:
    connection.execute(delete(SearchTerm).where(SearchTerm.application_id.in_(application_ids)))
    values = list(terms)
    if values:
        connection.execute(insert(SearchTerm), values)
