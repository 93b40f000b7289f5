"""What the team asks about an application, and what may therefore be answered after the call has closed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accelerator.core.db import session
from accelerator.core.i18n import marks
from accelerator.intake.answers.questions import Answers, PlainForm, PlainSection, is_shown
from accelerator.intake.answers.reading import TEAM
from accelerator.intake.models import EDITABLE, Application, Enquiry
from accelerator.intake.queries.forms import current_form, form_of, plain_form
from accelerator.programmes.models import Edition


@dataclass(frozen=True)
class AskedPage:
    """The one page that may be answered after the close: the question asked about, and those that hang on it there."""

    enquiry: Enquiry
    section: PlainSection

    @property
    def keys(self) -> frozenset[str]:
        """The questions that may be answered."""
        return frozenset(question.key for question in self.section.questions)

    def answers(self, sent: Answers, draft: Answers) -> dict[str, Any]:
        """What was sent, with the answers of this page alone taken from the draft."""
        kept = {key: value for key, value in sent.items() if key not in self.keys}
        return kept | {key: value for key, value in draft.items() if key in self.keys}


def open_enquiry(application: Application) -> Enquiry | None:
    """What the team asks about the application and nobody answered yet; who asks is loaded."""
    statement = select(Enquiry).options(joinedload(Enquiry.asker))
    return session().scalar(statement.where(Enquiry.application_id == application.id, Enquiry.closed_at.is_(None)))


def last_enquiry(application: Application) -> Enquiry | None:
    """What the team asked about the application last, answered or not."""
    statement = select(Enquiry).where(Enquiry.application_id == application.id)
    return session().scalar(statement.order_by(Enquiry.id.desc()).limit(1))


def subjects_to_ask_about(application: Application) -> dict[str, str]:
    """The questions of the form that the applicant was asked, by key, as ``page: question``."""
    form = form_of(application)
    plain = plain_form(form) if form else None
    return {
        question.key: f"{section.name}{marks().colon}{question.name}"
        for section in (plain.sections if plain else ())
        for question in section.questions
        if question.audience in TEAM and is_shown(question, application.answers)
    }


def subjects_for_all(edition: Edition) -> dict[str, str]:
    """The questions of the form that every applicant is asked, whatever they answered, in the same way."""
    form = current_form(edition)
    plain = plain_form(form) if form else None
    return {
        question.key: f"{section.name}{marks().colon}{question.name}"
        for section in (plain.sections if plain else ())
        for question in section.questions
        if question.audience in TEAM and question.shown_if is None
    }


def asked_page(application: Application, form: PlainForm) -> AskedPage | None:
    """The page that may be answered after the close; None where nothing is asked, or nothing of the form."""
    if application.revision_number == 0 or application.state not in EDITABLE:
        return None
    enquiry = open_enquiry(application)
    key = enquiry.question_key if enquiry else None
    home = next(
        (section for section in form.sections if any(question.key == key for question in section.questions)), None
    )
    if enquiry is None or key is None or home is None:
        return None
    return AskedPage(enquiry, _narrowed(home, key))


def _narrowed(section: PlainSection, key: str) -> PlainSection:
    """The page with the question alone, and those that are asked because of its answer."""
    kept = {key}
    for _round in section.questions:  # a question may hang on one that hangs on it
        kept |= {question.key for question in section.questions if _conditions(question.shown_if) & kept}
    return replace(section, questions=tuple(question for question in section.questions if question.key in kept))


def _conditions(condition: Mapping[str, Any] | None) -> set[str]:
    return {condition["question"]} | _conditions(condition.get("and")) if condition else set()
