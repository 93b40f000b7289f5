"""Pages that become PDF: the Jinja environment in which they are written, outside of any request."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from accelerator.core import i18n

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
PICTURES = Path(__file__).resolve().parents[1] / "static" / "img"


def environment(**names: Any) -> Environment:
    """An environment in which templates know ``names``; HTML is escaped, unknown names are errors."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    jinja.install_gettext_callables(i18n.gettext, i18n.plural, newstyle=True)  # type: ignore[attr-defined]
    jinja.globals.update(pick=i18n.pick, sep=i18n.Separators(), **names)
    return jinja
