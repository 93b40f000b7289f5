"""The cities that a picker offers: every zone by its city, and others, in the reader's language.

The list is the same for everybody who reads a language, so browsers fetch it once, under an address that changes with it.
"""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

from babel.core import get_global

from accelerator.core import i18n, times
from accelerator.core.countries import country_name
from accelerator.core.i18n import lazy
from accelerator.core.known_cities import OTHERS

REGIONS = {
    "Asia": lazy("Asia"),
    "Europe": lazy("Europe"),
    "Africa": lazy("Africa"),
    "America": lazy("North and South America"),
    "Australia": lazy("Australia"),
    "Pacific": lazy("Pacific Ocean"),
    "Atlantic": lazy("Atlantic Ocean"),
    "Indian": lazy("Indian Ocean"),
    "Arctic": lazy("Arctic"),
    "Antarctica": lazy("Antarctica"),
    "UTC": lazy("No place"),
}
SUGGESTED = 3


class Listed(NamedTuple):
    """A city in the reader's language, the country that it is in, its zone, and whether the zone is called after it."""

    name: str
    country: str
    zone: str
    names_zone: bool


def present_zones() -> list[str]:
    """The zones by the names of today: without those that are kept for old ones, such as Asia/Calcutta."""
    former = get_global("zone_aliases")
    return [zone for zone in times.zones() if zone not in former]


@cache
def _cities(language: str) -> tuple[Listed, ...]:
    with i18n.speaking(language):
        countries = get_global("zone_territories")
        zoned = [(times.city_of(zone, language), zone, True) for zone in present_zones()]
        others = [(city.ja if language == "ja" else city.en, city.zone, False) for city in OTHERS]
        listed = (Listed(name, country_name(countries.get(zone)), zone, own) for name, zone, own in zoned + others)
        return tuple(sorted(listed))


def by_region() -> Iterator[tuple[str, list[Listed]]]:
    """Every city by part of the world, each in the reader's order of names: what is read without scripts."""
    listed = sorted(_cities(i18n.language()), key=lambda city: (_part(city), city.name))
    for part, cities in groupby(listed, key=_part):
        yield str(list(REGIONS.values())[part]), list(cities)


def _part(city: Listed) -> int:
    return list(REGIONS).index(city.zone.partition("/")[0])


@cache
def picker_list(language: str) -> tuple[str, str]:
    """``(version, JSON)``: rows of name and country, and the zone's names where it is called so, also those of before.

    Devices report some zones by their former names, such as Asia/Calcutta. The version is a digest.
    """
    former: dict[str, list[str]] = {}
    for before, present in get_global("zone_aliases").items():
        former.setdefault(present, []).append(before)
    rows = [
        [name, country, " ".join([zone, *former.get(zone, [])])] if own else [name, country]
        for name, country, zone, own in _cities(language)
    ]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()[:12], text


def unknown(typed: str) -> str:
    """What is wrong with a city that nobody knows, and which ones may be meant."""
    cities = nearest(typed)
    if not cities:
        return i18n.gettext("Enter a large city in your time zone, like Kobe or Lisbon.")
    sentence = i18n.gettext("No city here is called “%(typed)s”.", typed=typed.strip()[:60])
    return (
        sentence + i18n.marks().gap + i18n.gettext("Did you mean %(cities)s?", cities=i18n.marks().comma.join(cities))
    )


def nearest(typed: str) -> list[str]:
    """Up to three cities in the reader's language that are written like what was typed, be it in another language."""
    zone_of = {name.casefold(): zone for language in i18n.LANGUAGES for name, _country, zone, _own in _cities(language)}
    own = {city.name.casefold(): city.name for city in _cities(i18n.language())}
    close = get_close_matches(typed.strip().casefold(), list(zone_of), n=SUGGESTED, cutoff=0.7)
    return list(dict.fromkeys(own.get(name) or times.zone_city(zone_of[name]) for name in close))
