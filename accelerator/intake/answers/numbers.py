"""Numbers as people type them. Pure."""

from decimal import Decimal, InvalidOperation
from typing import Any

from accelerator.core.text import half_width

LONGEST = 24  # characters; more is no amount of anything


def number_from(text: str) -> int | str | None:
    """An int, or a plain decimal text for a fraction; what can't be read comes back as typed, nothing as None.

    Full-width digits, thousands separators and spaces are taken.
    """
    plain = half_width(text).replace(",", "").replace(" ", "").replace("−", "-").strip()
    if not plain:
        return None
    number = decimal_of(plain)
    if number is None:
        return text.strip()
    return int(number) if number == number.to_integral_value() else format(number, "f")


def decimal_of(value: Any) -> Decimal | None:
    """The number behind a stored value, None for whatever is no finite plain number."""
    if isinstance(value, bool) or not isinstance(value, (int, str)) or len(str(value)) > LONGEST:
        return None
    text = str(value)
    if not text or any(letter not in "0123456789.-" for letter in text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
