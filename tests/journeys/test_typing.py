"""Typing in a real browser: words are saved as the server tidies them, survive the end of a sign-in, and errors are met."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accelerator.accounts.models import SignIn
from accelerator.accounts.passwords import hashed
from accelerator.core import clock, db, scope
from accelerator.intake.models import Application
from tests.factories import make_edition, make_person
from tests.factories.intake import make_draft, make_form, pdf
from tests.journeys.ground import PASSWORD
from tests.journeys.installation import Installation, running
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.browser
EMAIL = "kadri@example.org"
FORM = "/editions/quay/my/A-0001/sections"


@pytest.fixture(scope="module")
def quay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation with one edition and somebody who has begun an application; nothing works in the background."""
    prepared = Installation(tmp_path_factory.mktemp("quay"), workers=False).prepare()
    key = hashed(PASSWORD)
    with db.transaction():
        edition = make_edition(slug="quay")
        who = make_person(email=EMAIL, password_hash=key, zone="Asia/Tokyo")
    with db.transaction(), scope.choose(edition.scope):
        make_form(edition)
        make_draft(edition, applicant=who)
    with running(prepared) as started:
        yield started


@pytest.fixture
def founder(quay: Installation, window: Callable[[Installation], BrowserContext]) -> Visitor:
    """The founder, signed in."""
    visitor = Visitor(window(quay))
    visitor.open("/sign-in")
    visitor.fill("E-mail", EMAIL)
    visitor.fill("Password", PASSWORD)
    visitor.press("Sign in")
    expect(visitor.page).not_to_have_url(f"{quay.url}/sign-in")
    return visitor


def answers() -> dict[str, Any]:
    """What is stored of the application."""
    with db.reading() as session, scope.everywhere():
        return dict(session.query(Application).one().answers)


def status(page: Page) -> Any:
    """The line that says what became of the words."""
    return page.locator("[data-save-status]")


def test_words_that_the_server_tidies_are_no_conflict(founder: Visitor) -> None:
    page = founder.page
    founder.open(f"{FORM}/company")
    founder.fill("Company or team name", "Ｎｏｒｔｈｂｒｅａｔｈ　２  ")
    page.locator("[name=website]").fill("example.org")
    page.locator("[name=one_line]").press_sequentially("A lung check ")
    founder.press("Save and continue")
    expect(page).to_have_url(re.compile(f"{FORM}/place$"))
    assert {key: answers()[key] for key in ("name", "website", "one_line")} == {
        "name": "Northbreath 2",
        "website": "https://example.org",
        "one_line": "A lung check",
    }
    page.locator("[name=founded]").fill("２０１８ ")
    page.locator("[name=city]").fill("Tallinn ")
    page.locator("[name=city]").blur()
    expect(status(page)).to_contain_text("Draft saved")
    for path in ("company", "place", "company"):
        founder.open(f"{FORM}/{path}")
        page.wait_for_load_state("networkidle")
        expect(page.locator("[data-restore]")).to_be_hidden()
        expect(status(page)).to_contain_text("Draft saved")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft:'))") == []


def test_an_answer_that_got_lost_is_compared_by_the_server(founder: Visitor) -> None:
    page = founder.page
    founder.open(f"{FORM}/company")
    page.route("**/draft", lambda route: (route.fetch(), route.abort()))  # stored, but nobody hears of it
    page.locator("[name=website]").fill("www.example.org/a")
    page.locator("[name=website]").blur()
    expect(status(page)).to_contain_text("no connection")
    page.unroute("**/draft")
    founder.open(f"{FORM}/place")
    with page.expect_response("**/draft"):
        founder.open(f"{FORM}/company")
    expect(page.locator("[name=website]")).to_have_value("https://www.example.org/a")
    expect(page.locator("[data-restore]")).to_be_hidden()


def test_words_in_composition_wait_for_its_end(founder: Visitor) -> None:
    page = founder.page
    founder.open(f"{FORM}/company")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/draft") else None)
    page.locator("[name=native_name]").focus()
    client = page.context.new_cdp_session(page)
    client.send("Input.imeSetComposition", {"text": "きたの", "selectionStart": 3, "selectionEnd": 3})
    page.wait_for_timeout(2000)
    assert sent == []
    with page.expect_response("**/draft"):
        client.send("Input.insertText", {"text": "北の息吹"})
    assert answers()["native_name"] == "北の息吹"


def test_words_survive_the_end_of_a_sign_in(founder: Visitor) -> None:
    page = founder.page
    founder.open(f"{FORM}/company")
    with db.transaction() as session:
        for row in session.query(SignIn):
            row.ended_at = clock.now()
    page.locator("[name=one_line]").fill("Typed after the sign-in had ended.")
    founder.press("Save and continue")
    expect(status(page)).to_contain_text("You were signed out.")
    expect(page.locator("[name=one_line]")).to_have_value("Typed after the sign-in had ended.")
    founder.follow("Sign in and return here")
    founder.fill("E-mail", EMAIL)
    founder.fill("Password", PASSWORD)
    with page.expect_response("**/draft"):
        founder.press("Sign in")
    expect(page).to_have_url(re.compile(f"{FORM}/company$"))
    expect(page.locator("[name=one_line]")).to_have_value("Typed after the sign-in had ended.")
    assert answers()["one_line"] == "Typed after the sign-in had ended."


def test_a_file_is_weighed_before_it_is_sent_and_errors_are_met_first(founder: Visitor, tmp_path: Path) -> None:
    page = founder.page
    large, deck = tmp_path / "large.pdf", tmp_path / "deck.pdf"
    large.write_bytes(b"%PDF-" + b"0" * (20 * 1024 * 1024))
    deck.write_bytes(pdf(3))
    founder.open(f"{FORM}/files")
    chosen = page.locator("input[name=deck]")
    chosen.set_input_files(large)
    expect(page.locator("[data-file-error]")).to_have_text("Choose a file of at most 20 MB.")
    assert chosen.evaluate("field => field.files.length") == 0
    chosen.set_input_files(deck)
    expect(page.locator("[data-file-error]")).to_be_hidden()
    page.locator("[name=video]").fill("no address")
    founder.press("Save and continue")
    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary li")).to_have_count(1)
    founder.reads("deck.pdf")
    expect(page.locator("[name=video]")).to_have_value("no address")
    page.locator("[name=video]").fill("")
    founder.press("Save and continue")
    expect(page).to_have_url(re.compile(f"{FORM}/agreements$"))
    assert answers()["deck"]["pages"] == 3
