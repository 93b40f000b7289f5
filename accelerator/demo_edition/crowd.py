"""Plans of the 237 synthetic applications: who, from where, in which sector, how good. Pure, from the fixed seed."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from accelerator.demo_edition.chosen import CHOSEN, Chosen
from accelerator.demo_edition.facts import CALL_CLOSES, CALL_OPENS, SEED, facts
from accelerator.demo_edition.names import ABROAD, FAMILY, FIRST, GIVEN, JAPAN, LINES, SECOND, STAGES, sentence

CHANNELS = ("jetro", "500", "alumni", "city", "press", "social", "search", "other")


@dataclass(frozen=True)
class Applicant:
    """One application to be made. ``quality`` is the truth that the synthetic marks scatter around."""

    name: str
    sector: str
    country: str
    prefecture: str | None
    city: str
    zone: str
    given: str
    family: str
    native: str | None
    line: str
    line_ja: str | None
    stage: str
    sent_at: datetime
    quality: float
    chosen: Chosen | None
    channel: str
    number: int = 0

    @property
    def email(self) -> str:
        """An address that can't exist (RFC 2606)."""
        return f"{self.given}.{self.family}.{self.number}@founder.example".lower().replace(" ", "-")


def _places(dice: Random) -> list[tuple[str, str | None, str, str]]:
    """Country, prefecture, city and zone of those not chosen: what is left of 75 and 162."""
    left: list[tuple[str, str | None, str, str]] = [
        ("JP", prefecture, city, "Asia/Tokyo") for prefecture, city, count in JAPAN for _ in range(count)
    ]
    for country, cities, count in ABROAD:
        left += [(country, None, *dice.choice(cities)) for _ in range(count)]
    for startup in CHOSEN:
        left.remove(
            next(place for place in left if place[0] == startup.country and startup.prefecture in (place[1], None))
        )
    dice.shuffle(left)
    return left


def _arrivals(dice: Random, count: int) -> list[datetime]:
    """When applications were sent: few at first, a third of them in the last three days."""
    whole = (CALL_CLOSES - CALL_OPENS).total_seconds()
    moments = [CALL_OPENS + timedelta(seconds=whole * (1 - dice.random() ** 2.6 * 0.97 - 0.002)) for _ in range(count)]
    return sorted(moments)


def _others(dice: Random) -> list[Applicant]:
    sectors = [*SECOND] + ["health"] * 5 + ["commerce"] * 2
    others, seen = [], {startup.name for startup in CHOSEN}
    for country, prefecture, city, zone in _places(dice):
        sector = dice.choice(sectors)
        name = f"{dice.choice(FIRST)} {dice.choice(SECOND[sector])}"
        while name in seen:
            name = f"{dice.choice(FIRST)} {dice.choice(SECOND[sector])}"
        seen.add(name)
        kind = "JP" if country == "JP" else ""
        others.append(
            Applicant(
                name,
                sector,
                country,
                prefecture,
                city,
                zone,
                dice.choice(GIVEN[kind]),
                dice.choice(FAMILY[kind]),
                None,
                sentence(LINES[sector], dice),
                None,
                dice.choice(STAGES),
                CALL_OPENS,
                dice.gauss(2.9, 0.55),
                None,
                dice.choice(CHANNELS),
            )
        )
    return others


def _selected(dice: Random) -> list[Applicant]:
    return [
        Applicant(
            startup.name,
            startup.sector,
            startup.country,
            startup.prefecture,
            startup.city,
            startup.zone,
            startup.founder[0],
            startup.founder[1],
            startup.founder[2],
            startup.line,
            startup.line_ja,
            dice.choice(STAGES[1:]),
            CALL_OPENS,
            dice.uniform(4.2, 4.9),
            startup,
            dice.choice(CHANNELS),
        )
        for startup in CHOSEN
    ]


def applicants() -> list[Applicant]:
    """All applicants in the order in which they sent: 237, of which 162 from abroad."""
    dice = Random(SEED)
    everybody = _selected(dice) + _others(dice)
    dice.shuffle(everybody)
    total = facts()["applications"]["total"]
    moments = _arrivals(dice, total)
    return [
        replace(applicant, sent_at=at, number=number)
        for number, (applicant, at) in enumerate(zip(everybody, moments, strict=True), 1)
    ]
