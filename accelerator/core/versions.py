"""Which state of a thing a page showed: nobody overwrites unseen what somebody else saved in the meantime.

A page carries the version of what it shows in a hidden field, and whoever saves compares it with that of what is
stored, once nobody else can save any more. ``docs/decisions/15-versions.md`` says why it is a digest.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal
from enum import Enum
from typing import Any

from accelerator.core.errors import Refused
from accelerator.core.i18n import gettext as _


class Stale(Refused):
    """Somebody else saved the same thing after the page was drawn; sent once more, with the new version, it is meant."""


def version_of(*shown: Any) -> str:
    """A short text that differs whenever what is shown does: 16 hexadecimal digits of a SHA-256."""
    return hashlib.sha256(canonical(shown)).hexdigest()[:16]


def canonical(value: Any) -> bytes:
    """JSON with one way to write each value: keys sorted, no spaces, UTF-8; what JSON does not know is written as text."""
    return json.dumps(
        value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain, allow_nan=False
    ).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | time):  # a datetime is a date
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, Decimal):
        return str(value.normalize())
    return str(value)


def stale_problems(shown: str | int | None, present: str | int, sentence: str = "") -> Iterator[Refused]:
    """What a save has to say where the page ``shown`` is not the ``present`` state; None asks for nothing."""
    if shown is not None and shown != present:
        yield Stale(
            sentence
            or _(
                "This was saved in the meantime, by somebody else or in another window. What you typed "
                "is still here: save again to replace what is saved now."
            )
        )
