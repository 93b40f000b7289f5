"""``python -m tests.benchmarks [pages|served|memory|guests|jobs|reports ...]``: measures, prints tables, and says what breaks the budget."""

import sys
from collections.abc import Callable
from functools import partial

from tests.benchmarks import guests, jobs, memory, pages, reports, served
from tests.services import shared

say = partial(print, flush=True)
MOST_MEGABYTES = 150  # of a web worker, whatever it has served


def show_pages() -> int:
    """The table of pages; how many limits were broken."""
    line = "{:<28} {:>7} {:>9} {:>7} {:>4} {:>7} {:>8}  {}"
    say(line.format("page", "rows", "CPU ms", "x bare", "SQL", "kB", "gzipped", "over budget"))
    measured, broken = [], 0
    for size in pages.SIZES:
        for row in pages.measure(size):
            measured.append(row)
            broken += len(row.misses)
            figures = f"{row.milliseconds:.1f}", f"{row.ratio:.2f}", row.statements, f"{row.kilobytes:.1f}"
            say(line.format(row.page, row.size, *figures, f"{row.gzipped:.1f}", ", ".join(row.misses)))
    for name, more, too_much in pages.growth(measured):
        broken += too_much
        said = " over budget" if too_much else ""
        say(f"{name}: {more:.2f} x at {max(pages.SIZES)} of what it is at {min(pages.SIZES)}{said}")
    return broken


def show_served() -> int:
    """The table of pages by gunicorn from PostgreSQL, and the worker's memory and start; how many limits were broken."""
    line = "{:<26} {:>6} {:>7} {:>7} {:>4} {:>8} {:>7}  {:<20} {:<7} {:>12}  {}"
    say(
        f"HotCRP: milliseconds quoted, then scaled by the bare page from the {served.BARE_THEN:.0f} ms that it took there"
    )
    heads = "page", "size", "app ms", "db ms", "SQL", "gzip kB", "x bare", "budget", "kept", "HotCRP", "misses"
    say(line.format(*heads))
    broken = 0
    for row in served.measure():
        if isinstance(row, served.Kept):
            start = row.start
            broken += row.megabytes > MOST_MEGABYTES
            say(
                f"a worker's start: {start.seconds:.1f} s, {start.processor:.2f} s of CPU until the first answer; "
                f"{start.megabytes:.0f} MB then, {row.megabytes:.0f} MB after every page of {row.size} applications"
            )
            continue
        broken += len(row.misses)
        spent = f"{row.spent.application:.1f}", f"{row.spent.database:.1f}"
        figures = row.statements, f"{row.gzipped:.1f}", f"{row.ratio:.2f}", row.limits, "no" if row.misses else "yes"
        peer = f"{row.quoted} -> {row.hotcrp:.0f}" if row.hotcrp is not None else "-"
        say(line.format(row.page, row.size, *spent, *figures, peer, ", ".join(row.misses)))
    return broken


def show_memory() -> int:
    """What a web worker keeps and how long it takes to start, by package; whether that is too much."""
    worker = memory.measure()
    say(
        f"a web worker with everything loaded: {worker.megabytes:.0f} MB (budget: {MOST_MEGABYTES}), "
        f"{worker.seconds:.2f} s of CPU"
    )
    for part in worker.parts:
        say(f"  {part.name:<26} {part.megabytes:6.1f} MB {part.milliseconds:7.0f} ms")
    return int(worker.megabytes > MOST_MEGABYTES)


def show_jobs() -> int:
    """The paces of workers; how many limits were broken."""
    bare, ours, mails = jobs.noop_per_second(), jobs.jobs_per_second(), jobs.mails_per_second()
    say(f"RQ's no-op: {bare:.0f} a second; our short job: {ours:.0f} a second ({ours / bare:.2f} of it)")
    say(f"mails: {mails:.0f} a second (budget: at least 100)")
    return int(mails < 100)


def show_reports() -> int:
    """Seconds of typesetting, beside WeasyPrint alone on the same HTML."""
    for one in reports.measure():
        say(
            f"report of {one.startups} startups: {one.pages} pages, {one.ours:.1f} CPU s with fonts, tags and charts; "
            f"WeasyPrint alone {one.alone:.1f} s ({one.ours / one.alone:.2f} x)"
        )
    return 0


def show_guests() -> int:
    """Statements for each hundred guests and the longest wait for others; how many grow with the number of guests."""
    line = "{:<20} {:<10} {:>6} {:>10} {:>8} {:>6} {:>10}"
    say(line.format("work", "database", "guests", "statements", "per 100", "writes", "longest ms"))
    few: dict[tuple[str, str], float] = {}  # what it was with the fewest guests
    broken = 0
    for one in guests.measure():
        grows = one.each > 1.2 * few.setdefault((one.work, one.database), one.each)
        broken += grows
        say(
            line.format(
                one.work, one.database, one.guests, one.statements, f"{one.each:.1f}", one.writes, f"{one.longest:.0f}"
            )
            + (" over budget" if grows else "")
        )
    return broken


TABLES: dict[str, Callable[[], int]] = {
    "pages": show_pages,
    "served": show_served,
    "memory": show_memory,
    "guests": show_guests,
    "jobs": show_jobs,
    "reports": show_reports,
}


def main(names: list[str]) -> int:
    """Print the named tables, or all; the exit status is 1 if a limit was broken."""
    broken = 0
    with shared.run():
        for name in names or TABLES:
            say(f"== {name}")
            broken += TABLES[name]()
    say(f"{broken} limits broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
