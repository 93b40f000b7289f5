"""Coverage, held up where nothing new is run: tracing every line costs as much as running it."""

from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage

_paused: list[Coverage] = []


@contextmanager
def paused() -> Iterator[None]:
    """Nothing is measured inside the block."""
    measured_by = Coverage.current()
    if measured_by is None or _paused:
        yield
        return
    measured_by.stop()
    _paused.append(measured_by)
    try:
        yield
    finally:
        _paused.clear()
        measured_by.start()


@contextmanager
def measured() -> Iterator[None]:
    """What is made once for many tests is measured inside the block, whichever of them asks first."""
    held_up = [*_paused]
    _paused.clear()
    for measured_by in held_up:
        measured_by.start()
    try:
        yield
    finally:
        for measured_by in held_up:
            measured_by.stop()
        _paused.extend(held_up)
