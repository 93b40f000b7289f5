"""``python -m tests.benchmarks.imports``: what each package adds to a web worker's memory and start, as JSON.

Every module is watched while it is loaded; what the modules that it imports take is counted as theirs.
"""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.machinery import ExtensionFileLoader, SourceFileLoader
from typing import Any

import psutil

me = psutil.Process()
bytes_of: Counter[str] = Counter()
seconds_of: defaultdict[str, float] = defaultdict(float)
inner: list[list[float]] = []  # what the modules that are being loaded have imported: bytes and seconds of each


def _now() -> tuple[float, float]:
    return me.memory_info().rss, time.process_time()


def _watched(load: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    @wraps(load)
    def loaded(loader: Any, subject: Any) -> Any:
        memory, clock = _now()
        inner.append([0, 0])
        try:
            return load(loader, subject)
        finally:
            inside = inner.pop()
            memory_now, clock_now = _now()
            package = loader.name.split(".")[0]
            bytes_of[package] += int(memory_now - memory - inside[0])
            seconds_of[package] += clock_now - clock - inside[1]
            if inner:
                inner[-1][0] += memory_now - memory
                inner[-1][1] += clock_now - clock

    return loaded


def main() -> None:
    """Load what a worker loads, and print the sums by package beside those of the process."""
    before = _now()[0]
    for loader, names in ((SourceFileLoader, ["exec_module"]), (ExtensionFileLoader, ["create_module", "exec_module"])):
        for name in names:
            setattr(loader, name, _watched(getattr(loader, name)))
    for module in ("accelerator.core.web_worker", "wsgi"):
        import_module(module)
    memory, seconds = _now()
    packages = [(name, size, seconds_of[name]) for name, size in bytes_of.most_common()]
    print(json.dumps({"before": before, "memory": memory, "seconds": seconds, "packages": packages}))  # noqa: T201


if __name__ == "__main__":
    main()
