"""Countries by ISO 3166-1 and their names in the viewer's language."""

from functools import cache

from accelerator.core import i18n

# Babel also names groups, pseudo-locales and reserved codes, which no head office can be in.
_NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})


@cache
def _names(language: str) -> dict[str, str]:
    territories = i18n.locale_of(language).territories
    return {
        code: str(name)
        for code, name in territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES
    }


def is_country(code: object) -> bool:
    """Whether ``code`` is one of the 249 codes of ISO 3166-1."""
    return code in _names("en")


def country_name(code: str | None) -> str:
    """The country in the viewer's language; the code itself where it is unknown, nothing for None."""
    return _names(i18n.language()).get(code, code) if code else ""


def countries() -> list[tuple[str, str]]:
    """``(code, name)`` of all countries, by name in the viewer's language."""
    return _sorted(i18n.language())


@cache
def _sorted(language: str) -> list[tuple[str, str]]:
    return sorted(_names(language).items(), key=lambda pair: pair[1])


def names_of(code: str | None) -> list[str]:
    """The country's name in every language of the program; none for what is no country."""
    found = [_names(language).get(code or "", "") for language in i18n.LANGUAGES]
    return [name for name in found if name]
