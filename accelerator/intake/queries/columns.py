"""The columns that the team's list of applications can show: of the application, any answer, and what later stages add.

What applicants wrote is no column while the call is sealed, and what goes into statistics alone never is. A column is
asked for rows that the list has found, so that it shows nothing that the list leaves out.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from accelerator.core.countries import city_name
from accelerator.core.db import session
from accelerator.core.i18n import lazy
from accelerator.core.prepared import columns as plain_rows
from accelerator.intake.answers.prefectures import prefecture_name
from accelerator.intake.answers.questions import PlainForm, is_filled, is_shown
from accelerator.intake.answers.reading import TEAM, read_answer
from accelerator.intake.models import Application, Form, Revision
from accelerator.intake.queries.forms import current_form, plain_form
from accelerator.programmes.models import Edition

ANSWER = "q-"  # and the key of a question
MOST = 12  # columns beside the reference and the name
Texts = Mapping[int, str]
"""What a column says of applications, by their id."""


@dataclass(frozen=True)
class Column:
    """A column of the list. ``sort`` is the order that its head asks for; ``texts`` reads it for some applications.

    Columns without ``texts`` are those that the list's own statement brings along. ``is_answer`` says that applicants
    wrote it; ``section`` is the page of the form that an answer stands on.
    """

    key: str
    label: Any
    sort: str = ""
    texts: Callable[[Edition, Collection[int]], Texts] | None = None
    is_answer: bool = False
    is_number: bool = False
    section: str = ""


def _of_application(column: Any, shown: Callable[[Any], str]) -> Callable[[Edition, Collection[int]], Texts]:
    def texts(edition: Edition, ids: Collection[int]) -> Texts:
        sent = select(Application.id, column).where(Application.id.in_(ids), Application.revision_number > 0)
        return {number: shown(value) for number, value in plain_rows(sent) if value}

    return texts


OWN = (
    Column("country", lazy("Country"), "country"),
    Column("sector", lazy("Sector"), "sector"),
    Column("state", lazy("State"), "state"),
    Column("submitted", lazy("Sent on"), "submitted"),
    Column("revision", lazy("Revision"), is_number=True),
    Column("tags", lazy("Tags")),
    Column("owner", lazy("Owner"), "owner"),
    Column("one_line", lazy("One line"), "", _of_application(Application.one_line, str), is_answer=True),
    Column(
        "prefecture",
        lazy("Prefecture"),
        "prefecture",
        _of_application(Application.prefecture, prefecture_name),
        is_answer=True,
    ),
    Column("city", lazy("City"), "city", _of_application(Application.city, city_name), is_answer=True),
)
USUAL = ("country", "sector", "state", "submitted", "revision", "tags", "owner")
_FURTHER: dict[str, Column] = {}


def declare(column: Column) -> None:
    """Offer a column of a later stage."""
    _FURTHER[column.key] = column


def offered(edition: Edition, *, answers: bool) -> list[Column]:
    """Every column that the list can show now; with ``answers`` those of the form too, which takes a look at it."""
    own = [*OWN, *_FURTHER.values(), *(_answers(edition) if answers else ())]
    return [column for column in own if not (edition.is_sealed and column.is_answer)]


def chosen(edition: Edition, keys: Collection[str]) -> list[Column]:
    """The columns with these keys, in the order of the list of columns; the usual ones where none is named."""
    asked_keys = [key for key in keys if key] or list(USUAL)
    has_answers = any(key.startswith(ANSWER) for key in asked_keys)
    known = [column for column in offered(edition, answers=has_answers) if column.key in asked_keys]
    return known[:MOST]


def _answers(edition: Edition) -> list[Column]:
    form = current_form(edition)
    plain = plain_form(form) if form else None
    return [
        Column(f"{ANSWER}{question.key}", question.name, is_answer=True, section=section.name)
        for section in (plain.sections if plain else ())
        for question in section.questions
        if question.audience in TEAM
    ]


def texts(edition: Edition, columns: Collection[Column], ids: Collection[int]) -> Mapping[str, Texts]:
    """What the chosen columns say of these applications: a statement for each that needs one, and one for all answers."""
    by_column = {column.key: column.texts(edition, ids) for column in columns if column.texts is not None}
    keys = {column.key.removeprefix(ANSWER) for column in columns if column.key.startswith(ANSWER)}
    return {**by_column, **_answered(keys, ids)} if keys else by_column


def _answered(keys: Collection[str], ids: Collection[int]) -> Mapping[str, Texts]:
    rows = session().execute(
        select(Revision.application_id, Revision.answers, Form)
        .join(Application, Application.id == Revision.application_id)
        .join(Form, Form.id == Revision.form_id)
        .where(Revision.number == Application.revision_number, Application.id.in_(ids))
    )
    by_column: dict[str, dict[int, str]] = {f"{ANSWER}{key}": {} for key in keys}
    forms: dict[int, PlainForm] = {}
    for application_id, answers, form in rows:
        for question in _read(forms, form).questions:
            value = answers.get(question.key)
            if question.key in keys and question.audience in TEAM and is_shown(question, answers) and is_filled(value):
                by_column[f"{ANSWER}{question.key}"][application_id] = read_answer(question, value, TEAM).text
    return by_column


def _read(known: dict[int, PlainForm], form: Form) -> PlainForm:
    if form.id not in known:
        known[form.id] = plain_form(form)
    return known[form.id]
