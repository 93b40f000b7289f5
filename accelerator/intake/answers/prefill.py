"""What a new draft takes over from what is known of the firm. Pure.

Only questions that are carried, which by default are those that say who the firm is: what holds for a day or a year (traction, staff, money), what is about one edition (track,
goals, hours, who attends), files, declarations, consents and statistics are asked anew each time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from accelerator.intake.answers.checking import check
from accelerator.intake.answers.questions import Answers, PlainForm, PlainQuestion, is_filled, is_shown
from accelerator.intake.models import QuestionKind
from accelerator.intake.roles import QuestionRole


@dataclass(frozen=True)
class Sent:
    """What a firm sent last: the answers, and by key the kind of each question; ``keys`` says which one had which role."""

    answers: Answers
    kinds: Mapping[str, QuestionKind]
    keys: Mapping[QuestionRole, str]

    def answer(self, question: PlainQuestion) -> Any:
        """What was answered to the same question: that of its role, else that of its key, and of its kind."""
        key = self.keys.get(question.role, question.key) if question.role else question.key
        return self.answers.get(key) if self.kinds.get(key) is question.kind else None


NEVER = frozenset(
    {QuestionKind.FILE, QuestionKind.DECLARATION, QuestionKind.CONSENT, QuestionKind.TRACK, QuestionKind.HOURS}
)


def known_answers(
    form: PlainForm, record: Mapping[QuestionRole, Any], sent: Sent | None, today: date
) -> dict[str, Any]:
    """The answers to ``form`` that are known: those of the record, else those sent last to the same question.

    What this form would refuse, such as a sector that it does not offer, is left out. The name stays in any case.
    """
    known: dict[str, Any] = {}
    for question in form.questions:
        if not question.carried or question.kind in NEVER:
            continue
        value = record.get(question.role) if question.role else None
        if not is_filled(value) and sent is not None:
            value = sent.answer(question)
        # A table of founders with gaps is better than an empty one; the page says what is missing.
        fits = question.kind is QuestionKind.FOUNDERS or not check(question, value, known, today)
        if is_filled(value) and is_shown(question, known) and fits:
            known[question.key] = value
    return {**only_name(form, record), **known}


def only_name(form: PlainForm, record: Mapping[QuestionRole, Any]) -> dict[str, Any]:
    """The name alone, as the record has it."""
    name = form.of_role(QuestionRole.NAME)
    return {name.key: record[QuestionRole.NAME]} if name else {}


def founders_still_there(rows: Any, gone: Sequence[str]) -> list[Mapping[str, Any]]:
    """The founders of an earlier table without those who left or said that they are none, by their addresses."""
    listed = rows if isinstance(rows, list) else []
    return [row for row in listed if isinstance(row, dict) and row.get("email") not in gone]
