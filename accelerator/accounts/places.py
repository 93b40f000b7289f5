"""Networks as logs and limits name them. Pure."""

import ipaddress


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
