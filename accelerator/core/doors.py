"""Pages that an earlier stage leads to without naming the later stage that they belong to; ``lifecycle`` says which.

A door is a page where people come in, begin or go on: ``door("home", edition_slug=...)``. What is offered beside
something is a list of such pages that later stages add to.
"""

from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, url_for

KEY = "funade.doors"
_offered: dict[str, list["Offered"]] = {}


@dataclass(frozen=True)
class Offered:
    """A link from a page of one stage to a page of a later one, for these kinds of people."""

    label: Any
    endpoint: str
    kinds: tuple[str, ...]


def name(app: Flask, **endpoints: str) -> None:
    """Say which page each door of an application leads to."""
    app.extensions[KEY] = endpoints


def door(to: str, **parts: Any) -> str:
    """The address behind a door."""
    return url_for(current_app.extensions[KEY][to], **parts)


def offer(beside: str, label: Any, endpoint: str, kinds: tuple[str, ...]) -> None:
    """Offer a page beside something of an earlier stage."""
    _offered.setdefault(beside, []).append(Offered(label, endpoint, kinds))


def offered(beside: str, kind: str) -> list[Offered]:
    """The pages that are offered to a kind of people."""
    return [page for page in _offered.get(beside, ()) if kind in page.kinds]
