"""What a request may bring: address parts, parameters and numbers are checked here, before any view sees them.

An address part that no row can have is an address that leads nowhere (404). Parameters of the query and fields of forms
pass the one filter for incoming text, and a number that no column holds counts as not given.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import BaseConverter, IntegerConverter, Map, PathConverter, UnicodeConverter, ValidationError

from accelerator.core import clock
from accelerator.core.text import clean

LARGEST = 2**31 - 1
"""The largest number that a column of ours holds."""
LONGEST_PART = 400  # characters; tokens have 43
ARRIVED = "funade.arrived_at"
"""Where the web server says when the request reached it."""
OLDEST = timedelta(minutes=10)  # a proxy that says more is wrong or its clock is


class Parameters(ImmutableMultiDict[str, str]):
    """Names and values without characters that break databases, mails or files."""

    def __init__(self, given: Mapping[str, Any] | Iterable[tuple[str, Any]] | None = None) -> None:
        pairs = given.items(multi=True) if isinstance(given, ImmutableMultiDict) else given or ()
        pairs = pairs.items() if isinstance(pairs, Mapping) else pairs
        super().__init__([(clean(name), _cleaned(value)) for name, value in pairs])

    def get(self, key: str, default: Any = None, type: Callable[[str], Any] | None = None) -> Any:  # type: ignore[override] # noqa: A002 (werkzeug's name)
        """Like werkzeug's; a number that is too large for a column is not given."""
        return super().get(key, default, type=whole_number if type is int else type)  # type: ignore[arg-type]


def _cleaned(value: Any) -> Any:
    return clean(value) if isinstance(value, str) else value


def whole_number(text: str) -> int:
    """The number, if a column can hold it. Raises ValueError."""
    if len(text) > 20:
        raise ValueError("no number of ours has so many digits")
    number = int(text)
    if abs(number) > LARGEST:
        raise ValueError("no number of ours is as large")
    return number


class CleanRequest(Request):
    """A request whose parameters and fields are :class:`Parameters`."""

    parameter_storage_class = Parameters

    @property
    def is_json(self) -> bool:
        """Never: no form of ours comes as JSON, and whoever sends some has sent no fields."""
        return False


def _checked(value: str) -> str:
    if len(value) > LONGEST_PART or clean(value) != value:
        raise ValidationError
    return value


class CleanPart(UnicodeConverter):
    """A text in an address."""

    def to_python(self, value: str) -> str:
        """Refuse what no row can hold."""
        return _checked(super().to_python(value))


class CleanPath(PathConverter):
    """The rest of an address."""

    def to_python(self, value: str) -> str:
        """Refuse what no file can be called."""
        return _checked(super().to_python(value))


class Id(IntegerConverter):
    """A number in an address."""

    def to_python(self, value: str) -> Any:
        """Refuse what no column can hold; also digits of other scripts."""
        try:
            return whole_number(value) if value.isascii() else _refuse()
        except ValueError as error:
            raise ValidationError from error


def _refuse() -> int:
    raise ValidationError


CONVERTERS: dict[str, type[BaseConverter]] = {"default": CleanPart, "string": CleanPart, "path": CleanPath, "int": Id}


def check_parts(url_map: Map) -> None:
    """Let every address of an application check its parts."""
    url_map.converters = {**url_map.converters, **CONVERTERS}


def arrival(environ: Mapping[str, Any], header: str | None) -> datetime:
    """When the request reached us: by the proxy's ``header``, if one is configured, or else by the web server.

    The proxy writes seconds, milliseconds or microseconds since 1970, perhaps after ``t=``. What can't be so, because it
    lies in the future or long ago, is not believed.
    """
    here: datetime = environ.get(ARRIVED) or clock.system_now()
    stamp = _instant(str(environ.get("HTTP_" + header.upper().replace("-", "_"), ""))) if header else None
    return stamp if stamp is not None and here - OLDEST <= stamp <= here else here


def _instant(text: str) -> datetime | None:
    try:
        number = float(text.strip().removeprefix("t="))
    except ValueError:
        return None
    for unit in (1, 1_000, 1_000_000):
        if 1e9 <= number / unit < 1e10:
            return datetime.fromtimestamp(number / unit, UTC)
    return None
