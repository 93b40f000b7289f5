"""Rendering of mail texts, outside of any request: subject, plain text and HTML in the reader's language and zone."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from accelerator.core import i18n, times

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
_address = {"base": "http://127.0.0.1:8000"}


@dataclass(frozen=True)
class Texts:
    """The three texts of a mail."""

    subject: str
    body: str
    html: str


def connect(base_url: str) -> None:
    """Name this installation's address: links in mails never come from a request's Host header."""
    _address["base"] = base_url


def absolute(path: str) -> str:
    """The full address of a path on this site."""
    return _address["base"] + path


@cache
def environment() -> Environment:
    """The Jinja environment of mails; HTML is escaped, unknown names are errors."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    made.install_gettext_callables(i18n.gettext, i18n.plural, newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(absolute=absolute, moment=times.moment, period=times.period, day=times.day, pick=i18n.pick,
                        zone_label=times.zone_label, span=times.span, hour=times.hour)  # fmt: skip
    return made


def render(kind: str, *, language: str, zone: str, **values: Any) -> Texts:
    """Render ``templates/emails/<kind>/`` for a reader. The subject is folded to one line."""
    with i18n.speaking(language, zone):
        parts = {
            part: environment().get_template(f"emails/{kind}/{part}").render(language=language, **values)
            for part in ("subject.txt", "body.txt", "body.html")
        }
    return Texts(" ".join(parts["subject.txt"].split()), parts["body.txt"].strip() + "\n", parts["body.html"])
