"""What two versions of a form ask differently. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from accelerator.intake.answers.questions import PlainForm, PlainQuestion


@dataclass(frozen=True)
class FormChanges:
    """What a version asks that the one before did not, asks no more, and asks in another way (before, now).

    ``is_ordered`` says that questions or pages stand in another order or on another page, or that pages say something else.
    """

    added: tuple[PlainQuestion, ...]
    removed: tuple[PlainQuestion, ...]
    changed: tuple[tuple[PlainQuestion, PlainQuestion], ...]
    is_ordered: bool

    @property
    def nothing(self) -> bool:
        """Whether both ask the same."""
        return not (self.added or self.removed or self.changed or self.is_ordered)


def changes_between(before: PlainForm, now: PlainForm) -> FormChanges:
    """What publishing ``now`` changes; questions are the same by their key."""
    old = {question.key: question for question in before.questions}
    new = {question.key: question for question in now.questions}
    kept = [key for key in new if key in old]
    return FormChanges(
        tuple(question for key, question in new.items() if key not in old),
        tuple(question for key, question in old.items() if key not in new),
        tuple((old[key], new[key]) for key in kept if old[key] != new[key]),
        _places(before, new) != _places(now, old),
    )


def asked_anew(before: PlainForm, now: PlainForm) -> list[PlainQuestion]:
    """The questions of ``now`` that somebody who answered ``before`` was not asked: new ones, and those of another kind."""
    old = {question.key: question for question in before.questions}
    return [
        question for question in now.questions if question.key not in old or old[question.key].kind != question.kind
    ]


def _places(form: PlainForm, others: Mapping[str, PlainQuestion]) -> list[object]:
    """The pages, each with its words and with those of its questions that both forms ask."""
    return [
        (replace(section, questions=()), [question.key for question in section.questions if question.key in others])
        for section in form.sections
        if not section.questions or any(question.key in others for question in section.questions)
    ]
