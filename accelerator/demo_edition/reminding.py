"""Reminders that were due at each moment. A later moment holds those of the earlier ones, as its own past.

The workers write the reminders of the present anew at every moment, each once; what came before would be missing.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from accelerator.core import scope
from accelerator.core.db import session
from accelerator.demo_edition.moments import Moment, at
from accelerator.mentoring.operations import reminding as of_sessions
from accelerator.notifications.operations import Letter, drafted, store
from accelerator.programmes.models import Edition
from accelerator.progress.models import Milestone
from accelerator.progress.operations import reminding as of_milestones
from accelerator.scoring.models import Round
from accelerator.scoring.operations.reminding import review_reminders
from accelerator.scoring.queries.rounds import open_round

TEXTS = ("subject", "body", "html", "calendar")


class Reminders:
    """What was written at the moments so far: the rows of mails, and the edition whose pages they lead to."""

    def __init__(self) -> None:
        self._rows: list[tuple[Edition, dict[str, Any]]] = []

    def write(self, edition: Edition, moment: Moment) -> None:
        """Store what earlier moments sent, then what is due now."""
        with at(edition, moment.at):
            pages = {earlier.id: _pages(earlier, edition) for earlier, _row in self._rows}
            store([_again(row, edition, pages[earlier.id]) for earlier, row in self._rows])
            due = drafted(_due(edition))
            store(due)
        self._rows += [(edition, row) for row in due]


def _due(edition: Edition) -> list[Letter]:
    round_ = open_round(edition)
    reviews = review_reminders(round_, edition) if round_ is not None else []
    return [*reviews, *of_sessions.letters(edition), *of_milestones.letters(edition)]


def _pages(earlier: Edition, edition: Edition) -> dict[str, str]:
    """Which page of the later edition takes the place of which of the earlier one; the longest address first."""
    numbers = _milestones(edition)
    before, after = f"/editions/{earlier.slug}", f"/editions/{edition.slug}"
    moved = {
        f"{before}/milestones/{number}": f"{after}/milestones/{numbers[promise]}"
        for promise, number in _milestones(earlier).items()
        if promise in numbers
    }
    return dict(sorted(moved.items(), reverse=True)) | {f"{before}/": f"{after}/"}


def _milestones(edition: Edition) -> dict[tuple[Any, ...], int]:
    """The milestones of an edition by what is the same at every moment."""
    columns = select(Milestone.startup_id, Milestone.due_on, Milestone.title, Milestone.id)
    with at(edition, edition.opens_at):
        rows = session().execute(columns.where(Milestone.edition_id == edition.id))
        return {(startup, due, title["en"]): number for startup, due, title, number in rows}


def _counterpart(round_id: int | None, edition: Edition) -> int | None:
    """The round of the same number in another edition."""
    if round_id is None:
        return None
    with scope.everywhere():
        number = select(Round.number).where(Round.id == round_id).scalar_subquery()
        return session().scalar(select(Round.id).where(Round.edition_id == edition.id, Round.number == number))


def _again(row: Mapping[str, Any], edition: Edition, pages: Mapping[str, str]) -> dict[str, Any]:
    """The same mail in another edition; what a reminder is about, if anything, is a round."""
    texts = {name: row[name] for name in TEXTS}
    for old, new in pages.items():
        texts = {name: text and text.replace(old, new) for name, text in texts.items()}
    return {**row, **texts, "key": f"{row['key']}:{edition.slug}", "edition_id": edition.id} | {
        "about_id": _counterpart(row["about_id"], edition)
    }
