"""What the team asks is answered after the close too: that question alone, and nothing else changes."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.pdf_check import Harmless
from accelerator.intake.answers.questions import PlainForm
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.operations import enquiries, files, sending
from accelerator.intake.operations.drafts import save_section
from accelerator.intake.queries import asking
from accelerator.intake.queries.drafts import draft_section, revision, section_version
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_member
from tests.factories.intake import make_complete_draft, make_form, pdf

Place = tuple[Edition, PlainForm, Application, Person]


def sent_and_closed(about: str | None = "founded", **answers: Any) -> Place:
    """An application that was sent and changed since, a question about one answer, and a call that has closed."""
    edition = make_edition()
    staff = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_complete_draft(edition, form, **answers)
        sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)
        application.answers = {**application.answers, "why_team": "Changed, and never sent."}
        if about:
            enquiries.ask(application, question="Please look again.", about=about, actor=staff)
        edition.closes_at = clock.now() - timedelta(hours=1)
        session().flush()
    return edition, form, application, application.applicant


def save(place: Place, key: str, *, whole: bool = False, **values: Any) -> bool:
    """Save answers of a page after the close; ``whole`` says that the page was opened before it."""
    edition, form, application, _founder = place
    page = draft_section(edition, application.reference, key)
    section = form.section(key) if whole else page and page.section
    assert section
    return save_section(
        application,
        section,
        values,
        edition=edition,
        version=section_version(section, application.answers),
        at=clock.now(),
    )


def send(place: Place) -> dict[str, Any]:
    """Send after the close; the answers of the newest revision."""
    edition, form, application, founder = place
    return sending.send(application, form, edition=edition, at=clock.now(), actor=founder).answers


def test_the_answer_is_sent_alone(tx: Session) -> None:
    place = sent_and_closed()
    edition, _form, application, _founder = place
    with scope.choose(edition.scope):
        before = revision(application, 1)
        assert before is not None
        assert save(place, "place", founded=2017)
        assert send(place) == {**before.answers, "founded": 2017}
        assert application.revision_number == 2
        assert asking.open_enquiry(application) is None
        for refused in (lambda: save(place, "place", founded=2016), lambda: send(place)):
            with pytest.raises(Refused, match="The call has closed"):
                refused()


def test_nothing_else_changes_after_the_close(tx: Session) -> None:
    place = sent_and_closed()
    edition, form, application, founder = place
    with scope.choose(edition.scope):
        draft = dict(application.answers)
        deck = form.question("deck")
        assert deck
        for refused in (
            lambda: save(place, "place", whole=True, city="Riga"),
            lambda: save(place, "place", whole=True, founded=2017, city="Riga"),
            lambda: save(place, "team", why_team="Changed again."),
            lambda: files.attach(
                application,
                deck,
                file=Harmless(2, pdf()),
                name="new.pdf",
                edition=edition,
                at=clock.now(),
                actor=founder,
            ),
            lambda: files.remove_file(application, deck, edition=edition, at=clock.now(), actor=founder),
        ):
            with pytest.raises(Refused, match="Only the answer the team asked about"):
                refused()
        assert application.answers == draft
        assert send(place)["why_team"] == "We are nurses."
        assert application.revision_number == 1, "nothing was changed, so nothing was sent"


def test_a_file_that_is_asked_for_can_be_replaced(tx: Session) -> None:
    place = sent_and_closed("deck")
    edition, form, application, founder = place
    with scope.choose(edition.scope):
        deck = form.question("deck")
        assert deck
        files.attach(
            application, deck, file=Harmless(7, pdf(7)), name="new.pdf", edition=edition, at=clock.now(), actor=founder
        )
        assert send(place)["deck"]["pages"] == 7
        assert send_again_is_refused(place)


def send_again_is_refused(place: Place) -> bool:
    """The question is answered, so nothing more is taken."""
    with pytest.raises(Refused, match="The call has closed"):
        send(place)
    return True


def test_what_hangs_on_the_answer_is_asked_with_it(tx: Session) -> None:
    place = sent_and_closed("pilot")
    edition, _form, application, _founder = place
    with scope.choose(edition.scope):
        assert save(place, "programme", pilot="yes")
        with pytest.raises(Refused, match="1 answer is missing"):
            send(place)
        page = draft_section(edition, application.reference, "programme")
        assert page and page.section
        assert [question.key for question in page.section.questions] == ["pilot", "pilot_plan"]
        assert save(place, "programme", pilot="yes", pilot_plan="With a clinic.")
        assert send(place)["pilot_plan"] == "With a clinic."


@pytest.mark.parametrize("state", [ApplicationState.WITHDRAWN, ApplicationState.DECLINED])
def test_who_is_out_answers_nothing(tx: Session, state: ApplicationState) -> None:
    place = sent_and_closed()
    with scope.choose(place[0].scope):
        place[2].state = state
        with pytest.raises(Refused):
            save(place, "place", founded=2017)
        with pytest.raises(Refused):
            send(place)


def test_without_a_question_the_close_is_the_close(tx: Session) -> None:
    place = sent_and_closed(None)
    with scope.choose(place[0].scope):
        with pytest.raises(Refused, match="What you saved before is kept"):
            save(place, "place", founded=2017)
        with pytest.raises(Refused, match="What you saved before is kept"):
            send(place)


def test_the_applicant_answers_on_the_pages(browser: Browser) -> None:
    with db.transaction():
        edition, _form, application, founder = sent_and_closed()
        stranger = make_member(edition, Role.FOUNDER)
    here = f"/editions/{edition.slug}/my/{application.reference}"
    browser.sign_in(founder)
    home = browser.get(f"/editions/{edition.slug}/home").text
    assert "Answer the programme team&#39;s question" in home
    assert "Nothing is due now." not in home
    page = browser.get(here).text
    assert f'href="{here}/sections/place#q-founded"' in page
    assert browser.get(f"{here}/sections/team").status_code == 302
    section = browser.get(f"{here}/sections/place").text
    assert 'name="founded"' in section
    assert 'name="city"' not in section
    version = section.split('name="version" value="')[1].split('"')[0]
    typed = {"asked": "founded", "founded": "2017", "version": version}
    assert browser.post(f"{here}/sections/place", typed).headers["Location"].endswith(f"{here}/check")
    check = browser.get(f"{here}/check").text
    assert "Send the answer" in check
    assert "Changed, and never sent." not in check
    assert browser.post(f"{here}/send").headers["Location"].endswith(f"{here}/receipt")
    assert "Nothing is due now." in browser.get(f"/editions/{edition.slug}/home").text
    assert browser.get(f"{here}/sections/place").status_code == 302
    browser.sign_in(stranger)
    assert browser.get(f"{here}/sections/place").status_code == 404
    assert browser.post(f"{here}/sections/place", typed).status_code == 404


def test_a_page_that_was_opened_before_the_close_loses_no_words_silently(browser: Browser) -> None:
    with db.transaction():
        edition, form, application, founder = sent_and_closed()
        section = form.section("place")
        assert section
        version = section_version(section, application.answers)
    path = f"/editions/{edition.slug}/my/{application.reference}/sections/place"
    browser.sign_in(founder)
    typed = {"asked": ["founded", "city"], "founded": "2018", "city": "Riga", "version": version}
    assert browser.post(f"{path}/draft", typed).status_code == 409
    page = browser.post(path, typed)
    assert page.status_code == 422
    assert "Only the answer the team asked about" in page.text
    assert 'value="Riga"' in page.text
    saved = browser.post(path, {**typed, "founded": "2016", "city": "Tallinn"})
    assert saved.headers["Location"].endswith("/check")


def test_changed_answers_are_a_thing_to_do_while_the_call_is_open(browser: Browser) -> None:
    with db.transaction():
        edition, _form, application, founder = sent_and_closed(None)
        edition.closes_at = clock.now() + timedelta(days=2)
    browser.sign_in(founder)
    home = browser.get(f"/editions/{edition.slug}/home").text
    assert "Send your changed answers again" in home
    with db.transaction() as opened, scope.choose(edition.scope):
        stored = opened.get_one(Application, application.id)
        stored.answers = {**stored.answers, "why_team": "We are nurses."}
    assert "Nothing is due now." in browser.get(f"/editions/{edition.slug}/home").text
