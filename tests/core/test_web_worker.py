"""The web server itself: when a request arrived, and what senders who never end can do to the others."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from http.client import HTTPConnection

import pytest

from tests.services.web_server import Server, at

pytestmark = pytest.mark.service
HEAD = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    yield from Server(tmp_path_factory.mktemp("web")).running()


@pytest.fixture
def server(shared_server: Server) -> Iterator[Server]:
    """A server that holds nobody up yet."""
    yield shared_server
    shared_server.forget()


def test_a_request_arrives_when_it_comes_and_not_when_a_thread_has_time(server):
    with server.held_up() as held, closing(HTTPConnection("127.0.0.1", server.port, timeout=60)) as waiting:
        waiting.request("POST", "/", b"x" * 1000)
        server.has_seen_what_was_sent()
        opened = datetime.now(UTC)
        server.let_go()
        assert [at(connection) < opened for connection in (waiting, *held)] == [True] * 3


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
    for server in Server(tmp_path, FUNADE_REQUEST_SECONDS="0.5").running():
        with server.opened() as slow:
            slow.sendall(HEAD % 1000 + b"x")
            assert slow.recv(100).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("size", [0, 1, 127 * 1024, 129 * 1024, 3_000_000])
def test_bodies_come_whole_also_in_pieces_and_twice_on_one_connection(server, size):
    body = os.urandom(size)
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
    for chunked in (False, True, False):
        pieces = (body[start : start + 5000] for start in range(0, size, 5000))
        connection.request(
            "POST",
            "/",
            pieces if chunked else body,
            encode_chunked=chunked,
            headers={"Transfer-Encoding": "chunked"} if chunked else {},
        )
        answer = connection.getresponse()
        said = answer.read().decode().split()
        assert (answer.status, said[1:]) == (200, [str(size), hashlib.sha256(body).hexdigest()])
    connection.close()


def test_it_stops_while_somebody_keeps_a_connection_open(tmp_path):
    for server in Server(tmp_path).running():
        with server.opened():
            server.process.terminate()
            assert server.process.wait(60) == 0
