"""A whole installation on free ports of the loopback, in a folder that goes away: Valkey, workers, web server."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.error import URLError

from accelerator.app import opened
from accelerator.core import db
from accelerator.core.installation import entered
from config import Settings
from tests.servers.valkey import Valkey
from tests.services.migrated import migrated_sqlite

ROOT = Path(__file__).resolve().parents[2]
SECRET = "journey-" * 5
GRACE = 30  # seconds that a process gets to finish what it is doing


@dataclass
class Installation:
    """What an operator starts, with the operator's variables. ``demo`` offers the synthetic people at the entrance."""

    folder: Path
    demo: bool = False
    workers: bool = True
    port: int = 0
    _entered: ExitStack = field(default_factory=ExitStack)
    _valkey: Valkey = field(default_factory=Valkey)
    _processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the web server answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """The same settings for this process, which prepares editions and reads mails."""
        return Settings(
            secret_key=SECRET,
            database_url=f"sqlite:///{self.folder / 'funade.db'}",
            redis_url=self._valkey.url,
            instance=self.folder,
            base_url=self.url,
            mail_backend="outbox",
            mail_from="Funade <no-reply@example.org>",
            smtp_url=None,
            trusted_hosts=("127.0.0.1",),
            proxies=0,
            demo=self.demo,
        )

    def prepare(self) -> Self:
        """Start Valkey, lay down a migrated database, and let this process work in it too."""
        self.port = _free_port()
        self._valkey.start()
        self._entered.enter_context(entered(opened(self.settings)))
        migrated_sqlite(self.folder / "funade.db")
        return self

    def start(self) -> Self:
        """Start workers and web server, and wait until a page comes."""
        if self.workers:
            self._run("workers", "-m", "workers")
        self._run("web", "-m", "gunicorn", "wsgi:app")
        self._wait()
        return self

    def stop(self) -> None:
        """Stop in the order of an operator: web, workers, Valkey."""
        for process in reversed(self._processes):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        db.engine().dispose()
        self._entered.close()
        self._valkey.stop()

    def log(self, name: str) -> str:
        """What a process said."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def _run(self, name: str, *arguments: str) -> None:
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("FUNADE_")},
            "FUNADE_SECRET_KEY": SECRET,
            "FUNADE_INSTANCE": str(self.folder),
            "FUNADE_BASE_URL": self.url,
            "DATABASE_URL": self.settings.database_url,
            "REDIS_URL": self._valkey.url,
            "FUNADE_DEMO": "01"[self.demo],
            "FUNADE_BIND": f"127.0.0.1:{self.port}",
            "FUNADE_WEB_PROCESSES": "1",
            "FUNADE_WEB_THREADS": "8",
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            self._processes.append(
                subprocess.Popen(
                    [sys.executable, *arguments],
                    cwd=ROOT,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._processes[-1].poll() is None:
            try:
                with urllib.request.urlopen(f"{self.url}/", timeout=10):
                    return
            except (URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"the web server does not answer:\n{self.log('web')}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(installation: Installation) -> Iterator[Installation]:
    """The installation, already prepared, while it runs."""
    try:
        yield installation.start()
    finally:
        installation.stop()
