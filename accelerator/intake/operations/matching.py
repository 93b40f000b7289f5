"""Keeping the corporate numbers that records of one firm are found by, and what else a merge of records changes here."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, event, false, inspect, null, select
from sqlalchemy.orm import Mapper

from accelerator.core import scope
from accelerator.core.db import session
from accelerator.intake.answers.identifiers import is_corporate_number
from accelerator.intake.models import Application, Question, Revision
from accelerator.intake.operations.indexing import index_applications
from accelerator.intake.roles import QuestionRole
from accelerator.startups.merged import followed_by
from accelerator.startups.models import KeyKind
from accelerator.startups.operations.keys import replace_keys


def index_numbers(startup_ids: Collection[int]) -> None:
    """Store the corporate numbers of records whose applications were written in bulk; repeatable."""
    _store(session().connection(), startup_ids)


@event.listens_for(Application, "after_insert")
@event.listens_for(Application, "after_update")
def _keep_number(_mapper: Mapper[Any], connection: Connection, row: Application) -> None:
    """The number that an application says is that of what was sent last."""
    if inspect(row).attrs.revision_number.history.has_changes():
        _store(connection, [row.startup_id])


def _store(connection: Connection, startup_ids: Collection[int]) -> None:
    number = case(*_numbers(connection, startup_ids), else_=null())
    latest = and_(Revision.application_id == Application.id, Revision.number == Application.revision_number)
    sent = select(Application.startup_id, number).join(Revision, latest).where(Application.startup_id.in_(startup_ids))
    rows = connection.execute(sent).all()
    keys = [(key, KeyKind.NUMBER, value) for key, value in rows if value and is_corporate_number(value)]
    replace_keys(connection, startup_ids, (KeyKind.NUMBER,), keys)


def _numbers(connection: Connection, startup_ids: Collection[int]) -> list[tuple[ColumnElement[bool], Any]]:
    """The corporate number in a revision, by the version of the form that asked for it; never an empty list."""
    used = select(Revision.form_id).join(Application, Application.id == Revision.application_id)
    asking = select(Question.key, Question.form_id).where(
        Question.role == QuestionRole.CORPORATE_NUMBER,
        Question.form_id.in_(used.where(Application.startup_id.in_(startup_ids))),
    )
    forms: dict[str, list[int]] = defaultdict(list)
    for key, form_id in connection.execute(asking):
        forms[key].append(form_id)
    known: list[tuple[ColumnElement[bool], Any]] = [(false(), null())]
    known.extend((Revision.form_id.in_(ids), Revision.answers[key].as_string()) for key, ids in forms.items())
    return known


def _follow(startup_ids: Collection[int]) -> None:
    """Numbers, and the terms that applications are found by, follow the rows that a merge moved."""
    index_numbers(startup_ids)
    with scope.everywhere():
        moved = select(Application.id).where(Application.startup_id.in_(startup_ids))
        index_applications(session().scalars(moved).all())


followed_by(_follow)
