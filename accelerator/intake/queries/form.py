"""Reads about the form while the team makes it: whether it may still be changed, and what was removed."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from accelerator.core import clock
from accelerator.core.db import session
from accelerator.intake.models import Application, Form, Question, RemovedQuestion, Section
from accelerator.programmes.models import Edition


@dataclass(frozen=True)
class FormInWork:
    """The newest version of the form of a call as its rows: the draft of the next version, or what applicants are asked.

    ``is_settled`` says that this version is never changed again, so that a change begins the draft of the next one;
    ``is_closed`` that the call has closed, after which nothing is changed at all.
    """

    form: Form
    is_settled: bool
    is_closed: bool

    @property
    def is_draft(self) -> bool:
        """Whether nobody is asked it yet."""
        return self.form.published_at is None

    @property
    def questions(self) -> list[Question]:
        """Every question, in order."""
        return [question for section in self.form.sections for question in section.questions]


@dataclass(frozen=True)
class QuestionInWork:
    """One question of the form, the page that it stands on, and all the rest."""

    whole: FormInWork
    section: Section
    question: Question


@dataclass(frozen=True)
class SectionInWork:
    """One page of the form, and all the rest."""

    whole: FormInWork
    section: Section


def form_in_work(edition: Edition) -> FormInWork | None:
    """The newest version of the edition's form, as it is in the database at this instant."""
    begun = select(Application.id).where(Application.edition_id == edition.id).exists()
    whole = selectinload(Form.sections).selectinload(Section.questions)
    live = select(func.max(Form.version)).where(Form.edition_id == edition.id, Form.published_at.is_not(None))
    newest = select(Form, begun).options(whole).where(Form.edition_id == edition.id)
    newest = newest.where(Form.version >= live.scalar_subquery())
    # Whoever waited for a lock must not decide by rows that were read before it.
    fresh = newest.order_by(Form.version.desc()).limit(1).execution_options(populate_existing=True)
    row = session().execute(fresh).first()
    if row is None:
        return None
    form, is_begun = row
    now = clock.now()
    in_use = form.frozen_at is not None or is_begun or edition.opens_at <= now
    return FormInWork(form, form.published_at is not None and in_use, edition.has_refused(now))


def form_question(edition: Edition, question_key: str) -> QuestionInWork | None:
    """The question of the edition's form that has this key."""
    whole = form_in_work(edition)
    for section in whole.form.sections if whole else ():
        for question in section.questions:
            if whole and question.key == question_key:
                return QuestionInWork(whole, section, question)
    return None


def form_section(edition: Edition, section_key: str) -> SectionInWork | None:
    """The page of the edition's form that has this key."""
    whole = form_in_work(edition)
    sections = whole.form.sections if whole else ()
    section = next((section for section in sections if section.key == section_key), None)
    return SectionInWork(whole, section) if whole and section else None


def removed_questions(whole: FormInWork) -> list[RemovedQuestion]:
    """What was removed from the form, the last removed first."""
    removed = select(RemovedQuestion).where(RemovedQuestion.form_id == whole.form.id)
    return list(session().scalars(removed.order_by(RemovedQuestion.id.desc())))


def removed_question(edition: Edition, question_key: str) -> RemovedQuestion | None:
    """The question with this key that was removed from the edition's form."""
    whole = form_in_work(edition)
    removed = removed_questions(whole) if whole else []
    return next((gone for gone in removed if gone.key == question_key), None)
