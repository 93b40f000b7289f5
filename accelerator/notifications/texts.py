"""Rendering of mail texts, outside of any request: subject, plain text and HTML in the reader's language and zone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context, select_autoescape
from jinja2.runtime import Context
from markupsafe import Markup, escape

from accelerator.core import i18n, installation, times

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


@dataclass(frozen=True)
class Texts:
    """The three texts of a mail."""

    subject: str
    body: str
    html: str


class AsIs(str):
    """What a mail prints as it is: our sentences and links, and what the team wrote. All else is words without links."""

    __slots__ = ()


# Mail programs make links of whatever looks like an address, also where we wrote plain text.
_LINK = re.compile(r"://|(?<=\w)\.(?=[^\W\d_]{2})")
_WORD = re.compile(r"\S+")
_MAIL_ADDRESS = re.compile(r"[(<“]?[\w.+-]+@[\w-]+(\.[\w-]+)+[)>”]?[.,;:!?。、]?")  # and nothing else in the word
_JOINER = "\u2060"  # no width, and no line breaks at it: the text looks as it was typed


def unlinked(text: str) -> str:
    """A text in which no mail program finds a web address; e-mail addresses stay what they are.

    >>> unlinked("Kadri Lepik"), unlinked("kadri@example.org"), "://" in unlinked("see https://evil.example/x")
    ('Kadri Lepik', 'kadri@example.org', False)
    """
    return _WORD.sub(_unlinked_word, text)


def _unlinked_word(match: "re.Match[str]") -> str:
    word = match.group()
    return word if _MAIL_ADDRESS.fullmatch(word) else _LINK.sub(_broken, word)


def _broken(match: "re.Match[str]") -> str:
    return f":{_JOINER}//{_JOINER}" if match.group() == "://" else f".{_JOINER}"


def _word(value: Any) -> Any:
    """What a mail prints of a value: texts of people without links, everything else as it is."""
    return value if isinstance(value, (AsIs, Markup)) or not isinstance(value, str) else unlinked(value)


def _speaking(translate: Callable[..., str]) -> Callable[..., str]:
    """A sentence of the catalogue whose inserted texts hold no links. The sentence itself is ours."""

    @pass_context
    def spoken(context: Context, *message: Any, **values: Any) -> str:
        text = translate(*message)
        if context.eval_ctx.autoescape:
            text = escape(text)  # what is inserted is escaped then too
        filled = text % _words({"num": message[-1], **values} if len(message) > 1 else values)
        return filled if isinstance(filled, Markup) else AsIs(filled)

    return spoken


def _words(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _word(value) for name, value in values.items()}


def absolute(path: str) -> AsIs:
    """The full address of a path on this site: links in mails never come from a request's Host header."""
    return AsIs(installation.current().settings.base_url + path)


@cache
def environment() -> Environment:
    """The Jinja environment of mails; HTML is escaped, unknown names are errors."""
    jinja = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=_word,
    )
    jinja.install_gettext_callables(i18n.gettext, i18n.plural, newstyle=True)  # type: ignore[attr-defined]
    sentence = _speaking(i18n.gettext)
    jinja.globals.update(_=sentence, gettext=sentence, ngettext=_speaking(i18n.plural), link=AsIs)
    jinja.globals.update(
        absolute=absolute,
        moment=times.moment,
        period=times.period,
        day=times.day,
        pick=i18n.pick,
        zone_label=times.zone_label,
        span=times.span,
        hour=times.hour,
        sep=i18n.Separators(),
    )
    return jinja


def render(kind: str, *, language: str, zone: str, **values: Any) -> Texts:
    """Render ``templates/emails/<kind>/`` for a reader. The subject is folded to one line."""
    with i18n.speaking(language, zone):
        parts = {
            part: environment().get_template(f"emails/{kind}/{part}").render(language=language, **values)
            for part in ("subject.txt", "body.txt", "body.html")
        }
    return Texts(" ".join(parts["subject.txt"].split()), parts["body.txt"].strip() + "\n", parts["body.html"])
