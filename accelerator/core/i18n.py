"""Two languages everywhere: the viewer's language and zone, catalogues, and texts kept in both.

Works in requests, jobs and commands alike, because it hangs on a context variable and not on a request. Catalogues are
``translations/<language>/*.po``, one file per stage, read once per process.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, NullTranslations, Translations

LANGUAGES = {"en": "English", "ja": "日本語"}
DEFAULT = "en"
CATALOGUES = Path(__file__).resolve().parent.parent / "translations"

_language: ContextVar[str] = ContextVar("language", default=DEFAULT)
_zone: ContextVar[str] = ContextVar("zone", default="UTC")


def language() -> str:
    """The viewer's language code, ``en`` or ``ja``."""
    return _language.get()


def zone() -> str:
    """The viewer's IANA zone."""
    return _zone.get()


def locale() -> Locale:
    """Babel's locale for the viewer's language; British English, because dates read day first."""
    return locale_of(language())


@cache
def locale_of(code: str) -> Locale:
    """Babel's locale for a language code."""
    return Locale.parse({"en": "en_GB", "ja": "ja_JP"}.get(code, "en_GB"))


def use(code: str, zone_name: str) -> None:
    """Speak ``code`` and count hours in ``zone_name`` from here on in this context."""
    _language.set(code if code in LANGUAGES else DEFAULT)
    _zone.set(zone_name)


@contextmanager
def speaking(code: str, zone_name: str | None = None) -> Iterator[None]:
    """Speak ``code`` inside the block, as a mail to somebody else does."""
    tokens = _language.set(code if code in LANGUAGES else DEFAULT), _zone.set(zone_name or zone())
    try:
        yield
    finally:
        _language.reset(tokens[0])
        _zone.reset(tokens[1])


@cache
def _catalogue(code: str) -> NullTranslations:
    merged: NullTranslations | None = None
    for path in sorted((CATALOGUES / code).glob("*.po")):
        compiled = BytesIO()
        with path.open("rb") as source:
            write_mo(compiled, read_po(source, locale=code))
        compiled.seek(0)
        loaded = Translations(compiled)
        if isinstance(merged, Translations):
            merged.merge(loaded)
        else:
            merged = loaded
    return merged or NullTranslations()


def gettext(message: str, **values: Any) -> str:
    """The sentence in the viewer's language, with ``%(name)s`` filled in."""
    text = str(_catalogue(language()).ugettext(message))
    return text % values if values else text


def plural(singular: str, several: str, count: int) -> str:
    """The sentence for ``count`` things, its placeholders still open: what templates fill in themselves."""
    return str(_catalogue(language()).ungettext(singular, several, count))


def ngettext(singular: str, several: str, count: int, **values: Any) -> str:
    """The sentence for ``count`` things; ``%(num)s`` is the count."""
    return plural(singular, several, count) % {"num": count, **values}


def lazy(message: str) -> Any:
    """A sentence translated when it is shown: for labels of fields, states and choices."""
    return LazyProxy(gettext, message, enable_cache=False)


def pick(texts: Mapping[str, str] | None) -> str:
    """One text of a pair kept in both languages: the viewer's, else whichever is there."""
    if not texts:
        return ""
    return texts.get(language()) or texts.get(DEFAULT) or next((text for text in texts.values() if text), "")


@dataclass(frozen=True)
class Marks:
    """What stands between parts of a line: half-width with its space, or full-width, which brings its own."""

    comma: str
    colon: str
    semicolon: str
    stop: str
    end: str
    gap: str


_MARKS = {"en": Marks(", ", ": ", "; ", ". ", ".", " "), "ja": Marks("、", "：", "；", "。", "。", "")}


class Separators:
    """The marks of the viewer's language, for templates: ``{{ name }}{{ sep.comma }}{{ place }}``.

    They join what is no sentence of its own. A sentence brings its punctuation in the catalogue.
    """

    @property
    def comma(self) -> str:
        """Between the parts of a list."""
        return marks().comma

    @property
    def colon(self) -> str:
        """Between a label and what it names."""
        return marks().colon

    @property
    def semicolon(self) -> str:
        """Between parts that have commas themselves."""
        return marks().semicolon

    @property
    def stop(self) -> str:
        """Behind a sentence that another one follows."""
        return marks().stop

    @property
    def end(self) -> str:
        """Behind the last sentence."""
        return marks().end

    @property
    def gap(self) -> str:
        """Between two whole sentences: English needs a space, Japanese none."""
        return marks().gap


def marks() -> Marks:
    """The marks of the viewer's language."""
    return _MARKS[language()]
