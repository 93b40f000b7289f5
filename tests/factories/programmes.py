"""Programmes, editions and sectors."""

from datetime import timedelta
from itertools import count
from typing import Any

from accelerator.core import clock
from accelerator.core.db import add
from accelerator.programmes.models import Edition, Programme, Sector

_numbers = count(1)


def make_edition(**values: Any) -> Edition:
    """An edition in Tokyo time whose call opened ten days ago and closes in ten."""
    number, now = next(_numbers), clock.now()
    day = now.date()
    programme = values.pop("programme", None) or add(
        Programme(
            slug=f"programme-{number}",
            name={"en": f"Programme {number}", "ja": f"事業{number}"},
            host={"en": "City", "ja": "市"},
            since=2016,
            home_country="JP",
            created_at=now,
        )
    )
    defaults = {
        "programme": programme,
        "slug": f"edition-{number}",
        "name": {"en": f"Edition {number}", "ja": f"第{number}期"},
        "theme": {"en": "Theme", "ja": "テーマ"},
        "about": {"en": "About.", "ja": "概要。"},
        "place": {"en": "Kobe", "ja": "神戸"},
        "zone": "Asia/Tokyo",
        "places": 17,
        "announced_on": day,
        "opens_at": now - timedelta(days=10),
        "closes_at": now + timedelta(days=10),
        "decisions_on": day + timedelta(20),
        "starts_on": day + timedelta(30),
        "coaching_ends_on": day + timedelta(80),
        "demo_day_on": day + timedelta(90),
        "created_at": now,
    }
    return add(Edition(**{**defaults, **values}))


def make_coming_edition(**values: Any) -> Edition:
    """The same before its call opens, in a day."""
    return make_edition(**{"opens_at": clock.now() + timedelta(days=1), **values})


def make_sector(edition: Edition, key: str = "health", **values: Any) -> Sector:
    """A sector of the edition."""
    return add(Sector(edition_id=edition.id, key=key, **{"name": {"en": key.title(), "ja": key}, **values}))
