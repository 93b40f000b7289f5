"""Seats, the waiting list, links and mails."""

import re
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from accelerator.accounts import limits
from accelerator.accounts.models import Attempt, Role
from accelerator.accounts.tokens import digest
from accelerator.core import clock, db, scope
from accelerator.core.db import lock
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow
from accelerator.core.web import App
from accelerator.events import queries
from accelerator.events.models import FILL_SEATS, Event, Registration, RegistrationState
from accelerator.events.operations import registrations
from accelerator.events.operations.registrations import MOST, MOST_A_DAY
from accelerator.notifications.composing import compose
from accelerator.notifications.models import Message
from tests.factories import make_edition, make_member, make_person
from tests.factories.events import make_event, make_registration
from tests.services.installations import Thread
from tests.services.jobs import runs

G = RegistrationState
STREAM = "https://stream.example.org/secret"


def come(event, email: str, **values):
    details = {"name": "Kim", "organisation": "", "country": "EE", "language": "en", "zone": "UTC", "actor": None}
    registration = registrations.register(event, email=email, **{**details, **values})
    registrations.confirm(registration, actor=None)  # by the link in the mail that was sent to the address
    return registration


def mails(tx: Session) -> list[tuple[str, str]]:
    """All but those that ask whether the address is right, which has a test of its own."""
    rows = select(Message.kind, Message.address).where(Message.kind != "event_confirm").order_by(Message.id)
    return [tuple(row) for row in tx.execute(rows)]


def token_of(message: Message) -> str:
    found = re.search(r"/places/([\w-]+)", message.body)
    assert found is not None
    return found.group(1)


def test_seats_then_the_waiting_list_then_moving_up(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition, capacity=2)
        first, second, third, fourth = (come(event, f"{name}@example.org") for name in "abcd")
        assert [row.state for row in (first, second, third, fourth)] == [
            G.REGISTERED,
            G.REGISTERED,
            G.WAITING,
            G.WAITING,
        ]
        registrations.cancel(first, actor=None)
        assert [row.state for row in (first, second, third, fourth)] == [
            G.CANCELLED,
            G.REGISTERED,
            G.REGISTERED,
            G.WAITING,
        ]
        assert mails(tx) == [
            ("event_registered", "a@example.org"),
            ("event_registered", "b@example.org"),
            ("event_waiting", "c@example.org"),
            ("event_waiting", "d@example.org"),
            ("event_cancelled", "a@example.org"),
            ("event_moved_up", "c@example.org"),
        ]
        again = come(event, "a@example.org")
        assert (again.id, again.state) == (first.id, G.WAITING)
        registrations.cancel(fourth, actor=None)
        assert again.state is G.WAITING
        counts = queries.registration_counts(event)
        assert (counts.seated, counts.waiting, counts.cancelled, counts.attended) == (2, 1, 1, 0)


def test_who_registered_again_waits_behind_the_others(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition, capacity=1)
        first, second = come(event, "a@example.org"), come(event, "b@example.org")
        third = come(event, "c@example.org")
        registrations.cancel(first, actor=None)
        assert second.state is G.REGISTERED
        come(event, "a@example.org")
        registrations.cancel(second, actor=None)
        assert (third.state, first.state) == (G.REGISTERED, G.WAITING)


def test_the_calendar_entry_grows_and_names_no_stream(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition, stream_url=STREAM)
        guest = come(event, "a@example.org")
        registrations.cancel(guest, actor=None)
        come(event, "a@example.org")
        written = tx.scalars(select(Message).where(Message.kind != "event_confirm").order_by(Message.id)).all()
        facts = [
            (row.calendar_method, re.findall(r"SEQUENCE:(\d+)|UID:(\S+)", (row.calendar or "").replace("\r\n ", "")))
            for row in written
        ]
        assert facts == [
            (method, [("", event.uid), (sequence, "")])
            for method, sequence in (("REQUEST", "0"), ("CANCEL", "1"), ("REQUEST", "2"))
        ]
        everything = "".join(f"{row.subject}{row.body}{row.html}{row.calendar}" for row in written)
        assert STREAM not in everything.replace("\r\n ", "")


def test_a_known_address_changes_nothing_and_is_told(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition)
        guest = come(event, "Kim@Example.org")
        assert come(event, "kim@example.org", name="Somebody Else").id == guest.id
        assert (guest.name, mails(tx)) == ("Kim", [("event_registered", "kim@example.org")] * 2)
        newest = tx.scalars(select(Message).order_by(Message.id.desc())).first()
        assert newest is not None
        place = queries.place(edition, event.slug, token_of(newest))
        assert place is not None
        assert place.registration is guest
        assert guest.token_hash != token_of(newest)


def test_what_is_closed(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        past = clock.now() - timedelta(hours=2)
        for event in (make_event(edition, published_at=None), make_event(edition, starts_at=past)):
            with pytest.raises(Refused):
                come(event, "a@example.org")
        guest = make_registration(event)
        with pytest.raises(Refused):
            registrations.cancel(guest, actor=None)
        assert guest.state is G.REGISTERED


def test_more_than_a_class_room_from_one_network_is_refused(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition)
        now = clock.system_now()
        tx.add_all(
            Attempt(kind="event", email="x@example.org", place="192.0.2.0/24", at=now, succeeded=False)
            for _ in range(MOST)
        )
        with pytest.raises(Refused):
            come(event, "a@example.org", place="192.0.2.0/24")
        assert come(event, "a@example.org", place="198.51.100.0/24").state is G.REGISTERED


def test_checking_in_and_out(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        event = make_event(edition, capacity=1)
        guest, waiting = come(event, "a@example.org"), come(event, "b@example.org")
        registrations.set_attended(guest, attended=True, actor=staff)
        assert (guest.state, guest.attended_at is not None, queries.registration_counts(event).seated) == (
            G.ATTENDED,
            True,
            1,
        )
        with pytest.raises(Refused):
            registrations.cancel(guest, actor=None)
        registrations.set_attended(guest, attended=False, actor=staff)
        assert (guest.state, guest.attended_at) == (G.REGISTERED, None)
        with pytest.raises(Refused):
            registrations.set_attended(waiting, attended=True, actor=staff)


def test_somebody_signed_in_is_known_by_account_or_confirmed_address(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition)
        person, unconfirmed = make_person(), make_person(confirmed_at=None)
        mine = come(event, person.email, actor=person)
        come(event, unconfirmed.email)
        friend = come(event, "friend@example.org", actor=person)
        assert (mine.person_id, friend.person_id) == (person.id, None)
        assert (queries.registration_of(person, event), queries.registration_of(unconfirmed, event)) == (mine, None)


def test_countries_and_upcoming(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition)
        for country, state in (
            ("JP", G.REGISTERED),
            ("EE", G.ATTENDED),
            ("JP", G.ATTENDED),
            ("FR", G.WAITING),
            (None, G.REGISTERED),
        ):
            make_registration(event, state, country=country)
        make_event(edition, published_at=None)
        make_event(edition, starts_at=datetime(2020, 1, 1, tzinfo=UTC))
        assert queries.countries(event) == [("JP", 2), ("EE", 1)]
        assert queries.upcoming(edition) == [event]
    other = make_edition()
    with scope.choose(other.scope):
        assert (queries.upcoming(other), queries.event(other, event.slug)) == ([], None)


def test_two_at_once_for_the_last_seat(app: App):
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            event = make_event(edition, capacity=1)
    barrier, failures = threading.Barrier(2), []

    def race(email: str) -> None:
        try:
            barrier.wait()
            with db.transaction(), scope.choose(edition.scope):
                found = queries.event(edition, event.slug)
                assert found is not None
                come(found, email)
        except Exception as error:
            failures.append(error)

    threads = [Thread(target=race, args=(f"{name}@example.org",)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with db.reading() as session, scope.choose(edition.scope):
        rows = session.execute(
            select(Registration.state, func.count(Registration.id)).group_by(Registration.state)
        ).all()
        assert sorted(tuple(row) for row in rows) == [(G.REGISTERED, 1), (G.WAITING, 1)]


def test_a_strangers_address_is_asked_first_and_the_mail_holds_nothing_that_was_typed(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition, capacity=1)
        bait = "Your account is locked: https://evil.example/in"
        guest = registrations.register(
            event,
            name=bait,
            email="victim@example.org",
            organisation=bait,
            country=None,
            language="en",
            zone="UTC",
            actor=None,
        )
        assert (guest.state, queries.registration_counts(event).seated) == (G.ASKED, 0)
        [asked] = tx.scalars(select(Message)).all()
        everything = asked.subject + asked.body + asked.html + (asked.calendar or "") + asked.name
        assert (asked.kind, "locked" in asked.subject + asked.body + asked.html, asked.calendar) == (
            "event_confirm",
            False,
            None,
        )
        assert ("evil" in everything, asked.name) == (False, "victim@example.org")
        head = message_from_bytes(compose(asked, "Kobe <no-reply@kobe.example>"))
        assert head["To"] == "victim@example.org"
        registrations.confirm(guest, actor=None)
        registrations.confirm(guest, actor=None)
        registered = tx.scalars(select(Message).where(Message.kind == "event_registered")).one()
        assert (guest.state, "://evil" in registered.body + registered.html, "evil.example" in registered.body) == (
            G.REGISTERED,
            False,
            False,
        )


def test_nobody_uses_up_the_mails_of_an_address(tx: Session):
    """A network has three mails at once for an address, then one in ten minutes and so on; the owner's is another one."""
    edition = make_edition()
    with scope.choose(edition.scope):
        events = [make_event(edition) for _ in range(4)]
        typed = {"name": "Kim", "organisation": "", "country": None, "language": "en", "zone": "UTC", "actor": None}
        typed |= {"email": "a@example.org"}
        for event in events[:3]:
            assert registrations.register(event, **typed, place="203.0.113.0/24").state is G.ASKED
        with pytest.raises(Refused, match="another one in 10 minutes"):
            registrations.register(events[3], **typed, place="203.0.113.0/24")
        assert queries.registration_by_address(events[3], "a@example.org") is None
        registrations.register(events[3], **typed, place="192.0.2.0/24")
        assert tx.scalar(select(func.count(Message.id))) == 4
        tx.execute(update(Attempt).values(at=clock.system_now() - timedelta(minutes=11)))
        registrations.register(events[0], **typed, place="203.0.113.0/24")
        assert tx.scalar(select(func.count(Message.id))) == 5


def test_whoever_registers_an_address_is_no_friend_of_its_account(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        come(make_event(edition), "a@example.org", place="203.0.113.0/24")
    for _ in range(limits.FREE):
        limits.note(limits.PASSWORD, "a@example.org", "192.0.2.0/24", succeeded=False)
    assert limits.pause("a@example.org", "203.0.113.0/24") > timedelta()


def test_a_network_has_its_limit_of_the_day(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition)
        earlier = clock.system_now() - timedelta(hours=5)
        tx.add_all(
            Attempt(kind="event", email="x@example.org", place="192.0.2.0/24", at=earlier, succeeded=False)
            for _ in range(MOST_A_DAY)
        )
        with pytest.raises(Refused, match="tomorrow"):
            come(event, "a@example.org", place="192.0.2.0/24")


def test_many_move_up_in_portions_a_job_does_the_rest(any_database: str, count_queries: list[str]):
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition, capacity=1)
        make_registration(event)
        for number in range(230):
            waits = make_registration(event, G.WAITING, email=f"w{number}@example.org")
            waits.registered_at = clock.now() - timedelta(days=5, minutes=230 - number)
    count_queries.clear()
    with db.transaction() as opened, scope.choose(edition.scope):
        row = lock(opened.get_one(Event, event.id))
        row.capacity = 221
        assert registrations.fill_seats(row, actor=staff) == 100
        late = come(row, staff.email, actor=staff)
        assert late.state is G.WAITING, "whoever comes now stands behind those who still wait"
    assert len(count_queries) < 40
    with db.reading() as opened:
        jobs = opened.scalars(select(JobRow).where(JobRow.name == FILL_SEATS.name)).all()
        assert [job.payload for job in jobs] == [{"event_id": event.id}]
    with scope.choose(edition.scope):
        runs(FILL_SEATS)(event_id=event.id)
        runs(FILL_SEATS)(event_id=event.id)
    with db.reading() as opened, scope.choose(edition.scope):
        mailed = opened.scalars(select(Message.address).where(Message.kind == "event_moved_up").order_by(Message.id))
        assert list(mailed) == [f"w{number}@example.org" for number in range(220)]
        still = opened.scalars(select(Registration.email).where(Registration.state == G.WAITING))
        assert set(still) == {*(f"w{number}@example.org" for number in range(220, 230)), staff.email}
        last = opened.scalars(select(Message).where(Message.address == "w219@example.org")).one()
        held = opened.scalars(select(Registration).where(Registration.email == "w219@example.org")).one()
        assert (held.token_hash, held.sequence) == (digest(token_of(last)), 1)


@pytest.mark.parametrize("order", [("Real Guest", "Claim prize"), ("Claim prize", "Real Guest")])
def test_a_link_confirms_what_was_typed_with_it_and_ends_no_other(tx: Session, order: tuple[str, str]) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        event = make_event(edition)
        for turn in range(2):  # the second time over a place that was given up
            for name in order:
                details = {"organisation": name, "country": None, "language": "en", "zone": "UTC", "actor": None}
                tx.execute(delete(Attempt))
                guest = registrations.register(event, name=name, email="v@example.org", **details)
            asked = tx.scalars(select(Message).where(Message.kind == "event_confirm").order_by(Message.id)).all()
            places = {
                name: queries.place(edition, event.slug, token_of(mail))
                for name, mail in zip(order, asked[-2:], strict=True)
            }
            assert {name: place.registration for name, place in places.items()} == dict.fromkeys(order, guest)
            assert (guest.state, guest.name) == (G.ASKED, "Real Guest" if turn else order[0])
            mine = places["Real Guest"]
            registrations.confirm(guest, request=mine.request, actor=None)
            assert (guest.name, guest.organisation, guest.state) == ("Real Guest", "Real Guest", G.REGISTERED)
            again = [queries.place(edition, event.slug, token_of(mail)) for mail in asked]
            assert [place.registration for place in again] == [None] * len(asked)
            registrations.cancel(guest, actor=None)
