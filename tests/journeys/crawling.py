"""Walks through every page that a person can reach by links: one of each kind is looked at."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urljoin, urlsplit

from playwright.sync_api import BrowserContext, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from tests.journeys.looking import PHONE, WIDE, Watch, faults

FILES = frozenset(
    {
        "intake.attachment",
        "intake.deadline",
        "intake.download_copy",
        "mentoring.calendar",
        "notifications.message_calendar",
        "progress.evidence",
        "progress.values_file",
        "reporting.download",
        "reporting.figures_csv",
        "scoring.review_file",
    }
)
"""Links that give out a file instead of a page."""


class Walk:
    """One person's walk through one edition, in one language. ``routes`` tells what kind of page an address is."""

    def __init__(self, context: BrowserContext, base: str, edition: str, language: str, routes: MapAdapter) -> None:
        self.page: Page = context.new_page()
        self.watch = Watch(context)
        self.base, self.edition, self.language, self.routes = base, edition, language, routes
        self.kinds: dict[tuple[str, str | None], str] = {}  # the page that was looked at, by kind
        self.faults: list[str] = []
        self.examined = {WIDE, PHONE}  # at which widths axe-core looks

    def sign_in(self, role: str) -> "Walk":
        """Become the demonstration's person of a role, by the button at the entrance."""
        self.page.goto("/sign-in")
        self.page.locator(f"form:has(input[name=workspace][value={role}]) button").first.click()
        self.page.wait_for_url(lambda address: "/sign-in" not in address)
        return self

    def go(self, starts: tuple[str, ...]) -> None:
        """Look at one page of each kind that can be reached from ``starts``."""
        waiting = [urljoin(self.base, path) for path in starts]
        known: set[str] = set()
        while waiting:
            address = waiting.pop(0)
            kind = None if address in known else self._kind(address)
            known.add(address)
            if kind is None:
                continue
            if kind not in self.kinds:
                self.kinds[kind] = address
                waiting += self._look(address)

    def _kind(self, address: str) -> tuple[str, str | None] | None:
        """What kind of page it is; None for what does not belong to the walk."""
        target = urlsplit(address)
        if not address.startswith(self.base):
            return None
        try:
            endpoint, parts = self.routes.match(target.path, method="GET")
        except HTTPException:
            self.faults.append(f"{address}: no page has this address")
            return None
        elsewhere = parts.get("edition_slug", self.edition) != self.edition
        one_startup = "startup" if "startup" in parse_qs(target.query) else None
        return None if elsewhere or endpoint in FILES else (endpoint, parts.get("section_key", one_startup))

    def _look(self, address: str) -> list[str]:
        answer = self.page.goto(address)
        if answer is None or answer.status >= 400:
            self.faults.append(f"{address}: status {answer.status if answer else None}")
            return []
        if self.page.evaluate("document.documentElement.lang") != self.language:
            self.page.locator("form[action='/language'] button").first.click()
            self.page.locator(f"html[lang={self.language}]").wait_for(state="attached")
        size = self.page.viewport_size
        for width in (
            (PHONE, WIDE) if size and size["width"] == PHONE else (WIDE, PHONE)
        ):  # as it is drawn already, first
            self.faults += faults(self.page, width, examined=width in self.examined)
        return list(self._links())

    def _links(self) -> Iterator[str]:
        here = self.page.url
        for target in self.page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))"):
            if not target.startswith(("#", "mailto:")):
                yield urljoin(here, target).split("#")[0]
