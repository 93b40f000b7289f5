"""Typesetting PDF from HTML with WeasyPrint: tagged (PDF/UA-1), repeatable to the byte, and closed to the outside.

Only workers call this: a page costs about 0.2 s of CPU and the import 2 s. WeasyPrint needs Pango, which some machines
lack, so it is imported on first use and :class:`PdfUnavailable` says what to install.
"""

import hashlib
import importlib
import importlib.util
import os
import re
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, SubElement

from accelerator.core.embedded import load_pango

FONT_FAMILY = "Report"
"""The family name under which a style sheet finds the Japanese and Latin font that this module brings."""

_SVG = "{http://www.w3.org/2000/svg}"
_CHART_RULE = re.compile(r"^\s*(svg [^{}@]*\{[^{}]*\})", re.MULTILINE)
_TYPES = {
    ".css": "text/css",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".otf": "font/otf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_HINT = (
    "Install Pango: 'apt install libpango-1.0-0 libpangoft2-1.0-0' on Debian and Ubuntu, "
    "'dnf install pango' on Fedora, 'brew install pango' on macOS."
)


class PdfUnavailable(Exception):
    """This machine cannot typeset; ``reason`` is technical, ``hint`` says what an administrator should do."""

    def __init__(self, reason: str, hint: str) -> None:
        super().__init__(f"{reason} {hint}")
        self.reason = reason
        self.hint = hint


def available() -> PdfUnavailable | None:
    """``None`` if this machine can typeset, else why not; loads WeasyPrint."""
    try:
        _weasyprint()
    except PdfUnavailable as refusal:
        return refusal
    return None


def package_font() -> Path | None:
    """Noto Sans JP from the ``justmytype-intl-cjk`` package (variable, weights 100 to 900), if it is installed."""
    package = importlib.util.find_spec("justmytype_intl_cjk")
    for folder in (package and package.submodule_search_locations) or ():
        for font in sorted(Path(folder).glob("fonts/ofl/notosansjp/NotoSansJP*.ttf")):
            return font
    return None


def render(
    html: str,
    *,
    base: Path,
    language: str,
    title: str,
    stamp: datetime,
    files: Mapping[str, bytes] | None = None,
    font: Path | None = None,
) -> bytes:
    """The PDF of a whole HTML page; the same arguments give the same bytes.

    Relative addresses are looked up in ``files`` (pictures that live in memory, by their relative path) and then below
    ``base``, by type; every other address is refused, and the page goes on without it. ``font`` replaces
    :func:`package_font`. Rules of the page's own ``<style>`` whose selector begins with ``svg`` colour the charts.
    Raises :class:`PdfUnavailable` where WeasyPrint or Pango is missing, ValueError for a naive ``stamp``.
    """
    if stamp.tzinfo is None:
        raise ValueError("the stamp must carry its zone")
    weasyprint = _weasyprint()
    chosen = font or package_font()
    fetcher = _closed_fetcher(base.resolve(), files or {}, chosen)
    page = weasyprint.HTML(string=html, base_url=base.resolve().as_uri() + "/", url_fetcher=fetcher)
    page.etree_element.set("lang", language)
    _colour_charts(page.etree_element)
    fonts = importlib.import_module("weasyprint.text.fonts").FontConfiguration()
    face = weasyprint.CSS(string=_font_face(chosen), font_config=fonts, url_fetcher=fetcher)
    document = page.render(font_config=fonts, stylesheets=[face], pdf_variant="pdf/ua-1")
    written = stamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.title, document.metadata.lang = title, language
    document.metadata.created = document.metadata.modified = written
    identifier = hashlib.sha256(f"{written}\n{html}".encode()).hexdigest()[:32]
    with _font_clock(stamp):
        return bytes(document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=identifier.encode()))


def page_count(pdf: bytes) -> int:
    """The number of pages of a PDF that :func:`render` wrote. Raises ValueError for anything else."""
    for text in _objects(pdf):
        if tree := re.search(rb"/Type /Pages\b.*?/Count (\d+)|/Count (\d+)[^>]*?/Type /Pages\b", text, re.DOTALL):
            return int(tree[1] or tree[2])
    raise ValueError("not a PDF of ours: it has no page tree")


def _objects(pdf: bytes) -> Iterator[bytes]:
    """The file itself, then its compressed object streams, in which the page tree lies."""
    yield pdf
    for stream in re.finditer(rb"/ObjStm.*?stream\r?\n", pdf, re.DOTALL):
        yield zlib.decompressobj().decompress(pdf[stream.end() :])


def _weasyprint() -> ModuleType:
    """WeasyPrint, imported on first use: the application must start on machines without Pango."""
    load_pango()
    try:
        return importlib.import_module("weasyprint")
    except (ImportError, OSError) as failure:
        raise PdfUnavailable(f"WeasyPrint cannot be loaded: {failure}", _HINT) from failure


@contextmanager
def _font_clock(stamp: datetime) -> Iterator[None]:
    """Have fontTools date the embedded fonts by ``stamp``; it would write the present second into each of them.

    The variable is its documented switch and holds for the whole process, so it is put back afterwards.
    """
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(int(stamp.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


def _closed_fetcher(base: Path, files: Mapping[str, bytes], font: Path | None) -> Any:
    """A fetcher for ``files``, for known types below ``base`` and for the font, and for nothing else at all."""
    urls = importlib.import_module("weasyprint.urls")

    def fetch(_fetcher: object, url: str, _headers: Mapping[str, str] | None = None) -> Any:
        path = _local_path(url)
        kind = _TYPES.get(path.suffix.lower())
        if kind is None:
            raise ValueError(f"files of this type are not read: {path.name}")
        return urls.URLFetcherResponse(url, _content(path, base, files, font), {"Content-Type": kind})

    # The parent class exists only once WeasyPrint is loaded, hence no class statement.
    return type("ClosedFetcher", (urls.URLFetcher,), {"fetch": fetch})(allowed_protocols=[], allow_redirects=False)


def _local_path(url: str) -> Path:
    parts = urlsplit(url)
    if parts.scheme != "file" or parts.netloc:
        raise ValueError("only files of the report itself are read")
    return Path(unquote(parts.path))


def _content(path: Path, base: Path, files: Mapping[str, bytes], font: Path | None) -> bytes:
    """The bytes behind ``path``. Links are followed before the check, so that none leads outside."""
    if path.is_relative_to(base) and (name := path.relative_to(base).as_posix()) in files:
        return files[name]
    real = path.resolve()
    if real.is_relative_to(base) or (font is not None and real == font.resolve()):
        return real.read_bytes()
    raise ValueError("only files of the report itself are read")


def _font_face(font: Path | None) -> str:
    if font is None:
        return ""
    address = font.resolve().as_uri()
    return f"@font-face {{ font-family: {FONT_FAMILY}; src: url('{address}'); }}"


def _colour_charts(root: Element) -> None:
    """Move the page's chart rules into each drawing: WeasyPrint does not apply the page's style sheet inside SVG."""
    rules = []
    for style in root.iter("style"):
        sheet = re.sub(r"/\*.*?\*/", "", style.text or "", flags=re.DOTALL)
        rules += _CHART_RULE.findall(sheet)
        style.text = _CHART_RULE.sub("", sheet)
    for drawing in list(root.iter(f"{_SVG}svg")) if rules else ():
        SubElement(drawing, f"{_SVG}style").text = "\n".join(rules)
