"""Currencies on offer (ISO 4217), the home currency of the programme's most usual applicants first."""

from babel.numbers import get_currency_name

from accelerator.core import i18n

CURRENCIES = (
    "JPY",
    "USD",
    "EUR",
    "GBP",
    "AUD",
    "BRL",
    "CAD",
    "CHF",
    "CLP",
    "CNY",
    "COP",
    "CZK",
    "DKK",
    "EGP",
    "HKD",
    "IDR",
    "ILS",
    "INR",
    "KES",
    "KRW",
    "MXN",
    "MYR",
    "NGN",
    "NOK",
    "NZD",
    "PHP",
    "PKR",
    "PLN",
    "SAR",
    "SEK",
    "SGD",
    "THB",
    "TRY",
    "TWD",
    "UAH",
    "VND",
    "ZAR",
)


def currency_name(code: str) -> str:
    """``EUR, Euro`` in the viewer's language."""
    name = get_currency_name(code, locale=i18n.locale())
    return f"{name}（{code}）" if i18n.language() == "ja" else f"{code}, {name}"
