"""What changed between two revisions of an application, as far as somebody may read either."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from accelerator.intake.answers.differences import ComparedAnswer, compared
from accelerator.intake.answers.reading import ReadableAnswer, ReadableSection
from accelerator.intake.models import Application, Audience, Revision
from accelerator.intake.queries.drafts import SentRevision, sent_revisions
from accelerator.intake.queries.forms import read_by


@dataclass(frozen=True)
class Comparison:
    """Two revisions side by side; ``revisions`` are all that can be chosen, newest first.

    ``answers`` holds every answer that either of them has for whoever reads, so that what is counted is theirs to know.
    """

    revisions: Sequence[Revision]
    before: Revision
    after: Revision
    answers: Sequence[ComparedAnswer]

    @property
    def changed(self) -> list[ComparedAnswer]:
        """The answers that differ."""
        return [answer for answer in self.answers if answer.has_changed]

    @property
    def same(self) -> list[ComparedAnswer]:
        """The others."""
        return [answer for answer in self.answers if not answer.has_changed]


def comparison(
    application: Application,
    audiences: frozenset[Audience],
    numbers: tuple[int | None, int | None],
    *,
    unnamed: bool = False,
    hidden: bool = False,
) -> Comparison | None:
    """Two revisions by their numbers, the last two where they name none; None where it was sent less than twice.

    The earlier one always stands first. ``unnamed`` says that files stand under their question's name, as in a blind
    round; ``hidden`` that no answer is read now.
    """
    sent = {row.revision.number: row for row in sent_revisions(application)}
    if len(sent) < 2:
        return None
    last, previous = sorted(sent, reverse=True)[:2]
    first, second = (
        number if number in sent else usual for number, usual in zip(numbers, (previous, last), strict=True)
    )
    before, after = sent[min(first, second)], sent[max(first, second)]
    answers = [] if hidden else compared(*(_read(row, audiences, unnamed) for row in (before, after)))
    return Comparison([row.revision for row in sent.values()], before.revision, after.revision, answers)


def _read(row: SentRevision, audiences: frozenset[Audience], unnamed: bool) -> list[ReadableSection]:
    sections = read_by(audiences, row.form, row.revision)
    if not unnamed:
        return sections
    return [replace(section, answers=tuple(_unnamed(answer) for answer in section.answers)) for section in sections]


def _unnamed(answer: ReadableAnswer) -> ReadableAnswer:
    return replace(answer, files=tuple(replace(file, name=answer.label) for file in answer.files))
