"""A review written at the keyboard of the demonstration, on a device whose zone is not that of the profile."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.crawling import Walk

pytestmark = pytest.mark.browser


@pytest.fixture
def review(walk: Callable[[str, str, str], Walk]) -> Page:
    """The next application of the reviewer's queue."""
    page = walk("reviewer", "kobe-2020-scoring", "en").page
    page.goto("/editions/kobe-2020-scoring/reviews?show=todo")
    with page.expect_navigation():
        page.locator("[data-open]").first.click()
    page.wait_for_load_state("networkidle")  # the scripts that listen to keys come after the page
    expect(page.locator("#rubric")).to_be_visible()
    return page


def test_every_required_answer_has_a_key_and_the_counter_counts(review: Page) -> None:
    criteria = review.locator("[data-crit][data-weight]").count()
    counter = review.locator(".rubric-foot [data-scored]")
    expect(counter).to_have_text(f"0 of {criteria} criteria scored")
    for scored in range(1, criteria + 1):
        review.keyboard.press("4")
        expect(counter).to_have_text(f"{scored} of {criteria} criteria scored")
    expect(review.locator("[data-total]")).to_have_text("4.0")
    expect(review.locator("[data-so-far]")).to_have_text("total")
    review.keyboard.press("1")
    review.keyboard.press("2")
    expect(review.locator("#recommendation input").first).to_be_checked()
    expect(review.locator("#confidence input").nth(1)).to_be_checked()
    expect(counter).to_have_text(f"{criteria} of {criteria} criteria scored")
    review.keyboard.press("m")
    review.keyboard.type("They sell, they measure, and the ward would buy it again tomorrow.")
    review.keyboard.press("Escape")
    address = review.url
    with review.expect_navigation():
        review.keyboard.press("s")
    assert review.url != address
    expect(review.get_by_text("Saved.", exact=True)).to_be_visible()


def test_browser_and_server_tell_when_a_draft_was_saved_by_one_clock(review: Page) -> None:
    """Every browser here believes to be in Tokyo; the page is read in London."""
    review.goto("/settings/profile")
    review.fill("[name=zone]", "London")
    with review.expect_navigation():
        review.locator("form:has([name=zone]) button[type=submit]").first.click()
    review.goto("/editions/kobe-2020-scoring/reviews?show=todo")
    with review.expect_navigation():
        review.locator("[data-open]").nth(1).click()
    review.wait_for_load_state("networkidle")
    status = review.locator("[data-save-status]")
    review.keyboard.press("3")
    expect(status).to_contain_text("Draft saved")
    said = status.inner_text()
    review.reload()
    kept = status.inner_text()
    minutes = [int(words[-5:-3]) * 60 + int(words[-2:]) for words in (said, kept)]
    assert abs(minutes[0] - minutes[1]) <= 1
