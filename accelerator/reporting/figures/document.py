"""The figures document of an edition, its one way to be written down, and its digest."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from accelerator.reporting.figures import applications, outside, programme
from accelerator.reporting.figures.counts import Counts, Frame
from accelerator.reporting.figures.ledger import Ledger

FORMAT = 1
SECTIONS = (
    ("funnel", applications.funnel),
    ("origin", applications.origin),
    ("sectors", applications.sectors),
    ("selection", programme.selection),
    ("cohort", programme.cohort),
    ("mentoring", programme.mentoring),
    ("progress", programme.progress),
    ("demo_day", outside.demo_day),
    ("past", outside.past),
)


def document(counts: Counts) -> dict[str, Any]:
    """Every figure of an edition as of its frame's day."""
    ledger = Ledger(counts)
    return {
        "format": FORMAT,
        "edition": _edition(counts.frame),
        "sections": {name: make(counts, ledger) for name, make in SECTIONS},
        "definitions": ledger.definitions(),
    }


def _edition(frame: Frame) -> dict[str, Any]:
    texts = ("programme", "host", "name", "theme", "about", "place", "home_name")
    return {
        **{key: dict(getattr(frame, key)) for key in texts},
        "slug": frame.slug,
        "zone": frame.zone,
        "mode": frame.mode,
        "places": frame.places,
        "since": frame.since,
        "year": frame.year,
        "home_country": frame.home_country,
        "is_demo": frame.is_demo,
        "as_of": frame.as_of.isoformat(),
        "dates": {name: day.isoformat() for name, day in frame.dates.items()},
        "hosts": [{"name": dict(name), "part": dict(part)} for name, part in frame.hosts],
    }


def canonical(figures: Mapping[str, Any]) -> str:
    """The one way to write the document down: keys sorted, no spaces, so that equal documents are equal texts."""
    return json.dumps(figures, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def digest(figures: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text, in hex."""
    return hashlib.sha256(canonical(figures).encode()).hexdigest()


def all_figures(figures: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """``(section, figure)`` of every single figure, in the order of the report."""
    listed: list[tuple[str, dict[str, Any]]] = []
    for name, _ in SECTIONS:
        section = figures["sections"][name]
        listed += [(name, figure) for figure in section["figures"]]
        listed += [(name, figure) for kind in section.get("kinds", ()) for figure in kind["figures"]]
    return listed
