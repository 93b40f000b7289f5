"""Pages: CPU time, statements and bytes, beside a bare page of the same run."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import event
from werkzeug.test import TestResponse

from accelerator.core import db
from tests.benchmarks import bare
from tests.benchmarks.island import Island, island
from tests.factories import Browser

SIZES = (237, 2_000, 10_000)
WARM, RUNS = 3, 15


@dataclass(frozen=True)
class Budget:
    """What speed.md allows; None where it says nothing."""

    milliseconds: float | None = None
    ratio: float | None = None
    statements: int | None = None
    kilobytes: int | None = None
    only_at: int | None = None  # the number of applications that it speaks of


@dataclass(frozen=True)
class Measured:
    """One page at one size."""

    page: str
    size: int
    milliseconds: float
    ratio: float
    statements: int
    kilobytes: float
    budget: Budget

    @property
    def misses(self) -> list[str]:
        """The limits that it breaks."""
        if self.budget.only_at not in {None, self.size}:
            return []
        pairs = [
            ("CPU", self.milliseconds, self.budget.milliseconds),
            ("ratio", self.ratio, self.budget.ratio),
            ("SQL", self.statements, self.budget.statements),
            ("kB", self.kilobytes, self.budget.kilobytes),
        ]
        return [name for name, value, limit in pairs if limit is not None and value > limit]


LIST = Budget(ratio=2.5, statements=10, kilobytes=60)
SINGLE = Budget(milliseconds=20, statements=15)
PAGES: tuple[tuple[str, str, str, Budget], ...] = (
    ("application list", "staff", "/editions/{slug}/applications", LIST),
    ("application list by name", "staff", "/editions/{slug}/applications?sort=name", LIST),
    ("one application", "staff", "/editions/{slug}/applications/{reference}", SINGLE),
    ("screening queue", "staff", "/editions/{slug}/screening", LIST),
    ("screening queue, passed", "staff", "/editions/{slug}/screening?view=passed", LIST),
    ("founders among the people", "staff", "/editions/{slug}/people?view=founders", LIST),
    (
        "board with intervals",
        "staff",
        "/editions/{slug}/selection",
        Budget(milliseconds=60, kilobytes=200, only_at=237),
    ),
    ("review queue", "reviewer", "/editions/{slug}/reviews", Budget(statements=15)),
    ("review form", "reviewer", "/editions/{slug}/reviews/{reference}", SINGLE),
    ("home of the team", "staff", "/editions/{slug}/home", Budget(statements=15)),
    ("public call page", "stranger", "/calls/{slug}", Budget(milliseconds=20, statements=15)),
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


def cost(get: Callable[[], TestResponse], nearest: Callable[[], TestResponse]) -> Cost:
    """What a page costs, taken in turns with the bare one, because a busy machine is slow for both.

    Raises RuntimeError if the page is not there.
    """
    for _ in range(WARM):
        nearest()
        answer = get()
        if answer.status_code != 200:
            raise RuntimeError(f"{answer.request.path} answers {answer.status_code}")
    with counted() as seen:
        answer = get()
    pairs = [(_timed(get), _timed(nearest)) for _ in range(RUNS)]
    ours, bare_ones = zip(*pairs, strict=True)
    return Cost(statistics.median(ours), statistics.median(bare_ones), len(seen), len(answer.data) / 1000)


def _timed(get: Callable[[], TestResponse]) -> float:
    begun = time.process_time()
    get()
    return (time.process_time() - begun) * 1000


def measure(size: int) -> Iterator[Measured]:
    """Every page at one size, the bare one first."""
    with island(size) as place:
        client = bare.client(place.edition.id)
        for name, who, address, budget in (("bare page of 50 rows", "", "/", Budget()), *PAGES):
            browser = _browser(place, who) if who else client
            path = address.format(slug=place.edition.slug, reference=place.to_read)
            found = cost(lambda browser=browser, path=path: browser.get(path), lambda: client.get("/"))
            yield Measured(
                name,
                size,
                found.milliseconds,
                found.milliseconds / found.bare,
                found.statements,
                found.kilobytes,
                budget,
            )


def _browser(place: Island, who: str) -> Browser:
    browser = Browser(place.app)
    if who == "stranger":
        return browser
    return browser.sign_in(place.staff if who == "staff" else place.reviewer)


def growth(found: list[Measured]) -> Iterator[tuple[str, float]]:
    """How much more the largest size costs than the smallest, by page, in units of the bare page of each run."""
    for name in dict.fromkeys(one.page for one in found):
        ratios = {one.size: one.ratio for one in found if one.page == name}
        if len(ratios) == len(SIZES):
            yield name, ratios[max(SIZES)] / ratios[min(SIZES)]
