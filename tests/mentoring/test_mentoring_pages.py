"""Directory, lists and hours: who gets what, filters, pages, statements, clock changes."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.mentoring.models import SessionState, WeeklyHours
from tests.factories import Browser, make_cohort_startup, make_member
from tests.factories.mentoring import (
    Place,
    booked_session,
    make_mentor,
    make_past_session,
    make_session,
    next_slot,
    past_session,
    words,
)


def test_who_reads_which_list(world: Place, browser: Browser) -> None:
    paths = (
        "/mentors",
        f"/mentors/{world.mentor.slug}",
        f"/mentors/{world.mentor.slug}/book",
        f"/mentors/{world.mentor.slug}/edit",
        "/sessions",
        "/hours",
    )
    people = {
        "staff": world.staff,
        "founder": world.founder,
        "mentor": world.mentor.person,
        "partner": world.partner,
        "stranger": world.stranger,
    }
    seen = {
        name: [browser.sign_in(who).get(world.base + path).status_code for path in paths]
        for name, who in people.items()
    }
    assert seen == {
        "staff": [200, 200, 200, 200, 200, 404],
        "founder": [200, 200, 200, 404, 200, 404],
        "mentor": [404, 200, 404, 200, 200, 200],
        "partner": [200, 200, 404, 404, 404, 404],
        "stranger": [404, 404, 404, 404, 404, 404],
    }


def test_strangers_are_asked_to_sign_in(world: Place, browser: Browser) -> None:
    booked = booked_session(world)
    for path in ("/mentors", "/sessions", "/hours", f"/sessions/{booked.reference}"):
        answer = browser.get(world.base + path)
        assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in")


def test_lists_are_ones_own_but_for_the_team(world: Place, browser: Browser) -> None:
    booked_session(world)
    with db.transaction(), scope.choose(world.edition.scope):
        mentor = make_mentor(world.edition)
        startup, founder = make_cohort_startup(world.edition)
        make_session(mentor, startup, founder, next_slot(hour=15))
        make_past_session(mentor, startup, state=SessionState.HELD)
    rows = {}
    for name, person in (("staff", world.staff), ("founder", founder), ("mentor", world.mentor.person)):
        me = browser.sign_in(person)
        rows[name] = [
            me.get(f"{world.base}/sessions?view={view}").text.count('<th scope="row">')
            for view in ("upcoming", "past", "all")
        ]
    assert rows == {"staff": [2, 1, 3], "founder": [1, 1, 2], "mentor": [1, 0, 1]}
    me = browser.sign_in(world.staff)
    filters = (f"mentor={mentor.slug}", f"startup={world.startup.slug}", "state=held", "state=cancelled")
    found = [me.get(f"{world.base}/sessions?view=all&{one}").text.count('<th scope="row">') for one in filters]
    assert found == [2, 1, 1, 0]


def test_the_team_pages_through_sessions(world: Place, browser: Browser) -> None:
    for hours in range(1, 28):
        past_session(world, ago=timedelta(hours=hours))
    me = browser.sign_in(world.staff)
    first = me.get(f"{world.base}/sessions?view=past&size=25").text
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after
    second = me.get(unescape(after.group(1)) + "&size=25").text
    assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (25, 2)
    assert not set(re.findall(r"/sessions/(P-\d+)", first)) & set(re.findall(r"/sessions/(P-\d+)", second))


@pytest.mark.parametrize("many", [1, 3])
def test_lists_need_the_same_number_of_statements_for_any_number_of_rows(
    world: Place, browser: Browser, count_queries: list[str], many: int
) -> None:
    with db.transaction(), scope.choose(world.edition.scope):
        for _ in range(many - 1):
            make_mentor(world.edition)
        startup, _ = make_cohort_startup(world.edition)
        for number in range(many):
            make_past_session(db.session().merge(world.mentor), startup, ago=timedelta(hours=number + 2))
    counts = {}
    for person in (world.staff, world.founder):
        me = browser.sign_in(person)
        for path in ("/mentors", "/sessions?view=past"):
            count_queries.clear()
            assert me.get(world.base + path).status_code == 200
            counts[person is world.staff, path] = len(count_queries)
    assert counts == {
        (True, "/mentors"): 8,
        (True, "/sessions?view=past"): 5,
        (False, "/mentors"): 8,
        (False, "/sessions?view=past"): 4,
    }


def test_the_team_adds_a_mentor_and_pauses_one(world: Place, browser: Browser) -> None:
    with db.transaction():
        person = make_member(world.edition, Role.MENTOR, given_name="New", family_name="Comer")
    me = browser.sign_in(world.staff)
    assert me.post(f"{world.base}/mentors/new", {"person": ""}).status_code == 422
    assert me.post(f"{world.base}/mentors/new", {"person": str(person.id)}).status_code == 302
    assert me.get(f"{world.base}/mentors/new-comer").status_code == 200
    me.post(f"{world.base}/mentors/{world.mentor.slug}/pause", {"paused": "yes"})
    assert "Maya Okafor isn't taking bookings right now." in me.get(world.book).text
    assert browser.sign_in(world.founder).post(f"{world.base}/mentors/new", {"person": "1"}).status_code == 404


def test_a_mentor_edits_the_own_page(world: Place, browser: Browser) -> None:
    me, path = browser.sign_in(world.mentor.person), f"{world.base}/mentors/{world.mentor.slug}"
    sent = {
        "headline_en": "Two exits",
        "bio_en": "First.",
        "topics": ["sales"],
        "languages": ["en", "ja"],
        "minutes": "４５",
        "buffer_minutes": "5",
        "notice_hours": "12",
        "horizon_days": "28",
        "daily_cap": "6",
    }
    wrong = me.post(f"{path}/edit", {**sent, "minutes": "7"})
    assert (
        wrong.status_code,
        "Enter “Length of a session, in minutes” as a number from 10 to 120." in wrong.text,
        "Two exits" in wrong.text,
    ) == (422, True, True)
    assert me.post(f"{path}/edit", sent).location == path
    page = me.get(path).text
    assert [text in page for text in ("Two exits", "First.", "45 minutes", "Sales to companies", "Japanese")] == [
        True
    ] * 5


def test_a_mentor_enters_hours(world: Place, browser: Browser) -> None:
    me, path = browser.sign_in(world.mentor.person), f"{world.base}/hours"
    with db.transaction():
        for row in db.session().scalars(select(WeeklyHours)):
            db.session().delete(row)
    sent = {"weekly-weekday": "2", "weekly-start": "19:00", "weekly-end": "22:00"}
    assert me.post(path, sent).location == path
    assert "19:00–22:00" in me.get(path).text
    wrong = me.post(path, {**sent, "weekly-start": "23:02", "weekly-end": "23:30"})
    assert (
        wrong.status_code,
        "Use steps of five minutes, like 07:30." in wrong.text,
        'value="23:02"' in wrong.text,
    ) == (422, True, True)
    with db.reading():
        hours = db.session().scalars(select(WeeklyHours.id)).one()
    assert browser.sign_in(world.staff).post(f"{path}/{hours}/remove").status_code == 404
    me = browser.sign_in(world.mentor.person)
    leads_to = me.post(f"{path}/{hours}/remove").location
    assert leads_to == f"{path}?removed=2-19:00-22:00"
    page = me.get(leads_to).text
    assert "Nobody can book you in the next two weeks." in page
    assert "Removed: Wednesday 19:00–22:00." in page
    fields = dict(re.findall(r'name="(weekly-\w+)" value="([^"]*)"', page))
    assert fields == sent
    assert me.post(path, fields).location == path
    again = me.get(leads_to).text
    assert "19:00–22:00" in again
    assert "Removed: " not in again


@pytest.mark.parametrize("told", ["", "7-10:00-11:00", "1-25:00-26:00", "1-10:00", "<b>"])
def test_an_address_that_tells_nothing_removed_says_nothing(world: Place, browser: Browser, told: str) -> None:
    page = browser.sign_in(world.mentor.person).get(f"{world.base}/hours", query_string={"removed": told})
    assert (page.status_code, "Removed: " in page.text) == (200, False)


def test_days_away_say_what_is_booked_on_them(world: Place, browser: Browser) -> None:
    booked = booked_session(world)
    me, path = browser.sign_in(world.mentor.person), f"{world.base}/hours"
    day = booked.starts_at.astimezone(UTC).date()
    sent = {
        "dated-kind": "away",
        "dated-first": str(day - timedelta(days=1)),
        "dated-last": str(day + timedelta(days=1)),
    }
    assert me.post(f"{path}/exceptions", sent).location == path
    page = me.get(path).text
    assert "1 session is booked on these days. Move or cancel it." in page
    removal = re.search(r'action="(/[^"]+/exceptions/\d+/remove)"', page)
    assert removal
    assert me.post(removal.group(1)).location == path
    assert me.post(f"{path}/exceptions", {"dated-kind": "extra", "dated-first": str(day)}).status_code == 422


def test_a_new_mentor_opens_the_own_page(world: Place, browser: Browser) -> None:
    with db.transaction():
        person = make_member(world.edition, Role.MENTOR)
    me, path = browser.sign_in(person), f"{world.base}/hours"
    assert "You are not in the directory yet" in me.get(path).text
    assert me.post(f"{path}/begin").location == path
    assert "No hours yet. Offer your first ones below." in me.get(path).text


def test_clock_changes_are_announced(world: Place, browser: Browser) -> None:
    with db.transaction():
        edition = db.session().merge(world.edition)
        edition.ahead_seconds = round((datetime(2020, 10, 14, tzinfo=UTC) - clock.system_now()).total_seconds())
    page = words(browser.sign_in(world.founder).get(world.book).text)
    assert (
        "Clocks go back in Tallinn on Sun 25 Oct. Clocks go back in Los Angeles on Sun 1 Nov. Later weeks already take this into account."
        in page
    )
    hours = words(browser.sign_in(world.mentor.person).get(f"{world.base}/hours").text)
    assert "Clocks go back in Los Angeles on Sun 1 Nov. Your hours stay the same on your own clock." in hours


def test_pages_speak_japanese(world: Place, browser: Browser) -> None:
    with db.transaction():
        person = db.session().merge(world.founder)
        person.language = "ja"
    me = browser.sign_in(person)
    assert "メンター" in words(me.get(f"{world.base}/mentors").text)
    assert "時間を選ぶ" in words(me.get(world.book).text)
