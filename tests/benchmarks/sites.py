"""A program behind gunicorn on PostgreSQL, and what its processes have spent.

The operating system counts the CPU time of each process, so the worker's is known apart from that of the database and of
whoever asks for the page.
"""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil
from sqlalchemy import text

from accelerator.core import db
from tests.benchmarks.island import Island
from tests.benchmarks.pages import visitor
from tests.services.web_server import Server


@dataclass(frozen=True)
class Spent:
    """Seconds of CPU: of the web worker, and of the database for it."""

    application: float
    database: float

    def __sub__(self, other: "Spent") -> "Spent":
        return Spent(self.application - other.application, self.database - other.database)

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.application + other.application, self.database + other.database)


@dataclass(frozen=True)
class Start:
    """From the command to the first answer: seconds, seconds of CPU of all processes, and the worker's memory."""

    seconds: float
    processor: float
    megabytes: float


class Site:
    """One gunicorn worker; its connections to the database carry ``name``, by which their processes are known."""

    def __init__(self, server: Server, name: str) -> None:
        self.port, self.name = server.port, name
        self.master = psutil.Process(server.process.pid)
        self._worker: psutil.Process | None = None

    @property
    def worker(self) -> psutil.Process:
        """The process that answers."""
        if self._worker is None:
            (self._worker,) = self.master.children()
        return self._worker

    @property
    def megabytes(self) -> float:
        """What the worker has in memory."""
        return self.worker.memory_info().rss / 1e6

    def application_seconds(self) -> float:
        """What the worker has spent so far."""
        return _seconds(self.worker)

    def spent(self) -> Spent:
        """What the worker and its part of the database have spent so far.

        PostgreSQL may run a statement in several processes. The further ones end with it, and their parent has their sum.
        """
        serving = [psutil.Process(pid) for pid in self._backends()]
        ended = 0.0
        if serving:
            times = serving[0].parent().cpu_times()
            ended = times.children_user + times.children_system
        return Spent(self.application_seconds(), ended + sum(map(_seconds, serving)))

    def _backends(self) -> list[int]:
        mine = "application_name = :name AND backend_type = 'client backend'"
        with db.engine().connect() as connection:
            return list(connection.scalars(text(f"SELECT pid FROM pg_stat_activity WHERE {mine}"), {"name": self.name}))


def _seconds(process: psutil.Process) -> float:
    threads = list(Path(f"/proc/{process.pid}/task").glob("*/schedstat"))
    if threads:  # in nanoseconds, where Linux keeps it; the other way is exact to a hundredth of a second only
        return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
    times = process.cpu_times()
    return float(times.user + times.system)


@dataclass(frozen=True)
class Answer:
    """What came back, as Flask's client names it."""

    status_code: int
    data: bytes


class Connected:
    """Somebody's browser on one connection that is kept: the cookies of ``who``, signed in, or a stranger's."""

    def __init__(self, site: Site, place: Island, who: str) -> None:
        self._connection = HTTPConnection("127.0.0.1", site.port, timeout=300)
        self._headers = {"Host": "localhost"}
        self._token = ""
        if who != "stranger":
            browser = visitor(place, who)
            self._token = browser.csrf_token()
            cookie = browser.client.get_cookie(place.app.config["SESSION_COOKIE_NAME"])
            self._headers["Cookie"] = f"{cookie.key}={cookie.value}"

    def get(self, path: str) -> Answer:
        """A safe request."""
        return self._ask("GET", path)

    def post(self, path: str, data: dict[str, Any] | None = None) -> Answer:
        """An unsafe request."""
        form = urlencode({**(data or {}), "csrf_token": self._token})
        return self._ask("POST", path, form, {"Content-Type": "application/x-www-form-urlencoded"})

    def close(self) -> None:
        """End the connection; a further request begins another. The server closes one that has rested for some seconds."""
        self._connection.close()

    def _ask(self, method: str, path: str, form: str | None = None, headers: dict[str, str] | None = None) -> Answer:
        self._connection.request(method, path, form, {**self._headers, **(headers or {})})
        answer = self._connection.getresponse()
        data = answer.read()
        if answer.status not in (200, 302):
            raise RuntimeError(f"{method} {path} answers {answer.status}")
        return Answer(answer.status, data)


@contextmanager
def serving(folder: Path, program: str, name: str, first: str, **variables: str) -> Iterator[tuple[Site, Start]]:
    """``program`` behind gunicorn, and what it took until it had answered ``first``; ended afterwards."""
    url = db.engine().url.update_query_dict({"application_name": name}).render_as_string(hide_password=False)
    settings = {"DATABASE_URL": url, "FUNADE_SECRET_KEY": "k" * 40, "FUNADE_BASE_URL": "http://localhost"}
    folder.mkdir(exist_ok=True)
    begun = time.perf_counter()
    server = Server(folder, program, **settings, **variables)
    with contextmanager(server.running)():
        with closing(HTTPConnection("127.0.0.1", server.port, timeout=120)) as connection:
            connection.request("GET", first, headers={"Host": "localhost"})
            answer = connection.getresponse()
            answer.read()
        seconds, site = time.perf_counter() - begun, Site(server, name)
        if answer.status != 200:
            raise RuntimeError(f"{first} answers {answer.status}")
        spent = _seconds(site.master) + site.application_seconds()
        yield site, Start(seconds, spent, site.megabytes)
