"""A web worker: the memory that it keeps and the time that it takes to start, in a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from tempfile import TemporaryDirectory

from config import ROOT

SHOWN = 15


@dataclass(frozen=True)
class Part:
    """A package: what its modules themselves add to the memory, and to the CPU time of the start."""

    name: str
    megabytes: float
    milliseconds: float


@dataclass(frozen=True)
class Worker:
    """Resident megabytes after the start, seconds of CPU until then, and what both consist of, the largest first."""

    megabytes: float
    seconds: float
    parts: list[Part]


def measure() -> Worker:
    """Load the program as a worker does, watching each module; the watching is part of the seconds."""
    with TemporaryDirectory(prefix="funade-bench-") as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.imports"],
            cwd=ROOT,
            env={**os.environ, "FUNADE_SECRET_KEY": "k" * 40, "FUNADE_INSTANCE": folder},
            capture_output=True,
            text=True,
            check=True,
        )
    given = json.loads(done.stdout)
    packages = [Part(name, size / 1e6, seconds * 1000) for name, size, seconds in given["packages"]]
    rest = Part("all others", *_sums(packages[SHOWN:]))
    python = Part("Python and psutil before", given["before"] / 1e6, 0)
    return Worker(given["memory"] / 1e6, given["seconds"], [python, *packages[:SHOWN], rest])


def _sums(parts: list[Part]) -> tuple[float, float]:
    return sum(part.megabytes for part in parts), sum(part.milliseconds for part in parts)
