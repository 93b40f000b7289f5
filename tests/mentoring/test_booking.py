"""Booking: what is refused and why, both sides' overlaps, the repeated form, moving, cancelling, mails, calendars."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar
from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.mentoring.models import Claim, Mentor, Session, SessionState
from accelerator.mentoring.operations.booking import book, cancel, move
from accelerator.mentoring.operations.mentors import pause
from accelerator.mentoring.queries import free, sessions
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup
from tests.factories import make_cohort_startup, make_edition, make_founder, make_startup
from tests.factories.mentoring import make_mentor, make_session, next_slot


class World:
    """An edition with one mentor and one startup of the cohort."""

    edition: Edition
    mentor: Mentor
    startup: Startup
    founder: Person


@pytest.fixture
def world(tx: Any) -> Iterator[World]:
    made = World()
    made.edition = make_edition()
    with scope.choose(made.edition.scope):
        made.mentor = make_mentor(made.edition, zone="America/Los_Angeles", given_name="Maya", family_name="Okafor")
        made.startup, made.founder = make_cohort_startup(made.edition)
        made.founder.zone = "Europe/Tallinn"
        yield made


def try_book(world: World, at: datetime, **values: Any) -> Session:
    given = {
        "startup": world.startup,
        "starts_at": at,
        "purpose": "Prices.",
        "client_token": f"token-{at}-{id(values)}",
    }
    return book(**{"mentor": world.mentor, "actor": world.founder, **given, **values})


def refusal(call: Any, *args: Any, **values: Any) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **values)
    return caught.value.message


def claims() -> set[tuple[str, int, int]]:
    return {tuple(row) for row in session().execute(select(Claim.party, Claim.tick, Claim.session_id))}


def parties(world: World) -> set[str]:
    return {f"p:{world.mentor.person_id}", f"s:{world.startup.id}"}


def test_booking_claims_both_sides_and_is_audited(world: World) -> None:
    at = next_slot()
    booked = try_book(world, at)
    first = int(at.timestamp()) // 300
    assert booked.reference == f"S-{booked.id:04}"
    assert (booked.state, booked.sequence, booked.ends_at) == (SessionState.BOOKED, 0, at + timedelta(minutes=30))
    assert claims() == {(party, first + step, booked.id) for party in parties(world) for step in range(6)}
    acts = session().scalars(
        select(AuditEntry.action).where(AuditEntry.subject_id == booked.id, AuditEntry.subject_type == "mentor_session")
    )
    assert list(acts) == ["mentoring.booked"]


def test_the_buffer_is_claimed_for_the_mentor_alone(world: World) -> None:
    world.mentor.buffer_minutes = 10
    booked = try_book(world, next_slot())
    counts = {party: sum(row[0] == party for row in claims()) for party in parties(world)}
    assert counts == {f"p:{world.mentor.person_id}": 8, f"s:{world.startup.id}": 6}
    assert next(
        slot.start_utc - booked.ends_at for slot in free.free_times(world.mentor) if slot.start_utc >= booked.ends_at
    ) == timedelta(minutes=30)


def test_the_same_form_twice_books_once(world: World) -> None:
    first = try_book(world, next_slot(), client_token="one-and-the-same")
    again = try_book(world, next_slot(), client_token="one-and-the-same")
    assert again.id == first.id
    assert session().scalars(select(Session.id)).all() == [first.id]


def test_a_form_of_another_booking_is_refused(world: World) -> None:
    try_book(world, next_slot(), client_token="one-and-the-same")
    other, _ = make_cohort_startup(world.edition)
    said = refusal(try_book, world, next_slot(), client_token="one-and-the-same", startup=other)
    assert said == "This form has booked another session already. Open the page again."


def test_an_overlap_on_the_mentors_side_is_refused_with_three_free_times(world: World) -> None:
    at = next_slot(hour=9)
    try_book(world, at)
    other, _ = make_cohort_startup(world.edition)
    near = [at - timedelta(minutes=60), at - timedelta(minutes=30), at + timedelta(minutes=30)]
    said = refusal(try_book, world, at, startup=other)
    assert said == (
        "Somebody has just booked this time with Maya Okafor. Free nearby: "
        + "; ".join(f"{one:%a} {one.day} {one:%b, %H:%M} UTC" for one in near)
        + "."
    )


def test_an_overlap_on_the_startups_side_is_refused(world: World) -> None:
    at = next_slot()
    try_book(world, at)
    other = make_mentor(world.edition)
    said = refusal(try_book, world, at, mentor=other)
    assert said.startswith("The startup has another session at this time. Free nearby: ")


def test_a_mentor_of_two_editions_is_one_person(world: World) -> None:
    at = next_slot()
    try_book(world, at)
    second = make_edition()
    with scope.choose(second.scope):
        same = make_mentor(second, person=world.mentor.person)
        startup, founder = make_cohort_startup(second)
        said = refusal(
            book, same, startup=startup, starts_at=at, purpose="Prices.", client_token="t" * 20, actor=founder
        )
    assert said.startswith("Somebody has just booked this time with Maya Okafor.")


@pytest.mark.parametrize(
    ("ahead", "expected"),
    [
        (timedelta(hours=-2), "This time has passed."),
        (timedelta(minutes=30), "Maya Okafor needs 2 hours of notice."),
        (timedelta(days=40), "Maya Okafor can be booked 28 days ahead at most."),
    ],
)
def test_past_notice_and_horizon_are_refused(world: World, ahead: timedelta, expected: str) -> None:
    world.mentor.notice_hours = 2
    said = refusal(try_book, world, (clock.now() + ahead).replace(second=0, microsecond=0))
    assert said.split(" Free nearby: ")[0] == expected


def test_a_time_outside_the_hours_is_refused(world: World) -> None:
    at = next_slot() + timedelta(minutes=10)
    assert refusal(try_book, world, at).split(" Free")[0] == "Maya Okafor is not free at this time."


def test_the_daily_cap_counts_the_mentors_own_day(world: World) -> None:
    world.mentor.daily_cap = 1
    noon = next_slot(hour=20)  # noon or 13:00 in Los Angeles
    try_book(world, noon)
    assert refusal(try_book, world, noon + timedelta(hours=2)).split(" Free")[0] == (
        "Maya Okafor is fully booked on that day."
    )
    assert try_book(world, noon + timedelta(hours=16)).state is SessionState.BOOKED


def test_a_paused_mentor_takes_none(world: World) -> None:
    pause(world.mentor, paused=True, actor=world.mentor.person)
    assert refusal(try_book, world, next_slot()) == "Maya Okafor isn't taking bookings right now."
    assert free.free_times(world.mentor) == []
    pause(world.mentor, paused=False, actor=world.mentor.person)
    assert try_book(world, next_slot()).state is SessionState.BOOKED


def test_a_startup_outside_the_cohort_books_nothing(world: World) -> None:
    assert refusal(try_book, world, next_slot(), startup=make_startup()) == "Only startups of the cohort book sessions."


def test_a_purpose_is_required(world: World) -> None:
    assert refusal(try_book, world, next_slot(), purpose="  ") == "Say what you want to get out of it."


def test_moving_keeps_the_old_row_and_the_calendar_entry(world: World) -> None:
    at = next_slot()
    old = try_book(world, at)
    new = move(old, starts_at=at + timedelta(hours=1), actor=world.founder)
    assert (old.state, new.state, new.moved_from_id) == (SessionState.MOVED, SessionState.BOOKED, old.id)
    assert (new.uid, new.sequence, new.purpose) == (old.uid, 1, old.purpose)
    assert {row[2] for row in claims()} == {new.id}
    assert try_book(world, at).state is SessionState.BOOKED


def test_moving_into_its_own_time_keeps_what_overlaps(world: World) -> None:
    world.mentor.minutes = 30
    old = try_book(world, next_slot())
    world.mentor.minutes = 20
    at = next(
        slot.start_utc
        for slot in free.free_times(world.mentor, world.startup, old.id)
        if old.starts_at < slot.start_utc < old.ends_at
    )
    new = move(old, starts_at=at, actor=world.founder)
    first = int(at.timestamp()) // 300
    assert claims() == {(party, first + step, new.id) for party in parties(world) for step in range(4)}


def test_moving_twice_to_the_same_time_moves_once(world: World) -> None:
    old = try_book(world, next_slot())
    new = move(old, starts_at=next_slot(hour=15), actor=world.founder)
    assert move(old, starts_at=next_slot(hour=15), actor=world.founder).id == new.id
    assert refusal(move, old, starts_at=next_slot(hour=16), actor=world.founder) == (
        "This is “Moved to another time” now, so that can't be done."
    )


def test_moving_onto_another_session_is_refused_and_changes_nothing(world: World) -> None:
    other, founder = make_cohort_startup(world.edition)
    taken = try_book(world, next_slot(hour=15), startup=other, actor=founder)
    old = try_book(world, next_slot())
    before = claims()
    assert refusal(move, old, starts_at=taken.starts_at, actor=world.founder).startswith("Somebody has just booked")
    assert (old.state, claims()) == (SessionState.BOOKED, before)


def test_moving_to_the_same_time_is_refused(world: World) -> None:
    old = try_book(world, next_slot())
    assert refusal(move, old, starts_at=old.starts_at, actor=world.founder) == (
        "The session is already at this time. Choose another."
    )


def test_cancelling_frees_the_time_and_keeps_the_row(world: World) -> None:
    booked = try_book(world, next_slot())
    cancel(booked, reason=" Ill. ", actor=world.founder)
    assert (booked.state, booked.reason, booked.sequence, claims()) == (SessionState.CANCELLED, "Ill.", 1, set())
    assert try_book(world, booked.starts_at).state is SessionState.BOOKED
    assert refusal(cancel, booked, reason="Again.", actor=world.founder) == (
        "This is “Cancelled” now, so that can't be done."
    )


def test_cancelling_needs_a_reason(world: World) -> None:
    booked = try_book(world, next_slot())
    assert refusal(cancel, booked, reason=" ", actor=world.founder) == "Say why. The other side reads it."


def test_what_has_begun_is_neither_moved_nor_cancelled(world: World) -> None:
    booked = try_book(world, next_slot())
    with clock.shifted(booked.starts_at - clock.now()):
        expected = "The session has begun. Note what came of it instead."
        assert refusal(cancel, booked, reason="Late.", actor=world.founder) == expected
        assert refusal(move, booked, starts_at=next_slot(hour=15), actor=world.founder) == expected


def entries(booked: Session) -> list[tuple[str, str, int, str, str]]:
    """Address, method, sequence, UID and state of the calendar entries sent, in order."""
    found = []
    rows = session().execute(
        select(Message.address, Message.calendar, Message.calendar_method)
        .where(Message.calendar.is_not(None))
        .order_by(Message.id)
    )
    for row in rows:
        event = Calendar.from_ical(row.calendar).walk("VEVENT")[0]
        found.append((row.address, row.calendar_method, event["SEQUENCE"], str(event["UID"]), str(event["STATUS"])))
    return found


def test_both_sides_get_calendar_entries_with_a_growing_sequence(world: World) -> None:
    second = make_founder(world.startup)
    booked = try_book(world, next_slot())
    moved = move(booked, starts_at=next_slot(hour=15), actor=world.founder)
    cancel(moved, reason="Ill.", actor=world.founder)
    people = [world.mentor.person.email, world.founder.email, second.email]
    assert entries(booked) == [
        (address, method, sequence, booked.uid, status)
        for sequence, (method, status) in enumerate(
            [("REQUEST", "CONFIRMED"), ("REQUEST", "CONFIRMED"), ("CANCEL", "CANCELLED")]
        )
        for address in people
    ]


def test_mails_tell_the_time_on_the_readers_clock_and_the_programmes(world: World) -> None:
    at = next_slot(hour=13)  # early morning in Los Angeles, afternoon in Tallinn, 22:00 in Kobe
    try_book(world, at)
    rows = dict(session().execute(select(Message.address, Message.body)).all())
    for person, other in ((world.mentor.person, world.startup.name), (world.founder, "Maya Okafor")):
        first, _, when, there = rows[person.email].splitlines()[:4]
        assert first == f"A session with {other} is booked."
        assert when == f"When: {written(at, person.zone)}"
        assert there == f"In Kobe: {written(at, 'Asia/Tokyo')}"


def written(at: datetime, zone: str) -> str:
    start = at.astimezone(ZoneInfo(zone))
    return f"{start:%a} {start.day} {start:%b, %H:%M}–{start + timedelta(minutes=30):%H:%M %Z}"


def test_sessions_of_another_edition_stay_there(world: World) -> None:
    booked = make_session(world.mentor, world.startup, world.founder)
    other = make_edition()
    with scope.choose(other.scope):
        assert sessions.session_of(other, booked.reference) is None
        assert sessions.next_session(other, person=world.founder) is None
    assert sessions.next_session(world.edition, person=world.founder) is booked
