"""A browser, and the installations that it visits: each is started once, by the first test that asks for it."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from accelerator.core.web import App
from tests.journeys.crawling import Walk
from tests.journeys.installation import Installation, running
from tests.journeys.looking import HEIGHT, WIDE
from tests.servers.browser import find_browser, launch_arguments
from tests.services import demonstration as demonstration_rows

expect.set_options(timeout=20_000)
PATIENCE = 20_000  # milliseconds for an element to appear, on a machine that does other things too
LOCALES = {"en": "en-GB", "ja": "ja-JP"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A browser without a window; where there is none the journeys are skipped, but not in continuous integration."""
    found = find_browser()
    if found is None:
        message = "no Chromium on this machine: install one, or run `make browser`"
        pytest.fail(message) if os.environ.get("CI") == "true" else pytest.skip(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=launch_arguments())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An empty installation with everything running, as an operator would start it."""
    with running(Installation(tmp_path_factory.mktemp("real")).prepare()) as started:
        yield started


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demonstration edition at its moments, to be looked at; nothing works in the background."""
    prepared = Installation(tmp_path_factory.mktemp("demo"), demo=True, workers=False).prepare()
    demonstration_rows.fill(prepared.folder)
    with running(prepared) as started:
        yield started


@pytest.fixture
def window(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Opens browsers of different people on an installation, in a language; each has cookies of its own."""
    opened: list[BrowserContext] = []

    def open_window(installation: Installation, language: str = "en") -> BrowserContext:
        locale = LOCALES[language]
        context = chromium.new_context(
            base_url=installation.url,
            locale=locale,
            timezone_id="Asia/Tokyo",
            viewport={"width": WIDE, "height": HEIGHT[WIDE]},
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context

    yield open_window
    for context in opened:
        context.close()


@pytest.fixture
def walk(
    demonstration: Installation, window: Callable[[Installation], BrowserContext], _built: App
) -> Callable[[str, str, str], Walk]:
    """Starts the walk of a role through an edition in a language."""

    def start(role: str, edition: str, language: str) -> Walk:
        started = Walk(window(demonstration), demonstration.url, edition, language, _built.url_map.bind("127.0.0.1"))
        return started.sign_in(role) if role else started

    return start
