"""After sessions: marks, logs, actions, reminders, and the figures that later stages ask for."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.mentoring.models import REMIND_SESSIONS, Mentor, Session, SessionState, Side
from accelerator.mentoring.operations.booking import cancel, move
from accelerator.mentoring.operations.notes import agree, settle, tick, write_log
from accelerator.mentoring.queries import figures, sessions
from accelerator.mentoring.queries.figures import NoShow, PairMinutes, StartupMinutes
from accelerator.mentoring.turnout import ANSWERS, Attendance, disputed
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.startups.models import Startup
from tests.factories import make_cohort_startup, make_edition, make_founder, make_member
from tests.factories.mentoring import make_mentor, make_past_session, make_session, next_slot
from tests.factories.trail import all_changes
from tests.services.jobs import runs

remind_sessions = runs(REMIND_SESSIONS)


class World:
    """An edition, a mentor and a startup with its founder."""

    edition: Edition
    mentor: Mentor
    startup: Startup
    founder: Person


@pytest.fixture
def world(tx: Any) -> Iterator[World]:
    made = World()
    made.edition = make_edition()
    with scope.choose(made.edition.scope):
        made.mentor = make_mentor(made.edition, given_name="Maya", family_name="Okafor")
        made.startup, made.founder = make_cohort_startup(made.edition)
        yield made


def refusal(call: Any, *args: Any, **values: Any) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **values)
    return caught.value.message


def log(booked: Session, side: Side, actor: Person, **values: Any) -> Any:
    given = {"came": "both", "useful": 4, "note": "Good.", "private_note": "Watch them.", "actor": actor, **values}
    return write_log(booked, side=side, turnout=ANSWERS[given.pop("came")], **given)


def test_who_came_is_settled_after_the_start_only(world: World) -> None:
    booked, staff = make_session(world.mentor, world.startup, world.founder), make_member(world.edition, Role.STAFF)
    refused = refusal(settle, booked, turnout=ANSWERS["both"], actor=staff)
    assert refused == "The session has not begun yet."
    with clock.shifted(booked.starts_at - clock.now()):
        settle(booked, turnout=ANSWERS["both"], actor=staff)
        assert (booked.state, booked.turnout) == (SessionState.HELD, ANSWERS["both"])
        settle(booked, turnout=ANSWERS["unknown"], actor=staff)
        settle(booked, turnout=ANSWERS["unknown"], actor=staff)
        assert (booked.state, booked.turnout) == (SessionState.MISSED, ANSWERS["unknown"])
    acts = session().scalars(select(AuditEntry.changes).where(AuditEntry.action == "mentoring.settled")).all()
    assert acts == [{"came": ["unknown", "both"]}, {"came": ["both", "unknown"]}]


@pytest.mark.parametrize(
    ("answer", "state"),
    [(answer, SessionState.HELD if answer == "both" else SessionState.MISSED) for answer in ANSWERS],
)
def test_the_first_log_says_who_came(world: World, answer: str, state: SessionState) -> None:
    booked = make_past_session(world.mentor, world.startup)
    log(booked, Side.MENTOR, world.mentor.person, came=answer)
    assert (booked.state, booked.turnout) == (state, ANSWERS[answer])


@pytest.mark.parametrize(
    ("mentor", "startup", "state", "known"),
    [
        ("no_startup", "unknown", SessionState.MISSED, "no_startup"),
        ("no_startup", "no_startup", SessionState.MISSED, "no_startup"),
        ("no_startup", "no_mentor", SessionState.MISSED, "unknown"),
        ("unknown", "both", SessionState.MISSED, "unknown"),
        ("both", "both", SessionState.HELD, "both"),
    ],
)
def test_both_logs_together_say_what_is_known(
    world: World, mentor: str, startup: str, state: SessionState, known: str
) -> None:
    booked = make_past_session(world.mentor, world.startup)
    log(booked, Side.MENTOR, world.mentor.person, came=mentor)
    log(booked, Side.STARTUP, world.founder, came=startup)
    assert (booked.state, booked.turnout) == (state, ANSWERS[known])
    assert [line.turnout for line in sessions.logs(booked)] == [ANSWERS[mentor], ANSWERS[startup]]


def test_what_the_sides_differ_on_is_not_known_until_the_team_settles_it(world: World) -> None:
    booked, staff = make_past_session(world.mentor, world.startup), make_member(world.edition, Role.STAFF)
    log(booked, Side.MENTOR, world.mentor.person, came="both")
    log(booked, Side.STARTUP, world.founder, came="no_mentor")
    assert (booked.state, booked.mentor_came, booked.startup_came) == (
        SessionState.HELD,
        Attendance.UNKNOWN,
        Attendance.PRESENT,
    )
    assert disputed([line.turnout for line in sessions.logs(booked)])
    log(booked, Side.MENTOR, world.mentor.person, came="no_mentor")
    assert (booked.state, booked.turnout) == (SessionState.MISSED, ANSWERS["no_mentor"])
    settle(booked, turnout=ANSWERS["both"], actor=staff)
    log(booked, Side.MENTOR, world.mentor.person, came="neither")
    assert (booked.state, booked.turnout) == (SessionState.HELD, ANSWERS["both"])


def test_the_same_log_twice_is_one_and_no_correction(world: World) -> None:
    booked = make_past_session(world.mentor, world.startup)
    for _ in range(2):
        log(booked, Side.STARTUP, world.founder, came="no_mentor")
        agree(booked, text="Call two clinics.", owner=Side.STARTUP, due_on=None, actor=world.founder)
    acts = session().scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert acts == ["mentoring.logged", "mentor_session.missed", "mentoring.agreed"]


def test_a_log_is_corrected_by_whoever_wrote_it(world: World) -> None:
    booked = make_past_session(world.mentor, world.startup)
    first = log(booked, Side.STARTUP, world.founder)
    assert log(booked, Side.STARTUP, world.founder, note="Better.").id == first.id
    second = make_founder(world.startup)
    assert refusal(log, booked, Side.STARTUP, second) == (
        "Your side has already written its note. The person who wrote it can change it."
    )
    assert [one.note for one in sessions.logs(booked)] == ["Better."]


def test_the_trail_holds_no_private_words(world: World) -> None:
    booked = make_past_session(world.mentor, world.startup)
    log(booked, Side.STARTUP, world.founder)
    log(booked, Side.STARTUP, world.founder, private_note="Secret.")
    entries = session().scalars(select(AuditEntry).where(AuditEntry.action == "mentoring.log_corrected")).all()
    assert [all_changes(entry) for entry in entries] == [{"side": ["startup", "startup"], "private_note": [None, None]}]


def test_what_did_not_take_place_has_no_log(world: World) -> None:
    booked = make_session(world.mentor, world.startup, world.founder)
    assert refusal(log, booked, Side.MENTOR, world.mentor.person) == "The session has not begun yet."
    cancel(booked, reason="Ill.", actor=world.founder)
    expected = "This is “Cancelled” now, so that can't be done."
    assert refusal(log, booked, Side.MENTOR, world.mentor.person) == expected
    assert refusal(agree, booked, text="Call.", owner=Side.MENTOR, due_on=None, actor=world.founder) == expected


def test_a_mark_from_one_to_five(world: World) -> None:
    booked = make_past_session(world.mentor, world.startup)
    assert refusal(log, booked, Side.MENTOR, world.mentor.person, useful=6) == "Choose 1 to 5."


def test_actions_are_agreed_ticked_and_unticked(world: World) -> None:
    booked = make_past_session(world.mentor, world.startup)
    undated = agree(booked, text="Call two clinics.", owner=Side.STARTUP, due_on=None, actor=world.founder)
    soon = agree(booked, text="Send a contact.", owner=Side.MENTOR, due_on=date(2020, 10, 20), actor=world.founder)
    assert (
        refusal(agree, booked, text=" ", owner=Side.MENTOR, due_on=None, actor=world.founder) == "Say what was agreed."
    )
    assert sessions.open_actions(world.startup, world.edition) == [soon, undated]
    tick(soon, done=True, actor=world.founder)
    assert sessions.open_actions(world.startup, world.edition) == [undated]
    tick(soon, done=False, actor=world.founder)
    assert sessions.open_actions(world.startup, world.edition) == [soon, undated]


def reminders() -> list[tuple[str, str]]:
    rows = session().execute(select(Message.key, Message.address).where(Message.key.like("session_reminder:%")))
    return sorted((key.split(":")[1], address) for key, address in rows)


def test_reminders_come_once_a_day_and_an_hour_before(world: World) -> None:
    booked = make_session(world.mentor, world.startup, world.founder, next_slot(timedelta(days=2)))
    both = sorted([world.mentor.person.email, world.founder.email])
    seen = []
    for before in (timedelta(hours=25), timedelta(hours=23), timedelta(hours=22), timedelta(minutes=50), timedelta()):
        ahead(world.edition, booked.starts_at - before)
        remind_sessions()
        seen.append(reminders())
    day, hour = [("24", one) for one in both], [("1", one) for one in both]
    assert seen == [[], day, day, hour + day, hour + day]


def test_a_reminder_names_the_day_as_its_reader_has_it(world: World) -> None:
    """At midnight in Los Angeles, where the mentor is, it is morning in Tallinn: a session at noon there is tomorrow's."""
    world.mentor.person.zone, world.founder.zone = "America/Los_Angeles", "Asia/Tokyo"
    starts_at = next_slot(timedelta(days=2)).replace(hour=18, minute=0)
    booked = make_session(world.mentor, world.startup, world.founder, starts_at)
    ahead(world.edition, booked.starts_at - timedelta(hours=6))
    remind_sessions()
    rows = session().execute(select(Message.address, Message.subject).where(Message.kind == "session_reminder"))
    days = {address: subject.partition(":")[0] for address, subject in rows}
    assert days == {world.mentor.person.email: "Today", world.founder.email: "Tomorrow"}


def ahead(edition: Edition, at: Any) -> None:
    """Put the edition's clock to an instant, as a demonstration edition's is."""
    edition.ahead_seconds = round((at - clock.system_now()).total_seconds())
    session().flush()


def test_a_moved_session_is_reminded_anew_and_a_cancelled_one_never(world: World) -> None:
    first = make_session(world.mentor, world.startup, world.founder, next_slot(timedelta(days=2)))
    moved = move(first, starts_at=first.starts_at + timedelta(days=3), actor=world.founder)
    ahead(world.edition, first.starts_at - timedelta(hours=20))
    remind_sessions()
    assert reminders() == []
    ahead(world.edition, moved.starts_at - timedelta(hours=20))
    remind_sessions()
    assert len(reminders()) == 2
    cancel(moved, reason="Ill.", actor=world.founder)
    ahead(world.edition, moved.starts_at - timedelta(minutes=30))
    remind_sessions()
    assert len(reminders()) == 2


def test_notes_are_asked_for_after_two_hours_of_the_side_that_owes_one(world: World) -> None:
    booked = make_past_session(world.mentor, world.startup, ago=timedelta(hours=1))
    remind_sessions()
    make_past_session(world.mentor, world.startup, ago=timedelta(days=9))
    old = make_past_session(world.mentor, world.startup, ago=timedelta(hours=3))
    log(old, Side.MENTOR, world.mentor.person)
    remind_sessions()
    remind_sessions()
    asked = session().execute(select(Message.key, Message.address).where(Message.kind == "session_note_due")).all()
    assert [tuple(row) for row in asked] == [(f"session_note_due:{old.id}:{world.founder.id}", world.founder.email)]
    assert booked.state is SessionState.BOOKED


def test_figures(world: World) -> None:
    other, _ = make_cohort_startup(world.edition)
    for startup, state, ago in (
        (world.startup, SessionState.HELD, 5),
        (world.startup, SessionState.HELD, 30),
        (other, SessionState.HELD, 6),
        (other, SessionState.CANCELLED, 7),
        (other, SessionState.BOOKED, 8),
    ):
        make_past_session(world.mentor, startup, ago=timedelta(hours=ago), state=state)
    missed = make_past_session(world.mentor, other, ago=timedelta(hours=9))
    log(missed, Side.MENTOR, world.mentor.person, came="no_startup")
    pairs = [
        PairMinutes(world.mentor.id, "Maya Okafor", startup.id, startup.name, minutes, count)
        for startup, minutes, count in ((world.startup, 60, 2), (other, 30, 1))
    ]
    assert sorted(figures.minutes_by_pair(world.edition), key=lambda one: one.startup_id) == pairs
    assert figures.minutes_by_startup(world.edition) == [
        StartupMinutes(world.startup.id, world.startup.name, 60, 2),
        StartupMinutes(other.id, other.name, 30, 1),
    ]
    assert figures.no_shows(world.edition) == [
        NoShow(missed.reference, missed.starts_at, "Maya Okafor", other.name, ANSWERS["no_startup"])
    ]
    assert figures.session_counts(world.edition) == {world.mentor.id: 3}


def test_next_and_due_sessions(world: World) -> None:
    past = make_past_session(world.mentor, world.startup)
    later = make_session(world.mentor, world.startup, world.founder, next_slot(timedelta(days=3)))
    soon = make_session(world.mentor, world.startup, world.founder)
    dropped = make_session(world.mentor, world.startup, world.founder, next_slot(hour=5))
    cancel(dropped, reason="Ill.", actor=world.founder)
    other = make_mentor(world.edition)
    for wanted in (
        {"person": world.founder},
        {"person": world.mentor.person},
        {"startup": world.startup},
        {"mentor": world.mentor},
    ):
        assert sessions.next_session(world.edition, **wanted) is soon
    assert sessions.next_session(world.edition, mentor=other) is None
    now = clock.now()
    assert sessions.sessions_between(world.edition, now, now + timedelta(days=9)) == [soon, later]
    assert sessions.sessions_between(world.edition, now - timedelta(days=1), soon.starts_at, person=world.founder) == [
        past
    ]
    assert (
        sessions.notes_due(world.founder, world.edition)
        == sessions.notes_due(world.mentor.person, world.edition)
        == [past]
    )
    assert sessions.notes_due(other.person, world.edition) == []
    log(past, Side.STARTUP, world.founder)
    assert (
        sessions.notes_due(world.founder, world.edition),
        sessions.notes_due(world.mentor.person, world.edition),
    ) == ([], [past])
