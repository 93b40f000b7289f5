"""Whatever stands in an address, a parameter, a field, a cookie or a header: no answer is a fault of the server."""

import base64
import io
from collections.abc import Iterator
from itertools import cycle, product
from urllib.parse import quote, urlencode, urlsplit

from werkzeug.routing import Rule

from accelerator.accounts.models import Person
from accelerator.core.web import App
from tests.factories import Browser
from tests.visits.forms import Forms
from tests.visits.walking import VISITS, Walk

DEEP = "[" * 20_000 + "]" * 20_000


def mark(text: str) -> str:
    """A page mark that says ``text``."""
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


ODD = (
    "\x00",
    "a\x00b",
    "2147483648",
    "-2147483649",
    "9" * 30,
    "9" * 5000,
    "1e999",
    "NaN",
    "٣",
    "\u2028",
    "\ufffe",
    "💥" * 300,
    "%",
    "%00",
    "../../etc/passwd",
    "'\"><b>{{7*7}}",
    "0001-01-01",
    "9999-12-31",
    "9999-12-31T23:59",
    "2020-13-45T99:99",
    "2020-10-25T02:30:00",
    "Asia/Nowhere",
    "a" * 5000,
    DEEP,
    "{",
    mark(DEEP),
    mark('["f", null, 1e999]'),
    mark('["f"]'),
    mark('["f", "\\u0000", 1, 2]'),
    mark('["b", 99999999999999999999, 1]'),
    mark('["f", "2020-01-01", "x"]'),
    mark('["f", "0001-01-01T00:00:00+00:00", 9]'),
    mark("{}"),
    mark('["f", true, true]'),
    "",
)
PARTS = [odd for odd in ODD if odd and len(odd) < 2000]
ARGUMENTS = (
    "page",
    "mark",
    "q",
    "view",
    "state",
    "size",
    "sector",
    "round",
    "places",
    "order",
    "sort",
    "day",
    "slot",
    "tz",
    "week",
    "startup",
    "topic",
    "language",
    "lang",
    "show",
    "since",
    "until",
    "revision",
    "a",
    "removed",
    "was",
    "part",
    "next",
    "answer",
    "who",
    "what",
    "from",
    "to",
    "country",
    "email",
    "for",
    "step",
    "kind",
)
HEADERS = (
    {"Range": "bytes=99999999999999999999-"},
    {"Range": "bytes=-1,-,5-2"},
    {"If-None-Match": '"\udc00"'.encode("utf-8", "replace").decode()},
    {"If-None-Match": "*" * 5000},
    {"If-Modified-Since": "yesterday"},
    {"If-Range": '"x"', "Range": "bytes=0-0"},
    {"Accept-Language": "ja;q=99999,;;,*;q=a" * 50},
    {"Accept-Language": "\x7f"},
    {"HX-Request": "true"},
    {"Referer": "http://localhost/\x7f"},
    {"User-Agent": ""},
    {"Cookie": "funade=" + "x" * 3000},
    {"Cookie": "funade=eyJhIjoxfQ.xxxxxx.yyyy; =;;=x"},
    {"Content-Type": "application/json"},
    {"X-Request-Start": "t=1e400"},
)


EACH = [(name, slug) for at, (name, slug) in enumerate(VISITS) if name not in {known for known, _slug in VISITS[:at]}]
"""One visit of each kind of person."""


def faults_of(browser: Browser, requests: Iterator[tuple[str, str, dict]], seen: set[tuple[str, str]]) -> list[str]:
    """Those of the requests that are answered as a fault of the server."""
    found = []
    for method, path, options in requests:
        if "json" in options:
            answer = browser.post_text(path, options["json"], query_string=options["query_string"])
        else:
            answer = browser.post(path, **options) if method == "POST" else browser.get(path, **options)
        answer.close()
        seen.add((method, urlsplit(path).path))
        if answer.status_code >= 500:
            found.append(f"{method} {path[:200]} {str(options)[:100]}: status {answer.status_code}")
    return found


def addresses(app: App, rules: list[Rule]) -> Iterator[tuple[str, str, dict]]:
    """Every address with something odd in each of its parts, the others as usual."""
    odd = cycle(PARTS)
    for rule in rules:
        usual = {name: "1" if type(part).__name__ == "Id" else "kobe-2020" for name, part in rule._converters.items()}
        for name, method in product(usual, rule.methods & {"GET", "POST"}):
            for _turn in range(2):
                parts = {**usual, name: next(odd)}
                path = "".join(quote(parts[piece], safe="") if dynamic else piece for dynamic, piece in rule._trace)
                yield method, path.lstrip("|"), {}


def pages_of(browser: Browser, app: App, slug: str) -> dict[str, tuple[str, str]]:
    """One page of each kind that a person comes to, with its text."""
    walk = Walk(browser, app.url_map.bind("localhost"), slug, most=1)
    return {
        path: (answer.mimetype, answer.text if answer.mimetype == "text/html" else "") for path, answer in walk.pages()
    }


def parameters(pages: dict[str, tuple[str, str]], turn: Iterator[str]) -> Iterator[tuple[str, str, dict]]:
    """Every page with something odd in all of its parameters, and with odd headers."""
    headers = cycle(HEADERS)
    for path in pages:
        for options in ({}, {"headers": next(headers)}):
            odd = next(turn)[:1500]
            yield "GET", f"{urlsplit(path).path}?{urlencode([(name, odd) for name in ARGUMENTS])}", options


def fields(pages: dict[str, tuple[str, str]], turn: Iterator[str]) -> Iterator[tuple[str, str, dict]]:
    """Every form with something odd in one half of its fields, then in the other, then with files, then as JSON."""
    known = set()
    for page, (_kind, text) in pages.items():
        for form in Forms(text).found:
            path = urlsplit(form.action or page).path
            if path in known or path in ("/sign-out", "/language"):
                continue
            known.add(path)
            for half in range(2):
                sent = {
                    name: next(turn) if at % 2 == half and name != "csrf_token" else present
                    for at, (name, _kind, present) in enumerate(form.fields)
                }
                yield "POST", path, {"data": sent}
            for half in range(2):
                parts = {name: present for name, _kind, present in form.fields}
                parts |= {name: (io.BytesIO(b"x"), "a.txt") for name in list(parts)[half::2] if name != "csrf_token"}
                yield "POST", path, {"data": parts}
            yield "POST", path, {"json": DEEP, "query_string": {"next": next(turn)[:500]}}


def test_no_address_brings_the_server_down(app: App, people_anywhere: dict[str, Person]) -> None:
    rules, seen, found = [rule for rule in app.url_map.iter_rules() if rule.arguments], set(), []
    for browser in (Browser(app), Browser(app).sign_in(people_anywhere["Aoi"])):
        found += faults_of(browser, addresses(app, rules), seen)
    assert "\n".join(found) == ""
    assert len(seen) > 300


def test_no_parameter_field_or_header_brings_the_server_down(app: App, people_anywhere: dict[str, Person]) -> None:
    seen, found, turn = set(), [], cycle(ODD)
    for name, slug in (("", "kobe-2020-call"), *EACH):
        browser = Browser(app).sign_in(people_anywhere[name]) if name else Browser(app)
        pages = pages_of(browser, app, slug)
        for requests in (parameters(pages, turn), fields(pages, turn)):
            found += [f"{name} {slug} {fault}" for fault in faults_of(browser, requests, seen)]
    assert "\n".join(found) == ""
    assert {method for method, _path in seen} == {"GET", "POST"} and len(seen) > 150
