"""Two editions, the same firm, two founders: one conflict, one sealed call, one appeal, one missed session, one offer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.journeys import ground, twice
from tests.journeys.ground import PASSWORD
from tests.journeys.installation import Installation
from tests.journeys.twice import Story
from tests.journeys.visitor import Visitor, pick_time

pytestmark = pytest.mark.browser
FIRST, OURS = "A-0001", "A-0002"
"""The firm's application in the first edition, and in the second one, where another firm was faster."""
WHY = "The deck could not be opened, says the founder."


@pytest.mark.parametrize(
    "story",
    [
        pytest.param(Story("en", "Northbreath", "Kelpworks"), id="en"),
        pytest.param(Story("ja", "Tidewell", "Sandbar"), id="ja"),
    ],
)
def test_a_firm_applies_in_two_editions(
    installation: Installation, window: Callable[..., BrowserContext], story: Story
) -> None:
    twice.prepare(story)
    people = ("kadri", "tiit", "haruka", "riku", "sora", "maya")
    cast = {name: Visitor(window(installation, story.language), story.language) for name in people}
    founder, second_founder, staff, second, barred, mentor = cast.values()
    _apply(founder, story)
    _confirm(second_founder, story)
    twice.accept_in_first(story)
    _take_part(second_founder, story)
    _apply_again(founder, story)
    _open_with_reason(staff.sign_in(story.address("haruka"), f"/editions/{story.second}/home"), story)
    _find_nothing(barred.sign_in(story.address("sora"), f"/editions/{story.second}/home"), story)
    ground.close_call(story.second)
    twice.decline_rival(story)
    second.sign_in(story.address("riku"), f"/editions/{story.second}/home")
    _fail(staff, second, story)
    _prepare_and_cancel(staff)
    _win_the_appeal(staff, story)
    _release(staff, second, story)
    _answer_the_offer(founder, second_founder, story)
    ground.start_programme(story.second)
    _miss_the_session(founder, mentor, story)
    _who_missed_it(staff, story)
    assert "\n".join(fault for one in cast.values() for fault in one.faults + one.watch.complaints) == ""


def _apply(founder: Visitor, story: Story) -> None:
    """In the first edition, as a new firm; a second founder is named by address."""
    founder.open(f"/calls/{story.first}")
    founder.follow("Start an application")
    founder.follow("Sign in")
    founder.enter(story.address("kadri"))
    founder.headed("Start an application")
    founder.page.locator("[name=name]").fill(story.firm)
    founder.press("Begin")
    founder.headed("Your application")
    twice.fill(story, story.first)
    _name(founder, 1, story.row("tiit", 40))
    _send(founder, story.first, FIRST)


def _name(founder: Visitor, at: int, row: dict[str, str]) -> None:
    """Fill in a line of the table of founders."""
    founder.page.reload()
    founder.follow_to("/sections/team")
    for column, text in row.items():
        founder.page.locator(f"[name='founders.{at}.{column}']").fill(text)
    founder.look()
    _save(founder)


def _save(founder: Visitor) -> None:
    """Save the table of founders, and go back from the page that follows."""
    founder.press("Save and continue")
    expect(founder.page).not_to_have_url(re.compile("/sections/team$"))
    founder.follow("Back to your application")


def _send(founder: Visitor, slug: str, reference: str) -> None:
    founder.follow_to(f"/editions/{slug}/my/{reference}/check")
    founder.press("Send the application")
    founder.headed("Your application was sent")


def _confirm(second: Visitor, story: Story) -> None:
    """The second founder comes by the mail, and sees the application once they have said yes."""
    second.open(second.mailed(story.address("tiit"), "founder_invited", r"/links/[\w-]+"))
    second.headed("Create your account")
    second.look()
    for name, text in {"given_name": "Tiit", "family_name": "Saar", "zone": "Tallinn", "password": PASSWORD}.items():
        second.page.locator(f"[name={name}]").fill(text)
    second.press("Create the account")
    second.headed("Are you a founder of %(startup)s?", startup=story.firm)
    second.look()
    second.press("Yes, I'm a founder")
    second.told("You have access to %(startup)s.", startup=story.firm)
    second.look()
    second.open(f"/editions/{story.first}/home")
    second.follow_to(f"/my/{FIRST}")
    second.reads(story.firm)


def _take_part(second: Visitor, story: Story) -> None:
    """Nobody asked the second founder again: the pages of the cohort are open to them too."""
    second.open(f"/editions/{story.first}/home")
    for entry in ("Mentors", "Sessions", "Milestones", "Numbers"):
        second.turn_to(entry)
    second.open(f"/editions/{story.first}/startups/{story.firm.lower()}")
    second.headed(story.firm)
    second.reads("Tiit")
    second.look()


def _apply_again(founder: Visitor, story: Story) -> None:
    """In the second edition: the firm is chosen, and what is known of it stands there; a third founder is named."""
    founder.open(f"/calls/{story.second}")
    founder.follow("Start an application")
    founder.look()
    founder.page.locator(f"[name=firm][value={story.firm.lower()}]").check()
    founder.press("Begin")
    founder.headed("Your application")
    founder.look()
    founder.follow_to("/sections/company")
    expect(founder.page.locator("[name=one_line]")).to_have_value("A lung check by telephone.")
    founder.follow("Back to your application")
    founder.follow_to("/sections/team")
    for at, who in enumerate(("kadri", "tiit")):
        expect(founder.page.locator(f"[name='founders.{at}.email']")).to_have_value(story.address(who))
    founder.page.locator("[name='founders.1.equity']").fill("30")
    _save(founder)
    twice.fill(story, story.second)
    _name(founder, 2, story.row("sora", 10))
    _send(founder, story.second, OURS)


def _open_with_reason(staff: Visitor, story: Story) -> None:
    """Before the close the answers open for a reason alone, once, and the trail keeps it."""
    staff.turn_to("Applications")
    staff.look()
    staff.follow(story.firm)
    staff.reads("Sealed until the call closes")
    staff.look()
    staff.press("Open once")
    staff.reads("Say why you are opening this before the call closes.")
    staff.fill("Why do you need to open it now?", WHY)
    staff.press("Open once")
    staff.reads("A lung check by telephone.")
    staff.look()
    staff.turn_to("Applications")
    staff.follow(story.firm)
    staff.reads("Sealed until the call closes")
    staff.turn_to("Audit trail")
    staff.reads(WHY)
    staff.reads(OURS)
    staff.look()


def _find_nothing(barred: Visitor, story: Story) -> None:
    """A member of the team who is named as a founder finds the other firm, and nothing of this one."""
    body = barred.page.locator("#main")
    for entry, other in (("Applications", story.rival), ("Audit trail", FIRST)):
        barred.turn_to(entry)
        barred.reads(other)
        for text in (story.firm, OURS, WHY, story.address("kadri"), story.address("tiit")):
            expect(body).not_to_contain_text(text)
        barred.look()
    for path in ("applications", "screening"):
        pages = [f"/editions/{story.second}/{path}/{reference}" for reference in (FIRST, OURS)]
        assert [barred.page.request.get(page).status for page in pages] == [200, 404]


def _fail(staff: Visitor, second: Visitor, story: Story) -> None:
    """After the close: one person says no with a reason, a second one confirms."""
    staff.turn_to("Screening")
    staff.follow(story.firm)
    staff.look()
    _give(staff, "fail", reason_code="off_theme", comment="Nothing in it is about harbours.")
    staff.told("%(name)s: %(verdict)s.", name=story.firm, verdict=staff.say("Fail"))
    second.turn_to("Screening")
    second.follow_to("view=confirm")
    second.follow(story.firm)
    second.reads("Outside the theme")
    second.look()
    second.press("Confirm: not eligible")
    second.told("Confirmed. %(name)s is not eligible.", name=story.firm)


def _give(staff: Visitor, outcome: str, *, comment: str, reason_code: str = "") -> None:
    """Give a verdict."""
    staff.page.locator(f"[name=outcome][value={outcome}]").check()
    staff.page.locator("[name=reason_code]").select_option(reason_code)
    staff.page.locator("[name=comment]").fill(comment)
    staff.press("Give the verdict")


def _to_release(staff: Visitor) -> None:
    staff.turn_to("Selection")
    staff.follow("Release decisions…")


def _prepare_and_cancel(staff: Visitor) -> None:
    _to_release(staff)
    staff.press("Prepare the release")
    staff.told("Prepared. Nothing has gone out yet.")
    staff.look()
    staff.page.get_by_text(staff.say("Cancel this release…"), exact=True).click()
    staff.press("Cancel this release")
    staff.told("Release cancelled. The decisions stay as they were.")


def _win_the_appeal(staff: Visitor, story: Story) -> None:
    """The verdict is taken back and a pass given: the release is held up, and the gap has a name, until it is decided."""
    staff.turn_to("Screening")
    staff.follow_to("view=failed")
    staff.follow(story.firm)
    staff.press("Take back")
    staff.told("The verdict on %(name)s was taken back.", name=story.firm)
    _see_gap(staff, story, "not screened")
    staff.follow_to(f"/screening/{OURS}")
    _give(staff, "pass", comment="It is about the air in harbours.")
    staff.told("%(name)s: %(verdict)s.", name=story.firm, verdict=staff.say("Pass"))
    _see_gap(staff, story, "undecided")
    staff.look()
    staff.follow_to(f"/selection/{OURS}")
    staff.page.locator("[name=choice][value=offer]").check()
    staff.page.locator("[name=basis]").select_option("discussion")
    staff.page.locator("[name=reason]").fill("The committee agreed after the appeal.")
    staff.look()
    staff.press("Save the decision")
    staff.told("Saved.")


def _see_gap(staff: Visitor, story: Story, how: str) -> None:
    _to_release(staff)
    gap = staff.page.locator("#main li", has=staff.page.get_by_role("link", name=story.firm))
    expect(gap).to_contain_text(staff.say(how))
    expect(staff.page.get_by_role("button", name=staff.say("Prepare the release"), exact=True)).to_have_count(0)


def _release(staff: Visitor, second: Visitor, story: Story) -> None:
    _to_release(staff)
    staff.press("Prepare the release")
    staff.reads("You prepared it. A second person from the team or a partner has to approve it; they've been e-mailed.")
    _to_release(second)
    second.page.locator("[name=count]").fill("2")
    second.look()
    second.press("Approve the release")
    second.told("Approved. Nothing has gone out yet.")
    staff.page.reload()
    staff.press(staff.count("Release %(num)s letter now", "Release %(num)s letters now", 2))
    staff.told(staff.count("Released. %(num)s letter is on its way.", "Released. %(num)s letters are on their way.", 2))


def _answer_the_offer(founder: Visitor, second: Visitor, story: Story) -> None:
    """Both founders have the letter; one answers, and the other can't any more."""
    letter = founder.mailed(story.address("kadri"), "decision_offer", rf"/editions/{story.second}\S+/letter")
    second.open(second.mailed(story.address("tiit"), "decision_offer", rf"/editions/{story.second}\S+/letter"))
    second.headed("We offer you a place")
    founder.open(letter)
    founder.headed("We offer you a place")
    founder.look()
    founder.follow("Accept the place")
    founder.look()
    founder.press("Accept the place")
    founder.headed("You have a place")
    founder.look()
    second.page.reload()
    second.headed("You have a place")
    founder.follow("Go to your home page")


def _miss_the_session(founder: Visitor, mentor: Visitor, story: Story) -> None:
    """A session is booked; its time comes, and the mentor notes that nobody of the startup was there."""
    founder.page.reload()
    founder.turn_to("Mentors")
    founder.follow_to(f"/mentors/maya-{story.language}")
    founder.follow("See times")
    founder.page.locator("[name=purpose]").fill("A yes or no on prices for clinics.")
    pick_time(founder.page)
    expect(founder.page.locator("#press")).not_to_have_text(founder.say("Book this time"))
    founder.look()
    founder.page.locator("#press").click()
    founder.told("Booked. Both sides get an e-mail with a calendar file.")
    reference = twice.let_session_pass(story)
    mentor.sign_in(story.address("maya"), f"/editions/{story.second}/home")
    mentor.turn_to("Sessions")
    mentor.follow("Past")
    mentor.follow_to(f"/sessions/{reference}")
    mentor.page.locator("[name=came][value=no_startup]").check()
    mentor.page.locator("[name=note]").fill("I waited for twenty minutes.")
    mentor.press("Save note")
    mentor.told("Saved. The other side sees who came and the note; only the programme team sees the rest.")
    mentor.look()
    founder.page.reload()
    founder.reads("I waited for twenty minutes.")
    founder.reads("Missed it")
    founder.look()


def _who_missed_it(staff: Visitor, story: Story) -> None:
    """The team reads on the startup's sessions and among the figures that the startup missed it, and not the mentor."""
    staff.turn_to("Startups")
    staff.follow(story.firm)
    staff.look()
    staff.follow("Sessions")
    staff.follow("Past")
    staff.reads("The startup did not come")
    staff.look()
    staff.turn_to("Reports")
    staff.follow("Figures as of now")
    staff.press(re.compile("|".join(staff.say(name) for name in ("Calculate them now", "Recalculate now"))))
    figures = {code: staff.page.locator(f"tr:has(a[href='#def-NOSHOW_{code}']) td").first for code in ("F", "M")}
    expect(figures["F"]).to_contain_text("1", timeout=60_000)
    expect(figures["M"]).to_contain_text("0")
    staff.look()
