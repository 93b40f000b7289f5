"""The web server's worker: gunicorn's threads, to which a request comes only when it is whole.

gunicorn gives a thread to a connection as soon as it is accepted. So a request waits for a thread before anybody looks at
the clock, and whoever sends half a form holds a thread for as long as they like. Here one loop collects what arrives:

- the instant of a request's first byte is kept, and decides about deadlines however long a thread takes to get to it;
- a request of ordinary size is given to a thread when all of it is there, and its connection closed when it takes too long;
- of a larger one (a file) the rest is read by a thread, at most half of the threads do that at a time, and the sender may
  neither pause for long nor take for ever.
"""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime
from errno import EAGAIN, ECONNABORTED, EWOULDBLOCK
from functools import partial
from selectors import EVENT_READ
from socket import socket
from threading import local
from typing import Any

from gunicorn.http.unreader import SocketUnreader
from gunicorn.workers.gthread import TConn, ThreadWorker

from accelerator.core import clock
from accelerator.core.requests import ARRIVED

HEAD_LIMIT = 64 * 1024  # bytes; gunicorn refuses what is longer
BODY_LIMIT = 128 * 1024  # bytes that the loop collects; forms have less, files more
REQUEST_SECONDS = 30.0  # that an ordinary request may take to arrive, from when its connection is ready for it
PAUSE_SECONDS = 10.0  # that the sender of a file may pause
FILE_SECONDS = 180.0  # that a file may take in all
TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class TimedReader(SocketUnreader):
    """Reads what a thread still has to wait for, and gives up on senders who pause or never end."""

    def __init__(self, sock: socket) -> None:
        super().__init__(sock)
        self.until = 0.0

    def chunk(self, *arguments: Any, **options: Any) -> bytes:
        """The next piece. Raises TimeoutError."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the request took too long to arrive")
        self.sock.settimeout(min(left, PAUSE_SECONDS))
        try:
            piece: bytes = super().chunk(*arguments, **options)
            return piece
        finally:
            self.sock.settimeout(REQUEST_SECONDS)  # for what is written, to readers who don't read


class Connection(TConn):
    """A connection, and what has arrived of its next request."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.collected = bytearray()
        self.arrived: datetime | None = None
        self.is_large = False

    def init(self) -> None:
        """Make the parser, over a reader that keeps the time."""
        if not self.initialized:
            super().init()
            self.parser.unreader = TimedReader(self.sock)
        self.sock.settimeout(REQUEST_SECONDS)

    def hand_over(self) -> None:
        """Let the parser begin with what was collected."""
        self.init()
        self.parser.unreader.unread(bytes(self.collected))
        self.parser.unreader.until = time.monotonic() + FILE_SECONDS
        self.collected.clear()

    @property
    def is_ready(self) -> bool:
        """Whether a thread can go on with what is there."""
        end = self.collected.find(b"\r\n\r\n")
        if end < 0:
            return len(self.collected) > HEAD_LIMIT
        length = _body_length(bytes(self.collected[:end]))
        self.is_large = length is None or length > BODY_LIMIT
        return self.is_large or len(self.collected) >= end + 4 + (length or 0)


def _body_length(head: bytes) -> int | None:
    """The length that a request's head announces; None where the loop can't or need not know it."""
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _colon, value = line.partition(b":")
        name, value = name.strip().lower(), value.strip()
        if name in (b"transfer-encoding", b"expect"):
            return None
        if name == b"content-length":
            length = int(value) if value.isdigit() and len(value) < 16 else 0  # gunicorn says what is wrong with it
    return length


class Worker(ThreadWorker):
    """gunicorn's thread worker with a loop that collects requests."""

    wsgi: Any

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._here = local()  # what a thread is answering
        self._large: deque[Connection] = deque()  # waiting for one of the threads that read files
        self._readers = max(1, self.cfg.threads // 2)

    def load_wsgi(self) -> None:
        """Load the application, and tell it with each request when that arrived."""
        super().load_wsgi()
        application: Callable[..., Any] = self.wsgi

        def told(environ: dict[str, Any], start_response: Any) -> Any:
            environ[ARRIVED] = getattr(self._here, "arrived", None)
            return application(environ, start_response)

        self.wsgi = told

    def accept(self, listener: socket) -> None:
        """Take a connection and wait for its request; behind TLS of gunicorn's own the loop can't read it."""
        if self.cfg.is_ssl:
            super().accept(listener)
            return
        try:
            client, address = listener.accept()
        except OSError as error:
            if error.errno not in (EAGAIN, ECONNABORTED, EWOULDBLOCK):
                raise
            return
        self.nr_conns += 1
        self._await(Connection(self.cfg, client, address, listener.getsockname()))

    def _await(self, connection: Connection) -> None:
        connection.sock.setblocking(False)
        connection.arrived = None
        connection.timeout = time.monotonic() + REQUEST_SECONDS
        self.pending_conns.append(connection)
        self.poller.register(connection.sock, EVENT_READ, partial(self._collect, connection))

    def on_client_socket_readable(self, connection: Any, client: socket) -> None:
        """The next request of a connection that was kept begins."""
        if not isinstance(connection, Connection):
            super().on_client_socket_readable(connection, client)
            return
        self.poller.unregister(client)
        self.keepalived_conns.remove(connection)
        self._await(connection)
        self._collect(connection, client)

    def _collect(self, connection: Connection, client: socket) -> None:
        try:
            piece = client.recv(HEAD_LIMIT)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if connection.arrived is None:
            connection.arrived = clock.system_now()
        connection.collected += piece
        if not piece:
            self._leave(connection)
            self._drop(connection)
        elif connection.is_ready:
            self._leave(connection)
            self._submit(connection)

    def _leave(self, connection: Connection) -> None:
        self.poller.unregister(connection.sock)
        self.pending_conns.remove(connection)

    def _drop(self, connection: Connection) -> None:
        self.nr_conns -= 1
        connection.close()

    def _submit(self, connection: Connection) -> None:
        if connection.is_large and not self._readers:
            self._large.append(connection)  # what it goes on sending waits in the network meanwhile
            return
        self._readers -= connection.is_large
        self.enqueue_req(connection)

    def finish_request(self, connection: Any, done: "Future[Any]") -> None:
        """Make room for the next file, then go on as gunicorn does."""
        if getattr(connection, "is_large", False):
            connection.is_large = False
            self._readers += 1
            if self._large:
                self._submit(self._large.popleft())
        if isinstance(connection, Connection):
            connection.arrived = clock.system_now()  # of a request that came together with the one before
        super().finish_request(connection, done)

    def _cap_keepalive(self, deadline: float) -> None:
        """A worker that stops waits for nobody who has not begun."""
        super()._cap_keepalive(deadline)
        for connection in self.pending_conns:
            connection.timeout = min(connection.timeout, deadline)

    def murder_pending(self) -> None:
        """Close what took too long, and say so to those who had begun."""
        while self.pending_conns and self.pending_conns[0].timeout <= time.monotonic():
            connection = self.pending_conns[0]
            self._leave(connection)
            if connection.collected:
                try:
                    connection.sock.send(TOO_LATE)
                except OSError:
                    self.log.debug("A sender that took too long has gone")
            self._drop(connection)

    def handle(self, connection: Any) -> Any:
        """Answer a request, in a thread."""
        if isinstance(connection, Connection):
            connection.data_ready = True
            connection.sock.setblocking(True)
            connection.hand_over()
            self._here.arrived = connection.arrived
        return super().handle(connection)
