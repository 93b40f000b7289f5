"""Other parts for the installation of a test, and threads that belong to it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

from accelerator.core.installation import Installation, current, entered


@contextmanager
def having(**parts: Any) -> Iterator[Installation]:
    """Inside the block the present installation has other ``parts``: an engine, a Redis, settings."""
    here = current()
    before = {name: getattr(here, name) for name in parts}
    for name, part in parts.items():
        setattr(here, name, part)
    try:
        yield here
    finally:
        for name, part in before.items():
            setattr(here, name, part)


@contextmanager
def set_to(**settings: Any) -> Iterator[Installation]:
    """Inside the block some ``settings`` of the present installation are others."""
    with having(settings=replace(current().settings, **settings)) as here:
        yield here


def inside(call: Callable[..., Any]) -> Callable[..., Any]:
    """``call`` for another thread, in the installation of whoever starts that."""
    here = current()

    @wraps(call)
    def run(*arguments: Any, **values: Any) -> Any:
        with entered(here):
            return call(*arguments, **values)

    return run


class Thread(threading.Thread):
    """A thread in the present installation."""

    def __init__(self, target: Callable[..., Any], **options: Any) -> None:
        super().__init__(target=inside(target), **options)


class Pool(ThreadPoolExecutor):
    """Threads in the installation that is present when they are given something to do."""

    def submit(self, call: Callable[..., Any], /, *arguments: Any, **values: Any) -> "Future[Any]":
        """Let a thread do it."""
        return super().submit(inside(call), *arguments, **values)
