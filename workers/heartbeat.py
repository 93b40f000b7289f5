"""Renewing a lease from a thread while a block runs: whoever is killed stops, and the lease runs out."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from accelerator.core import installation

log = logging.getLogger(__name__)


@contextmanager
def beating(renew: Callable[[], bool], pause: float, what: str) -> Iterator[None]:
    """Call ``renew`` every ``pause`` seconds until the block ends or it says that the lease of ``what`` was lost."""
    done = threading.Event()
    thread = threading.Thread(target=_beat, args=(installation.current(), done, renew, pause, what), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _beat(
    here: installation.Installation, done: threading.Event, renew: Callable[[], bool], pause: float, what: str
) -> None:
    with installation.entered(here):
        while not done.wait(pause):
            try:
                held = renew()
            except Exception:
                # A database that is away for a moment is tried again before the lease ends.
                log.exception("the lease of %s could not be renewed", what)
                continue
            if not held:
                return
