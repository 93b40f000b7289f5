"""Funnel, origin, sectors and the years: how many applied, from where, in what, and how many joined."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from accelerator.reporting.figures.counts import Counts, EarlierEdition, Frame, Texts
from accelerator.reporting.figures.ledger import Ledger
from accelerator.reporting.figures.reported import SERIES

TOP = 15
Section = dict[str, Any]


def totals(counts: Counts) -> tuple[int, int, int, int]:
    """Applications from home and abroad, cohort from home and abroad. An unknown country is abroad of nothing."""
    home = counts.frame.home_country
    applied = Counter[bool | None]()
    for group in counts.applications:
        applied[None if group.country is None else group.country == home] += group.number
    joined = Counter(None if member.country is None else member.country == home for member in counts.cohort)
    return applied[True], applied[False], joined[True], joined[False]


def funnel(counts: Counts, ledger: Ledger) -> Section:
    """From all applications to the cohort, each step a number of the same applications."""
    groups = counts.applications
    return {
        "figures": [
            ledger.counted("APP_N", sum(group.number for group in groups)),
            ledger.counted("APP_ELIG", sum(group.number for group in groups if group.eligible)),
            ledger.counted("APP_READ", len(counts.selection.reads)),
            ledger.counted("APP_OFFER", sum(group.number for group in groups if group.offered)),
            ledger.counted("COHORT_N", len(counts.cohort)),
            ledger.share("ACC_RATE", len(counts.cohort), sum(group.number for group in groups)),
        ],
        "steps": ["APP_N", "APP_ELIG", "APP_READ", "APP_OFFER", "COHORT_N"],
        "years": years(counts),
    }


def origin(counts: Counts, ledger: Ledger) -> Section:
    """Home and abroad, countries with the most applications, prefectures."""
    home, abroad, joined_home, joined_abroad = totals(counts)
    everybody = sum(group.number for group in counts.applications)
    countries = _tally((group.country, group.number) for group in counts.applications)
    prefectures = _tally((group.prefecture, group.number) for group in counts.applications)
    chosen = Counter(member.country for member in counts.cohort)
    chosen_prefectures = Counter(member.prefecture for member in counts.cohort)
    return {
        "figures": [
            ledger.counted("APP_HOME", home),
            ledger.counted("APP_INT", abroad),
            ledger.share("APP_INT_RATE", abroad, everybody),
            ledger.counted("COHORT_HOME", joined_home),
            ledger.counted("COHORT_INT", joined_abroad),
            ledger.share("ACC_RATE_HOME", joined_home, home),
            ledger.share("ACC_RATE_INT", joined_abroad, abroad),
            ledger.counted("COUNTRY_N", len(countries)),
            ledger.counted("COHORT_COUNTRY_N", len(chosen.keys() - {None})),
            ledger.counted("PREF_N", len(prefectures)),
        ],
        "countries": [
            {"country": code, "applications": number, "joined": chosen[code]} for code, number in countries[:TOP]
        ],
        "others": {
            "countries": len(countries[TOP:]),
            "applications": sum(number for _, number in countries[TOP:]),
            "joined": sum(chosen[code] for code, _ in countries[TOP:]),
        },
        "prefectures": [
            {"prefecture": code, "applications": number, "joined": chosen_prefectures[code]}
            for code, number in prefectures
        ],
    }


def _tally(pairs: Iterable[tuple[str | None, int]]) -> list[tuple[str, int]]:
    """Sums by code, the largest first, equal ones by code; what has no code is left out."""
    sums = Counter[str]()
    for code, number in pairs:
        if code is not None:
            sums[code] += number
    return sorted(sums.items(), key=lambda item: (-item[1], item[0]))


def sectors(counts: Counts, ledger: Ledger) -> Section:
    """Startups by sector, of the cohort and of all applications; equal numbers in alphabetical order of English names."""
    joined = Counter(member.sector for member in counts.cohort)
    applied = Counter[str | None]()
    for group in counts.applications:
        applied[group.sector] += group.number
    return {
        "figures": [ledger.counted("SECTOR_COHORT_N", len(joined.keys() - {None}))],
        "cohort": _ranked(joined, counts.sectors),
        "applications": _ranked(applied, counts.sectors),
        "synthetic_applications": ledger.is_synthetic(None),
        "synthetic_cohort": ledger.is_synthetic("cohort"),
    }


def _ranked(numbers: Mapping[str | None, int], names: Mapping[str, Texts]) -> list[dict[str, Any]]:
    known = [(dict(names[key]), number) for key, number in numbers.items() if key is not None and number]
    ordered = sorted(known, key=lambda item: (-item[1], item[0]["en"].casefold()))
    return [{"name": name, "number": number} for name, number in ordered]


def years(counts: Counts) -> list[dict[str, Any]]:
    """One row per year since the programme began, two where a year had two editions; what nobody reported is a gap.

    What is in the database is counted; a report of the same year by somebody else gives way to it.
    """
    this_year = counts.frame.year
    counted = [_earlier(edition) for edition in counts.earlier] + [_this_year(counts)]
    own = {row["year"] for row in counted}
    reported: dict[int, dict[str, Any]] = {}
    for row in counts.reported:
        if row.code in SERIES and row.year is not None and row.year not in own:
            reported.setdefault(row.year, _gap(row.year))[SERIES[row.code]] = row.value
            reported[row.year]["source"] = dict(row.source)
    first = min(counts.frame.since, *own, *reported)
    gaps = [_gap(year) for year in range(first, this_year + 1) if year not in own and year not in reported]
    # Sorting is stable, so that two editions of one year stay in the order in which they were announced.
    return sorted([*gaps, *reported.values(), *counted], key=lambda row: int(row["year"]))


def _gap(year: int) -> dict[str, Any]:
    return {"year": year, "source": None, "counted": False, **dict.fromkeys(SERIES.values())}


def _earlier(edition: EarlierEdition) -> dict[str, Any]:
    columns = {column: getattr(edition, column) for column in SERIES.values()}
    return {"year": edition.year, "source": None, "counted": True, "edition": dict(edition.name), **columns}


def _this_year(counts: Counts) -> dict[str, Any]:
    home, abroad, joined_home, joined_abroad = totals(counts)
    frame: Frame = counts.frame
    joined = bool(counts.cohort) or frame.running
    return {
        "year": frame.year,
        "source": None,
        "counted": True,
        "total": sum(application.number for application in counts.applications),
        "home": home,
        "abroad": abroad,
        "selected": len(counts.cohort) if joined else None,
        "selected_home": joined_home if joined else None,
        "selected_abroad": joined_abroad if joined else None,
    }
