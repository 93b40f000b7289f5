"""gunicorn as everybody runs it, with its own worker and ``gunicorn.conf.py``, and what a test sends to it."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path

from tests.services.processes import ROOT, wait_until

THREADS = 2


def at(connection: HTTPConnection) -> datetime:
    """When the request of this connection arrived, as ``web_program`` was told."""
    return datetime.fromisoformat(connection.getresponse().read().decode().split()[0])


class Server:
    """One process and two threads, serving a program of the tests."""

    def __init__(self, folder: Path, program: str = "tests.services.web_program:app", **variables: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        environment = {
            **os.environ,
            "FUNADE_BIND": f"127.0.0.1:{self.port}",
            "FUNADE_WEB_PROCESSES": "1",
            "FUNADE_WEB_THREADS": str(THREADS),
            "FUNADE_INSTANCE": str(folder),
            **variables,
        }
        self.process = subprocess.Popen([sys.executable, "-m", "gunicorn", program], cwd=ROOT, env=environment)

    def opened(self) -> socket.socket:
        """A connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def answers(self) -> bool:
        """Whether it can be asked something."""
        try:
            with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
                connection.request("GET", "/")
                return connection.getresponse().read() is not None
        except OSError:
            return False

    def get(self, path: str = "/") -> datetime:
        """When a new request arrived, as ``web_program`` was told."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path)
            return at(connection)

    @contextmanager
    def held_up(self) -> Iterator[list[HTTPConnection]]:
        """All threads are busy inside the block, until :meth:`let_go`; gives the connections that hold them."""
        held = [HTTPConnection("127.0.0.1", self.port, timeout=60) for _thread in range(THREADS)]
        for number, connection in enumerate(held):
            connection.request("GET", f"/held?{number}")
        wait_until(lambda: len(list(self.folder.glob("held-*"))) == THREADS)
        try:
            yield held
        finally:
            self.let_go()
            for connection in held:
                connection.close()

    def let_go(self) -> None:
        """Let the threads that are held go on."""
        (self.folder / "open").touch()

    def forget(self) -> None:
        """Let threads be held up anew."""
        for path in (*self.folder.glob("held-*"), self.folder / "open"):
            path.unlink(missing_ok=True)

    def has_seen_what_was_sent(self) -> None:
        """Return once the loop has read everything that was sent before this call.

        It reads this connection in at least two further turns, so that all others that had something came before.
        """
        with self.opened() as late:
            late.sendall(b"GET ")
            late.shutdown(socket.SHUT_WR)
            assert late.recv(1) == b""

    def running(self) -> Iterator["Server"]:
        """The server once it answers; ended afterwards."""
        try:
            wait_until(self.answers, seconds=60)
            yield self
        finally:
            self.let_go()
            self.process.terminate()
            self.process.wait(60)
