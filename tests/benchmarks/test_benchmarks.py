"""The measuring itself runs: a handful of rows, few requests. What comes out of it says nothing about speed."""

from dataclasses import replace

import pytest

from tests.benchmarks import memory, served
from tests.benchmarks.pages import BOARD, LIST, PAGES
from tests.benchmarks.served import HOTCRP, Served
from tests.benchmarks.sites import Spent

SIZES = (6, 9)
FEW = tuple(page for page in PAGES if page[0] in {"application list", "save a review"})


@pytest.mark.service
class TestServed:
    def test_measures_worker_and_database_of_each_page_at_each_size(self, monkeypatch):
        monkeypatch.setattr(served, "WARM", 1)
        monkeypatch.setattr(served, "TURNS", 1)
        rows = list(served.measure(SIZES, FEW, requests=3))
        pages = [row for row in rows if isinstance(row, Served)]
        assert [(row.page, row.size) for row in pages] == [(page[0], size) for size in SIZES for page in FEW]
        assert [row.small for row in pages] == [None, None, *pages[:2]]
        assert all(row.spent.application > 0 and row.bare.application > 0 for row in pages)
        assert all(row.spent.database > 0 and row.bare.database > 0 for row in pages)
        assert all(row.statements > 1 and row.gzipped > 0 for row in pages)
        workers = [row for row in rows if isinstance(row, served.Kept)]
        assert [row.size for row in workers] == [*SIZES]
        assert all(row.start.megabytes > 10 and row.start.processor > 0 for row in workers)


class TestBudget:
    ROW = Served("application list", 237, Spent(15.0, 3.0), Spent(9.0, 1.0), 6, 5.0, LIST)

    def test_counts_worker_and_database_against_those_of_the_bare_page(self):
        assert (self.ROW.ratio, self.ROW.misses) == (1.8, ["ratio > 1.7"])
        assert replace(self.ROW, spent=Spent(15.0, 2.0)).misses == []

    def test_tells_growth_in_units_of_the_bare_worker_of_each_run(self):
        large = replace(self.ROW, size=10_000, spent=Spent(16.0, 4.0), bare=Spent(8.0, 4.0), small=self.ROW)
        assert large.growth == pytest.approx(1.25)
        assert large.misses == ["grows 1.25 x"]
        assert large.limits == "1.7 x, grows 1.2 x"

    def test_holds_the_largest_board_to_milliseconds_of_this_machine(self):
        row = Served("board with intervals", 10_000, Spent(30.0, 5.0), Spent(4.5, 1.0), 13, 15.0, BOARD)
        assert (row.most, row.misses) == (30.0, ["ms"])
        assert replace(row, bare=Spent(9.0, 1.0)).misses == []

    def test_scales_hotcrp_by_the_bare_page(self):
        assert (self.ROW.quoted, self.ROW.hotcrp) == (24, 24.0)
        assert replace(self.ROW, bare=Spent(4.5, 9.0)).hotcrp == 12.0
        assert replace(self.ROW, page="screening queue").hotcrp is None

    def test_names_pages_that_there_are(self):
        assert {page[0] for page in PAGES} >= HOTCRP.keys()


def test_memory_consists_of_packages(monkeypatch):
    monkeypatch.setattr(memory, "SHOWN", 2)
    worker = memory.measure()
    assert [part.name for part in worker.parts][::3] == ["Python and psutil before", "all others"]
    assert {"accelerator", "sqlalchemy"} == {part.name for part in worker.parts[1:3]}
    assert sum(part.megabytes for part in worker.parts) <= worker.megabytes
