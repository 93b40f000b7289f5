"""Pages: CPU time, statements and bytes, beside a bare page of the same run."""

import gzip
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import event, select
from werkzeug.test import TestResponse

from accelerator.core import db, scope
from accelerator.scoring.models import Round
from tests.benchmarks import bare
from tests.benchmarks.island import TEXT, Island, island
from tests.factories import Browser

SIZES = (237, 2_000, 10_000)
WARM, RUNS = 3, 15


@dataclass(frozen=True)
class Budget:
    """What speed.md allows, in units of the bare page of the same run; None where it says nothing."""

    ratio: float | None = None
    statements: int | None = None
    kilobytes: float | None = None  # gzipped
    only_at: int | None = None  # the number of applications that it speaks of
    growth: float | None = 1.2  # of what it is at the smallest size

    def misses(self, size: int, ratio: float, statements: int, gzipped: float) -> list[str]:
        """The limits that these figures break."""
        if self.only_at not in {None, size}:
            return []
        pairs = [
            ("ratio", ratio, self.ratio),
            ("SQL", statements, self.statements),
            ("gzipped kB", gzipped, self.kilobytes),
        ]
        return [f"{name} > {limit}" for name, value, limit in pairs if limit is not None and value > limit]


@dataclass(frozen=True)
class Measured:
    """One page at one size."""

    page: str
    size: int
    milliseconds: float
    ratio: float
    statements: int
    kilobytes: float
    gzipped: float
    budget: Budget

    @property
    def misses(self) -> list[str]:
        """The limits that it breaks."""
        return self.budget.misses(self.size, self.ratio, self.statements, self.gzipped)


LIST = Budget(ratio=1.7, statements=10, kilobytes=8)
SINGLE = Budget(ratio=1.0, statements=15)
APPLICATION = Budget(ratio=1.2, statements=15)  # with the next step, tags and owner on it
HOME = Budget(ratio=0.9, statements=15)
BOARD = Budget(ratio=4.0, statements=15, kilobytes=25, only_at=SIZES[0], growth=None)
EXPORT = Budget(ratio=2.2, statements=15, only_at=SIZES[0], growth=None)
REASON = "A look at what it costs."


class Visitor(Protocol):
    """Who asks for pages: Flask's client in this process, or a connection to a web server."""

    def get(self, path: str) -> Any:
        """A safe request."""

    def post(self, path: str, data: dict[str, Any] | None = None) -> Any:
        """An unsafe request."""


Request = Callable[[], Any]
Asks = Callable[[Island, Visitor, str], Request]


def reads(place: Island, browser: Visitor, path: str) -> Request:
    """Ask for a page."""
    return lambda: browser.get(path)


def saves(place: Island, browser: Visitor, path: str) -> Request:
    """Submit a review, again and again: each time with the version that the last one left."""
    with db.reading(), scope.choose(place.edition.scope):
        marks = {f"mark_{line.key}": "3" for line in db.session().scalars(select(Round)).one().criteria}
    words = {"recommendation": "yes", "confidence": "2", "note": TEXT[:200], "feedback": ""}
    return lambda: browser.post(path, {**marks, **words, "version": next(place.versions)})


def exports(place: Island, browser: Visitor, path: str) -> Request:
    """Take all applications out as CSV."""
    return lambda: browser.post(path, {"reason": REASON})


PAGES: tuple[tuple[str, str, Asks, str, Budget], ...] = (
    ("application list", "staff", reads, "/editions/{slug}/applications", LIST),
    ("application list by name", "staff", reads, "/editions/{slug}/applications?sort=name", LIST),
    ("one application", "staff", reads, "/editions/{slug}/applications/{reference}", APPLICATION),
    ("screening queue", "staff", reads, "/editions/{slug}/screening", LIST),
    ("screening queue, passed", "staff", reads, "/editions/{slug}/screening?view=passed", LIST),
    ("founders among the people", "staff", reads, "/editions/{slug}/people?view=founders", LIST),
    ("board with intervals", "staff", reads, "/editions/{slug}/selection", BOARD),
    ("review queue", "reviewer", reads, "/editions/{slug}/reviews", LIST),
    ("review form", "reviewer", reads, "/editions/{slug}/reviews/{reference}", SINGLE),
    ("save a review", "reviewer", saves, "/editions/{slug}/reviews/{reference}", Budget(ratio=1.0, statements=20)),
    ("home of the team", "staff", reads, "/editions/{slug}/home", HOME),
    ("public call page", "stranger", reads, "/calls/{slug}", SINGLE),
    ("CSV of all", "staff", exports, "/editions/{slug}/applications.csv", EXPORT),
)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collects the statements that run inside the block."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
            seen.append(statement)

    event.listen(db.engine(), "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine(), "before_cursor_execute", note)


@dataclass(frozen=True)
class Cost:
    """Median CPU milliseconds of a page and of the bare one in between, statements, and kilobytes."""

    milliseconds: float
    bare: float
    statements: int
    kilobytes: float
    gzipped: float


def cost(get: Callable[[], TestResponse], nearest: Callable[[], TestResponse]) -> Cost:
    """What a page costs, taken in turns with the bare one, because a busy machine is slow for both.

    Raises RuntimeError if the page is not there.
    """
    for _ in range(WARM):
        nearest()
        answer = get()
        if answer.status_code not in (200, 302):
            raise RuntimeError(f"{answer.request.path} answers {answer.status_code}")
    with counted() as seen:
        answer = get()
        sent = answer.data  # a stream runs its statements while it is read
    pairs = [(_timed(get), _timed(nearest)) for _ in range(RUNS)]
    ours, bare_ones = zip(*pairs, strict=True)
    return Cost(
        statistics.median(ours),
        statistics.median(bare_ones),
        len(seen),
        len(sent) / 1000,
        len(gzip.compress(sent)) / 1000,
    )


def _timed(get: Callable[[], TestResponse]) -> float:
    begun = time.process_time()
    _ = get().data
    return (time.process_time() - begun) * 1000


def measure(size: int) -> Iterator[Measured]:
    """Every page at one size, the bare one first."""
    with island(size) as place:
        client = bare.client(place.edition.id)
        pages = [("bare page of 50 rows", lambda: client.get("/"), Budget(growth=None))]
        for name, who, asks, address, budget in PAGES:
            path = address.format(slug=place.edition.slug, reference=place.to_read)
            pages.append((name, asks(place, visitor(place, who), path), budget))
        for name, get, budget in pages:
            spent = cost(get, lambda: client.get("/"))
            ratio = spent.milliseconds / spent.bare
            yield Measured(
                name, size, spent.milliseconds, ratio, spent.statements, spent.kilobytes, spent.gzipped, budget
            )


def visitor(place: Island, who: str) -> Browser:
    """A browser in which somebody has signed in, or nobody."""
    browser = Browser(place.app)
    if who == "stranger":
        return browser
    return browser.sign_in(place.staff if who == "staff" else place.reviewer)


def growth(measured: list[Measured]) -> Iterator[tuple[str, float, bool]]:
    """How much more the largest size costs than the smallest, by page, in units of the bare page of each run.

    The last value says whether that is more than the budget allows.
    """
    for name in dict.fromkeys(row.page for row in measured):
        ratios = {row.size: row.ratio for row in measured if row.page == name}
        limit = next(row.budget.growth for row in measured if row.page == name)
        if len(ratios) == len(SIZES):
            more = ratios[max(SIZES)] / ratios[min(SIZES)]
            yield name, more, limit is not None and more > limit
