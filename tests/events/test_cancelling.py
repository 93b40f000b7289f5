"""Cancelling an event: who hears of it, what the page says, and taking it back until it would have begun."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow, JobState, report_progress
from accelerator.core.web import App
from accelerator.events import queries
from accelerator.events.models import REMIND_GUESTS, TELL_CANCELLED, TELL_GUESTS, Event, Registration, RegistrationState
from accelerator.events.operations import cancelling, plan, registrations
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_member
from tests.factories.events import make_event, make_registration
from tests.services.jobs import runs
from workers.run import run

remind_guests = runs(REMIND_GUESTS)
tell_guests = runs(TELL_GUESTS)
tell_cancelled = runs(TELL_CANCELLED)

G = RegistrationState


def mails(tx: Session) -> list[tuple[str, str, str | None]]:
    rows = tx.execute(select(Message.kind, Message.address, Message.calendar_method).order_by(Message.id))
    return [tuple(row) for row in rows]


def tell(tx: Session) -> None:
    """Run every job about a cancellation that was ever asked for, the oldest first."""
    jobs = tx.scalars(select(JobRow).where(JobRow.name == TELL_CANCELLED.name).order_by(JobRow.created_at)).all()
    for job in jobs:
        tell_cancelled(**job.payload)


def guests_of(event: Event) -> None:
    for state, email in ((G.REGISTERED, "seat"), (G.WAITING, "waits"), (G.CANCELLED, "gone")):
        make_registration(event, state, email=f"{email}@example.org")


def test_everybody_with_a_place_hears_of_it_once_and_again_when_it_is_undone(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition)
        guests_of(event)
        cancelling.cancel_event(event, reason=" A typhoon. ", actor=staff)
        for _ in range(2):
            tell(tx)
        called_off = [
            ("event_called_off", "seat@example.org", "CANCEL"),
            ("event_called_off", "waits@example.org", None),
        ]
        assert mails(tx) == called_off
        mail = tx.scalars(select(Message).order_by(Message.id)).first()
        assert mail is not None
        assert "A typhoon." in mail.body
        assert "METHOD:CANCEL" in (mail.calendar or "")
        assert "SEQUENCE:1" in (mail.calendar or "")
        cancelling.resume(event, actor=staff)
        for _ in range(2):
            tell(tx)
        resumed = [("event_resumed", "seat@example.org", "REQUEST"), ("event_resumed", "waits@example.org", None)]
        assert mails(tx) == called_off + resumed
        cancelling.cancel_event(event, reason="", actor=staff)
        tell(tx)
        assert mails(tx) == called_off + resumed + called_off


def test_a_cancellation_that_was_undone_before_the_mails_is_told_to_nobody(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition)
        make_registration(event)
        cancelling.cancel_event(event, reason="", actor=staff)
        cancelling.resume(event, actor=staff)
        tell(tx)
        assert mails(tx) == []


def test_a_cancelled_event_takes_nobody_in_and_reminds_nobody(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event = make_member(edition, Role.STAFF), make_event(edition, capacity=1)
        seat, waits = make_registration(event), make_registration(event, G.WAITING)
        cancelling.cancel_event(event, reason="", actor=staff)
        for act in (
            lambda: registrations.register(
                event,
                name="A",
                email="a@example.org",
                organisation="",
                country=None,
                language="en",
                zone="UTC",
                actor=None,
            ),
            lambda: registrations.cancel(seat, actor=None),
            lambda: plan.publish(event, actor=staff),
            lambda: cancelling.cancel_event(event, reason="", actor=staff),
            lambda: plan.take_back(event, actor=staff),
        ):
            with pytest.raises(Refused):
                act()
        more = {name: getattr(event, name) for name in plan.Plan.__dataclass_fields__} | {"capacity": 5}
        plan.change_event(event, edition, plan=plan.Plan(**more), actor=staff)
        tell_guests(event_id=event.id)
        with time_machine.travel(event.starts_at - timedelta(hours=1), tick=False):
            remind_guests()
        assert (mails(tx), waits.state) == ([], G.WAITING)
        assert queries.upcoming(edition) == []


def test_what_has_begun_or_is_not_published_is_not_cancelled(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        staff, event, hidden = (
            make_member(edition, Role.STAFF),
            make_event(edition),
            make_event(edition, published_at=None),
        )
        for act in (
            lambda: cancelling.cancel_event(hidden, reason="", actor=staff),
            lambda: cancelling.resume(hidden, actor=staff),
            lambda: cancelling.resume(event, actor=staff),
        ):
            with pytest.raises(Refused):
                act()
        with time_machine.travel(event.starts_at, tick=False), pytest.raises(Refused):
            cancelling.cancel_event(event, reason="", actor=staff)
        cancelling.cancel_event(event, reason="", actor=staff)
        with time_machine.travel(event.starts_at, tick=False), pytest.raises(Refused):
            cancelling.resume(event, actor=staff)
        assert [event.id for event in queries.events(edition) if event.cancelled_at] == [event.id]


def test_the_page_says_so_and_the_team_can_undo_it(app: App):
    with db.transaction():
        edition, other = make_edition(), make_edition()
        with scope.choose(edition.scope):
            event, staff = (
                make_event(edition, title={"en": "Seed deals", "ja": "資金調達"}),
                make_member(edition, Role.STAFF),
            )
            founder = make_member(edition, Role.FOUNDER)
            make_registration(event, token="t" * 40)
        stranger = make_member(other, Role.STAFF)
    public, inside = f"/events/{edition.slug}/{event.slug}", f"/editions/{edition.slug}/events"
    assert Browser(app).post(f"{inside}/{event.slug}/cancel").status_code == 401
    assert Browser(app).sign_in(stranger).post(f"{inside}/{event.slug}/cancel").status_code == 404
    team = Browser(app).sign_in(staff)
    assert "Cancel the event" in team.get(f"{inside}/{event.slug}/edit").text
    long = team.post(f"{inside}/{event.slug}/cancel", {"reason": "x" * 1001})
    assert (long.status_code, "x" * 1001 in long.text) == (422, True)
    assert team.post(f"{inside}/{event.slug}/cancel", {"reason": "A typhoon."}).status_code == 302
    for page in (public, f"{public}/places/{'t' * 40}"):
        shown = Browser(app).get(page)
        assert shown.status_code == 200
        assert "This event is cancelled." in shown.text
        assert "A typhoon." in shown.text
        assert "Give the place up" not in shown.text
        assert 'name="email"' not in shown.text
    assert "Cancelled" in Browser(app).sign_in(founder).get(inside).text
    answer = Browser(app).post(
        f"{public}/register", {"name": "A", "email": "a@example.org", "language": "en", "zone": "UTC"}
    )
    assert answer.status_code == 422
    assert "Undo the cancellation" in team.get(f"{inside}/{event.slug}/edit").text
    assert team.post(f"{inside}/{event.slug}/resume").status_code == 302
    assert "This event is cancelled." not in Browser(app).get(public).text


def test_the_list_costs_the_same_however_many_are_cancelled(app: App, count_queries: list[str]):
    numbers = []
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            staff = make_member(edition, Role.STAFF)
    team = Browser(app).sign_in(staff)
    for more in (1, 2):
        with db.transaction(), scope.choose(edition.scope):
            for event in [make_event(edition) for _ in range(more)]:
                cancelling.cancel_event(event, reason="", actor=staff)
        count_queries.clear()
        assert team.get(f"/editions/{edition.slug}/events").text.count("tag-bad") == (1 if more == 1 else 3)
        numbers.append(len(count_queries))
    assert numbers[0] == numbers[1]


def test_the_link_goes_out_at_the_start_and_the_recording_a_day_after(tx: Session):
    edition = make_edition()
    with scope.choose(edition.scope):
        live = make_event(edition, stream_url="https://stream.example/x", recording_url="https://video.example/x")
        plain = make_event(edition)
        for event in (live, plain):
            make_registration(event, registered_at=clock.now() - timedelta(days=30), email=f"{event.slug}@example.org")
        make_registration(live, G.WAITING)
        late = make_registration(live, email="late@example.org", registered_at=live.starts_at + timedelta(minutes=1))
    here = [("event_begins", f"{live.slug}@example.org", None)]
    for after, expected in ((0, here), (20, here)):
        with time_machine.travel(live.starts_at + timedelta(minutes=after), tick=False):
            remind_guests()
        assert mails(tx) == expected
    with time_machine.travel(live.ends_at + timedelta(hours=23), tick=False):
        remind_guests()
    assert mails(tx) == here
    with time_machine.travel(live.ends_at + timedelta(days=1), tick=False):
        remind_guests()
        remind_guests()
    assert mails(tx) == [*here, ("event_replay", f"{live.slug}@example.org", None), ("event_replay", late.email, None)]


def many_guests(app: App, count: int) -> tuple[Edition, Event, Person, str]:
    """A cancelled event whose guests have not been told, who may see it, and the job that tells them."""
    with db.transaction() as session:
        edition = make_edition()
        with scope.choose(edition.scope):
            staff, event = make_member(edition, Role.STAFF), make_event(edition)
            for number in range(count):
                make_registration(event, G.WAITING if number % 50 == 0 else G.REGISTERED)
            cancelling.cancel_event(event, reason="A typhoon.", actor=staff)
        return edition, event, staff, session.scalars(select(JobRow.id).where(JobRow.name == TELL_CANCELLED.name)).one()


def progress(job_id: str) -> tuple[JobState, int, int]:
    with db.reading() as session:
        row = session.get_one(JobRow, job_id)
        return row.state, row.done, row.total


def told(event: Event) -> list[int]:
    """How many mails about the cancellation, and to how many registrations."""
    with db.reading() as session:
        keys = session.scalars(select(Message.key).where(Message.kind == "event_called_off")).all()
        return [len(keys), len({key.split(":")[1] for key in keys})]


def test_many_guests_are_told_in_steps_with_progress_and_few_statements(app: App, count_queries: list[str]):
    _edition, event, _staff, job_id = many_guests(app, 250)
    count_queries.clear()
    run(job_id)
    assert (progress(job_id), told(event)) == ((JobState.DONE, 250, 250), [250, 250])
    assert len(count_queries) <= 50
    with db.reading() as session, scope.everywhere():
        assert set(session.scalars(select(Registration.sequence))) == {1}


def test_whoever_takes_over_after_a_fault_tells_only_the_others(app: App, monkeypatch: pytest.MonkeyPatch):
    edition, event, staff, job_id = many_guests(app, 120)
    tries = []

    def breaks_once(*arguments: object, **options: object) -> None:
        tries.append(arguments)
        if len(tries) == 2:
            raise OSError("the power is gone")
        report_progress(*arguments, **options)

    monkeypatch.setattr("workers.events.report_progress", breaks_once)
    run(job_id)
    assert (progress(job_id), told(event)) == ((JobState.WAITING, 100, 120), [100, 100])
    page = Browser(app).sign_in(staff).get(f"/editions/{edition.slug}/events/{event.slug}/edit").text
    assert ("100 / 120" in page, "Writing to the guests" in page) == (True, True)
    with db.transaction() as session:
        session.get_one(JobRow, job_id).run_at = clock.system_now()
    run(job_id)
    assert (progress(job_id), told(event)) == ((JobState.DONE, 120, 120), [120, 120])
    page = Browser(app).sign_in(staff).get(f"/editions/{edition.slug}/events/{event.slug}/edit").text
    assert "Writing to the guests" not in page


def test_a_cancellation_that_is_undone_in_between_is_undone_for_those_who_were_told(
    app: App, monkeypatch: pytest.MonkeyPatch
):
    _edition, event, staff, job_id = many_guests(app, 120)
    undone = []

    def undo_after_the_first_step(*arguments: object, **options: object) -> None:
        report_progress(*arguments, **options)
        if not undone:
            undone.append(db.session().get_one(Event, event.id))
            cancelling.resume(undone[0], actor=staff)

    monkeypatch.setattr("workers.events.report_progress", undo_after_the_first_step)
    run(job_id)
    with db.reading() as session:
        second = session.scalars(select(JobRow.id).where(JobRow.name == TELL_CANCELLED.name, JobRow.id != job_id)).one()
    run(second)
    with db.reading() as session:
        kinds = session.scalars(select(Message.kind)).all()
    assert (kinds.count("event_called_off"), kinds.count("event_resumed")) == (100, 100)
