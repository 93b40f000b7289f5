"""On a phone every page of the side bar, the other workspaces and signing out are one tap away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys.crawling import Walk
from tests.journeys.installation import Installation
from tests.journeys.looking import PHONE, faults

pytestmark = pytest.mark.browser


def test_more_opens_the_whole_menu_and_closes_it(
    demonstration: Installation, window: Callable[[Installation], BrowserContext], walk: Callable[[str, str, str], Walk]
) -> None:
    page = walk("staff", "kobe-2020-running", "en").page
    page.goto("/editions/kobe-2020-running/home")
    entries = page.locator("#menu nav a").all_inner_texts()
    page.set_viewport_size({"width": PHONE, "height": 844})
    menu, tabs = page.locator("#menu"), page.locator(".tabbar")
    expect(menu).to_be_hidden()
    assert tabs.get_by_role("link").all_inner_texts() == ["Home", "Applications", "Selection", "Sessions", "More"]
    tabs.get_by_role("link", name="More").click()
    expect(menu).to_be_visible()
    assert menu.get_by_role("navigation").get_by_role("link").all_inner_texts() == entries
    expect(menu.get_by_role("button", name="Sign out")).to_be_visible()
    assert faults(page, PHONE) == []
    menu.get_by_role("link", name="Close").click()
    expect(menu).to_be_hidden()
    page.go_back()
    menu.get_by_role("link", name="Screening").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Screening")
