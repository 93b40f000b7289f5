"""What the booking page says of the session before, and which day it opens on."""

from datetime import UTC, date, datetime, timedelta

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.mentoring.models import SessionState, Side
from accelerator.mentoring.operations.notes import agree, tick, write_log
from accelerator.mentoring.queries import sessions
from accelerator.mentoring.slots import Slot
from accelerator.mentoring.turnout import ANSWERS
from accelerator.mentoring.week import week_of
from tests.factories import Browser, make_cohort_startup, make_member
from tests.factories.mentoring import Place, booked_session, make_past_session, past_session, words


def test_notes_and_actions_of_the_last_session_of_the_pair(world: Place, browser: Browser) -> None:
    past_session(world, ago=timedelta(days=30), state=SessionState.HELD)
    with db.transaction(), scope.choose(world.edition.scope):
        mentor, startup, founder = (db.session().merge(row) for row in (world.mentor, world.startup, world.founder))
        last = make_past_session(mentor, startup, ago=timedelta(days=10))
        write_log(
            last,
            side=Side.MENTOR,
            turnout=ANSWERS["both"],
            useful=5,
            note="Test two prices.",
            private_note="Tired.",
            actor=mentor.person,
        )
        agree(last, text="Call five clinics", owner=Side.STARTUP, due_on=None, actor=founder)
        tick(
            agree(last, text="Send the deck", owner=Side.STARTUP, due_on=None, actor=founder), done=True, actor=founder
        )
        make_past_session(mentor, startup, ago=timedelta(days=5), state=SessionState.CANCELLED)
        other, _ = make_cohort_startup(world.edition)
        make_past_session(mentor, other, ago=timedelta(days=1))
    booked_session(world)
    page = browser.sign_in(world.founder).get(world.book)
    assert "From last time" in words(page.text)
    assert "Test two prices." in page.text
    assert "Tired." not in page.text
    assert "<s>Send the deck</s>" in page.text
    assert f'<a href="{world.base}/sessions/{last.reference}">Update what was agreed</a>' in page.text


def test_without_a_session_before_the_page_says_nothing_of_one(world: Place, browser: Browser) -> None:
    booked_session(world)
    assert "From last time" not in browser.sign_in(world.founder).get(world.book).text


def test_the_team_sees_it_for_the_startup_it_books_for(world: Place, browser: Browser) -> None:
    past_session(world, ago=timedelta(days=3))
    team = browser.sign_in(world.staff)
    assert "From last time" not in team.get(world.book).text
    assert "Note what came of it" in team.get(f"{world.book}?startup={world.startup.slug}").text


def test_another_editions_session_of_the_same_person_is_not_shown(world: Place) -> None:
    with db.transaction(), scope.choose(world.edition.scope):
        mentor, startup = db.session().merge(world.mentor), db.session().merge(world.startup)
        assert sessions.last_together(mentor, startup) is None
        make_member(world.edition, Role.MENTOR)
        begun = make_past_session(mentor, startup, ago=timedelta(minutes=1))
        assert sessions.last_together(mentor, startup) == begun
        assert clock.now() > begun.starts_at


def slot(day: int, hour: int) -> Slot:
    start = datetime(2020, 10, day, hour, tzinfo=UTC)
    return Slot(start, start + timedelta(minutes=30))


def test_the_page_opens_on_a_day_with_waking_hours_if_one_is_near() -> None:
    today = date(2020, 10, 8)
    for slots, expected in (
        ([slot(10, 3), slot(12, 9)], 12),
        ([slot(10, 3), slot(20, 9)], 10),
        ([slot(10, 3)], 10),
        ([slot(10, 3), slot(10, 9)], 10),
        ([], 8),
    ):
        assert week_of(slots, None, today, "UTC", "UTC").chosen == date(2020, 10, expected)
    assert week_of([slot(10, 3), slot(12, 9)], date(2020, 10, 10), today, "UTC", "UTC").chosen == date(2020, 10, 10)
