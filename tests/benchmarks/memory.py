"""A web worker: the memory that it keeps and the time that it takes to start, in a process of its own."""

import json
import subprocess
import sys
from dataclasses import dataclass

from config import ROOT

SHOWN = 12
STARTS = """
import json, resource, time
import accelerator.app, accelerator.core.web_worker
from accelerator import lifecycle
from accelerator.core import web
for stage in lifecycle.STAGES:
    web.feature_of(stage)
resident = next(line for line in open("/proc/self/status") if line.startswith("VmRSS"))
print(json.dumps([int(resident.split()[1]) / 1024, time.process_time()]))
"""
PARTS = """
import collections, json, tracemalloc
tracemalloc.start()
import accelerator.app, accelerator.core.web_worker
from accelerator import lifecycle
from accelerator.core import web
for stage in lifecycle.STAGES:
    web.feature_of(stage)
sizes = collections.Counter()
for trace in tracemalloc.take_snapshot().statistics("filename"):
    path = trace.traceback[0].filename
    part = path.split("site-packages/")[-1] if "site-packages/" in path else path.rsplit("/accelerator/", 1)[-1]
    mine = "accelerator" if "/accelerator/" in path and "site-packages" not in path else part.split("/")[0]
    sizes["importing code" if path.startswith("<frozen importlib") else mine] += trace.size
print(json.dumps(sizes.most_common(SHOWN)))
"""


@dataclass(frozen=True)
class Worker:
    """Resident megabytes after the start, seconds of CPU until then, and what the memory consists of."""

    megabytes: float
    seconds: float
    parts: list[tuple[str, float]]


def measure() -> Worker:
    """Start two processes: one as it is, one that notes who asked for which memory."""
    megabytes, seconds = _run(STARTS)
    parts = [(name, size / 1e6) for name, size in _run(PARTS.replace("SHOWN", str(SHOWN)))]
    return Worker(megabytes, seconds, parts)


def _run(program: str) -> list[list[float]] | list[float]:
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    given: list[float] = json.loads(done.stdout)
    return given
