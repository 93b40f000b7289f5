"""A founder's pages: sections, autosave, two tabs, check, send, receipt, withdraw."""

import io
import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask import request, request_started
from werkzeug.test import TestResponse

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.queries import drafts, forms
from accelerator.programmes.models import GRACE, Edition
from tests.factories import Browser, make_edition, make_member
from tests.factories.intake import make_complete_draft, make_draft, make_form, pdf
from tests.visits.answered import AnsweredPage


class Case:
    """A founder at the draft of an open call."""

    def __init__(self, browser: Browser, *, complete: bool = False, **dates: Any) -> None:
        with db.transaction(), scope.choose((edition := make_edition(**dates)).scope):
            form = make_form(edition)
            self.application = make_complete_draft(edition, form) if complete else make_draft(edition)
            self.person = self.application.applicant
        self.edition: Edition = edition
        self.path = f"/editions/{edition.slug}/my/{self.application.reference}"
        self.browser = browser.sign_in(self.person)

    def open(self, key: str) -> dict[str, Any]:
        """The hidden fields of a section's page."""
        page = self.browser.get(f"{self.path}/sections/{key}").text
        found = re.search(r'name="version" value="(\w+)"', page)
        assert found
        return {"version": found[1], "asked": re.findall(r'name="asked" value="(\w+)"', page)}

    def save(self, key: str, **values: Any) -> TestResponse:
        """Open a section's page, fill it in and press the button."""
        return self.browser.post(f"{self.path}/sections/{key}", {**self.open(key), **values})

    def now(self) -> Application:
        """The application as it is in the database."""
        with db.reading(), scope.choose(self.edition.scope):
            found = drafts.application(self.edition, self.application.reference)
            assert found is not None
            return found


def test_saving_goes_on_to_the_next_section(browser: Browser) -> None:
    case = Case(browser)
    answer = case.save("company", name="New name", one_line="A lung check.")
    assert answer.location == f"{case.path}/sections/place"
    assert (case.now().name, case.now().answers["one_line"]) == ("New name", "A lung check.")


def test_saving_for_later_checks_nothing(browser: Browser) -> None:
    case = Case(browser)
    answer = case.save("company", name="", website="nonsense", do="later")
    assert answer.location == case.path
    assert case.now().answers == {"website": "nonsense"}
    assert "Saved. Come back whenever you like" in browser.get(case.path).text


def test_errors_stand_beside_the_field_and_the_typed_text_is_kept(browser: Browser) -> None:
    case = Case(browser)
    answer = case.save("place", country="JP", city="Kobe", founded="about <2018>", incorporated="no")
    assert answer.status_code == 422
    assert '<a href="#q-founded">Enter “Year founded” as a year, like 2018.</a>' in answer.text
    assert '<a href="#q-prefecture">Choose an answer to “Prefecture”.</a>' in answer.text
    assert 'value="about &lt;2018&gt;"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 2
    assert "<title>Error: Head office" in answer.text
    assert case.now().answers["founded"] == "about <2018>"


def test_nothing_but_questions_is_written(browser: Browser) -> None:
    case = Case(browser)
    fields = {**case.open("place"), "asked": ["city", "name", "state"]}
    values = {
        "city": "Tartu",
        "name": "Stolen",
        "state": "joined",
        "revision_number": "7",
        "startup_id": "1",
        "do": "later",
    }
    browser.post(f"{case.path}/sections/place", {**fields, **values})
    after = case.now()
    assert (after.answers, after.state, after.revision_number) == (
        {"name": "Northbreath", "city": "Tartu"},
        ApplicationState.DRAFT,
        0,
    )


def test_a_question_that_was_not_drawn_keeps_its_answer(browser: Browser) -> None:
    case = Case(browser)
    case.save("business", stage="revenue", do="later")
    case.save("traction", **{"revenue_month.amount": "4,200", "revenue_month.currency": "EUR", "do": "later"})
    case.save("business", stage="idea", do="later")
    case.save("traction", traction="None yet", do="later")
    assert case.now().answers["revenue_month"] == {"amount": 4200, "currency": "EUR"}


def test_autosave_stores_without_checking_and_names_the_new_version(browser: Browser) -> None:
    case = Case(browser)
    fields = case.open("place")
    answer = browser.post(f"{case.path}/sections/place/draft", {**fields, "founded": "about 2018"})
    assert (answer.status_code, answer.data) == (204, b"")
    assert answer.headers["X-Draft-Version"] == case.open("place")["version"] != fields["version"]
    again = browser.post(
        f"{case.path}/sections/place/draft", {**fields, "founded": "2018", "version": answer.headers["X-Draft-Version"]}
    )
    assert again.status_code == 204
    assert case.now().answers["founded"] == 2018


def test_what_saved_itself_and_is_wrong_is_marked_when_the_page_is_opened_again(browser: Browser) -> None:
    case = Case(browser)
    wrong = {"founded": "about 2018"}
    browser.post(f"{case.path}/sections/place/draft", {**case.open("place"), **wrong})
    shown = unescape(browser.get(f"{case.path}/sections/place").text)
    sentences = re.findall(r'<span class="err" id="(q-\w+)-e1">.*?</span> (.*?)</span>', shown)
    assert sentences == [("q-founded", "Enter “Year founded” as a year, like 2018.")], (
        "nothing about what is still to come"
    )
    assert "Enter “Year founded” as a year, like 2018." in unescape(browser.get(f"{case.path}/check").text)


def test_two_tabs_see_both_texts_and_choose(browser: Browser) -> None:
    case = Case(browser)
    old = case.open("company")
    case.save("company", name="From tab one", one_line="One", do="later")
    assert browser.post(f"{case.path}/sections/company/draft", {**old, "name": "From tab two"}).status_code == 409
    answer = browser.post(f"{case.path}/sections/company", {**old, "name": "From <tab> two", "one_line": "One"})
    assert answer.status_code == 409
    assert "From tab one" in answer.text and "From &lt;tab&gt; two" in answer.text
    assert "What you do, in one line" not in answer.text, "only what differs is shown"
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', answer.text.split('class="actions"')[1])
    version = dict(hidden)["version"]
    kept = browser.post(
        f"{case.path}/sections/company",
        {"version": version, "asked": old["asked"], "name": "From tab two", "one_line": "One"},
    )
    assert kept.location == f"{case.path}/sections/place"
    assert case.now().answers["name"] == "From tab two"


def test_a_deck_is_uploaded_replaced_and_removed(browser: Browser) -> None:
    case = Case(browser)
    answer = case.save("files", deck=(io.BytesIO(pdf(4)), "deck.pdf"))
    assert answer.location == f"{case.path}/sections/agreements"
    assert "4 pages" in browser.get(f"{case.path}/sections/files").text
    refused = case.save("files", deck=(io.BytesIO(b"MZ"), "deck.pdf"), accelerators="Kept text")
    assert refused.status_code == 422
    assert refused.text.count("Choose a PDF. This file is not one, despite its name.") == 2
    assert "Kept text" in refused.text
    assert case.now().answers["deck"]["pages"] == 4
    case.save("files", remove="deck")
    assert "deck" not in case.now().answers


def test_after_the_close_the_typed_text_is_shown_but_not_stored(browser: Browser) -> None:
    case = Case(browser)
    fields = case.open("company")
    with time_machine.travel(clock.system_now() + timedelta(days=11)):
        answer = browser.post(f"{case.path}/sections/company", {**fields, "name": "Too late"})
        assert answer.status_code == 422
        assert "The call has closed." in answer.text and 'value="Too late"' in answer.text
        autosave = browser.post(f"{case.path}/sections/company/draft", {**fields, "name": "Too late"})
        assert autosave.status_code == 409
        assert browser.get(f"{case.path}/sections/company").location == f"{case.path}/check"
        assert "Northbreath" in browser.get(f"{case.path}/check").text
        tasks = browser.get(case.path).text
        assert "The call closed before this application was sent." in tasks
        assert "/sections/" not in tasks
    assert case.now().answers == {"name": "Northbreath"}


def test_check_links_what_is_missing(browser: Browser) -> None:
    case = Case(browser)
    page = browser.get(f"{case.path}/check").text
    assert f'<a href="{case.path}/sections/team#q-why_team">Answer “Why this team”.</a>' in page
    assert "Send the application" not in page
    answer = browser.post(f"{case.path}/send")
    assert answer.location == f"{case.path}/check"
    assert "answers are missing or need correcting first." in browser.get(answer.location).text


def test_sending_gives_a_receipt_and_a_double_click_one_revision(browser: Browser) -> None:
    case = Case(browser, complete=True)
    assert "Send the application" in browser.get(f"{case.path}/check").text
    answers = [browser.post(f"{case.path}/send") for _ in range(2)]
    assert [answer.location for answer in answers] == [f"{case.path}/receipt"] * 2
    with db.reading(), scope.choose(case.edition.scope):
        ((revision, *_rest),) = drafts.sent_revisions(case.now())
    receipt = browser.get(f"{case.path}/receipt").text.replace("<wbr>", "")
    assert "A-0001" in receipt and revision.digest in receipt
    tasks = browser.get(case.path).text
    assert '<span class="tag tag-sea">Sent</span>' in tasks
    case.save("company", name="Changed", one_line="New", do="later")
    assert "You changed answers since you sent it." in browser.get(case.path).text
    assert "Send the application again" in browser.get(f"{case.path}/check").text


@pytest.mark.parametrize(("before", "leads"), [(timedelta(), "check"), (timedelta(microseconds=1), "receipt")])
def test_the_close_is_one_instant(browser: Browser, before: timedelta, leads: str) -> None:
    now = clock.now()
    case = Case(browser, complete=True, opens_at=now - timedelta(days=1), closes_at=now + timedelta(hours=1))
    with time_machine.travel(now + timedelta(hours=1) + GRACE - before, tick=False):
        assert browser.post(f"{case.path}/send").location == f"{case.path}/{leads}"


def test_a_request_that_arrived_in_time_counts_however_long_it_waits(browser: Browser) -> None:
    now = clock.now()
    case = Case(browser, complete=True, opens_at=now - timedelta(days=1), closes_at=now + timedelta(hours=1))
    with time_machine.travel(now + timedelta(minutes=59, seconds=59), tick=False) as traveller:

        def wait(*_: object, **__: object) -> None:
            if request.path.endswith("/send"):
                traveller.move_to(now + timedelta(hours=2))

        # After the arrival was noted something takes long: a slow body, or a queue of writers.
        with request_started.connected_to(wait):
            assert browser.post(f"{case.path}/send").location == f"{case.path}/receipt"


def test_a_verdict_shows_in_no_word_and_no_colour(browser: Browser) -> None:
    case = Case(browser, complete=True)
    browser.post(f"{case.path}/send")
    pages = []
    for state in (ApplicationState.ELIGIBLE, ApplicationState.INELIGIBLE):
        with db.transaction() as session, scope.choose(case.edition.scope):
            session.get_one(Application, case.application.id).state = state
        pages.append(
            [
                re.sub(
                    r'hx-headers\S+ \S+|csrf\S+|data-now="[^"]+"|content="[^"]+"|value="[^"]+"',
                    "",
                    browser.get(case.path + end).text,
                )
                for end in ("", "/check", "/receipt")
            ]
        )
    assert pages[0] == pages[1]


def test_withdrawing_asks_why(browser: Browser) -> None:
    case = Case(browser)
    answer = browser.post(f"{case.path}/withdraw", {"reason": " "})
    assert answer.status_code == 422
    assert answer.text.count("Tell us in a few words why, so that the team can learn from it.") == 2
    assert browser.post(f"{case.path}/withdraw", {"reason": "We moved on."}).location == case.path
    assert case.now().state is ApplicationState.WITHDRAWN
    page = browser.get(case.path).text
    assert "This application is withdrawn." in page
    assert "Withdraw this application" not in page


@pytest.mark.parametrize("end", ["", "/check", "/receipt", "/withdraw", "/sections/company"])
def test_the_pages_are_their_founders_alone(browser: Browser, end: str) -> None:
    case = Case(browser)
    with db.transaction(), scope.choose(case.edition.scope):
        rival = make_draft(case.edition).applicant
        staff = make_member(case.edition, Role.STAFF)
    stranger = Browser(browser.app)
    assert stranger.get(case.path + end).location.startswith("/sign-in?next=")
    assert stranger.sign_in(rival).get(case.path + end).status_code == 404
    assert stranger.sign_in(staff).get(case.path + end).status_code == 404
    assert browser.get(f"{case.path.rsplit('-', 1)[0]}-9999{end}").status_code == 404


@pytest.mark.parametrize("end", ["/send", "/withdraw", "/sections/company", "/sections/company/draft"])
def test_nobody_else_writes(browser: Browser, end: str) -> None:
    case = Case(browser, complete=True)
    with db.transaction(), scope.choose(case.edition.scope):
        rival = make_draft(case.edition).applicant
    before = case.now().answers
    stranger = Browser(browser.app).sign_in(rival)
    assert stranger.post(case.path + end, {"asked": ["name"], "name": "Stolen", "reason": "x"}).status_code == 404
    assert (case.now().answers, case.now().state) == (before, ApplicationState.DRAFT)


def test_a_post_without_its_token_is_refused(browser: Browser) -> None:
    case = Case(browser, complete=True)
    assert browser.client.post(f"{case.path}/send").status_code == 400
    assert case.now().revision_number == 0


@pytest.mark.parametrize("end", ["", "/check", "/sections/team"])
def test_pages_cost_the_same_however_much_is_answered(browser: Browser, count_queries: list[str], end: str) -> None:
    counts = []
    for complete in (False, True):
        case = Case(browser, complete=complete)
        count_queries.clear()
        assert browser.get(case.path + end).status_code == 200
        counts.append(len(count_queries))
    assert counts == [STATEMENTS[end]] * 2


STATEMENTS = {"": 13, "/check": 10, "/sections/team": 9}


def test_every_section_draws_in_both_languages(browser: Browser) -> None:
    case = Case(browser, complete=True)
    with db.reading(), scope.choose(case.edition.scope):
        form = forms.current_form(case.edition)
        assert form is not None
        keys = [section.key for section in form.sections]
    for language in ("en", "ja"):
        with browser.client.session_transaction() as cookie:
            cookie["language"] = language
        pages = [browser.get(f"{case.path}/sections/{key}") for key in keys]
        assert [page.status_code for page in pages] == [200] * 11
        assert [page.text.count("<h1>") for page in pages] == [1] * 11


def test_a_demonstration_edition_counts_on_its_own_clock(browser: Browser) -> None:
    now = clock.now()
    case = Case(browser, complete=True, opens_at=now - timedelta(days=1), closes_at=now + timedelta(hours=1))
    with db.transaction() as session:
        session.get_one(Edition, case.edition.id).ahead_seconds = 7200
    assert browser.post(f"{case.path}/send").location == f"{case.path}/check"
    with db.transaction() as session:
        session.get_one(Edition, case.edition.id).ahead_seconds = 0
    assert browser.post(f"{case.path}/send").location == f"{case.path}/receipt"


def test_what_is_wrong_with_a_founder_stands_beside_the_field_alone(browser: Browser) -> None:
    typed = {"name": "Kadri", "role": "CEO", "email": "not an address", "equity": "60"}
    answer = Case(browser).save("team", **{f"founders.0.{name}": value for name, value in typed.items()})
    page = AnsweredPage(answer.text)
    assert (answer.status_code, page.faults()) == (422, [])
    assert ("founders.0.email", "Founder 1: enter an address like name@example.org.") in page.problems
    wrong = re.findall(r'<input\s+class="input"\s+id="(founders[^"]*)"[^>]*aria-invalid="true"', answer.text)
    assert wrong == ["founders.0.email"]
    assert answer.text.count("field-error") == len(page.problems)


def test_one_more_founder_fits_at_once_until_there_are_as_many_as_the_form_takes(browser: Browser) -> None:
    case, person = Case(browser), {"name": "Kadri", "role": "CEO", "equity": "5"}
    for number in range(6):
        cells = {f"founders.{at}.{name}": text for at in range(number + 1) for name, text in person.items()}
        mails = {f"founders.{at}.email": f"founder{at}@example.org" for at in range(number + 1)}
        answer = case.save("team", add="founders", **cells, **mails)
        assert (answer.status_code, answer.location) == (302, f"{case.path}/sections/team#q-founders")
        page = browser.get(f"{case.path}/sections/team").text
        assert len(re.findall(r'name="founders\.\d+\.email"', page)) == min(number + 2, 6)
        assert ('name="add" value="founders"' in page) is (number < 4)
    assert [row["email"] for row in case.now().answers["founders"]] == [f"founder{at}@example.org" for at in range(6)]
