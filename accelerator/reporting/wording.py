"""How figures are written in the reader's language: numbers, shares, money, days. Nothing here depends on the clock."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import get_currency_name

from accelerator.core import i18n, times
from accelerator.core.charts import scales
from accelerator.core.countries import city_name, country_name, place_name
from accelerator.core.i18n import gettext as _
from accelerator.intake.answers.prefectures import prefecture_name

Figure = Mapping[str, Any]
UNKNOWN = "–"
_COUNTERS = {
    "companies": "社",
    "people": "名",
    "countries": "か国・地域",
    "prefectures": "都道府県",
    "sectors": "分野",
    "sessions": "回",
    "reads": "件",
    "seats": "枠",
    "cases": "件",
}
_LARGE_EN = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"))
_LARGE_JA = ((10**12, "兆"), (10**8, "億"), (10**4, "万"))


def shown(figure: Figure | None) -> str:
    """A figure with its unit and, where it is one, its lower bound: ``68.4%``, ``more than USD 110 million``."""
    if figure is None or figure["value"] is None:
        return UNKNOWN
    text = _with_unit(figure["value"], figure["unit"])
    return bounded(text) if figure.get("lower_bound") else text


def bounded(text: str) -> str:
    """``more than 71`` or ``71超``."""
    return _("more than %(value)s", value=text)


def _with_unit(value: float, unit: str) -> str:
    if unit == "percent":
        return percent(value)
    if len(unit) == 3 and unit.isupper():
        return money(int(value), unit)
    if unit in ("score", "ratio"):
        return f"{value:.2f}"
    text = number(value)
    if unit == "hours":
        return _("%(value)s h", value=decimal(value))
    if unit == "days":
        return _("%(value)s days", value=decimal(value))
    return text + _COUNTERS.get(unit, "") if i18n.language() == "ja" else text


def number(value: float | None) -> str:
    """``1,234`` or ``42.9``: whole numbers whole, others with one decimal."""
    if value is None:
        return UNKNOWN
    return scales.figure(value if value == int(value) else round(value, 1))


def decimal(value: float | None) -> str:
    """``7.0``: one decimal throughout, for columns of hours and indices."""
    return UNKNOWN if value is None else f"{value:,.1f}"


def percent(value: float | None) -> str:
    """``68.4%``; nothing but all is written as 100%."""
    if value is None:
        return UNKNOWN
    if value == 100:
        return "100%"
    return f"{min(value, 99.9) if value < 100 else value:.1f}%"


def money(value: int, currency: str) -> str:
    """``USD 110 million``, ``1億1,000万米ドル``: every digit that counts is kept, whatever the words around it."""
    if i18n.language() == "ja":
        return _myriads(value) + str(get_currency_name(currency, count=2, locale="ja_JP"))
    for size, name in _LARGE_EN:
        if value >= size and value % (size // 100) == 0:
            return f"{currency} {scales.figure(value / size)} {name}"
    return f"{currency} {value:,}"


def _myriads(value: int) -> str:
    """``1億1,000万``: Japanese counts large sums in steps of ten thousand."""
    parts, rest = [], value
    for size, name in _LARGE_JA:
        if rest >= size:
            parts.append(f"{rest // size:,}{name}")
            rest %= size
    if rest or not parts:
        parts.append(f"{rest:,}")
    return "".join(parts)


def basis(figure: Figure | None) -> str:
    """What a figure is out of: ``162 of 237``, ``n = 212``; nothing for a plain count."""
    if figure is None or figure.get("denominator") is None:
        return ""
    if "numerator" in figure:
        return _("%(part)s of %(whole)s", part=number(figure["numerator"]), whole=number(figure["denominator"]))
    return f"n = {number(figure['denominator'])}"


def day(value: str | date | None) -> str:
    """``12 Nov 2020`` or ``2020年11月12日``."""
    if value is None:
        return UNKNOWN
    return times.day(date.fromisoformat(value) if isinstance(value, str) else value, year=True, weekday=False)


def short_day(value: str) -> str:
    """``12 Nov`` or ``11月12日``."""
    return times.day(date.fromisoformat(value), year=False, weekday=False)


def moment(instant: datetime, zone: str) -> str:
    """``20 Nov 2020, 10:00 JST``: always with the year, because a report is read years later."""
    local = instant.astimezone(ZoneInfo(zone)).date()
    separator = " " if i18n.language() == "ja" else ", "
    return f"{day(local)}{separator}{times.hour(instant, zone)} {times.abbreviation(instant, zone)}"


def month(value: date) -> str:
    """``Oct`` or ``10月``."""
    if i18n.language() == "ja":
        return f"{value.month}月"
    return format_date(value, "MMM", locale="en_GB").replace("Sept", "Sep")


def period(first: str, last: str) -> str:
    """Two days and what lies between them."""
    return f"{day(first)} – {day(last)}"


def place(country: str | None, city: str = "", prefecture: str | None = None) -> str:
    """City, prefecture and country, each where it is known and adds something."""
    return place_name(city_name(city), prefecture_name(prefecture), country_name(country))
