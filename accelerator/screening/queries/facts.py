"""What rules look at: the questions of the call, and each application's answers with the form that it answered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from accelerator.core.db import session
from accelerator.intake.answers.prefectures import PREFECTURES
from accelerator.intake.answers.questions import PlainForm, PlainQuestion, is_shown
from accelerator.intake.models import Application, Audience, Form, QuestionKind, Revision
from accelerator.intake.queries.drafts import files_named
from accelerator.intake.queries.forms import current_form, plain_form, tracks
from accelerator.programmes.models import Edition
from accelerator.screening.conditions.facts import Asked, Facts, is_empty

TRACK = "track"  # the key of the default form's question, where none of that kind is asked


def questions(edition: Edition) -> dict[str, Asked]:
    """What the call asks now and rules may look at, by key, in the order of the form: nothing for statistics alone."""
    form = current_form(edition)
    return {key: _asked(question, {}) for key, question in _usable(plain_form(form)).items()} if form else {}


def sections(edition: Edition) -> list[tuple[str, list[str]]]:
    """The pages of the form with the keys of the questions that rules may look at."""
    form = current_form(edition)
    plain = plain_form(form) if form else None
    known = _usable(plain) if plain else {}
    pages = [
        (section.name, [question.key for question in section.questions if question.key in known])
        for section in (plain.sections if plain else ())
    ]
    return [(name, keys) for name, keys in pages if keys]


def _usable(form: PlainForm) -> dict[str, PlainQuestion]:
    return {question.key: question for question in form.questions if question.audience is not Audience.STATISTICS}


def facts(edition: Edition, applications: Sequence[Application]) -> dict[int, Facts]:
    """What the rules look at, by application id: answers of the present revision, its form, its files."""
    revisions = _revisions([application.id for application in applications])
    forms = _forms({revision.form_id for revision in revisions.values()})
    current, known_tracks = frozenset(questions(edition)), _tracks(edition)
    known = {}
    for application in applications:
        revision = revisions.get((application.id, application.revision_number))
        answers = revision.answers if revision else application.answers
        asked = [_asked(question, answers) for question in forms[revision.form_id].questions] if revision else []
        known[application.id] = Facts(
            answers=answers,
            questions=asked,
            files=frozenset(key for key, value in answers.items() if files_named({key: value})),
            tracks=known_tracks,
            track=_track_of(asked, answers),
            days=_days(edition, application.submitted_at or application.saved_at),
            current=current,
        )
    return known


def _days(edition: Edition, sent_at: datetime) -> dict[str, date]:
    instants = {"opens": edition.opens_at, "closes": edition.closes_at or sent_at, "sent": sent_at}
    return {name: instant.astimezone(ZoneInfo(edition.zone)).date() for name, instant in instants.items()}


def _track_of(questions: Sequence[Asked], answers: Mapping[str, Any]) -> str | None:
    keys = [asked.key for asked in questions if asked.kind == QuestionKind.TRACK.value] or [TRACK]
    return next((str(answers[key]) for key in keys if not is_empty(answers.get(key))), None)


def _tracks(edition: Edition) -> dict[str, dict[str, str]]:
    return {track.key: track.name for track in tracks(edition)}


def _revisions(ids: Sequence[int]) -> dict[tuple[int, int], Revision]:
    rows = session().scalars(select(Revision).where(Revision.application_id.in_(ids)))
    return {(revision.application_id, revision.number): revision for revision in rows}


def _forms(ids: set[int]) -> dict[int, PlainForm]:
    return {form.id: plain_form(form) for form in session().scalars(select(Form).where(Form.id.in_(ids)))}


def _asked(question: PlainQuestion, answers: Mapping[str, Any]) -> Asked:
    choices: Mapping[str, Mapping[str, str]] = {str(choice["value"]): choice["label"] for choice in question.choices}
    return Asked(
        key=question.key,
        kind=question.kind.value,
        label=question.label,
        required=question.required,
        shown=is_shown(question, answers),
        choices=PREFECTURES if question.kind is QuestionKind.PREFECTURE else choices,
        is_year=question.limits.get("max") == "this year",
    )
