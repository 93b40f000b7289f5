"""Pages as people get them: by a gunicorn worker, from PostgreSQL, with the CPU time of each of the two.

A page costs what the worker and its part of the database spend. The same is measured in the same minutes, in turns, of the
bare page behind a worker of its own; the budget is in units of that. docs/decisions/13-measuring-pages.md says how to read it.
"""

import gzip
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial

from tests.benchmarks.island import Island, island
from tests.benchmarks.pages import BOARD, PAGES, Asks, Budget, Request, counted, visitor
from tests.benchmarks.sites import Connected, Site, Spent, Start, serving
from tests.services.databases import fresh_postgres

SIZES = (237, 10_000)
WARM, TURNS, REQUESTS = 3, 4, 10
TURN_SECONDS = 1.5  # of CPU, after which a turn of an expensive page ends
BARE_THEN = 9.0
"""Milliseconds of CPU of the bare page where HotCRP was measured: between 8 and 10."""
RANKING_MOST = 60.0
"""Milliseconds of the board at the largest size, where the bare page takes ``BARE_THEN``."""
HOTCRP = {
    "application list": (17 + 7, 425 + 122),
    "one application": (6 + 3, 23 + 10),
    "board with intervals": (30 + 13, 910 + 323),
    "review form": (7 + 4, 44 + 49),
    "save a review": (6 + 3, 8 + 4),
    "home of the team": (4 + 3, 6 + 61),
    "public call page": (6 + 2, 6 + 2),
    "CSV of all": (12 + 8, 317 + 150),
}
"""What HotCRP takes for the page of the same purpose: milliseconds of CPU of PHP and of its database, at each of ``SIZES``.

Quoted, not measured here, because HotCRP needs PHP and MySQL: from one run with the same applications and reviews on a
machine of two cores of this kind, on which the bare page took 8 to 10 ms. ``Served.hotcrp`` scales it to the present run."""
Page = tuple[str, str, Asks, str, Budget]


@dataclass(frozen=True)
class Served:
    """One page at one size: milliseconds of CPU for each request, of the page and of the bare one."""

    page: str
    size: int
    spent: Spent
    bare: Spent
    statements: int
    gzipped: float  # kilobytes
    budget: Budget
    small: "Served | None" = None  # the same page at the smallest size

    @property
    def ratio(self) -> float:
        """Worker and database, in units of the bare page's worker and database."""
        return _sum(self.spent) / _sum(self.bare)

    @property
    def growth(self) -> float | None:
        """How much more than at the smallest size, where that is known.

        The bare page's worker tells how fast the machine was each time; its database does more with more rows.
        """
        if self.small is None:
            return None
        return (_sum(self.spent) / self.bare.application) / (_sum(self.small.spent) / self.small.bare.application)

    @property
    def quoted(self) -> int | None:
        """What HotCRP took for a page of this purpose, where it was measured."""
        if self.page not in HOTCRP or self.size not in SIZES:
            return None
        return HOTCRP[self.page][SIZES.index(self.size)]

    @property
    def hotcrp(self) -> float | None:
        """What HotCRP would take on this machine, as far as the bare page tells."""
        return None if self.quoted is None else self.quoted * self.bare.application / BARE_THEN

    @property
    def limits(self) -> str:
        """The budget in words."""
        said = []
        if self.budget.ratio is not None and self.budget.only_at in {None, self.size}:
            said.append(f"{self.budget.ratio} x")
        if self.small is not None and self.budget.growth is not None:
            said.append(f"grows {self.budget.growth} x")
        if self.most is not None:
            said.append(f"{self.most:.0f} ms")
        return ", ".join(said) or "-"

    @property
    def most(self) -> float | None:
        """The limit of the board at the largest size, in milliseconds of this machine."""
        is_large_board = self.budget is BOARD and self.size == max(SIZES)
        return RANKING_MOST * self.bare.application / BARE_THEN if is_large_board else None

    @property
    def misses(self) -> list[str]:
        """The limits that it breaks."""
        broken = self.budget.misses(self.size, self.ratio, self.statements, self.gzipped)
        if self.growth is not None and self.budget.growth is not None and self.growth > self.budget.growth:
            broken.append(f"grows {self.growth:.2f} x")
        if self.most is not None and _sum(self.spent) > self.most:
            broken.append("ms")
        return broken


@dataclass(frozen=True)
class Kept:
    """The worker itself: its start, and its megabytes after it has served every page."""

    size: int
    start: Start
    megabytes: float


def _sum(spent: Spent) -> float:
    return spent.application + spent.database


class Meter:
    """Adds up what a request costs on a site, over several turns."""

    def __init__(self, site: Site, by: Connected, request: Request) -> None:
        self._site, self._by, self._request = site, by, request
        self._total, self._count = Spent(0, 0), 0
        for _ in range(WARM):
            request()

    def turn(self, requests: int) -> None:
        """Ask ``requests`` times on one connection, after once that is not counted."""
        self._by.close()
        self._request()
        begun = self._site.spent()
        for _ in range(requests):
            self._request()
            self._count += 1
            if self._site.application_seconds() - begun.application > TURN_SECONDS:
                break
        self._total += self._site.spent() - begun

    @property
    def each(self) -> Spent:
        """Milliseconds for one request."""
        share = 1000 / self._count
        return Spent(self._total.application * share, self._total.database * share)


def measure(
    sizes: Sequence[int] = SIZES, pages: Sequence[Page] = PAGES, requests: int = REQUESTS
) -> Iterator[Served | Kept]:
    """Every page at every size, each size followed by what the worker has come to."""
    small: dict[str, Served] = {}
    for size in sizes:
        with island(size, fresh_postgres()[0]) as place:
            folder = place.app.installation.settings.instance
            edition, first = str(place.edition.id), f"/calls/{place.edition.slug}"
            with (
                serving(folder / "ours", "wsgi:app", "bench", first) as (site, start),
                serving(
                    folder / "bare", "tests.benchmarks.bare_program:app", "bench-bare", "/", BENCH_EDITION=edition
                ) as (bare_site, _),
            ):
                for page in pages:
                    row = _measured(place, page, site, bare_site, requests)
                    row = replace(row, small=small.get(row.page))
                    small.setdefault(row.page, row)
                    yield row
                yield Kept(size, start, site.megabytes)


def _measured(place: Island, page: Page, site: Site, bare_site: Site, requests: int) -> Served:
    name, who, asks, address, budget = page
    path = address.format(slug=place.edition.slug, reference=place.to_read)
    here = asks(place, visitor(place, who), path)
    here()  # what a process keeps is read by its first request
    with counted() as seen:
        sent = here().data  # a stream runs its statements while it is read
    with closing(Connected(site, place, who)) as by, closing(Connected(bare_site, place, "stranger")) as bare_by:
        ours, bare = Meter(site, by, asks(place, by, path)), Meter(bare_site, bare_by, partial(bare_by.get, "/"))
        for _ in range(TURNS):
            ours.turn(requests)
            bare.turn(requests)
    return Served(name, place.applications, ours.each, bare.each, len(seen), len(gzip.compress(sent)) / 1000, budget)
