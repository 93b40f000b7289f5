"""Booking and session pages: clocks, refusals with the typed text kept, logs, strangers turned away."""

import re
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from accelerator.accounts.models import Membership, Role
from accelerator.core import clock, db, scope
from accelerator.core.db import add
from accelerator.mentoring.models import Session, SessionState, Side
from accelerator.mentoring.operations.notes import agree, write_log
from accelerator.mentoring.turnout import ANSWERS
from tests.factories import Browser, make_cohort_startup
from tests.factories.mentoring import (
    Place,
    booked_session,
    form,
    make_mentor,
    next_slot,
    past_session,
    sessions_now,
    words,
)


def test_a_founder_books_a_time(world: Place, browser: Browser) -> None:
    me, at = browser.sign_in(world.founder), next_slot(hour=15)
    page = me.get(f"{world.book}?slot={at.isoformat().replace('+', '%2B')}")
    assert page.status_code == 200
    assert re.findall(r'<input type="radio" name="slot" value="([^"]+)" checked', page.text) == [at.isoformat()]
    sent = form(page.text, slot=at.isoformat(), purpose="A yes or no on prices.")
    answers = [me.post(world.book, sent), me.post(world.book, sent)]
    (booked,) = sessions_now(world)
    assert [(answer.status_code, answer.location) for answer in answers] == [
        (302, f"{world.base}/sessions/{booked.reference}")
    ] * 2
    assert (booked.starts_at, booked.purpose, booked.booked_by) == (at, "A yes or no on prices.", world.founder.id)
    assert booked.video_link == "https://meet.example/maya"


def test_the_page_shows_both_clocks_and_the_programmes(world: Place, browser: Browser) -> None:
    at = next_slot(hour=15)
    page = browser.sign_in(world.founder).get(f"{world.book}?slot={at.isoformat().replace('+', '%2B')}").text
    rows = re.findall(r"<dt>([^<]*)<small>(.*?)</small></dt><dd>(.*?)<small>(.*?)</small></dd>", page)
    assert [(name, place) for name, place, *_ in rows] == [
        ("You", "Tallinn"),
        ("Maya Okafor", "Los Angeles"),
        ("Programme team", "Tokyo"),
    ]
    assert (words(rows[2][2])[-5:], rows[2][3]) == ("00:00", "JST, UTC+9")


def test_another_zone_is_chosen_in_the_address(world: Place, browser: Browser) -> None:
    at = next_slot(hour=15)
    page = (
        browser.sign_in(world.founder)
        .get(f"{world.book}?tz=Asia/Kolkata&slot={at.isoformat().replace('+', '%2B')}")
        .text
    )
    rows = re.findall(r"<dt>([^<]*)<small>(.*?)</small></dt><dd>(.*?)<small>(.*?)</small></dd>", page)
    assert (rows[0][1], words(rows[0][2])[-5:], rows[0][3]) == ("Kolkata", "20:30", "IST, UTC+5:30")
    assert re.search(r'value="Kolkata"', page)


def test_sleeping_hours_are_warned_of(world: Place, browser: Browser) -> None:
    at = next_slot(hour=10)  # 02:00 or 03:00 in Los Angeles
    page = browser.sign_in(world.founder).get(f"{world.book}?slot={at.isoformat().replace('+', '%2B')}").text
    assert "It starts before 07:00 or after 22:00 for Maya Okafor." in page
    assert "after 22:00 for you" not in page


def test_a_taken_time_is_refused_with_the_typed_text_kept(world: Place, browser: Browser) -> None:
    with db.transaction(), scope.choose(world.edition.scope):
        _, rival = make_cohort_startup(world.edition)
    me, at = browser.sign_in(rival), next_slot(hour=15)
    sent = form(me.get(world.book).text, slot=at.isoformat(), purpose="Typed at length.")
    booked_session(world, at)
    answer = me.post(world.book, sent)
    assert answer.status_code == 422
    assert "Somebody has just booked this time with Maya Okafor. Free nearby: " in answer.text
    assert re.search(r"<textarea[^>]*>Typed at length\.</textarea>", answer.text)
    assert answer.text.count("<title>Error: ") == 1
    assert len(sessions_now(world)) == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"purpose": "Prices."}, "Choose a time first."),
        ({"purpose": "Prices.", "slot": "soon"}, "Choose one of the times."),
        ({}, "Say what you want to get out of it."),
    ],
)
def test_an_incomplete_booking_is_refused(
    world: Place, browser: Browser, values: dict[str, str], expected: str
) -> None:
    me = browser.sign_in(world.founder)
    answer = me.post(world.book, form(me.get(world.book).text, **values))
    assert (answer.status_code, expected in answer.text, sessions_now(world)) == (422, True, [])


def test_the_team_books_for_a_startup(world: Place, browser: Browser) -> None:
    me, at = browser.sign_in(world.staff), next_slot()
    page = me.get(f"{world.book}?startup={world.startup.slug}").text
    assert re.search(rf'<option selected value="{world.startup.slug}">', page)
    missing = me.post(world.book, form(page, slot=at.isoformat(), purpose="Prices.", startup=""))
    assert (missing.status_code, "Choose a startup." in missing.text) == (422, True)
    done = me.post(world.book, form(page, slot=at.isoformat(), purpose="Prices.", startup=world.startup.slug))
    assert [(row.startup_id, row.booked_by) for row in sessions_now(world)] == [(world.startup.id, world.staff.id)]
    assert done.status_code == 302


def test_the_summary_is_swapped_alone(world: Place, browser: Browser) -> None:
    at = next_slot(hour=15)
    address = f"{world.book}?part=summary&slot={at.isoformat().replace('+', '%2B')}"
    part = browser.sign_in(world.founder).get(address, headers={"HX-Request": "true"}).text
    assert re.findall(r'id="(\w+)"', part) == ["clocks", "press"]
    local = at.astimezone(ZoneInfo("Europe/Tallinn"))
    assert f"Book {local:%a} {local.day} {local:%b, %H:%M}" in words(part)


def test_a_session_is_moved_and_cancelled(world: Place, browser: Browser) -> None:
    old, me = booked_session(world), browser.sign_in(world.founder)
    address = f"{world.base}/sessions/{old.reference}"
    assert me.get(f"{address}/move").status_code == 200
    at = next_slot(hour=15)
    done = me.post(f"{address}/move", {"slot": at.isoformat()})
    new = sessions_now(world)[1]
    assert (done.status_code, done.location) == (302, f"{world.base}/sessions/{new.reference}")
    assert me.post(f"{done.location}/cancel", {"reason": ""}).status_code == 422
    assert me.post(f"{done.location}/cancel", {"reason": "Ill."}).status_code == 302
    assert [row.state for row in sessions_now(world)] == [SessionState.MOVED, SessionState.CANCELLED]
    shown = me.get(done.location).text
    assert ("Ill." in shown, "Cancel the session" in shown) == (True, False)
    assert new.reference in me.get(address).text


def test_the_calendar_file_is_that_of_the_session_as_it_stands(world: Place, browser: Browser) -> None:
    old, me = booked_session(world), browser.sign_in(world.mentor.person)
    at = next_slot(hour=15)
    me.post(f"{world.base}/sessions/{old.reference}/move", {"slot": at.isoformat()})
    answer = me.get(f"{world.base}/sessions/{old.reference}/calendar.ics")
    event = Calendar.from_ical(answer.data).walk("VEVENT")[0]
    assert answer.mimetype == "text/calendar"
    assert (str(event["UID"]), event["SEQUENCE"], event["DTSTART"].dt) == (old.uid, 1, at)
    assert event["DTSTART"].params["TZID"] == "America/Los_Angeles"


def test_both_sides_log_and_only_the_team_reads_private_notes(world: Place, browser: Browser) -> None:
    booked = past_session(world)
    address = f"{world.base}/sessions/{booked.reference}"
    sent = {"came": "both", "useful": "5", "note": "Shared words.", "private_note": "Private words."}
    assert browser.sign_in(world.mentor.person).post(f"{address}/log", sent).status_code == 302
    seen = {}
    for name in ("founder", "staff"):
        page = browser.sign_in(getattr(world, name)).get(address).text
        seen[name] = ("Shared words." in page, "Private words." in page, "Useful: 5 of 5" in page)
    assert seen == {"founder": (True, False, False), "staff": (True, True, True)}
    own = browser.sign_in(world.mentor.person).get(address).text
    assert ("Private words." in own, "Useful: 5 of 5" in own) == (True, True)
    assert browser.sign_in(world.staff).post(f"{address}/log", sent).status_code == 404
    wrong = browser.sign_in(world.founder).post(f"{address}/log", {"note": "Kept words."})
    assert (wrong.status_code, "Say who came." in wrong.text, "Kept words." in wrong.text) == (422, True, True)


def test_marks_and_actions(world: Place, browser: Browser) -> None:
    booked, me = past_session(world), browser.sign_in(world.founder)
    address = f"{world.base}/sessions/{booked.reference}"
    assert me.post(f"{address}/actions", {"text": "", "owner": "startup"}).status_code == 422
    assert (
        me.post(f"{address}/actions", {"text": "Call two.", "owner": "mentor", "due_on": "2020-10-20"}).status_code
        == 302
    )
    with db.reading(), scope.choose(world.edition.scope):
        action = db.session().get(Session, booked.id).actions[0]
    assert (action.text, action.owner, str(action.due_on)) == ("Call two.", Side.MENTOR, "2020-10-20")
    assert me.post(f"{address}/actions/{action.id}", {"done": "yes"}).status_code == 302
    page = me.get(address).text
    assert ("<s>Call two.</s>" in page, "Not done" in page) == (True, True)


def test_the_team_settles_who_came(world: Place, browser: Browser) -> None:
    booked = past_session(world)
    address = f"{world.base}/sessions/{booked.reference}"
    staff = browser.sign_in(world.staff)
    empty = staff.post(f"{address}/settle", {})
    assert (empty.status_code, "Say who came." in empty.text) == (422, True)
    assert staff.post(f"{address}/settle", {"came": "no_startup"}).status_code == 302
    assert "Join call" not in staff.get(address).text
    (kept,) = sessions_now(world)
    assert (kept.state, kept.turnout, kept.settled_by) == (SessionState.MISSED, ANSWERS["no_startup"], world.staff.id)
    seen = words(browser.sign_in(world.founder).get(address).text)
    assert f"Maya Okafor Came {world.startup.name} Missed it The programme team has settled this." in seen
    listed = words(browser.sign_in(world.staff).get(f"{world.base}/sessions?view=past").text)
    assert "Did not take place The startup did not come" in listed


def test_of_a_missed_session_nobody_knows_who_missed_it(world: Place, browser: Browser) -> None:
    booked = past_session(world)
    address = f"{world.base}/sessions/{booked.reference}"
    assert browser.sign_in(world.founder).post(f"{address}/log", {"came": "unknown"}).status_code == 302
    page = browser.sign_in(world.staff)
    assert f"Maya Okafor – Not known {world.startup.name} – Not known" in words(page.get(address).text)
    assert "Who missed it is not known" in page.get(f"{world.base}/sessions?view=past").text


def test_a_member_of_the_team_who_mentored_reads_no_opinion_of_the_startup(world: Place, browser: Browser) -> None:
    booked = past_session(world)
    address = f"{world.base}/sessions/{booked.reference}"
    with db.transaction(), scope.choose(world.edition.scope):
        add(
            Membership(
                person_id=world.mentor.person_id,
                edition_id=world.edition.id,
                role=Role.STAFF,
                created_at=clock.system_now(),
            )
        )
    sent = {"came": "both", "useful": "2", "private_note": "Private words."}
    assert browser.sign_in(world.founder).post(f"{address}/log", sent).status_code == 302
    mentor = browser.sign_in(world.mentor.person)
    page = mentor.get(address).text
    assert ("Private words." in page, "Useful: 2 of 5" in page, "Save who came" in page) == (False, False, False)
    assert mentor.post(f"{address}/settle", {"came": "both"}).status_code == 404


def test_somebody_elses_session_is_not_found(world: Place, browser: Browser) -> None:
    booked = booked_session(world)
    with db.transaction(), scope.choose(world.edition.scope):
        _, rival = make_cohort_startup(world.edition)
        other = make_mentor(world.edition).person
        booked = db.session().merge(booked)
        action = agree(booked, text="Call.", owner=Side.STARTUP, due_on=None, actor=world.founder)
    address = f"{world.base}/sessions/{booked.reference}"
    for person in (rival, other, world.partner, world.stranger):
        visitor = browser.sign_in(person)
        assert [visitor.get(address + tail).status_code for tail in ("", "/calendar.ics", "/move")] == [404, 404, 404]
        posts = ("/move", "/cancel", "/settle", "/log", "/actions", f"/actions/{action.id}")
        assert {visitor.post(address + tail, {"reason": "x", "done": "yes"}).status_code for tail in posts} == {404}
    assert sessions_now(world)[0].state is SessionState.BOOKED


def test_logs_of_the_other_edition_are_not_found(world: Place, browser: Browser) -> None:
    booked = past_session(world)
    with db.transaction(), scope.choose(world.edition.scope):
        found = db.session().get(Session, booked.id)
        write_log(
            found,
            side=Side.MENTOR,
            turnout=ANSWERS["both"],
            useful=None,
            note="",
            private_note="Hidden.",
            actor=world.mentor.person,
        )
    address = f"{world.base}/sessions/{booked.reference}"
    assert browser.sign_in(world.stranger).get(address).status_code == 404


def test_another_day_week_or_zone_keeps_what_was_typed(world: Place, browser: Browser) -> None:
    """Looking at other times sends the form, and books nothing."""
    me, at = browser.sign_in(world.founder), next_slot(hour=15)
    page = me.get(f"{world.book}?slot={at.isoformat().replace('+', '%2B')}").text
    looks = sorted(set(re.findall(r'formaction="([^"]+)"', page)))
    assert len(looks) > 3
    for address in looks:
        sent = form(page, slot=at.isoformat(), purpose="Kept words.", tz="Asia/Kolkata")
        answer = me.post(unescape(address), sent)
        kept = re.search(r'<textarea[^>]*name="purpose"[^>]*>([^<]*)</textarea>', answer.text)
        assert (answer.status_code, kept and kept.group(1)) == (200, "Kept words.")
        assert ("Choose a time first." in answer.text, "There is a problem" in answer.text) == (False, False)
        assert 'value="Kolkata"' in answer.text
        slots = re.findall(r'name="slot" value="([^"]+)"( checked)?', answer.text)
        assert at.isoformat() in [value for value, _checked in slots]
    assert sessions_now(world) == []


def test_the_time_chosen_last_is_booked(world: Place, browser: Browser) -> None:
    me, before, after = browser.sign_in(world.founder), next_slot(hour=15), next_slot(hour=16)
    sent = form(me.get(world.book).text, purpose="A yes or no.") | {"slot": [before.isoformat(), after.isoformat()]}
    assert me.post(world.book, sent).status_code == 302
    assert [booked.starts_at for booked in sessions_now(world)] == [after]


def test_nothing_typed_stands_in_the_address(world: Place, browser: Browser) -> None:
    page = browser.sign_in(world.founder).get(world.book).text
    assert re.findall(r"<form[^>]*method=\"get\"", page.split("<main", 1)[1].split("</main>", 1)[0]) == []
    assert "hx-get" not in page.split("<main", 1)[1].split("</main>", 1)[0]
