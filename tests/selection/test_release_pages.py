"""The release by form: prepare, preview, sign, let out."""

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.intake.models import Application, ApplicationState
from accelerator.programmes.models import Edition
from accelerator.selection.models import Choice, Release
from tests.factories import make_edition, make_member
from tests.factories.scoring import make_round
from tests.factories.selection import make_candidate, make_decision


@pytest.fixture
def place(app):
    with db.transaction():
        edition = make_edition()
        people = {role: make_member(edition, role) for role in (Role.STAFF, Role.ADMIN, Role.PARTNER)}
        with scope.choose(edition.scope):
            offered, declined = make_candidate(edition, name="Lumen"), make_candidate(edition, name="Greywater")
            make_decision(offered, people[Role.STAFF])
            make_decision(declined, people[Role.STAFF], Choice.DECLINE)
    return edition, people, offered, declined


def seen(edition) -> str:
    """The mark of the latest release, as its page sends it back."""
    with db.reading() as opened, scope.choose(edition.scope):
        return opened.query(Release).order_by(Release.id.desc()).first().version


def states(edition) -> list[ApplicationState]:
    with db.reading() as opened, scope.choose(edition.scope):
        return [one.state for one in opened.query(Application).order_by(Application.id)]


def test_the_whole_way_with_a_partner_as_second_person(place, browser) -> None:
    edition, people, *_ = place
    base = f"/editions/{edition.slug}/selection/release"
    browser.sign_in(people[Role.PARTNER])
    assert browser.get(base).status_code == 404
    browser.sign_in(people[Role.STAFF])
    assert browser.post(f"{base}/prepare", {"answer_days": "10"}).status_code == 302
    assert "Approve the release" not in browser.get(base).text
    browser.sign_in(people[Role.PARTNER])
    page = browser.get(base).text
    assert "Lumen" in page
    assert "Greywater" not in page
    wrong = browser.post(f"{base}/approve", {"count": "3", "version": seen(edition)})
    assert wrong.status_code == 422
    assert "That is not the number of letters." in wrong.text
    assert 'value="3"' in wrong.text
    assert browser.post(f"{base}/approve", {"count": "２", "version": seen(edition)}).status_code == 302
    assert browser.post(f"{base}/send", {"version": seen(edition)}).status_code == 404
    assert states(edition) == [ApplicationState.ELIGIBLE] * 2
    browser.sign_in(people[Role.STAFF])
    assert "Release 2 letters now" in browser.get(base).text
    assert browser.post(f"{base}/send", {"version": seen(edition)}).status_code == 302
    assert states(edition) == [ApplicationState.OFFERED, ApplicationState.DECLINED]
    assert browser.post(f"{base}/send", {"version": seen(edition)}).status_code == 302


def test_both_mistakes_are_said_at_once_when_a_release_is_prepared_and_when_it_is_signed(place, browser) -> None:
    edition, people, *_ = place
    base, unsure = f"/editions/{edition.slug}/selection/release", "A round is open or reviews are missing."
    with db.transaction(), scope.choose(edition.scope):
        make_round(db.session().get_one(Edition, edition.id))
    wrong = browser.sign_in(people[Role.STAFF]).post(f"{base}/prepare", {"answer_days": "99"})
    assert (wrong.status_code, "Enter 1 to 60 days." in wrong.text, unsure in wrong.text) == (422, True, True)
    assert browser.post(f"{base}/prepare", {"answer_days": "9", "sure": "yes"}).status_code == 302
    wrong = browser.sign_in(people[Role.PARTNER]).post(f"{base}/approve", {"count": "3", "version": seen(edition)})
    said = "That is not the number of letters." in wrong.text, unsure in wrong.text
    assert (wrong.status_code, said) == (422, (True, True))


def test_missing_decisions_are_links(place, browser) -> None:
    edition, people, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        gap = make_candidate(edition)
    browser.sign_in(people[Role.STAFF])
    page = browser.get(f"/editions/{edition.slug}/selection/release").text
    assert f'href="/editions/{edition.slug}/selection/{gap.reference}"' in page
    assert "Prepare the release" not in page
    answer = browser.post(f"/editions/{edition.slug}/selection/release/prepare", {"answer_days": "7"})
    assert answer.status_code == 422
    assert "1 application has no decision yet." in answer.text


@pytest.mark.parametrize(("language", "said"), [("en", "The committee chose Lumen"), ("ja", "Lumen")])
def test_every_letter_can_be_read_before_in_both_languages(place, browser, language, said) -> None:
    edition, people, offered, _ = place
    browser.sign_in(people[Role.STAFF])
    page = browser.get(f"/editions/{edition.slug}/selection/release/letters/{offered.reference}?lang={language}")
    assert page.status_code == 200
    assert said in page.text
    assert f'<article class="panel" lang="{language}">' in page.text


@pytest.mark.parametrize("days", ["0", "61", "soon", ""])
def test_the_days_to_answer_are_checked(place, browser, days) -> None:
    edition, people, *_ = place
    browser.sign_in(people[Role.STAFF])
    page = browser.post(f"/editions/{edition.slug}/selection/release/prepare", {"answer_days": days})
    assert page.status_code == 422


def test_cancelling_lets_prepare_again(place, browser) -> None:
    edition, people, *_ = place
    base = f"/editions/{edition.slug}/selection/release"
    browser.sign_in(people[Role.STAFF])
    browser.post(f"{base}/prepare", {"answer_days": "7"})
    assert browser.post(f"{base}/cancel", {"version": seen(edition)}).status_code == 302
    assert "Prepare the release" in browser.get(base).text
