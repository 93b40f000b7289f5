"""Two connections and more: overlapping requests at the same moment never end in overlapping sessions."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, insert, select

from accelerator.core import db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.mentoring.models import Claim, Session, SessionState, Side
from accelerator.mentoring.operations.booking import book, move
from accelerator.mentoring.operations.notes import agree, write_log
from accelerator.mentoring.queries import mentors as mentor_queries
from accelerator.mentoring.queries import sessions
from accelerator.mentoring.turnout import ANSWERS
from accelerator.programmes.models import Edition
from accelerator.programmes.queries import edition as edition_by_id
from tests.factories import make_cohort_startup, make_edition
from tests.factories.mentoring import make_mentor, make_past_session, make_session, next_slot
from tests.services.installations import Pool

MENTORS, STARTUPS = 4, 6


@dataclass(frozen=True)
class Crowd:
    """Ids of an edition, its mentors with the lengths of their sessions, its startups, and one crowded morning."""

    edition: int
    mentors: list[str]
    startups: list[str]
    morning: datetime


def make_crowd() -> Crowd:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            lengths = (30, 30, 45, 60)
            mentors = [
                make_mentor(edition, minutes=lengths[one], buffer_minutes=5, daily_cap=20) for one in range(MENTORS)
            ]
            startups = [make_cohort_startup(edition)[0] for _ in range(STARTUPS)]
            return Crowd(
                edition.id,
                [mentor.slug for mentor in mentors],
                [startup.slug for startup in startups],
                next_slot(hour=0),
            )


def one_try(crowd: Crowd, dice: random.Random, name: str) -> str:
    """One request in a transaction of its own: a booking, or moving one."""
    try:
        with db.transaction():
            edition = known(edition_by_id(crowd.edition))
            with scope.choose(edition.scope):
                mentor = known(mentor_queries.mentor(edition, dice.choice(crowd.mentors)))
                startup = known(sessions.cohort_startup(edition, dice.choice(crowd.startups)))
                at = crowd.morning + timedelta(minutes=mentor.minutes * dice.randrange(6))
                old = sessions.next_session(edition, startup=startup)
                if old is not None and dice.random() < 0.3:
                    old_at = crowd.morning + timedelta(minutes=old.mentor.minutes * dice.randrange(6))
                    move(old, starts_at=old_at, actor=old.mentor.person)
                    return "moved"
                book(
                    mentor,
                    startup=startup,
                    starts_at=at,
                    purpose="Race.",
                    client_token=f"{name:>16}",
                    actor=mentor.person,
                )
                return "booked"
    except Refused:
        return "refused"


def known(row: Any) -> Any:
    assert row is not None
    return row


def run_race(crowd: Crowd, threads: int, tries: int = 8) -> Counter[str]:
    """``threads`` connections, each making ``tries`` requests; returns how the requests ended."""
    together = Barrier(threads)

    def work(number: int) -> list[str]:
        dice = random.Random(number)
        together.wait(timeout=30)
        return [one_try(crowd, dice, f"{number}-{count}") for count in range(tries)]

    with Pool(threads) as pool:
        return Counter(answer for answers in pool.map(work, range(threads)) for answer in answers)


def overlaps(edition: Edition) -> list[tuple[str, str]]:
    """Pairs of live sessions that share a mentor or a startup at the same time."""
    found = db.session().scalars(
        select(Session).where(Session.edition_id == edition.id, Session.state == SessionState.BOOKED)
    )
    rows, wrong = list(found), []
    for party in ("mentor_id", "startup_id"):
        ordered = sorted(rows, key=lambda row: (getattr(row, party), row.starts_at))
        wrong += [
            (one.reference, other.reference)
            for one, other in pairwise(ordered)
            if getattr(one, party) == getattr(other, party) and other.starts_at < one.ends_at
        ]
    return wrong


def check_race(threads: int) -> None:
    """Run a race and look at what is left: no overlap, no claim without its session, nobody without an answer."""
    crowd = make_crowd()
    answers = run_race(crowd, threads)
    assert sum(answers.values()) == threads * 8
    assert min(answers["booked"], answers["refused"]) > 0
    with db.reading():
        edition = known(edition_by_id(crowd.edition))
        with scope.choose(edition.scope):
            assert overlaps(edition) == []
            live = set(db.session().scalars(select(Session.id).where(Session.state == SessionState.BOOKED)))
            assert set(db.session().scalars(select(Claim.session_id))) == live
            assert len(live) == answers["booked"]


@pytest.mark.parametrize("threads", [2, 6])
def test_overlapping_bookings_race(any_database: str, threads: int) -> None:
    check_race(threads)


def test_two_editions_share_a_mentor_without_a_common_lock(any_database: str) -> None:
    """The locks of two editions do not meet, so here nothing but the claims' key can refuse."""
    with db.transaction():
        first, second = make_edition(), make_edition()
        with scope.choose(first.scope):
            mentor = make_mentor(first)
            startup = make_cohort_startup(first)[0].slug
        with scope.choose(second.scope):
            same = make_mentor(second, person=mentor.person)
            other = make_cohort_startup(second)[0].slug
        at = next_slot()
    together = Barrier(2)

    def work(edition_id: int, slug: str, startup_slug: str) -> str:
        together.wait(timeout=30)
        try:
            with db.transaction():
                edition = known(edition_by_id(edition_id))
                with scope.choose(edition.scope):
                    found = known(mentor_queries.mentor(edition, slug))
                    book(
                        found,
                        startup=known(sessions.cohort_startup(edition, startup_slug)),
                        starts_at=at,
                        purpose="Race.",
                        client_token=f"edition {edition_id:>12}",
                        actor=found.person,
                    )
        except Refused:
            return "refused"
        return "booked"

    with Pool(2) as pool:
        answers = [pool.submit(work, *one) for one in ((first.id, mentor.slug, startup), (second.id, same.slug, other))]
    assert sorted(answer.result() for answer in answers) == ["booked", "refused"]


def test_two_clicks_at_once_write_one_note_and_one_agreed_action(any_database: str) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            mentor, (startup, _founder) = make_mentor(edition), make_cohort_startup(edition)
            reference = make_past_session(mentor, startup).reference
    together = Barrier(2)

    def click() -> None:
        together.wait(timeout=30)
        with db.transaction():
            chosen = known(edition_by_id(edition.id))
            with scope.choose(chosen.scope):
                booked = known(sessions.session_of(chosen, reference))
                person = booked.mentor.person
                write_log(
                    booked,
                    side=Side.MENTOR,
                    turnout=ANSWERS["no_startup"],
                    useful=4,
                    note="Good.",
                    private_note="",
                    actor=person,
                )
                agree(booked, text="Call.", owner=Side.STARTUP, due_on=None, actor=person)

    with Pool(2) as pool:
        for answer in [pool.submit(click) for _ in range(2)]:
            answer.result()
    with db.reading(), scope.choose(edition.scope):
        kept = known(sessions.session_of(edition, reference))
        assert (kept.state, kept.turnout) == (SessionState.MISSED, ANSWERS["no_startup"])
        assert ([log.note for log in kept.logs], [action.text for action in kept.actions]) == (["Good."], ["Call."])
        acts = db.session().scalars(select(AuditEntry.action).where(AuditEntry.action.like("mentor%")))
        assert sorted(acts) == ["mentor_session.missed", "mentoring.agreed", "mentoring.logged"]


def test_the_key_decides_when_the_look_for_free_times_came_too_early(any_database: str) -> None:
    """Another connection's claim appears after the look: here it is slipped in while the session's row is written."""
    with db.transaction() as opened:
        edition = make_edition()
        with scope.choose(edition.scope):
            mentor, rival = make_mentor(edition), make_mentor(edition)
            (startup, founder), (other, _) = make_cohort_startup(edition), make_cohort_startup(edition)
            taken = make_session(rival, other, founder, next_slot(hour=15))
            at = next_slot(hour=9)
            claim = {"party": f"p:{mentor.person_id}", "tick": int(at.timestamp()) // 300 + 2, "session_id": taken.id}

            def slip_in(session: Any, context: Any) -> None:
                session.connection().execute(insert(Claim.__table__), claim)

            event.listen(opened, "after_flush", slip_in, once=True)
            with pytest.raises(Refused) as caught:
                book(mentor, startup=startup, starts_at=at, purpose="Late.", client_token="t" * 20, actor=founder)
            assert caught.value.message.startswith("Somebody has just booked this time with ")
            assert caught.value.field == "slot"
            assert set(opened.scalars(select(Session.id))) == {taken.id}
            assert set(opened.scalars(select(Claim.session_id))) == {taken.id}
