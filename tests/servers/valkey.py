"""A real Valkey for the tests, one for each test worker, that can be killed and come back."""

import signal
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from redis import Redis

from accelerator.core.embedded import EmbeddedValkey


class Valkey:
    """A private server in a temporary folder, with the settings of the demonstration."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="funade-valkey-")
        self._server = EmbeddedValkey(Path(self._folder.name))

    def start(self) -> str:
        """Start the server, or start it again after ``kill``; its address, which stays the same."""
        return self._server.start()

    @property
    def url(self) -> str:
        """The address for ``REDIS_URL``."""
        return self._server.url

    @property
    def pid(self) -> int | None:
        """The server's process, while there is one."""
        return self._server.process.pid if self._server.process else None

    def kill(self) -> None:
        """End the server as a power cut would: no farewell, no last write."""
        if self._server.process is not None:
            self._server.process.send_signal(signal.SIGKILL)
            self._server.process.wait()

    def flush(self) -> None:
        """Forget everything."""
        with Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        """End the server and remove its files."""
        self._server.stop()
        self._folder.cleanup()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
