"""Running a job in a test: what was written before is committed, and the job has contexts and transactions of its own."""

from collections.abc import Callable
from contextvars import Context
from typing import Any

from accelerator.core import db, scope
from accelerator.core.outbox import Job
from tests.services.installations import inside
from workers import registry


def runs(job: Job) -> Callable[..., None]:
    """A function that does ``job`` with a payload, as a worker would, in the edition that is chosen if one is."""

    def run(**payload: Any) -> None:
        opened, chosen = db.session() if db.is_open() else None, scope.current()
        if opened is not None:
            opened.commit()
        Context().run(inside(_do), job, chosen, payload)
        if opened is not None:
            opened.expire_all()

    return run


def _do(job: Job, chosen: scope.Scope | None, payload: dict[str, Any]) -> None:
    handler = registry.handler(job)
    if chosen is None:
        handler("0" * 32, **payload)
        return
    with scope.choose(chosen):
        handler("0" * 32, **payload)
