"""A sealed call: until it closes, whoever reads answers or files gives a reason, which opens one page and is written down."""

import re
from datetime import timedelta
from typing import Any

import pytest

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditDetail, AuditEntry
from accelerator.intake.models import Application, ApplicationState, Attachment
from accelerator.intake.operations import sending
from accelerator.intake.queries import forms
from accelerator.programmes.models import Edition
from accelerator.scoring.operations import assigning
from tests.factories import Browser, make_edition, make_member
from tests.factories.intake import make_complete_draft, make_form
from tests.factories.scoring import make_assignment, make_reviewer, make_round
from tests.factories.screening import make_result, make_rule

THIN = "Give the reason in words: at least 10 characters, or 5 in Japanese."
WORDS = "We are nurses."
Desk = tuple[Edition, dict[Any, Person], Application, int]


@pytest.fixture
def desk(app: object) -> Desk:
    """A sealed edition whose call is open, its people, an application that was sent, and the number of its deck."""
    with db.transaction():
        edition = make_edition(sealed=True)
        people: dict[Any, Person] = {role: make_member(edition, role) for role in Role}
    with db.transaction(), scope.choose(edition.scope):
        application = make_complete_draft(edition, make_form(edition))
        people["applicant"] = application.applicant
        sending.send(application, _form(edition), edition=edition, at=clock.now(), actor=application.applicant)
        make_result(make_rule(edition), application)
        deck = db.session().query(Attachment).one().id
    return edition, people, application, deck


def _form(edition: Edition) -> Any:
    form = forms.current_form(edition)
    assert form is not None
    return forms.plain_form(form)


def number(page: str) -> str:
    """The number of the page that asks for a reason."""
    found = re.search(r'name="look" value="([^"]+)"', page)
    assert found, "the page asks for a reason"
    return found.group(1)


def looks(*actions: str) -> list[tuple[str, int | None, str | None]]:
    """What the trail keeps of looks."""
    with db.reading() as session, scope.everywhere():
        rows = session.query(AuditEntry, AuditDetail).join(AuditDetail).filter(AuditEntry.action.in_(actions))
        return [(row.action, row.actor_id, detail.reason) for row, detail in rows.order_by(AuditEntry.id)]


def change(edition: Edition, **values: Any) -> None:
    """Change the edition."""
    with db.transaction() as session:
        for name, value in values.items():
            setattr(session.get_one(Edition, edition.id), name, value)


def open_for_review(edition: Edition, application: Application) -> Person:
    """A round with a read of the application; its reviewer."""
    with db.transaction() as session, scope.choose(edition.scope):
        here = session.get_one(Edition, edition.id)
        round_ = make_round(here)
        round_.blind = False
        reviewer = make_reviewer(round_, here)
        stored = session.get_one(Application, application.id)
        stored.state = ApplicationState.ELIGIBLE
        assigning.ensure_entries(round_)
        make_assignment(round_, stored, reviewer)
    return reviewer


@pytest.mark.parametrize("place", ["applications", "screening", "reviews"])
def test_a_reason_opens_one_page_once_and_its_files(browser: Browser, desk: Desk, place: str) -> None:
    edition, people, application, _deck = desk
    who = open_for_review(edition, application) if place == "reviews" else people[Role.STAFF]
    path = f"/editions/{edition.slug}/{place}/{application.reference}"
    closed = browser.sign_in(who).get(path)
    assert closed.status_code == 200
    assert "Sealed until the call closes" in closed.text
    for words in (WORDS, "A lung check by telephone.", "deck.pdf", "Tallinn"):
        assert words not in closed.text
    refused = browser.post(path, {"look": number(closed.text), "reason": "  "})
    assert (refused.status_code, WORDS in refused.text) == (422, False)
    assert "Say why you are opening this before the call closes." in refused.text
    thin = browser.post(path, {"look": number(refused.text), "reason": "<ok>"})
    assert (thin.status_code, WORDS in thin.text) == (422, False)
    assert THIN in thin.text
    assert "&lt;ok&gt;</textarea>" in thin.text  # what was typed is kept
    given = {"look": number(thin.text), "reason": "The applicant asked us to look."}
    shown = browser.post(path, given)
    assert (shown.status_code, WORDS in shown.text) == (200, True)
    file = re.search(r'href="(/editions/[^"]+/(?:attachments|files)/[^"]+\?look=[^"]+)"', shown.text)
    assert file, "the files of the page are part of the look"
    assert browser.get(file.group(1)).data.startswith(b"%PDF")
    assert browser.get(file.group(1).split("?")[0]).data[:4] != b"%PDF"
    assert WORDS not in browser.get(path).text
    again = browser.post(path, given)
    assert (again.status_code, WORDS in again.text) == (422, False)
    assert "That reason covered one viewing only." in again.text
    assert looks("application.opened") == [("application.opened", who.id, "The applicant asked us to look.")]


def test_the_files_of_a_look_are_for_whoever_looked(browser: Browser, desk: Desk) -> None:
    edition, people, application, _deck = desk
    path = f"/editions/{edition.slug}/applications/{application.reference}"
    browser.sign_in(people[Role.STAFF])
    shown = browser.post(path, {"look": number(browser.get(path).text), "reason": "A call of the city."}).text
    file = re.search(r'href="(/editions/[^"]+/attachments/[^"]+\?look=[^"]+)"', shown)
    assert file
    browser.sign_in(people[Role.ADMIN])
    assert browser.get(file.group(1)).data[:4] != b"%PDF"
    browser.sign_in(people[Role.PARTNER])
    assert browser.get(file.group(1)).status_code == 404
    assert browser.post(path, {"look": "x", "reason": "A call of the city."}).status_code == 404


def test_a_file_alone_opens_with_a_reason_too(browser: Browser, desk: Desk) -> None:
    edition, people, _application, deck = desk
    path = f"/editions/{edition.slug}/attachments/{deck}"
    closed = browser.sign_in(people[Role.STAFF]).get(path)
    assert "Sealed until the call closes" in closed.text
    given = {"look": number(closed.text), "reason": "The deck was said to be broken."}
    assert browser.post(path, given).data.startswith(b"%PDF")
    assert browser.post(path, given).status_code == 422
    assert looks("attachment.opened") == [
        ("attachment.opened", people[Role.STAFF].id, "The deck was said to be broken.")
    ]


def test_a_founder_reads_the_own_files(browser: Browser, desk: Desk) -> None:
    edition, people, _application, deck = desk
    browser.sign_in(people["applicant"])
    assert browser.get(f"/editions/{edition.slug}/attachments/{deck}").data.startswith(b"%PDF")


def test_an_export_needs_a_reason_and_notes_it(browser: Browser, desk: Desk) -> None:
    edition, people, *_ = desk
    browser.sign_in(people[Role.STAFF])
    page = browser.get(f"/editions/{edition.slug}/applications").text
    assert "Why are you exporting before the close?" in page
    refused = browser.post(f"/editions/{edition.slug}/applications.csv", {"view": "all"})
    assert refused.status_code == 422
    assert "Say why you are opening this before the call closes." in refused.text
    thin = browser.post(f"/editions/{edition.slug}/applications.csv", {"view": "abroad", "reason": "ok"})
    assert (thin.status_code, thin.mimetype, THIN in thin.text) == (422, "text/html", True)
    assert re.search(r'name="reason"[^>]*value="ok"[^>]*aria-invalid="true"', thin.text)
    assert '<input type="hidden" name="view" value="abroad">' in thin.text
    assert looks("application.exported") == []
    taken = browser.post(f"/editions/{edition.slug}/applications.csv", {"view": "all", "reason": "For the printer."})
    assert (taken.status_code, b"Northbreath" in taken.data) == (200, True)
    assert looks("application.exported") == [("application.exported", people[Role.STAFF].id, "For the printer.")]


def test_a_refused_verdict_shows_nothing_of_the_answers(browser: Browser, desk: Desk) -> None:
    edition, people, application, _deck = desk
    path = f"/editions/{edition.slug}/screening/{application.reference}"
    page = browser.sign_in(people[Role.STAFF]).post(path, {"outcome": "fail"})
    assert (page.status_code, WORDS in page.text) == (422, False)
    assert looks("application.opened") == []


def test_the_side_doors_show_nothing(browser: Browser, desk: Desk) -> None:
    edition, people, application, _deck = desk
    browser.sign_in(people[Role.ADMIN])
    here = f"/editions/{edition.slug}"
    for path in (
        f"{here}/applications/{application.reference}?revision=1",
        f"{here}/applications?q=lepik",
        f"{here}/applications?q=telephone",
        f"{here}/screening",
        f"{here}/audit",
        f"{here}/home",
    ):
        page = browser.get(path).text
        for words in (WORDS, "A lung check", "Kadri Lepik", "Tallinn", "kadri@example.org", "deck.pdf"):
            assert words not in page, (path, words)
    file = browser.post(f"{here}/audit.csv").text
    assert "A lung check" not in file and application.reference in file


def test_counts_stay_visible_and_the_close_opens_all(browser: Browser, desk: Desk) -> None:
    edition, people, application, _deck = desk
    browser.sign_in(people[Role.STAFF])
    page = browser.get(f"/editions/{edition.slug}/applications").text
    assert "Export 1" in page
    assert "Estonia" in page
    call = browser.get(f"/calls/{edition.slug}").text
    assert "Applications are sealed until the call closes" in call
    change(edition, closes_at=clock.now() - timedelta(minutes=1))
    assert WORDS in browser.get(f"/editions/{edition.slug}/applications/{application.reference}").text
    assert "Applications are sealed" not in browser.get(f"/calls/{edition.slug}").text


def test_a_call_that_is_not_sealed_says_nothing_of_it(browser: Browser, desk: Desk) -> None:
    edition, people, application, _deck = desk
    change(edition, sealed=False)
    browser.sign_in(people[Role.STAFF])
    assert "sealed" not in browser.get(f"/calls/{edition.slug}").text
    assert "Why are you exporting" not in browser.get(f"/editions/{edition.slug}/applications").text
    assert WORDS in browser.get(f"/editions/{edition.slug}/applications/{application.reference}").text
