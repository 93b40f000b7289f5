"""Networks and zones as people and logs name them. Pure."""

import ipaddress

from accelerator.core.times import is_zone, zones

NAMED = {
    "osaka": "Asia/Tokyo", "kobe": "Asia/Tokyo", "kyoto": "Asia/Tokyo", "nagoya": "Asia/Tokyo", "fukuoka": "Asia/Tokyo",
    "sapporo": "Asia/Tokyo", "東京": "Asia/Tokyo", "神戸": "Asia/Tokyo", "大阪": "Asia/Tokyo", "京都": "Asia/Tokyo",
    "beijing": "Asia/Shanghai", "mumbai": "Asia/Kolkata", "delhi": "Asia/Kolkata", "bangalore": "Asia/Kolkata",
    "hanoi": "Asia/Ho_Chi_Minh", "san francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles",
    "boston": "America/New_York", "washington": "America/New_York", "montreal": "America/Toronto",
    "munich": "Europe/Berlin", "barcelona": "Europe/Madrid", "milan": "Europe/Rome", "geneva": "Europe/Zurich",
}  # fmt: skip


def network_of(address: str | None) -> str:
    """The network of an address: /24 of IPv4, /56 of IPv6; what it says itself if it is no address."""
    try:
        parsed = ipaddress.ip_address((address or "").split("%")[0])
    except ValueError:
        return (address or "unknown")[:60]
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = 24 if parsed.version == 4 else 56
    return str(ipaddress.ip_network(f"{parsed}/{prefix}", strict=False))


def zone_named(text: str) -> str | None:
    """The IANA zone that somebody typed: its own name, its city, or another city that keeps its time. None if unknown.

    >>> zone_named("Kobe"), zone_named("europe/tallinn"), zone_named("Atlantis")
    ('Asia/Tokyo', 'Europe/Tallinn', None)
    """
    wanted = " ".join(text.split()).split(" (")[0]
    if is_zone(wanted):
        return wanted
    folded = wanted.casefold().replace("_", " ")
    for name in zones():
        plain = name.casefold().replace("_", " ")
        if folded in (plain, plain.rsplit("/", 1)[-1]):
            return name
    return NAMED.get(folded)
