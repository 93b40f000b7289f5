"""How far an application is: per section, and as a whole."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accelerator.intake.answers.checking import check
from accelerator.intake.answers.questions import Answers, PlainForm, PlainQuestion, PlainSection, is_filled, is_shown

MINUTES = 40  # for the whole form, as the call page says


@dataclass(frozen=True)
class SectionStatus:
    """``problems`` are ``(question, sentence)``; ``missing`` counts required answers that are not there."""

    section: PlainSection
    started: bool
    missing: int
    problems: tuple[tuple[PlainQuestion, str], ...]

    @property
    def done(self) -> bool:
        """Whether nothing stands in the way of sending."""
        return not self.problems


def problems(section: PlainSection, answers: Answers, today: date) -> list[tuple[PlainQuestion, str]]:
    """Everything that has to be put right on a page, in its order."""
    return [
        (question, sentence)
        for question in section.questions
        for sentence in check(question, answers.get(question.key), answers, today)
    ]


def faulty(section: PlainSection, answers: Answers, today: date) -> dict[str, list[str]]:
    """By question, what is wrong with the answers that are there; of what is still to come nothing is said."""
    sentences: dict[str, list[str]] = {}
    for question, sentence in problems(section, answers, today):
        if is_filled(answers.get(question.key)):
            sentences.setdefault(question.key, []).append(sentence)
    return sentences


def status(section: PlainSection, answers: Answers, today: date) -> SectionStatus:
    """How far one section is."""
    asked = [question for question in section.questions if is_shown(question, answers)]
    missing = sum(question.required and not is_filled(answers.get(question.key)) for question in asked)
    started = any(is_filled(answers.get(question.key)) for question in asked)
    return SectionStatus(section, started, missing, tuple(problems(section, answers, today)))


def overview(form: PlainForm, answers: Answers, today: date) -> list[SectionStatus]:
    """How far each section is."""
    return [status(section, answers, today) for section in form.sections]


def minutes_left(form: PlainForm, statuses: Iterable[SectionStatus]) -> int:
    """A guess of the minutes to go, in steps of five: the share of required answers that are missing."""
    required = sum(question.required for question in form.questions) or 1
    missing = sum(status.missing for status in statuses)
    return -(-MINUTES * missing // (required * 5)) * 5


def kept(form: PlainForm, answers: Answers) -> dict[str, object]:
    """The answers that count when the form is sent: to questions of the form that are asked."""
    return {
        question.key: answers[question.key]
        for question in form.questions
        if is_shown(question, answers) and is_filled(answers.get(question.key))
    }
