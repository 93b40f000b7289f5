"""Demo Day, and what others report: earlier years, funds, relocations and collaborations, each kind by itself."""

from collections.abc import Mapping
from typing import Any

from accelerator.reporting.figures.counts import Counts, DemoDay
from accelerator.reporting.figures.ledger import Ledger
from accelerator.reporting.figures.reported import SERIES

TOP = 10
Section = dict[str, Any]


def demo_day(counts: Counts, ledger: Ledger) -> Section:
    """Guests, and what investors wished. Before it is over nobody has come yet, which is not the same as nobody."""
    known = counts.demo_day or DemoDay()
    guests, came = sum(known.guests.values()), sum(known.came.values())
    met, introduced = sum(wish.meet for wish in known.wishes), sum(wish.introduced for wish in known.wishes)
    figures = [
        ledger.counted("DD_REG", guests if counts.demo_day else None),
        ledger.counted("DD_ATT", came if known.over else None),
        ledger.share("DD_SHOW", came, guests if known.over else 0),
        ledger.counted("DD_COUNTRY", len(known.guests.keys() - {None}) if counts.demo_day else None),
        ledger.counted("DD_INV", known.investors if counts.demo_day else None),
        ledger.counted("INT_N", sum(wish.interested for wish in known.wishes) + met if counts.demo_day else None),
        ledger.counted("INT_MEET", met if counts.demo_day else None),
        ledger.counted("INTRO_N", introduced if counts.demo_day else None),
    ]
    wishes = [
        {"name": wish.startup, "interested": wish.interested, "meet": wish.meet, "introduced": wish.introduced}
        for wish in sorted(
            known.wishes, key=lambda wish: (-(wish.interested + wish.meet), -wish.introduced, wish.startup.casefold())
        )
    ]
    return {"figures": figures, "startups": wishes, "countries": _countries(known.guests, known.came, known.over)}


def _countries(guests: Mapping[str | None, int], came: Mapping[str | None, int], over: bool) -> list[dict[str, Any]]:
    named = [(code, number) for code, number in guests.items() if code is not None]
    ordered = sorted(named, key=lambda item: (-item[1], item[0]))
    return [
        {"country": code, "registered": number, "attended": came.get(code, 0) if over else None}
        for code, number in ordered[:TOP]
    ]


def past(counts: Counts, ledger: Ledger) -> Section:
    """Figures of sources outside, in their own currency and with their own day."""
    rows = [row for row in counts.reported if row.code not in SERIES]
    ordered = sorted(rows, key=lambda row: (row.year is not None, row.year or 0, row.code))
    general = [ledger.reported(row) for row in ordered if not row.kind]
    # Two lists, so that no template can add up what is not the same: deciding to come, and working together.
    kinds = {kind: [ledger.reported(row) for row in ordered if row.kind == kind] for kind in _kinds(counts)}
    return {"figures": general, "kinds": [{"kind": kind, "figures": figures} for kind, figures in kinds.items()]}


def _kinds(counts: Counts) -> list[str]:
    kinds = {row.kind for row in counts.reported if row.kind}
    known = [kind for kind in ("relocation", "collaboration") if kind in kinds]
    return known + sorted(kinds.difference(known))
