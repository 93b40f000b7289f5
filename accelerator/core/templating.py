"""The templates of pages, compiled once for each language: what never changes is text of the compiled template.

A page shows more than a hundred sentences and thirty addresses. Sentences without a condition are looked up when the
template is compiled, not when it is drawn; addresses are built once in a process.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from threading import Lock
from typing import Any, cast

from flask import Flask, g, request
from flask import url_for as build_address
from flask.templating import Environment as FlaskEnvironment
from flask_wtf.csrf import generate_csrf
from jinja2 import Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

from accelerator.core import i18n
from accelerator.core.icons import icon
from accelerator.core.indentation import Unindented

ADDRESSES = 8_192
"""How many addresses a process keeps; each takes about 200 bytes."""
KEPT = frozenset({str, int})
"""The types of values of an address that is kept; no two values of them are equal that are written differently."""


class Environment(FlaskEnvironment):
    """Leads to the templates of the viewer's language. Each language has an environment of its own."""

    language: str | None = None

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.add_extension(Spoken)
        self.filters["filled"] = _filled
        self._languages: dict[str, Environment] = {}
        self._turn = Lock()

    def _spoken(self) -> "Environment":
        code = i18n.language()
        environment = self._languages.get(code)
        if environment is None:
            with self._turn:
                environment = self._languages.setdefault(code, self.overlay())
                environment.language = code
        return environment

    def get_template(self, name: str | Template, *rest: Any, **options: Any) -> Template:
        """The template in the viewer's language."""
        known = self if self.language else self._spoken()
        return super(Environment, known).get_template(name, *rest, **options)

    def select_template(self, names: Iterable[str | Template], *rest: Any, **options: Any) -> Template:
        """The first template that is there, in the viewer's language."""
        known = self if self.language else self._spoken()
        return super(Environment, known).select_template(names, *rest, **options)


def _filled(sentence: str, /, **values: Any) -> str:
    return sentence % values


class Spoken(Extension):
    """Puts the sentence of the environment's language where a template asks for a sentence by its words.

    ``_("Sent")`` becomes the text itself, ``_("Sent to %(name)s", name=person.name)`` a text to fill in. Sentences that
    are chosen while drawing (``ngettext``, a variable) are left to the catalogue.
    """

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """The tokens, with known sentences in the place of their lookups."""
        language = cast(Environment, self.environment).language
        return self._in(language, list(stream)) if language else stream

    def _in(self, language: str, tokens: list[Token]) -> Iterator[Token]:
        at = 0
        while at < len(tokens):
            words, behind = _sentence(tokens, at)
            if words is None:
                yield tokens[at]
                at += 1
                continue
            line = tokens[at].lineno
            with i18n.speaking(language):
                text = i18n.gettext(words)
            filled = tokens[behind].type == "comma"
            yield Token(line, "lparen", "(")
            yield Token(line, "string", text if filled else text % {})
            yield Token(line, "pipe", "|")
            yield Token(line, "name", "safe")  # a sentence of the catalogue is ours; what is filled in is escaped
            if filled:
                yield Token(line, "pipe", "|")
                yield Token(line, "name", "filled")
                yield Token(line, "lparen", "(")
                yield from self._in(language, tokens[behind + 1 : (end := _end(tokens, behind))])
                yield Token(line, "rparen", ")")
                behind = end
            yield Token(line, "rparen", ")")
            at = behind + 1


def _sentence(tokens: list[Token], at: int) -> tuple[str | None, int]:
    """The words of a lookup that begins at ``at`` and the place behind them; None where no such lookup begins."""
    if at + 2 >= len(tokens) or tokens[at].type != "name" or tokens[at].value not in {"_", "gettext"}:
        return None, at
    if tokens[at + 1].type != "lparen" or (at and tokens[at - 1].type in {"dot", "pipe"}):
        return None, at
    behind = at + 2
    while tokens[behind].type == "string":
        behind += 1
    words = "".join(token.value for token in tokens[at + 2 : behind])
    if not words or tokens[behind].type not in {"comma", "rparen"}:
        return None, at
    return words, behind


def _end(tokens: list[Token], at: int) -> int:
    """The place of the bracket that closes the call whose arguments go on at ``at``."""
    depth = 0
    while depth or tokens[at].type != "rparen":
        depth += {"lparen": 1, "rparen": -1}.get(tokens[at].type, 0)
        at += 1
    return at


def addresses() -> Callable[..., str]:
    """Flask's ``url_for`` for the templates of one application: each address of the site is built once."""

    @lru_cache(ADDRESSES)
    def known(_root: str, endpoint: str, *parts: Any) -> str:
        """``parts`` are the names of all values, then the values: the shortest key to make, which is what costs here."""
        half = len(parts) // 2
        return build_address(endpoint, **dict(zip(parts[:half], parts[half:], strict=True)))

    def address(endpoint: str, **values: Any) -> str:
        if endpoint[0] == ".":
            endpoint = f"{request.blueprint}{endpoint}"
        for value in values.values():
            if type(value) not in KEPT:
                return build_address(endpoint, **values)  # lists, and what is not given
        return known(request.script_root, endpoint, *values, *values.values())

    return address


def csrf_token() -> str:
    """The token of the forms of a page, made once for all of them."""
    if "csrf_of_page" not in g:
        g.csrf_of_page = generate_csrf()
    return str(g.csrf_of_page)


def configure(app: Flask) -> None:
    """Give an application's templates their extensions and what they may call."""
    environment = app.jinja_env
    environment.add_extension("jinja2.ext.i18n")
    environment.add_extension(Unindented)
    environment.install_gettext_callables(i18n.gettext, i18n.plural, newstyle=True)  # type: ignore[attr-defined]
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.globals.update(icon=icon, csrf_token=csrf_token, url_for=addresses())
