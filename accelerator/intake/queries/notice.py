"""Reads for the privacy notice of an edition: its free parts, what is asked for whom, and how long it is kept."""

from typing import NamedTuple

from sqlalchemy import select

from accelerator.accounts.models import SignIn
from accelerator.core.db import Base, session
from accelerator.intake.answers.questions import PlainForm
from accelerator.intake.models import Application, Attachment, Audience, QuestionKind
from accelerator.intake.notice_models import PrivacyNotice
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition


class KeptDays(NamedTuple):
    """After how many days what a person leaves here is removed, as its table declares."""

    drafts: int
    files: int
    mails: int
    sign_ins: int


def notice(edition: Edition) -> PrivacyNotice | None:
    """The free parts, once somebody has written them."""
    return session().scalar(select(PrivacyNotice).where(PrivacyNotice.edition_id == edition.id))


def kept_days() -> KeptDays:
    """Taken from the declared lives, so that the notice says what the nightly job does."""
    return KeptDays(_days(Application), _days(Attachment), _days(Message), _days(SignIn))


def asked(form: PlainForm | None, audience: Audience) -> list[str]:
    """The names of the questions whose answers this audience reads; consents are told apart."""
    questions = form.questions if form else ()
    return [
        question.name
        for question in questions
        if question.audience is audience and question.kind is not QuestionKind.CONSENT
    ]


def asked_consents(form: PlainForm | None) -> list[tuple[str, list[str], bool]]:
    """The consents that the form asks: what for, the boxes in words, and whether it can't be sent without."""
    return [
        (question.name, [question.label_of(value) for value in question.values], question.required)
        for question in (form.questions if form else ())
        if question.kind is QuestionKind.CONSENT and question.choices
    ]


def _days(row: type[Base]) -> int:
    return row.__life__.ends[0].days
