"""Which function does which job: the stages' handlers, merged."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from accelerator.core.outbox import Job
from workers import (
    events,
    intake,
    keeping,
    mentoring,
    notifications,
    progress,
    reporting,
    scoring,
    screening,
    selection,
)

Handler = Callable[..., Any]

STAGES = (keeping, notifications, intake, screening, scoring, selection, mentoring, progress, events, reporting)


def merged(parts: Iterable[Mapping[str, Handler]]) -> dict[str, Handler]:
    """One table of all. Raises RuntimeError where two handlers claim the same job."""
    table: dict[str, Handler] = {}
    for handlers in parts:
        if twice := table.keys() & handlers.keys():
            raise RuntimeError(f"two handlers for {', '.join(sorted(twice))}")
        table.update(handlers)
    return table


HANDLERS = merged(stage.HANDLERS for stage in STAGES)


def handler(job: Job) -> Handler:
    """The function that does ``job``. Raises KeyError where there is none."""
    return HANDLERS[job.name]
