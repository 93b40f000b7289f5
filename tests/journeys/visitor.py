"""A person at a browser: goes where links lead, presses what is there, and has every page looked at."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from accelerator.core import i18n
from tests.journeys.ground import PASSWORD, mails_to
from tests.journeys.looking import PHONE, WIDE, Watch, faults
from tests.services.processes import wait_until


class Visitor:
    """One person's browser. ``faults`` collects what was found on the pages that were looked at.

    What is pressed, filled in and seen is named in English, as the catalogues name it; the page is asked for it in the
    person's own language. Names that no catalogue has are taken as they are.
    """

    def __init__(self, context: BrowserContext, language: str = "en") -> None:
        self.page: Page = context.new_page()
        self.watch = Watch(context)
        self.language = language
        self.faults: list[str] = []

    def say(self, text: str, **values: Any) -> str:
        """A text of the screen in the person's language."""
        with i18n.speaking(self.language, "Asia/Tokyo"):
            return i18n.gettext(text, **values)

    def count(self, one: str, many: str, number: int) -> str:
        """The same of so many things."""
        with i18n.speaking(self.language, "Asia/Tokyo"):
            return i18n.ngettext(one, many, number)

    def look(self) -> None:
        """Look at the page as it is, on a phone and on a desk."""
        for width in (PHONE, WIDE):
            self.faults += faults(self.page, width)

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(path)

    def sign_in(self, email: str, to: str = "") -> "Visitor":
        """Sign in by password, as on any morning; ``to`` is where the address asked to go."""
        self.open(f"/sign-in?next={to}" if to else "/sign-in")
        self.enter(email)
        expect(self._side()).to_be_visible()
        return self

    def enter(self, email: str) -> None:
        """Fill in the entrance, wherever it came in the way."""
        self.fill("E-mail", email)
        self.fill("Password", PASSWORD)
        self.press("Sign in")

    def turn_to(self, entry: str) -> None:
        """Follow the side bar."""
        self._go(self._side().get_by_role("link", name=self.say(entry), exact=True))
        expect(self.page.locator("h1")).to_be_visible()

    def _side(self) -> Locator:
        return self.page.get_by_role("navigation", name=self.say("Main"), exact=True)

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow a link of the page itself."""
        self._go(self._one("link", name))

    def follow_to(self, end: str) -> None:
        """Follow the link of the page itself that leads to an address with this end."""
        self._go(self.page.locator(f"#main a[href$='{end}']").first)

    def _go(self, link: Locator) -> None:
        with self.page.expect_navigation():  # what comes next must not look at the page that is being left
            link.click()

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press a button of the page itself."""
        self._one("button", name).click()

    def _one(self, role: Any, name: str | re.Pattern[str]) -> Locator:
        exact = isinstance(name, str)
        named = self.say(name) if isinstance(name, str) else name
        return self.page.locator("#main").get_by_role(role, name=named, exact=exact).first

    def fill(self, label: str, text: str) -> None:
        """Type into a field."""
        self.page.get_by_label(self.say(label), exact=True).fill(text)

    def headed(self, text: str, **values: Any) -> None:
        """See a page with this heading."""
        expect(self.page.locator("h1")).to_have_text(self.say(text, **values))

    def reads(self, text: str | re.Pattern[str], **values: Any) -> None:
        """See a text on the page."""
        expect(self.page.locator("body")).to_contain_text(self.say(text, **values) if isinstance(text, str) else text)

    def told(self, text: str, **values: Any) -> None:
        """See the confirmation of what was just done."""
        expect(self.page.locator(".toast")).to_contain_text(self.say(text, **values))

    def reload_until(self, text: str, tries: int = 40) -> None:
        """Look again until a worker has done its part."""
        for _ in range(tries):
            if self.say(text) in self.page.locator("#main").inner_text():
                return
            self.page.wait_for_timeout(500)
            self.page.reload()
        self.reads(text)

    def mailed(self, address: str, kind: str, pattern: str) -> str:
        """Wait for a mail of a kind to have left to the address; the path in its text that fits the pattern."""

        def paths() -> list[str]:
            return [path for mail in mails_to(address, kind) for path in re.findall(pattern, mail.body)[:1]]

        wait_until(paths, 60)
        return paths()[-1]


def pick_time(page: Page) -> None:
    """Choose the first time of the third free day of next week, which is a whole week on whatever day today is."""
    page.locator("#later").click()
    expect(page.locator("#earlier")).to_be_visible()
    page.locator("button.day").nth(2).click()
    expect(page.locator("button.day").nth(2)).to_have_attribute("aria-current", "date")
    page.locator("#slot label.slot:visible").first.click()


def fill_section(page: Page, answers: dict[str, Any], files: dict[str, Path]) -> None:
    """Fill one page of the call's form: each question that it asks, by the kind of its controls."""
    for key in page.locator("input[name=asked]").evaluate_all("all => all.map(one => one.value)"):
        if key in files:
            page.locator(f"input[type=file][name={key}]").set_input_files(files[key])
        elif key in answers:
            _answer(page, key, answers[key])


def _answer(page: Page, key: str, value: Any) -> None:
    if key == "hours":
        value = sorted({half // 4 for half in value})  # the page asks by boxes of two hours
    if isinstance(value, list) and value and isinstance(value[0], dict):
        for at, row in enumerate(value):
            for column, cell in row.items():
                _put(page, f"{key}.{at}.{column}", cell)
    elif isinstance(value, dict):
        for part, cell in value.items():
            _put(page, f"{key}.{part}", cell)
    else:
        for one in value if isinstance(value, list) else [value]:
            _put(page, key, one)


def _put(page: Page, name: str, value: Any) -> None:
    controls = page.locator(f'#main [name="{name}"]')
    kind = controls.first.evaluate("one => one.tagName === 'SELECT' ? 'select' : one.type")
    if kind in {"radio", "checkbox"}:
        wanted = page.locator(f'#main [name="{name}"][value="{1 if isinstance(value, bool) else value}"]')
        wanted.set_checked(value is not False)
    elif kind == "select":
        controls.select_option(str(value))
    else:
        controls.fill(str(value))
