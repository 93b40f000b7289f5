"""The nightly job: what the lives of the tables say is done, one transaction per table and batch."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from accelerator.core import db, scope, storage
from accelerator.core.db import Base
from accelerator.core.i18n import lazy
from accelerator.core.keeping import BATCH, KEEP_LIVES, ends, forget_orphans, keep, keep_details
from accelerator.core.outbox import report_progress, report_result
from accelerator.intake.models import Application, Attachment
from accelerator.intake.operations.keeping import forget_drafts, forget_replaced_files
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import editions

log = logging.getLogger(__name__)
STEP = lazy("Looking for expired data")
Batches = Callable[[], Iterator[int]]


class NotKept(Exception):
    """Some tables could not be kept; the others were."""


def _until_done(once: Callable[[], int]) -> Iterator[int]:
    while True:
        with db.transaction():
            ended = once()
        yield ended
        if ended < BATCH:
            return


def _in_each_edition(batches: Callable[[Edition], Iterator[int]]) -> Iterator[int]:
    with db.reading():
        every = editions()
    for edition in every:
        with scope.choose(edition.scope):
            yield from batches(edition)


def _drafts(edition: Edition) -> Iterator[int]:
    yield from _until_done(partial(forget_drafts, edition))


def _files(edition: Edition) -> Iterator[int]:
    after: int | None = 0
    while after is not None:
        with db.transaction():
            ended, after = forget_replaced_files(edition, after=after)
        yield ended


def _orphans() -> Iterator[int]:
    resting = storage.resting_keys()
    while keys := list(islice(resting, BATCH)):
        with db.transaction():
            removed = forget_orphans(keys)
        yield removed


OWN: dict[type[Base], Batches] = {
    Attachment: partial(_in_each_edition, _files),
    Application: partial(_in_each_edition, _drafts),
}
"""The ends that a stage keeps itself, because more than a row hangs on them."""


def _steps() -> list[tuple[str, Batches]]:
    plain: list[tuple[str, Batches]] = [
        (row.__tablename__, partial(_until_done, partial(keep, row, end))) for row, end in ends()
    ]
    stages: list[tuple[str, Batches]] = [(row.__tablename__, batches) for row, batches in OWN.items()]
    return [("audit_detail", partial(_until_done, keep_details)), *stages, *plain, ("files", _orphans)]


def keep_lives(job_id: str) -> None:
    """Go through all tables; one that fails is named at the end and stops no other. Repeatable."""
    counts: Counter[str] = Counter()
    steps, failed = _steps(), []
    for number, (table, batches) in enumerate(steps):
        with db.transaction():
            report_progress(job_id, number, len(steps), STEP)
        try:
            for ended in batches():
                counts[table] += ended
        except Exception:
            log.exception("what is too old in %s could not be ended", table)
            failed.append(table)
    with db.transaction():
        report_progress(job_id, len(steps), len(steps))
        report_result(job_id, {table: count for table, count in counts.items() if count})
    if failed:
        raise NotKept(", ".join(failed))


HANDLERS: dict[str, Callable[..., Any]] = {KEEP_LIVES.name: keep_lives}
