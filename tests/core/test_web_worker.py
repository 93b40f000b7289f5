"""The web server itself: when a request arrived, and what senders who never end can do to the others."""

import hashlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.services.processes import ROOT, wait_until

pytestmark = pytest.mark.service
THREADS = 2
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"


class Server:
    """gunicorn with the configuration that everybody uses, one process and two threads."""

    def __init__(self, folder: Path, **variables: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.folder = folder
        environment = {**os.environ, "FUNADE_BIND": f"127.0.0.1:{self.port}", "FUNADE_WEB_PROCESSES": "1",
                       "FUNADE_WEB_THREADS": str(THREADS), "FUNADE_INSTANCE": str(folder), **variables}  # fmt: skip
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "tests.services.web_program:app"], cwd=ROOT, env=environment
        )

    def opened(self) -> socket.socket:
        """A connection."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=60)

    def answers(self) -> bool:
        try:
            return self.get() is not None
        except OSError:
            return False

    def get(self, path: str = "/") -> datetime:
        """When a new request arrived, as the program was told."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            connection.request("GET", path)
            return at(connection)

    def has_seen_what_was_sent(self) -> None:
        """Return once the loop has read everything that was sent before this call.

        It reads this connection in at least two further turns, so that all others that had something came before.
        """
        with self.opened() as late:
            late.sendall(b"GET ")
            late.shutdown(socket.SHUT_WR)
            assert late.recv(1) == b""


def at(connection: HTTPConnection) -> datetime:
    return datetime.fromisoformat(connection.getresponse().read().decode().split()[0])


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from running(Server(tmp_path_factory.mktemp("web")))


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """A server that holds nobody up yet."""
    yield shared_server
    for path in (*shared_server.folder.glob("held-*"), shared_server.folder / "open"):
        path.unlink(missing_ok=True)


def running(started: Server) -> Iterator[Server]:
    try:
        wait_until(started.answers, seconds=60)
        yield started
    finally:
        (started.folder / "open").touch()
        started.process.terminate()
        started.process.wait(60)


def test_a_request_arrives_when_it_comes_and_not_when_a_thread_has_time(server):
    held = [HTTPConnection("127.0.0.1", server.port, timeout=60) for _ in range(THREADS)]
    for number, connection in enumerate(held):
        connection.request("GET", f"/held?{number}")
    wait_until(lambda: len(list(server.folder.glob("held-*"))) == THREADS)
    waiting = HTTPConnection("127.0.0.1", server.port, timeout=60)
    waiting.request("POST", "/", b"x" * 1000)
    server.has_seen_what_was_sent()
    opened = datetime.now(UTC)
    (server.folder / "open").touch()
    assert at(waiting) < opened
    assert [at(connection) < opened for connection in held] == [True, True]
    for connection in (waiting, *held):
        connection.close()


@pytest.mark.parametrize(
    "begun",
    [b"", b"GET / HT", HEAD % 1000 + b"x", HEAD % 20_000_000 + b"x" * 100_000],
    ids=["nothing", "head", "form", "file"],
)
def test_senders_who_never_end_keep_nobody_else_waiting(server, begun):
    unfinished = [server.opened() for _ in range(16)]
    for connection in unfinished:
        connection.sendall(begun)
    server.has_seen_what_was_sent()
    before = datetime.now(UTC)
    assert [server.get() >= before for _ in range(4)] == [True] * 4
    for connection in unfinished:
        connection.close()


def test_who_takes_too_long_is_told_and_cut(tmp_path):
    for server in running(Server(tmp_path, FUNADE_REQUEST_SECONDS="0.5")):
        with server.opened() as slow:
            slow.sendall(HEAD % 1000 + b"x")
            assert slow.recv(100).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("size", [0, 1, 127 * 1024, 129 * 1024, 3_000_000])
def test_bodies_come_whole_also_in_pieces_and_twice_on_one_connection(server, size):
    body = os.urandom(size)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    for chunked in (False, True, False):
        pieces = (body[start : start + 5000] for start in range(0, size, 5000))
        connection.request("POST", "/", pieces if chunked else body, encode_chunked=chunked,
                           headers={"Transfer-Encoding": "chunked"} if chunked else {})  # fmt: skip
        answer = connection.getresponse()
        said = answer.read().decode().split()
        assert (answer.status, said[1:]) == (200, [str(size), hashlib.sha256(body).hexdigest()])
    connection.close()


def test_it_stops_while_somebody_keeps_a_connection_open(tmp_path):
    for server in running(Server(tmp_path)):
        with server.opened():
            server.process.terminate()
            assert server.process.wait(60) == 0
