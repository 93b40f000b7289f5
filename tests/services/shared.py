"""What the processes of one test run share: each thing is made once, by the first process that asks for it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FOLDER = "FUNADE_TEST_RUN"  # the environment's name for the folder; processes of pytest-xdist inherit it
ENDINGS: list[Callable[[Path], None]] = []
"""What is done at the end of the run, by the process that began it."""


def begin(config: pytest.Config) -> None:
    """Make the folder, unless this process belongs to a run that has one."""
    if FOLDER not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="funade-tests-")
        config.stash[_OWNED] = True


def end(config: pytest.Config) -> None:
    """End what was started and remove the folder, where this process made it."""
    if config.stash.get(_OWNED, False):
        _end()


@contextmanager
def run() -> Iterator[None]:
    """The same without pytest, inside the block: for the benchmarks."""
    os.environ[FOLDER] = tempfile.mkdtemp(prefix="funade-tests-")
    try:
        yield
    finally:
        _end()


def _end() -> None:
    folder = Path(os.environ.pop(FOLDER))
    for ending in ENDINGS:
        ending(folder)
    shutil.rmtree(folder, ignore_errors=True)


def once(name: str, make: Callable[[Path], None]) -> Path:
    """The shared file or folder ``name``; ``make(path)`` makes it for the first who asks, and the others wait."""
    folder = Path(os.environ[FOLDER])
    path = folder / name
    with (folder / f"{name}.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if not path.exists():
            unfinished = folder / f"{name}.unfinished"
            make(unfinished)
            unfinished.rename(path)
    return path


def add_to(name: str, lines: set[str]) -> bool:
    """Add lines to the shared set ``name``; whether any of them was not in it."""
    path = Path(os.environ[FOLDER]) / name
    with path.open("a+") as kept:
        fcntl.flock(kept, fcntl.LOCK_EX)
        kept.seek(0)
        new = lines - set(kept.read().split())
        kept.writelines(f"{line}\n" for line in sorted(new))
    return bool(new)


_OWNED = pytest.StashKey[bool]()
