"""The weekly hours: half hours since Monday 00:00, drawn as two-hour boxes. Pure but for the names of days."""

from collections.abc import Iterable, Iterator

from babel.dates import get_day_names

from accelerator.core import i18n

DAY = 48  # half hours
WEEK = 7 * DAY
PART = 4  # half hours in one box
PARTS = DAY // PART


def halves_of(parts: Iterable[str]) -> list[int]:
    """The half hours behind ticked boxes, which are numbered through the week; unknown boxes are left out."""
    known = {int(part) for part in parts if part.isascii() and part.isdigit() and int(part) < 7 * PARTS}
    return [part * PART + step for part in sorted(known) for step in range(PART)]


def parts_of(halves: object) -> set[int]:
    """The boxes that are wholly free."""
    free = set(halves) if isinstance(halves, list) else set()
    return {part for part in range(7 * PARTS) if all(part * PART + step in free for step in range(PART))}


def day_names() -> list[str]:
    """Monday to Sunday, short, in the viewer's language."""
    names = get_day_names("abbreviated", locale=i18n.locale())
    return [str(names[day]) for day in range(7)]


def part_names() -> list[str]:
    """``00–02`` to ``22–24``: the rows of the grid."""
    return [f"{part * PART // 2:02}–{(part + 1) * PART // 2:02}" for part in range(PARTS)]


def _runs(halves: list[int]) -> Iterator[tuple[int, int]]:
    start = None
    for half in halves:
        if start is None:
            start = half
        if half + 1 not in halves or (half + 1) % DAY == 0:
            yield start, half + 1
            start = None


def hours_text(halves: list[int]) -> list[str]:
    """``Mon 18:00–22:00`` and so on, one text per unbroken time of a day."""
    names = day_names()
    return [
        f"{names[first // DAY]} {_clock(first % DAY)}–{_clock((last - 1) % DAY + 1)}"
        for first, last in _runs(sorted(halves))
    ]


def _clock(half: int) -> str:
    return f"{half // 2:02}:{'30' if half % 2 else '00'}"
