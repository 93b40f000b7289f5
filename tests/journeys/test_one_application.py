"""One application from the registration of its founder to the city's report, played by everybody who has a part."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, expect
from pypdf import PdfReader

from accelerator.core import clock
from tests.journeys import ground
from tests.journeys.ground import FOUNDER, INVESTOR, MENTOR, OTHER, PASSWORD, REVIEWERS, RIVAL, SLUG, STARTUP, TEAM
from tests.journeys.installation import Installation
from tests.journeys.visitor import Visitor, fill_section, pick_time
from tests.services.processes import wait_until

pytestmark = pytest.mark.browser
NOTE = "Nurses who built it themselves; ask how hospitals in Japan would pay for it."


def test_one_application_from_registration_to_the_report(
    installation: Installation, window: Callable[[Installation], BrowserContext], tmp_path: Path
) -> None:
    given = ground.prepare_edition()
    deck = tmp_path / "deck.pdf"
    deck.write_bytes(given.deck)
    cast = {name: Visitor(window(installation)) for name in ("founder", "staff", "second", "investor")}
    founder, staff, second, investor = cast.values()
    readers = [Visitor(window(installation)) for _ in REVIEWERS]
    _register(founder)
    reference = _apply(founder, given.answers, deck)
    ground.close_call()
    staff.sign_in(TEAM[0])
    second.sign_in(TEAM[1])
    _screen(staff, reference)
    _open_round(staff)
    for number, reader in enumerate(readers):
        _review(reader.sign_in(REVIEWERS[number]), reference, by_keyboard=number == 0)
    _close_round(staff)
    _decide(staff, reference)
    _release(staff, second)
    _accept(founder)
    ground.start_programme()
    _book(founder)
    _reach_milestone(founder, staff)
    _send_numbers(founder, staff)
    _confirm_card(founder, staff)
    _pitch(staff, investor.sign_in(INVESTOR), founder)
    _report(staff)
    everybody = [*cast.values(), *readers]
    assert "\n".join(fault for one in everybody for fault in one.faults + one.watch.complaints) == ""


def _register(founder: Visitor) -> None:
    founder.open(f"/calls/{SLUG}")
    founder.look()
    founder.follow("Start an application")
    founder.look()
    founder.fill("E-mail", FOUNDER)
    founder.page.locator("#main form button").first.click()
    founder.reads(FOUNDER)
    founder.look()
    founder.open(founder.mailed(FOUNDER, "confirm_address", r"/links/[\w-]+"))
    founder.look()
    founder.fill("Given name", "Kadri")
    founder.fill("Family name", "Lepik")
    founder.page.locator("[name=zone]").fill("Tallinn")
    founder.page.locator("[name=password]").fill(PASSWORD)
    founder.press("Create the account")


def _apply(founder: Visitor, answers: dict[str, object], deck: Path) -> str:
    expect(founder.page.locator("h1")).to_have_text("Start an application")
    founder.look()
    founder.page.locator("[name=name]").fill(STARTUP)
    founder.press("Begin")
    founder.reads("sections done")
    founder.look()
    founder.follow(re.compile("^Continue with"))
    while "/sections/" in founder.page.url:
        before = founder.page.url
        founder.look()
        fill_section(founder.page, answers, {"deck": deck})
        founder.page.locator(".actions .btn-primary").click()
        expect(founder.page).not_to_have_url(before)
    expect(founder.page.locator("h1")).to_have_text("Check and send")
    founder.look()
    founder.press("Send the application")
    expect(founder.page.locator("h1")).to_have_text("Your application was sent")
    founder.look()
    return founder.page.locator(".code.strong").first.inner_text()


def _screen(staff: Visitor, reference: str) -> None:
    staff.look()
    staff.turn_to("Applications")
    staff.look()
    staff.turn_to("Screening")
    staff.reload_until("All pass")
    staff.look()
    staff.follow(STARTUP)
    staff.reads(reference)
    staff.look()
    staff.page.locator("[name=outcome][value=pass]").check()
    staff.press("Give the verdict")
    staff.told(f"{STARTUP}: Pass")
    staff.turn_to("Screening")
    staff.reload_until("All pass")
    staff.follow("Pass all whose rules pass…")
    staff.look()
    staff.press(re.compile("^Pass"))
    staff.told("1 application passed.")


def _open_round(staff: Visitor) -> None:
    staff.turn_to("Rounds")
    staff.look()
    staff.follow("Round 1")
    staff.look()
    staff.follow("Open the round")
    staff.press("Open the round now")
    staff.told("is open")
    staff.follow("Assign reviews")
    staff.press("Propose assignment")
    staff.look()
    expect(staff.page.get_by_role("link", name="See its 6 reviews")).to_be_visible(timeout=60_000)
    staff.follow("See its 6 reviews")
    staff.look()
    staff.press("Publish plan")
    staff.told("Plan published")
    staff.look()


def _review(reader: Visitor, favourite: str, *, by_keyboard: bool) -> None:
    reader.turn_to("Queue")
    reader.look()
    reader.page.locator("#main a[href*='/reviews/A-']").first.click()
    for number in range(2):
        title = reader.page.locator("#app-title").inner_text()
        assert STARTUP not in title
        assert RIVAL not in title
        if number == 0:
            reader.look()
        (_score_by_keys if by_keyboard else _score_by_mouse)(reader, 4 if title == favourite else 2)
        expect(reader.page.locator("#app-title", has_text=title)).to_have_count(0)
    reader.turn_to("My scores")
    reader.look()


def _score_by_keys(reader: Visitor, mark: int) -> None:
    page = reader.page
    criteria = page.locator("[data-crit]").count()
    for number in range(criteria):
        choices = page.locator("[data-crit]").nth(number).locator("input").count()
        page.keyboard.press(str(min(mark + number % 2, choices)))  # the recommendation has fewer than a criterion
    expect(page.locator("[data-crit] input:checked")).to_have_count(criteria)
    for name in ("recommendation", "confidence"):
        page.locator(f"[name={name}]").first.focus()
        page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    page.keyboard.type(NOTE)
    page.locator("[name=do][value=save]").focus()
    page.keyboard.press("s")


def _score_by_mouse(reader: Visitor, mark: int) -> None:
    page = reader.page
    wanted = [group.locator("label").nth(mark - 1) for group in page.locator("[data-crit][data-weight]").all()]
    for label in [*wanted, page.locator("#recommendation label").last, page.locator("#confidence label").last]:
        label.evaluate("one => one.scrollIntoView({block: 'center'})")  # by the wheel, out from under the foot
        label.click()
    reader.fill("Note to the committee", NOTE)
    reader.press(re.compile("^Save and next"))


def _close_round(staff: Visitor) -> None:
    staff.turn_to("Rounds")
    staff.follow("Round 1")
    staff.look()
    staff.follow("Close the round")
    staff.press("Close the round now")
    staff.told("is closed")


def _decide(staff: Visitor, reference: str) -> None:
    staff.turn_to("Selection")
    staff.reload_until("place ends here")
    staff.look()
    row = staff.page.locator("tr", has=staff.page.get_by_role("link", name=STARTUP))
    row.get_by_text("Offer", exact=True).click()
    expect(staff.page.locator("#mix")).to_contain_text(f"{STARTUP}: Offer. Saved.")
    row = staff.page.locator("tr", has=staff.page.get_by_role("link", name=RIVAL))
    row.get_by_text("Decline", exact=True).click()
    expect(staff.page.locator("#mix")).to_contain_text(f"{RIVAL}: Decline. Saved.")
    staff.page.get_by_role("link", name=STARTUP).first.click()
    staff.reads(reference)
    staff.look()


def _release(staff: Visitor, second: Visitor) -> None:
    staff.turn_to("Selection")
    staff.follow("Release decisions…")
    staff.look()
    staff.press("Prepare the release")
    staff.reads("A second person")
    second.turn_to("Selection")
    second.follow("Release decisions…")
    second.look()
    second.page.locator("[name=count]").fill("3")
    second.press("Approve the release")
    second.reads("That is not the number of letters.")
    second.page.locator("[name=count]").fill("2")
    second.press("Approve the release")
    second.reads("Approved by")
    staff.page.reload()
    staff.press("Release 2 letters now")
    staff.reads("The last release went out")
    staff.look()
    wait_until(lambda: ground.mails_to(OTHER, "decision_decline"), 60)


def _accept(founder: Visitor) -> None:
    founder.open(founder.mailed(FOUNDER, "decision_offer", r"/editions/\S+/letter"))
    expect(founder.page.locator("h1")).to_have_text("We offer you a place")
    founder.look()
    founder.follow("Accept the place")
    founder.look()
    founder.press("Accept the place")
    expect(founder.page.locator("h1")).to_have_text("You have a place")
    founder.follow("Go to your home page")
    founder.look()


def _book(founder: Visitor) -> None:
    founder.turn_to("Mentors")
    founder.look()
    founder.follow("Maya Okafor")
    founder.look()
    founder.follow("See times")
    founder.look()
    founder.page.locator("[name=purpose]").fill("A yes or no on prices for clinics.")
    pick_time(founder.page)
    expect(founder.page.locator("#press")).to_contain_text(re.compile(r"^\s*Book \S+ "))
    expect(founder.page.locator("[name=purpose]")).to_have_value("A yes or no on prices for clinics.")
    founder.look()
    founder.page.locator("#press").click()
    founder.told("Booked.")
    founder.look()
    for address in (FOUNDER, MENTOR):
        wait_until(lambda address=address: ground.mails_to(address, "session_booked"), 60)  # type: ignore[misc]
        mail = ground.mails_to(address, "session_booked")[0]
        assert mail.calendar is not None
        assert "BEGIN:VEVENT" in mail.calendar


def _reach_milestone(founder: Visitor, staff: Visitor) -> None:
    founder.turn_to("Milestones")
    founder.follow("Add a milestone")
    founder.look()
    founder.page.locator("[name=title]").fill("Ten clinics")
    founder.page.locator("[name=due_on]").fill((clock.now() + timedelta(days=3)).date().isoformat())
    founder.press("Save")
    founder.told("Milestone added.")
    founder.look()
    founder.follow("Ten clinics")
    founder.page.locator("[name=text]").first.fill("Ten signed letters, one from each clinic.")
    founder.press("Send in for review")
    founder.told("Sent in.")
    founder.look()
    staff.turn_to("Milestones")
    staff.look()
    staff.follow(STARTUP)
    staff.follow("Ten clinics")
    staff.look()
    staff.page.locator("[name=review-verdict][value=achieve]").check()
    staff.press("Save the review")
    staff.told("Marked as achieved.")


def _send_numbers(founder: Visitor, staff: Visitor) -> None:
    staff.turn_to("Numbers")
    staff.look()
    staff.press("Set up missing numbers")
    staff.told("set up")
    founder.turn_to("Numbers")
    founder.look()
    typed = founder.page.locator("#main form input.input")
    for at in range(typed.count()):
        typed.nth(at).fill(str(12 + at))
    founder.press("Send the numbers")
    founder.told("Numbers sent.")
    founder.look()


def _confirm_card(founder: Visitor, staff: Visitor) -> None:
    staff.turn_to("Demo Day")
    staff.press("Add the cohort's startups")
    staff.look()
    founder.turn_to("Demo Day")
    founder.look()
    for name, text in {
        "line_en": "A lung check by telephone.",
        "line_ja": "電話でできる肺の検査。",
        "ask_en": "Two pilot clinics.",
        "ask_ja": "実証先の診療所2か所。",
    }.items():
        founder.page.locator(f"[name={name}]").fill(text)
    founder.press("Confirm the card")
    founder.told("Your card is confirmed.")


def _pitch(staff: Visitor, investor: Visitor, founder: Visitor) -> None:
    staff.press("Next pitch")
    staff.told(f"{STARTUP} is on stage.")
    staff.look()
    investor.turn_to("Demo Day")
    investor.reads("On stage")
    investor.look()
    investor.press("Ask to meet")
    investor.told("gets an e-mail saying that you want to meet")
    investor.follow("Open my list")
    investor.look()
    founder.turn_to("Demo Day")
    founder.reads("Farol Ventures")
    founder.press("Agree to meet")
    founder.told("been introduced")
    founder.look()
    wait_until(lambda: ground.mails_to(INVESTOR, "introduction"), 60)
    staff.press("Close the show")
    staff.told("The show is closed.")


def _report(staff: Visitor) -> None:
    staff.turn_to("Reports")
    staff.look()
    staff.page.locator("[name=title]").fill("For the city")
    staff.press("Freeze a version")
    staff.told("Version 1 is frozen.")
    staff.look()
    staff.press("Make the PDF in English")
    expect(staff.page.locator("#report-state progress")).to_be_visible()
    staff.look()
    expect(staff.page.get_by_role("link", name="Download the PDF")).to_be_visible(timeout=90_000)
    staff.look()
    with staff.page.expect_download() as download:
        staff.page.get_by_role("link", name="Download the PDF").click()
    content = Path(download.value.path()).read_bytes()
    assert content[:4] == b"%PDF"
    assert STARTUP in "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
