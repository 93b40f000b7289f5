"""Setting an event up, publishing it, changing it; the jobs that follow."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import scope
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow
from accelerator.events import queries
from accelerator.events.models import REMIND_GUESTS, TELL_GUESTS, EventKind, RegistrationState
from accelerator.events.operations import agenda
from accelerator.events.operations.plan import Plan, change_event, create_event, publish, take_back
from accelerator.notifications.models import Message
from tests.factories import make_edition, make_member
from tests.factories.events import make_event, make_registration
from tests.services.jobs import runs

remind_guests = runs(REMIND_GUESTS)
tell_guests = runs(TELL_GUESTS)

G = RegistrationState
START = datetime(2031, 11, 12, 1, tzinfo=UTC)


def plan(**values) -> Plan:
    defaults = {
        "kind": EventKind.SIDE_EVENT,
        "title": {"en": "KOBE Week!", "ja": "神戸ウィーク"},
        "about": {"en": "A week.", "ja": "一週間。"},
        "starts_at": START,
        "ends_at": START + timedelta(hours=3),
        "capacity": None,
        "public": True,
        "stream_url": None,
        "recording_url": None,
        "parent_id": None,
    }
    return Plan(**{**defaults, **values})


def test_an_event_gets_its_address_from_its_title(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        first, second = (create_event(edition, plan=plan(), actor=staff) for _ in range(2))
        unnamed = create_event(edition, plan=plan(title={"en": "交流会", "ja": "交流会"}), actor=staff)
        assert [event.slug for event in (first, second, unnamed)] == ["kobe-week", "kobe-week-2", "event"]
        assert (first.published_at, len({event.uid for event in (first, second, unnamed)})) == (None, 3)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"ends_at": START}, "ends_at"),
        ({"capacity": 0}, "capacity"),
        ({"stream_url": "http://example.org"}, "stream_url"),
        ({"recording_url": "javascript:1"}, "recording_url"),
        ({"parent_id": 999}, "parent_id"),
    ],
)
def test_plans_that_are_refused(tx: Session, values: dict, field: str):
    edition = make_edition()
    with scope.choose(edition.scope):
        with pytest.raises(Refused) as refusal:
            create_event(edition, plan=plan(**values), actor=make_member(edition, Role.STAFF))
        assert refusal.value.field == field


def test_a_week_holds_events_but_no_weeks(tx: Session):
    edition, other = make_edition(), make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        week = create_event(edition, plan=plan(), actor=staff)
        talk = create_event(edition, plan=plan(parent_id=week.id), actor=staff)
        assert (queries.sub_events(week, published=False), queries.sub_events(week, published=True)) == ([talk], [])
        for parent, child in ((talk, week), (week, week)):
            with pytest.raises(Refused):
                change_event(child, edition, plan=plan(parent_id=parent.id), actor=staff)
    with scope.choose(other.scope), pytest.raises(Refused):
        create_event(other, plan=plan(parent_id=week.id), actor=staff)


def test_publishing_needs_both_languages_and_is_undone_only_while_empty(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        event = create_event(edition, plan=plan(about={"en": "A week.", "ja": " "}), actor=staff)
        with pytest.raises(Refused) as refusal:
            publish(event, actor=staff)
        assert (refusal.value.field, event.published_at) == ("about_ja", None)
        change_event(event, edition, plan=plan(), actor=staff)
        publish(event, actor=staff)
        with pytest.raises(Refused):
            publish(event, actor=staff)
        take_back(event, actor=staff)
        assert event.published_at is None
        publish(event, actor=staff)
        make_registration(event, G.CANCELLED)
        with pytest.raises(Refused):
            take_back(event, actor=staff)


def test_more_seats_go_to_those_who_wait_and_fewer_are_refused(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        event = make_event(edition, capacity=1, starts_at=START)
        make_registration(event)
        waiting = [
            make_registration(event, G.WAITING, registered_at=START - timedelta(days=400 - day)) for day in range(3)
        ]
        change_event(event, edition, plan=plan(capacity=3), actor=staff)
        assert [row.state for row in waiting] == [G.REGISTERED, G.REGISTERED, G.WAITING]
        with pytest.raises(Refused) as refusal:
            change_event(event, edition, plan=plan(capacity=2), actor=staff)
        assert refusal.value.field == "capacity"
        change_event(event, edition, plan=plan(capacity=None), actor=staff)
        assert waiting[2].state is G.REGISTERED


def test_other_hours_are_told_by_a_job_and_once(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        event = make_event(edition, starts_at=START, capacity=1)
        guest = make_registration(event)
        for state in (G.WAITING, G.CANCELLED):
            make_registration(event, state)
        same = plan(ends_at=event.ends_at, capacity=1)
        change_event(event, edition, plan=same, actor=staff)
        assert tx.scalars(select(JobRow.name).where(JobRow.name == TELL_GUESTS.name)).all() == []
        change_event(event, edition, plan=plan(starts_at=START + timedelta(minutes=30), capacity=1), actor=staff)
        [job] = tx.scalars(select(JobRow).where(JobRow.name == TELL_GUESTS.name))
        assert job.payload == {"event_id": event.id}
        tell_guests(event_id=event.id)
        tell_guests(event_id=event.id)
        [mail] = tx.scalars(select(Message))
        assert (mail.address, mail.kind, mail.subject, guest.sequence) == (
            guest.email,
            "event_registered",
            "New time: KOBE Week!",
            1,
        )


def test_the_agenda(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff = make_member(edition, Role.STAFF)
        event = make_event(edition, starts_at=START)
        values = {"title": {"en": "Opening", "ja": "開会"}, "speaker": "Mayor", "actor": staff}
        item = agenda.add_agenda_item(event, starts_at=START, minutes=10, **values)
        for starts_at, minutes, field in ((event.ends_at, 10, "starts_at"), (START, 0, "minutes")):
            with pytest.raises(Refused) as refusal:
                agenda.add_agenda_item(event, starts_at=starts_at, minutes=minutes, **values)
            assert refusal.value.field == field
        agenda.remove_agenda_item(item, actor=staff)
        tx.expire(event)
        assert event.agenda == []


@pytest.mark.parametrize(
    ("before", "mails"),
    [
        (timedelta(days=8), 0),
        (timedelta(days=7), 1),
        (timedelta(days=6, hours=1), 1),
        (timedelta(days=5), 0),
        (timedelta(days=1), 1),
        (timedelta(hours=13), 1),
        (timedelta(hours=11), 0),
        (timedelta(hours=1), 1),
        (timedelta(minutes=5), 1),
        (timedelta(minutes=-5), 0),
    ],
)
def test_when_guests_are_reminded(tx: Session, before: timedelta, mails: int):
    with time_machine.travel(START - before, tick=False):
        edition = make_edition()
        with scope.choose(edition.scope):
            event = make_event(edition, starts_at=START)
            guest = make_registration(event, registered_at=START - timedelta(days=30), zone="America/Los_Angeles")
            for state in (G.WAITING, G.CANCELLED, G.ATTENDED):
                make_registration(event, state)
            make_registration(event, registered_at=START - before)
            hidden = make_event(edition, starts_at=START, published_at=None)
            make_registration(hidden)
        old_link = guest.token_hash
        remind_guests()
        remind_guests()
        written = tx.scalars(select(Message)).all()
        exact = before in (timedelta(days=7), timedelta(days=1), timedelta(hours=1))
        assert [row.address for row in written][:1] == [guest.email] * mails
        assert (len(written), guest.token_hash != old_link) == (mails + (mails if exact else 0), bool(mails))
        assert all("PST" in row.subject for row in written[:1])
