"""Follows links from page to page as a person signed in."""

import re
from collections import Counter
from collections.abc import Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.test import TestResponse

from tests.factories import Browser

LINK = re.compile(r'<a\b[^>]*?\bhref="?([^"\s>]+)')
STARTS = ("/editions/{slug}/home", "/calls/{slug}", "/demo-day/{slug}", "/settings/profile", "/settings/sign-ins")

VISITS = (
    ("Aoi", "kobe-2020-call"),
    ("Riku", "kobe-2020-call"),
    ("Daniel", "kobe-2020-scoring"),
    ("Riku", "kobe-2020-scoring"),
    ("Aoi", "kobe-2020-running"),
    ("Maya", "kobe-2020-running"),
    ("Haruka", "kobe-2020-running"),
    ("Ines", "kobe-2020-demo-day"),
    ("Riku", "kobe-2020-demo-day"),
    ("Yui", "kobe-2020"),
    ("Haruka", "kobe-2020"),
)
"""Who goes where: each kind of person at the moments that have most for them."""


class Walk:
    """What one person finds in one edition; ``most`` pages of each kind are opened."""

    def __init__(self, browser: Browser, routes: MapAdapter, slug: str, *, most: int) -> None:
        self.browser, self.routes, self.slug, self.most = browser, routes, slug, most
        self.opened: Counter[str] = Counter()
        self.dead: list[str] = []  # addresses that no page has

    def pages(self) -> Iterator[tuple[str, TestResponse]]:
        """Address and answer of each page, until there are no new ones."""
        waiting, known = [path.format(slug=self.slug) for path in STARTS], set[str]()
        while waiting:
            path = waiting.pop()
            if path in known or not self._is_wanted(path):
                continue
            known.add(path)
            answer = self.browser.get(path)
            yield path, answer
            if answer.mimetype == "text/html":
                waiting += self._links(path, answer.text)

    def _is_wanted(self, path: str) -> bool:
        try:
            endpoint, parts = self.routes.match(urlsplit(path).path, method="GET")
        except HTTPException:
            self.dead.append(path)
            return False
        if parts.get("edition_slug", self.slug) != self.slug or self.opened[endpoint] >= self.most:
            return False
        self.opened[endpoint] += 1
        return True

    @staticmethod
    def _links(here: str, text: str) -> Iterator[str]:
        for target in map(unescape, LINK.findall(text)):
            if not target.startswith(("#", "mailto:", "http:", "https:")):
                yield urljoin(here, target).split("#")[0]
