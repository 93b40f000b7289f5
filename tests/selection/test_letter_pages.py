"""What founders see and do after the release."""

import re

import pytest

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.intake.models import Application, ApplicationState
from accelerator.selection.models import Choice, OfferState, Release, ReleaseState
from tests.factories import make_application, make_edition, make_founder, make_member, make_person
from tests.factories.intake import make_form
from tests.factories.selection import make_decision, make_offered, make_waiting
from tests.factories.startups import make_role


@pytest.fixture
def place(app):
    with db.transaction():
        edition = make_edition(places=1)
        staff, stranger = make_member(edition, Role.STAFF), make_person()
        with scope.choose(edition.scope):
            make_form(edition)
            offer = make_offered(edition)
            application = offer.application
            founder, other = application.applicant, make_founder(application.startup)
            make_role(edition, other)
    return edition, staff, stranger, offer, application, founder, other


def offer_state(edition, offer) -> OfferState:
    with db.reading() as opened, scope.choose(edition.scope):
        return opened.get_one(type(offer), offer.id).state


def test_a_founder_reads_the_offer_and_accepts_it(place, browser) -> None:
    edition, _, _, offer, application, _, other = place
    browser.sign_in(other)
    base = f"/editions/{edition.slug}/my/{application.reference}"
    assert "We offer you a place" in browser.get(f"{base}/letter").text
    assert "get into the programme" in browser.get(f"{base}/offer?answer=accept").text
    assert offer_state(edition, offer) is OfferState.OPEN
    answer = browser.post(f"{base}/offer", {"answer": "accept"})
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{base}/letter")
    assert offer_state(edition, offer) is OfferState.ACCEPTED
    assert "You have a place" in browser.get(f"{base}/letter").text


@pytest.mark.parametrize("query", ["", "?answer=", "?answer=maybe"])
def test_the_address_of_the_offer_leads_to_the_letter(place, browser, query) -> None:
    edition, _, _, _, application, founder, _ = place
    base = f"/editions/{edition.slug}/my/{application.reference}"
    answer = browser.sign_in(founder).get(f"{base}/offer{query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{base}/letter")


def test_the_home_leads_to_the_offer(place, browser) -> None:
    edition, _, _, _, _, founder, _ = place
    page = browser.sign_in(founder).get(f"/editions/{edition.slug}/home").text
    path = re.search(r'href="(/editions/[^"]+/offer)"', page)[1]
    followed = browser.get(browser.get(path).headers["Location"])
    assert (followed.status_code, "Accept the place" in followed.text) == (200, True)


@pytest.mark.parametrize(
    ("answer", "said"), [("accept", "You accepted the place on"), ("decline", "You turned the place down on")]
)
def test_the_applications_page_shows_letter_and_answer(place, browser, answer, said) -> None:
    edition, _, _, _, application, founder, _ = place
    base = f"/editions/{edition.slug}/my/{application.reference}"
    page = browser.sign_in(founder).get(base).text
    assert f'href="{base}/letter"' in page
    assert "We offer you a place" in page
    assert "Answer by " in page
    browser.post(f"{base}/offer", {"answer": answer})
    for path in (base, f"{base}/letter"):
        assert said in browser.get(path).text


@pytest.mark.parametrize("state", [ApplicationState.SENT, ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE])
def test_it_shows_no_letter_before_the_release(place, browser, state) -> None:
    edition, staff, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        one = make_application(edition, state)
        make_decision(one, staff, Choice.OFFER, feedback="Show the unit costs.")
        founder = one.applicant
    page = browser.sign_in(founder).get(f"/editions/{edition.slug}/my/{one.reference}")
    assert page.status_code == 200
    assert "/letter" not in page.text


def test_turning_down_by_form(place, browser) -> None:
    edition, _, _, offer, application, founder, _ = place
    browser.sign_in(founder)
    base = f"/editions/{edition.slug}/my/{application.reference}"
    assert "undone" in browser.get(f"{base}/offer?answer=decline").text
    assert browser.post(f"{base}/offer", {"answer": "decline", "comment": "Other plans."}).status_code == 302
    assert offer_state(edition, offer) is OfferState.DECLINED
    page = browser.post(f"{base}/offer", {"answer": "decline", "comment": "Typed again"})
    assert page.status_code == 422
    assert "This offer was answered already: Turned down." in page.text
    assert "Typed again" in page.text


def test_an_offer_that_is_over_has_no_button_and_refuses(place, browser) -> None:
    edition, _, _, offer, application, founder, _ = place
    with db.transaction() as opened, scope.choose(edition.scope):
        opened.get_one(type(offer), offer.id).expires_at = clock.now()
    browser.sign_in(founder)
    base = f"/editions/{edition.slug}/my/{application.reference}"
    assert "Accept the place" not in browser.get(f"{base}/letter").text
    assert browser.post(f"{base}/offer", {"answer": "accept"}).status_code == 422


def test_a_letter_is_for_its_founders_alone(place, browser) -> None:
    edition, staff, stranger, offer, application, *_ = place
    base = f"/editions/{edition.slug}/my/{application.reference}"
    assert browser.get(f"{base}/letter").status_code == 302
    for person in (staff, stranger):
        browser.sign_in(person)
        assert browser.get(f"{base}/letter").status_code == 404
        assert browser.post(f"{base}/offer", {"answer": "accept"}).status_code == 404
    assert offer_state(edition, offer) is OfferState.OPEN


@pytest.mark.parametrize(
    ("state", "status", "said"),
    [
        (ApplicationState.SENT, 404, ""),
        (ApplicationState.ELIGIBLE, 404, ""),
        (ApplicationState.INELIGIBLE, 404, ""),
        (ApplicationState.WAITING, 200, "You are on the waitlist"),
        (ApplicationState.DECLINED, 200, "offer you a place"),
    ],
)
def test_there_is_a_letter_only_after_the_release(place, browser, state, status, said) -> None:
    edition, staff, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        one = make_application(edition, state)
        make_decision(one, staff, Choice.DECLINE, feedback="Show the unit costs.")
        founder = one.applicant
    page = browser.sign_in(founder).get(f"/editions/{edition.slug}/my/{one.reference}/letter")
    assert page.status_code == status
    assert said in page.text
    assert "unit costs" not in page.text  # no release has taken that decision


def test_the_letter_shares_the_feedback_of_a_released_decision(place, browser) -> None:
    edition, staff, *_ = place
    now = clock.now()
    with db.transaction(), scope.choose(edition.scope):
        release = db.add(
            Release(
                edition_id=edition.id,
                state=ReleaseState.RELEASED,
                counts={},
                digest="",
                prepared_by=staff.id,
                prepared_at=now,
                released_at=now,
            )
        )
        one = make_application(edition, ApplicationState.DECLINED)
        make_decision(
            one, staff, Choice.DECLINE, feedback="Show the unit costs.", reason="Weak team.", release_id=release.id
        )
        founder = one.applicant
    page = browser.sign_in(founder).get(f"/editions/{edition.slug}/my/{one.reference}/letter").text
    assert "Show the unit costs." in page
    assert "Weak team." not in page


def test_who_waits_reads_a_band_and_not_a_rank(place, browser) -> None:
    edition, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        entries = [make_waiting(edition, position) for position in range(1, 8)]
        founder = entries[6].application.applicant
    page = browser.sign_in(founder).get(f"/editions/{edition.slug}/my/{entries[6].application.reference}/letter").text
    assert "between number 6 and number 10" in page


def test_the_state_is_read_from_the_row(place) -> None:
    edition, *_, application, _, _ = place
    with db.reading() as opened, scope.choose(edition.scope):
        assert opened.get_one(Application, application.id).state is ApplicationState.OFFERED
