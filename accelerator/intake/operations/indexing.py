"""Keeping the terms that applications are found by, in the transaction that writes the application."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, event, insert, inspect, or_, select
from sqlalchemy.orm import Mapper

from accelerator.accounts.models import Person
from accelerator.core.countries import names_of
from accelerator.core.db import session
from accelerator.intake.models import Application, Question, Revision, SearchTerm
from accelerator.intake.roles import QuestionRole
from accelerator.intake.terms import spellings, terms_of
from accelerator.startups.models import Founder, Startup

SEARCHED = ("reference", "name", "one_line", "country", "revision_number", "applicant_id", "startup_id")
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
    """Whoever applied, or is a founder, and has another name or address now is found by these."""
    if any(inspect(row).attrs[name].history.has_changes() for name in NAMES):
        theirs = select(Founder.startup_id).where(Founder.person_id == row.id)
        _store_where(connection, or_(Application.applicant_id == row.id, Application.startup_id.in_(theirs)))


@event.listens_for(Startup, "after_update")
def _index_startup(_mapper: Mapper[Any], connection: Connection, row: Startup) -> None:
    """A startup that changes its Japanese name is found by the new one."""
    if inspect(row).attrs.native_name.history.has_changes():
        _store_where(connection, Application.startup_id == row.id)


@event.listens_for(Founder, "after_insert")
@event.listens_for(Founder, "after_update")
def _index_founder(_mapper: Mapper[Any], connection: Connection, row: Founder) -> None:
    """Who comes to a startup or leaves it changes what its applications are found by."""
    if any(inspect(row).attrs[name].history.has_changes() for name in ("person_id", "left_at")):
        _store_where(connection, Application.startup_id == row.startup_id)


def _store_where(connection: Connection, condition: ColumnElement[bool]) -> None:
    application_ids = connection.scalars(select(Application.id).where(condition)).all()
    if application_ids:
        _store(connection, application_ids)


def _store(connection: Connection, application_ids: Sequence[int]) -> None:
    connection.execute(delete(SearchTerm).where(SearchTerm.application_id.in_(application_ids)))
    shown = (getattr(Application, name) for name in ("id", "edition_id", "reference", "name", "one_line", "country"))
    statement = (
        select(*shown, *(getattr(Person, name) for name in NAMES), Revision.answers, Revision.form_id)
        .add_columns(Application.startup_id, Startup.native_name.label("startup_name"))
        .select_from(Application)
        .join(Person, Person.id == Application.applicant_id)
        .join(Startup, Startup.id == Application.startup_id)
        .outerjoin(
            Revision, and_(Revision.application_id == Application.id, Revision.number == Application.revision_number)
        )
        .where(Application.id.in_(application_ids))
    )
    rows = connection.execute(statement).all()
    founders = _founders(connection, [row.startup_id for row in rows if row.answers])
    keys = _keys(connection, {row.form_id for row in rows if row.answers})
    values = [term for row in rows for term in _terms(row, keys.get(row.form_id, {}), founders.get(row.startup_id, []))]
    if values:
        connection.execute(insert(SearchTerm), values)


def _founders(connection: Connection, startup_ids: Sequence[int]) -> Mapping[int, list[str]]:
    """By startup, the names in Japanese of those who confirmed that they are its founders."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    if startup_ids:
        statement = select(Founder.startup_id, Person.native_name).join(Person, Person.id == Founder.person_id)
        here = (Founder.startup_id.in_(startup_ids), Founder.left_at.is_(None), Person.native_name.is_not(None))
        for startup_id, name in connection.execute(statement.where(*here)):
            names[startup_id].append(name or "")
    return names


def _keys(connection: Connection, form_ids: set[int]) -> Mapping[int, Mapping[QuestionRole, str]]:
    """By version of the form, the keys of the questions whose answers are searched."""
    keys: defaultdict[int, dict[QuestionRole, str]] = defaultdict(dict)
    if form_ids:
        statement = select(Question.form_id, Question.role, Question.key)
        roles = (QuestionRole.NATIVE_NAME, QuestionRole.FOUNDERS)
        here = statement.where(Question.form_id.in_(form_ids), Question.role.in_(roles))
        for form_id, role, key in connection.execute(here):
            if role is not None:
                keys[form_id][role] = key
    return keys


def _terms(row: Any, keys: Mapping[QuestionRole, str], founders: Sequence[str]) -> Iterator[dict[str, Any]]:
    number = row.reference.rpartition("-")[2].lstrip("0")  # A-0042 is also found by 42
    people = (spelling for name in NAMES for spelling in spellings(getattr(row, name) or ""))
    listed = terms_of((row.reference, number, row.name, *names_of(row.country), *people))
    # What the record says was answered, too; of a draft nothing is for the team yet.
    names = [*_answered(row.answers, keys), row.startup_name or "", *founders] if row.answers else []
    spelled = (spelling for name in names for spelling in spellings(name))
    answered = terms_of((row.one_line or "", *spelled)) - listed
    for terms, is_answer in ((listed, False), (answered, True)):
        for term in sorted(terms):
            yield {"edition_id": row.edition_id, "term": term, "application_id": row.id, "is_answer": is_answer}


def _answered(answers: dict[str, Any], keys: Mapping[QuestionRole, str]) -> Iterable[str]:
    """What was sent and names the startup or its founders: the name in Japanese, their names and addresses."""
    founders = answers.get(keys.get(QuestionRole.FOUNDERS, ""))
    rows = [row for row in founders if isinstance(row, dict)] if isinstance(founders, list) else []
    texts = [
        answers.get(keys.get(QuestionRole.NATIVE_NAME, "")),
        *(row.get(key) for row in rows for key in ("name", "email")),
    ]
    return [text for text in texts if isinstance(text, str)]
