"""Work that is due for one edition after the other: each in transactions of its own, and a fault stops nobody else.

What falls on an edition gets a row of that edition's own: it is tried again as any job is, and the team sees it on the
page "Jobs" when it has stopped.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from accelerator.core import db, scope
from accelerator.core.outbox import Job, JobRow, JobState, enqueue
from accelerator.core.scope import Scope
from accelerator.notifications import operations
from accelerator.notifications.operations import Letter
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import edition as edition_by_id
from accelerator.programmes.queries import editions

log = logging.getLogger(__name__)
Handler = Callable[..., None]
UNSETTLED = (JobState.WAITING, JobState.RUNNING, JobState.DEAD)


def over_editions(job: Job, work: Callable[[int], None]) -> Handler:
    """A handler that calls ``work(edition id)`` for every edition, in its scope and outside of any transaction."""

    def handler(job_id: str, edition_id: int | None = None) -> None:
        with db.reading():
            chosen = [edition_by_id(edition_id)] if edition_id is not None else editions()
            due = [(edition.id, edition.scope) for edition in chosen if edition is not None]
        for key, choice in due:
            try:
                with scope.choose(choice):
                    work(key)
            except Exception:
                if edition_id is not None:
                    raise
                log.exception("%s failed for edition %d; the others go on", job.name, key)
                _set_aside(job, key, choice)

    return handler


def _set_aside(job: Job, edition_id: int, choice: Scope) -> None:
    """Give the edition a row of its own, unless it has one that waits or has stopped."""
    unsettled = exists().where(JobRow.name == job.name, JobRow.scope_key == edition_id, JobRow.state.in_(UNSETTLED))
    with scope.choose(choice), db.transaction() as opened:
        if not opened.scalar(select(unsettled)):
            enqueue(job, edition_id=edition_id)


@contextmanager
def looking(edition_id: int) -> Iterator[Edition]:
    """The edition, to look whether anything is to be done: reads keep no writer waiting."""
    with db.reading() as opened:
        yield _edition(opened, edition_id)


@contextmanager
def writing(edition_id: int) -> Iterator[Edition]:
    """The edition, in a transaction."""
    with db.transaction() as opened:
        yield _edition(opened, edition_id)


def _edition(opened: Session, edition_id: int) -> Edition:
    return opened.get_one(Edition, edition_id)


def reminders(
    letters: Callable[[Edition], Iterable[Letter]], written: Callable[[Collection[Any]], None] = lambda letters: None
) -> Callable[[int], None]:
    """Work that writes the ``letters`` of an edition, each once: found and rendered while reading, stored in portions.

    ``written`` is told in the same transaction which of a portion are new.
    """

    def work(edition_id: int) -> None:
        with looking(edition_id) as edition:
            portions = prepared(list(letters(edition)))
        for portion in portions:
            portion.store(written)

    return work


@dataclass(frozen=True)
class Portion:
    """Some letters, and the rows of those that had not been written when somebody looked."""

    letters: Sequence[Letter]
    rows: list[dict[str, Any]]

    def store(self, written: Callable[[Collection[Any]], None]) -> None:
        """Store the rows in a transaction of their own."""
        if self.rows:
            with db.transaction():
                self.store_here(written)

    def store_here(self, written: Callable[[Collection[Any]], None]) -> None:
        """Store the rows in the present transaction."""
        keys = operations.store(self.rows)
        written([letter for letter in self.letters if letter.key in keys])


def prepared(letters: Sequence[Letter]) -> list[Portion]:
    """Letters in portions, rendered while the caller reads."""
    return [Portion(portion, operations.drafted(portion)) for portion in operations.batches(letters)]
