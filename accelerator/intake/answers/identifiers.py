"""Checks of numbers and addresses that follow a public rule. Pure."""

import ipaddress
from urllib.parse import urlsplit

_INNER = (".local", ".internal", ".localhost", ".lan", ".home", ".corp", ".home.arpa")


def is_corporate_number(text: str) -> bool:
    """Whether ``text`` is a Japanese corporate number: 13 digits of which the first checks the others.

    The first digit is 9 - (sum of the 12 others, weighted 1, 2, 1, 2, ... from the right, mod 9): Cabinet Order on the
    Use of Numbers to Identify a Specific Individual, form of the corporate number.
    """
    if len(text) != 13 or not text.isascii() or not text.isdigit():
        return False
    others = [int(digit) for digit in reversed(text[1:])]
    weighted = sum(digit * (2 if place % 2 else 1) for place, digit in enumerate(others))
    return int(text[0]) == 9 - weighted % 9


def is_public_url(text: str) -> bool:
    """Whether ``text`` is an http(s) address on a named public host or a global IP address; nothing is looked up."""
    try:
        parts = urlsplit(text)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    if (
        parts.scheme not in ("http", "https")
        or not host
        or parts.username is not None
        or any(c.isspace() for c in text)
    ):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return _is_public_name(host.rstrip("."))


def _is_public_name(host: str) -> bool:
    last = host.rsplit(".", 1)[-1]
    if "." not in host or host.endswith(_INNER):
        return False
    # "127.1" and "0x7f.1" are addresses too, though no library here reads them.
    return not last.isdigit() and not last.startswith("0x") and all(host.split("."))
