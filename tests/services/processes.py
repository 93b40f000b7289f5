"""Real worker processes, and what a test does to them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

import psutil

ROOT = Path(__file__).resolve().parents[2]


def wait_until(condition: Callable[[], object], seconds: float = 300, pause: float = 0.05) -> None:
    """Return as soon as ``condition`` holds; fail if it does not within ``seconds``."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} seconds: {getattr(condition, '__name__', condition)}")
        time.sleep(pause)


class Workers:
    """The supervisor and its children, as ``python -m workers`` starts them."""

    def __init__(self, folder: Path, database_url: str, redis_url: str, smtp_url: str | None = None) -> None:
        self._log = folder / "workers.log"
        self._environment = {
            **os.environ,
            "FUNADE_SECRET_KEY": "k" * 40,
            "FUNADE_INSTANCE": str(folder),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            **({"FUNADE_SMTP_URL": smtp_url} if smtp_url else {}),
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._orphans: list[psutil.Process] = []

    def start(self, *names: str) -> Self:
        """Start the processes of these names, or all."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.services.worker_program", *names],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    @property
    def log(self) -> str:
        """What the processes said."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def children(self) -> list[int]:
        """The ids of the supervisor's children."""
        return [child.pid for child in psutil.Process(self._running.pid).children()]

    def kill_those_at_work(self) -> int:
        """Kill -9 every worker that has a job in a child, and that child; how many jobs were cut."""
        cut = 0
        for worker in psutil.Process(self._running.pid).children():
            for horse in worker.children():
                # The child may have ended since it was found; then nothing was cut.
                with suppress(psutil.NoSuchProcess):
                    worker.send_signal(signal.SIGKILL)
                    horse.send_signal(signal.SIGKILL)
                    cut += 1
        return cut

    def kill_parent(self) -> None:
        """Kill -9 the supervisor alone."""
        self._orphans = psutil.Process(self._running.pid).children(recursive=True)
        self._running.kill()
        self._running.wait()

    def ask_to_stop(self) -> None:
        """Ask for the end as an operator would."""
        self._running.terminate()

    def wait(self, seconds: float = 120) -> int:
        """Wait for the end, and return the exit status."""
        return self._running.wait(seconds)

    def stop(self) -> int:
        """Ask for the end and wait for it; the exit status."""
        self.ask_to_stop()
        return self.wait()

    def destroy(self) -> None:
        """End whatever is left, so that no process of this test writes into the next one's database."""
        if self._process is None:
            return
        with suppress(psutil.NoSuchProcess):
            supervisor = psutil.Process(self._process.pid)
            self._orphans += [supervisor, *supervisor.children(recursive=True)]
        for process in self._orphans:
            with suppress(psutil.NoSuchProcess):  # jobs end by themselves meanwhile
                process.kill()
        self._process.wait()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("the workers have not been started")
        return self._process
