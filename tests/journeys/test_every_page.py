"""Every page of the demonstration, for each kind of person, in both languages, on a desk and on a phone; its menu."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.crawling import Walk
from tests.journeys.looking import PHONE, WIDE, faults

pytestmark = pytest.mark.browser

CALL, SCORING, RUNNING, AFTER = "kobe-2020-call", "kobe-2020-scoring", "kobe-2020-running", "kobe-2020"
ON_THE_DAY = "kobe-2020-demo-day"
HOME = "/editions/{edition}/home"
STRANGER = ("/", "/calls/{edition}", "/demo-day/{edition}", "/sign-in", "/register")
WALKS = [
    ("", CALL, STRANGER, {"intake.call", "accounts.sign_in", "accounts.register"}),
    ("", AFTER, STRANGER, {"demo_day.stage", "events.event"}),
    ("founder", CALL, (HOME,), {"intake.tasks", "intake.check", "intake.section"}),
    ("founder", RUNNING, (HOME,), {"mentoring.book", "progress.numbers", "demo_day.my_pitch", "progress.milestone"}),
    ("reviewer", SCORING, (HOME,), {"scoring.review", "scoring.my_scores", "scoring.aside"}),
    ("mentor", RUNNING, (HOME,), {"mentoring.session", "mentoring.hours", "selection.startup"}),
    ("investor", ON_THE_DAY, (HOME,), {"demo_day.stage", "demo_day.my_list"}),
    ("partner", AFTER, (HOME,), {"reporting.reports", "reporting.live", "progress.milestone"}),
    ("staff", CALL, (HOME,), {"intake.application", "programmes.settings", "notifications.jobs"}),
    (
        "staff",
        SCORING,
        (HOME,),
        {"selection.board", "selection.release", "scoring.assignments", "screening.application"},
    ),
    ("admin", RUNNING, (HOME,), {"selection.startup", "mentoring.session", "progress.milestone", "trail.trail"}),
    ("staff", ON_THE_DAY, (HOME,), {"demo_day.control", "demo_day.interests", "events.registrations"}),
]
"""Role, edition, where the walk begins, and kinds of pages that it has to come to."""
ONCE = {("staff", CALL), ("admin", RUNNING)}
"""The same pages as at the other two moments, with other rows: one language is enough."""
EXAMINED = {"en": {WIDE}, "ja": {PHONE}}
"""A page is examined once at each width: what axe-core looks at differs between widths, hardly between languages."""
TAKEN = [
    pytest.param(*walk, language, id="-".join([walk[0] or "stranger", walk[1], language]))
    for walk in WALKS
    for language in ("en", "ja")
    if language == "en" or walk[:2] not in ONCE
]


@pytest.mark.parametrize(("role", "edition", "starts", "kinds", "language"), TAKEN)
def test_no_page_has_a_fault(
    walk: Callable[[str, str, str], Walk],
    role: str,
    edition: str,
    starts: tuple[str, ...],
    kinds: set[str],
    language: str,
) -> None:
    taken = walk(role, edition, language)
    if (role, edition) not in ONCE:
        taken.examined = EXAMINED[language]
    taken.go(tuple(path.format(edition=edition) for path in starts))
    assert kinds <= {endpoint for endpoint, _part in taken.kinds}
    assert "\n".join(taken.faults + taken.watch.complaints) == ""


def test_more_opens_the_whole_menu_and_closes_it(walk: Callable[[str, str, str], Walk]) -> None:
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
