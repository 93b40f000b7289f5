"""The public page of a call, and starting an application."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from accelerator.core import clock, db, scope
from accelerator.intake.queries import forms
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_person
from tests.factories.intake import make_draft, make_form


def opened(days: int = -1, until: int = 2, **values: object) -> Edition:
    """An edition with a form whose call opens and closes so many days from now."""
    now = clock.now()
    with db.transaction():
        edition = make_edition(
            opens_at=now + timedelta(days=days), closes_at=now + timedelta(days=until, hours=6, minutes=5), **values
        )
        with scope.choose(edition.scope):
            make_form(edition)
    return edition


@pytest.mark.parametrize(
    ("days", "until", "shown", "button"),
    [(1, 3, "Not open yet.", False), (-1, 2, "2 days 6 hours left", True), (-5, -2, "The call closed", False)],
)
def test_a_call_says_whether_it_is_open(browser: Browser, days: int, until: int, shown: str, button: bool) -> None:
    edition = opened(days, until)
    page = browser.get(f"/calls/{edition.slug}")
    assert page.status_code == 200
    assert shown in page.text
    assert (f'href="/calls/{edition.slug}/apply"' in page.text) is button


def test_dates_are_in_the_viewer_s_zone_and_the_programme_s(browser: Browser) -> None:
    edition = opened(zone="Asia/Tokyo")
    with db.transaction():
        person = make_person(zone="Europe/Tallinn")
    stranger = browser.get(f"/calls/{edition.slug}").text
    assert "Tokyo (JST, UTC+9)" in stranger
    assert " in Kobe)" not in stranger
    page = browser.sign_in(person).get(f"/calls/{edition.slug}").text
    assert "Tallinn (" in page
    assert " in Kobe)" in page


def test_the_page_takes_few_statements(browser: Browser, count_queries: list[str]) -> None:
    edition = opened()
    with db.transaction():
        person = make_person()
    browser.sign_in(person)
    count_queries.clear()
    assert browser.get(f"/calls/{edition.slug}").status_code == 200
    assert len(count_queries) == 10


def test_starting_leads_to_the_list_of_sections(browser: Browser) -> None:
    edition = opened()
    with db.transaction():
        person = make_person()
    path = f"/calls/{edition.slug}/apply"
    assert browser.get(path).location == f"/register?next=/calls/{edition.slug}/apply"
    assert browser.post(path, {"name": "North"}).status_code == 401
    answer = browser.sign_in(person).post(path, {"name": "Ｎorth"})
    assert answer.location == f"/editions/{edition.slug}/my/A-0001"
    assert "0 of 11 sections done" in browser.get(answer.location).text
    call = browser.get(f"/calls/{edition.slug}").text
    assert "You already have A-0001: open it" in call
    assert "Start an application" not in call


def test_a_stranger_begins_with_an_address_alone_and_comes_back_to_the_call(browser: Browser) -> None:
    edition = opened()
    asked = browser.get(f"/calls/{edition.slug}/apply")
    assert (asked.status_code, asked.headers["Location"]) == (302, f"/register?next=/calls/{edition.slug}/apply")
    page = browser.get(asked.headers["Location"])
    assert 'type="password"' not in page.text
    browser.post(asked.headers["Location"], {"email": "new@example.org", "next": f"/calls/{edition.slug}/apply"})
    with db.reading() as session:
        mail = session.scalars(select(Message).where(Message.address == "new@example.org")).one()
    link = re.search(r"/links/[\w-]+", mail.body)
    assert link is not None
    names = {"given_name": "Aoi", "family_name": "Morita", "zone": "Asia/Tokyo"}
    entered = browser.post(link.group(), names)
    assert (entered.status_code, entered.headers["Location"]) == (302, f"/calls/{edition.slug}/apply")
    assert "Start an application" in browser.get(f"/calls/{edition.slug}/apply").text


def test_the_deadline_goes_into_a_calendar_and_moves_with_the_call(browser: Browser) -> None:
    edition = opened()
    page = browser.get(f"/calls/{edition.slug}")
    assert f'href="/calls/{edition.slug}/deadline.ics"' in page.text
    for moved in (timedelta(), timedelta(days=1)):
        with db.transaction() as session:
            session.get_one(Edition, edition.id).closes_at = edition.closes_at + moved
        answer = browser.get(f"/calls/{edition.slug}/deadline.ics")
        event: Any = Calendar.from_ical(answer.data).walk("VEVENT")[0]
        assert (answer.mimetype, event["DTEND"].dt, event["UID"]) == (
            "text/calendar",
            (edition.closes_at + moved).replace(microsecond=0),
            f"call-{edition.id}@funade",
        )
    assert "deadline.ics" not in browser.get(f"/calls/{opened(-5, -2).slug}").text


def test_a_name_is_asked_for(browser: Browser) -> None:
    edition = opened()
    with db.transaction():
        person = make_person()
    answer = browser.sign_in(person).post(f"/calls/{edition.slug}/apply", {"name": "  "})
    assert answer.status_code == 422
    assert answer.text.count("Enter the name of your company or team.") == 2


def test_whoever_has_begun_is_sent_to_what_is_there(browser: Browser) -> None:
    edition = opened()
    with db.transaction(), scope.choose(edition.scope):
        person = make_draft(edition).applicant
    answer = browser.sign_in(person).post(f"/calls/{edition.slug}/apply", {"name": "Second"})
    assert answer.location == f"/editions/{edition.slug}/my/A-0001"


def test_a_closed_call_takes_no_start_and_says_so(browser: Browser) -> None:
    edition = opened(-5, -2)
    with db.transaction():
        person = make_person()
    answer = browser.sign_in(person).post(f"/calls/{edition.slug}/apply", {"name": "Late"})
    assert answer.status_code == 422
    assert "The call has closed." in answer.text


def test_a_call_without_a_form_offers_nothing(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
    page = browser.get(f"/calls/{edition.slug}").text
    assert "The form is being prepared." in page
    assert "/apply" not in page


def test_the_call_speaks_japanese(browser: Browser) -> None:
    edition = opened()
    page = browser.get(f"/calls/{edition.slug}", headers={"Accept-Language": "ja"}).text
    assert "応募を始める" in page
    assert "会社" in page


def test_every_question_can_be_read_before_registering(browser: Browser, count_queries: list[str]) -> None:
    edition = opened()
    with db.reading(), scope.choose(edition.scope):
        form = forms.current_form(edition)
        assert form is not None
        names = [question.name for question in forms.plain_form(form).questions]
    assert f'href="/calls/{edition.slug}/questions"' in browser.get(f"/calls/{edition.slug}").text
    del count_queries[:]
    page = browser.get(f"/calls/{edition.slug}/questions")
    text = html.unescape(page.text)
    assert (page.status_code, [name for name in names if name not in text]) == (200, [])
    assert "Only if “Country of the head office” is “Japan”." in text
    assert len(count_queries) <= 15
    with db.transaction():
        bare = make_edition()
    assert browser.get(f"/calls/{bare.slug}/questions").headers["Location"] == f"/calls/{bare.slug}"
