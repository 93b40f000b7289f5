"""Freezing a version of the form: from then on nothing of it changes, and its digest says so."""

import hashlib
from typing import Any

from sqlalchemy import select

from accelerator.core import clock
from accelerator.core.db import session
from accelerator.core.versions import canonical
from accelerator.intake.answers.questions import PlainForm, PlainQuestion, PlainSection
from accelerator.intake.models import Form, Question, QuestionKind
from accelerator.intake.queries import forms


def freeze(form: Form) -> None:
    """Keep this version as it is, with the tracks that it offers; nothing if it is frozen. The caller has locked the edition."""
    if form.frozen_at is not None:
        return
    tracks = [{"value": track.key, "label": track.name} for track in forms.tracks_of(form.edition_id)]
    asking = select(Question).where(Question.form_id == form.id, Question.kind == QuestionKind.TRACK)
    for question in session().scalars(asking):
        question.choices = question.choices or tracks
    session().flush()
    form.frozen_at = clock.now()
    form.digest = digest_of(forms.plain_form(form))


def digest_of(form: PlainForm) -> str:
    """SHA-256 in hex of what the form asks, as canonical JSON."""
    return hashlib.sha256(canonical(content_of(form))).hexdigest()


def content_of(form: PlainForm) -> dict[str, Any]:
    """What a form asks, as JSON can hold it; the sectors are the edition's and left out."""
    return {"sections": [_section(section) for section in form.sections]}


def _section(section: PlainSection) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": section.title,
        "help": section.help,
        "questions": [_question(question) for question in section.questions],
    }


def _question(question: PlainQuestion) -> dict[str, Any]:
    return {
        "key": question.key,
        "kind": question.kind.value,
        "role": question.role.value if question.role else None,
        "label": question.label,
        "help": question.help,
        "required": question.required,
        "limits": question.limits,
        "choices": [] if question.kind is QuestionKind.SECTOR else list(question.choices),
        "shown_if": question.shown_if,
        "audience": question.audience.value,
        "carried": question.carried,
    }
