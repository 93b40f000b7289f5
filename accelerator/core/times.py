"""How instants are written: in the viewer's zone, the zone named, the programme's zone beside it when they differ."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from unicodedata import normalize
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import format_date, format_skeleton
from markupsafe import Markup

from accelerator.core import clock, i18n, scope
from accelerator.core.known_cities import UNNAMED, ZONE_OF

PLACES = (
    "Africa/",
    "America/",
    "Antarctica/",
    "Arctic/",
    "Asia/",
    "Atlantic/",
    "Australia/",
    "Europe/",
    "Indian/",
    "Pacific/",
)


def is_zone(name: str) -> bool:
    """Whether ``name`` is a zone that somebody can live in. The IANA database also holds Factory, posixrules, EST5EDT."""
    return name in _zones()


def zones() -> list[str]:
    """Every place-named zone, sorted: what a picker offers."""
    return list(_zones())


@cache
def _zones() -> dict[str, None]:
    """In their order; the database is a folder that takes a while to read."""
    return dict.fromkeys([*sorted(name for name in available_timezones() if name.startswith(PLACES)), "UTC"])


def zone_named(text: str) -> str | None:
    """The IANA zone that somebody typed: its own name, its city, or another city that keeps its time. None if unknown.

    >>> zone_named("Kobe"), zone_named("europe/tallinn"), zone_named("Atlantis")
    ('Asia/Tokyo', 'Europe/Tallinn', None)
    """
    typed = re.split(r" ?\(", " ".join(normalize("NFKC", text).split()))[0]
    if is_zone(typed):
        return typed
    folded = typed.casefold().replace("_", " ")
    for name in zones():
        plain = name.casefold().replace("_", " ")
        if folded in (plain, plain.rsplit("/", 1)[-1]):
            return name
    named = [name for name in zones() if folded in _cities(name)]
    # Kolkata and Calcutta are one zone, and コルカタ is the name of today.
    return ZONE_OF.get(folded) or min(named, key=lambda name: name in get_global("zone_aliases"), default=None)


def _cities(zone: str) -> set[str]:
    return {city_of(zone, language) for language in i18n.LANGUAGES if language != "en"}


@cache
def rules_of(zone: str) -> ZoneInfo:
    """The rules of a zone. Python itself keeps those of the last eight, and a picker shows four hundred."""
    return ZoneInfo(zone)


def abbreviation(instant: datetime, zone: str) -> str:
    """``JST``, or ``UTC+7`` where the zone has no letters of its own."""
    name = instant.astimezone(rules_of(zone)).tzname() or zone
    return name if name[0].isalpha() else offset(instant, zone)


def offset(instant: datetime, zone: str) -> str:
    """``UTC+9``, ``UTC-3:30`` or ``UTC``."""
    seconds = seconds_ahead(instant, zone)
    if not seconds:
        return "UTC"
    hours, minutes = divmod(abs(int(seconds)) // 60, 60)
    sign = "+" if seconds > 0 else "−"
    return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "")


def seconds_ahead(instant: datetime, zone: str) -> float:
    """How far the clocks of a zone are ahead of UTC at an instant, in seconds."""
    return (instant.astimezone(rules_of(zone)).utcoffset() or timedelta()).total_seconds()


def zone_label(zone: str, instant: datetime | None = None) -> str:
    """City, abbreviation and offset: ``Tokyo (JST, UTC+9)`` or ``東京（JST、UTC+9）``."""
    clock_name = zone_clock(zone, instant)
    return f"{zone_city(zone)}（{clock_name}）" if i18n.language() == "ja" else f"{zone_city(zone)} ({clock_name})"


def zone_city(zone: str) -> str:
    """The city that a zone is called after, in the viewer's language: ``Tokyo``, ``東京``."""
    return city_of(zone, i18n.language())


@cache
def city_of(zone: str, language: str) -> str:
    """The city that a zone is called after, in a language that is named."""
    if language != "en":
        known = i18n.locale_of(language).time_zones
        # Babel knows some cities by the zone's name of before only: Asia/Calcutta, Europe/Kiev.
        before = (old for old, new in get_global("zone_aliases").items() if new == zone)
        for name in (zone, *before):
            if "city" in known.get(name, {}):
                return str(known[name]["city"])
        if language == "ja" and zone in UNNAMED:
            return UNNAMED[zone]
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def zone_clock(zone: str, instant: datetime | None = None) -> str:
    """How the clocks of a zone are called and set: ``JST, UTC+9``, or ``UTC+7`` alone."""
    at = instant or clock.now()
    short, exact = abbreviation(at, zone), offset(at, zone)
    return exact if short == exact else f"{short}{i18n.marks().comma}{exact}"


def day_in(zone: str, instant: datetime | None = None) -> date:
    """The day of an instant, by default of the present one, where the clocks show ``zone``."""
    return (instant or clock.now()).astimezone(ZoneInfo(zone)).date()


def latest_day(*zones: str) -> date:
    """The present day in that of the zones where it is latest: what is today for one of them is no future."""
    return max(day_in(zone) for zone in zones)


def day(value: date | datetime, zone: str | None = None, *, year: bool | None = None, weekday: bool = True) -> str:
    """``Fri 14 Aug`` or ``8月14日（金）``; the year is added when it is not within six months of now."""
    local = day_in(zone or i18n.zone(), value) if isinstance(value, datetime) else value
    with_year = abs((local - day_in(zone or i18n.zone())).days) > 183 if year is None else year
    return _written(local, i18n.language(), with_year, weekday)


@lru_cache(4_096)  # a year of days in both languages, with and without what may be left out
def _written(local: date, language: str, with_year: bool, weekday: bool) -> str:
    if language == "ja":
        text = f"{local.year}年" if with_year else ""
        return text + f"{local.month}月{local.day}日" + (format_date(local, "（E）", locale="ja_JP") if weekday else "")
    pattern = ("EEE " if weekday else "") + "d MMM" + (" y" if with_year else "")
    return format_date(local, pattern, locale="en_GB").replace("Sept", "Sep")


def hour(instant: datetime, zone: str | None = None) -> str:
    """``17:00`` on the 24-hour clock."""
    return instant.astimezone(ZoneInfo(zone or i18n.zone())).strftime("%H:%M")


def moment(instant: datetime, zone: str | None = None) -> str:
    """``Fri 14 Aug, 17:00 JST``."""
    name = zone or i18n.zone()
    separator = " " if i18n.language() == "ja" else ", "
    return f"{day(instant, name)}{separator}{hour(instant, name)} {abbreviation(instant, name)}"


def period(start: datetime, end: datetime, zone: str | None = None) -> str:
    """``Thu 15 Oct, 17:30–18:00 JST``; the end names its day when it is another."""
    separator = " " if i18n.language() == "ja" else ", "
    return f"{day(start, zone)}{separator}{hours(start, end, zone)}"


def hours(start: datetime, end: datetime | None = None, zone: str | None = None) -> str:
    """``17:30–18:00 JST``, for where the day stands beside it; the end names its day when it is another."""
    name = zone or i18n.zone()
    if end is None:
        return f"{hour(start, name)} {abbreviation(start, name)}"
    first, last = start.astimezone(ZoneInfo(name)), end.astimezone(ZoneInfo(name))
    until = hour(end, name) if first.date() == last.date() else f"{day(end, name)} {hour(end, name)}"
    return f"{hour(start, name)}–{until} {abbreviation(start, name)}"


def weekday(value: date | datetime, zone: str | None = None) -> str:
    """``Thu`` or ``木``."""
    local = value.astimezone(ZoneInfo(zone or i18n.zone())) if isinstance(value, datetime) else value
    return str(format_date(local, "EEE", locale=i18n.locale()))


def _beside(instant: datetime, zone: str) -> str:
    chosen = scope.current()
    if chosen is None or chosen.zone == zone:
        return ""
    there, here = instant.astimezone(ZoneInfo(chosen.zone)), instant.astimezone(ZoneInfo(zone))
    if there.utcoffset() == here.utcoffset():
        return ""
    # The weekday is always shown where the date differs: one reader's evening is another's tomorrow.
    weekday = format_date(there, "EEE", locale=i18n.locale()) + " " if there.date() != here.date() else ""
    return i18n.gettext("(%(time)s in %(place)s)", time=weekday + hour(instant, chosen.zone), place=chosen.place)


def time_tag(
    instant: datetime | None,
    end: datetime | None = None,
    zone: str | None = None,
    beside: bool = True,
    dated: bool = True,
) -> Markup:
    """A ``<time>`` element in the viewer's zone, with the programme's hour in brackets where it differs.

    Without ``dated`` only the hours are shown, because the day stands beside them.
    """
    if instant is None:
        return Markup("")
    name = zone or i18n.zone()
    text = period(instant, end, name) if end else moment(instant, name)
    text = text if dated else hours(instant, end, name)
    extra = _beside(instant, name) if beside else ""
    stamp = instant.astimezone(UTC).isoformat("T", "seconds").replace("+00:00", "Z")
    tail = Markup(' <span class="muted">%s</span>') % extra if extra else Markup("")
    return Markup('<time datetime="%s">%s</time>%s') % (stamp, text, tail)


def day_tag(value: date | datetime | None, zone: str | None = None, weekday: bool = True) -> Markup:
    """A ``<time>`` element for a day."""
    if value is None:
        return Markup("")
    stamp = value.astimezone(UTC).strftime("%Y-%m-%d") if isinstance(value, datetime) else value.isoformat()
    return Markup('<time datetime="%s">%s</time>') % (stamp, day(value, zone, weekday=weekday))


def span(delta: timedelta) -> str:
    """``2 days 6 hours``, ``40 minutes``: two units at most, rounded down."""
    minutes = max(0, int(delta.total_seconds() // 60))
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    parts = []
    if days:
        parts.append(i18n.ngettext("%(num)s day", "%(num)s days", days))
    if hours:
        parts.append(i18n.ngettext("%(num)s hour", "%(num)s hours", hours))
    if not days and (rest or not hours):
        parts.append(i18n.ngettext("%(num)s minute", "%(num)s minutes", rest))
    return ("" if i18n.language() == "ja" else " ").join(parts[:2])


def from_local(local: datetime, zone: str) -> datetime:
    """The UTC instant of a wall-clock time. Raises ValueError for an hour that a clock change skips."""
    aware = local.replace(tzinfo=ZoneInfo(zone))
    instant = aware.astimezone(UTC)
    if instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise ValueError(f"{local} does not exist in {zone}")
    return instant


def month(value: date) -> str:
    """``October 2020`` or ``2020年10月``."""
    return str(format_skeleton("yMMMM", value, locale=i18n.locale()))
