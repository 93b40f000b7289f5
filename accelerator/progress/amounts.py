"""How a value is written with its unit: count, percent, months, or money in its own currency."""

from decimal import Decimal

from babel.numbers import format_currency, format_decimal

from accelerator.core import i18n
from accelerator.core.i18n import gettext as _


def _plain(value: Decimal) -> str:
    return format_decimal(value, format="#,##0.####", locale="en").replace("-", "−")


def money(value: Decimal, currency: str) -> str:
    """``¥412,000``, ``$1,200.50``; ``412,000円`` in Japanese. Whole amounts show no decimals."""
    if i18n.language() == "ja" and currency == "JPY":
        return _plain(value) + "円"
    pattern = "¤#,##0" if value == value.to_integral_value() else "¤#,##0.00"
    # "en" and not "en_GB", which writes JP¥ and US$ where the sign alone is what our readers know.
    locale = "ja_JP" if i18n.language() == "ja" else "en"
    return format_currency(value, currency, pattern, locale=locale, currency_digits=False).replace("-", "−")


def amount(value: Decimal, unit: str) -> str:
    """A value with its unit in the viewer's language."""
    if unit == "count":
        return _plain(value)
    if unit == "percent":
        return _plain(value) + "%"
    if unit == "months":
        count = 1 if abs(value) == 1 else 2
        return i18n.ngettext("%(number)s month", "%(number)s months", count, number=_plain(value))
    return money(value, unit)


def signed(value: Decimal, unit: str) -> str:
    """A change: the amount with a plus or minus sign."""
    return ("+" if value > 0 else "") + amount(value, unit)


def unit_sign(unit: str) -> str:
    """The unit beside a field: a currency's code, months, percent; nothing for counts."""
    return {"count": "", "percent": "%", "months": _("months")}.get(unit, unit)
