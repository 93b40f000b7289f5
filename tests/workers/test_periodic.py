"""Work over all editions: a faulty one stops nobody else and is shown; mails are found and written in portions."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import clock, db, outbox, scope
from accelerator.core.i18n import lazy
from accelerator.core.outbox import DECLARED, Job, JobRow, JobState
from accelerator.core.web import App
from accelerator.events.models import REMIND_GUESTS
from accelerator.intake.models import REMIND_DRAFTS, ApplicationState
from accelerator.mentoring.models import REMIND_SESSIONS, SessionState
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_application, make_cohort_startup, make_edition, make_member
from tests.factories.events import make_event, make_registration
from tests.factories.mentoring import make_mentor, make_past_session
from tests.services.jobs import runs
from tests.services.worker_jobs import note, noted
from workers import registry, run
from workers.periodic import over_editions, writing

EACH = Job("test.each", label=lazy("Going round"), long=True, tries=2)


@pytest.fixture
def faulty(monkeypatch):
    """Editions for which the work fails."""
    broken: set[int] = set()
    monkeypatch.setitem(DECLARED, EACH.name, EACH)

    def work(edition_id: int) -> None:
        with writing(edition_id) as edition:
            note("test.each", edition.id)
            if edition.id in broken:
                raise LookupError("a secret detail")

    monkeypatch.setitem(registry.HANDLERS, EACH.name, over_editions(EACH, work))
    return broken


def enqueued() -> str:
    with db.transaction():
        return outbox.enqueue(EACH)


def rows(*states: JobState) -> list[JobRow]:
    with db.reading() as session:
        statement = select(JobRow).where(
            JobRow.name == EACH.name, JobRow.scope_key.is_not(None), JobRow.state.in_(states)
        )
        return list(session.scalars(statement))


@pytest.mark.usefixtures("any_database")
class TestOverEditions:
    def test_a_fault_stops_no_other_edition_and_leaves_nothing_half_done(self, faulty):
        with db.transaction():
            first, second, third = (make_edition().id for _ in "abc")
        faulty.add(second)
        run.run(enqueued())
        assert noted("test.each") == [first, third]
        (own,) = rows(JobState.WAITING)
        assert (own.scope_key, own.payload) == (second, {"edition_id": second})

    def test_its_row_is_tried_again_stops_and_is_there_once(self, faulty):
        with db.transaction():
            edition = make_edition().id
        faulty.add(edition)
        for _minute in range(3):
            run.run(enqueued())
        (own,) = rows(JobState.WAITING)
        for _try in range(2):
            with db.transaction() as session:
                session.get_one(JobRow, own.id).run_at = clock.system_now()
            run.run(own.id)
        (stopped,) = rows(*JobState)
        assert (stopped.id, stopped.state, stopped.error) == (own.id, JobState.DEAD, "LookupError")
        run.run(enqueued())
        assert [row.id for row in rows(*JobState)] == [own.id]

    def test_its_row_does_the_work_once_the_fault_is_mended(self, faulty):
        with db.transaction():
            edition, other = make_edition().id, make_edition().id
        faulty.add(edition)
        run.run(enqueued())
        faulty.clear()
        (own,) = rows(JobState.WAITING)
        run.run(own.id)
        assert (noted("test.each"), rows(*JobState)[0].state) == ([edition, other], JobState.DONE)


def test_what_stopped_is_shown_to_the_team_of_its_edition_and_to_no_other(app: App, faulty) -> None:
    with db.transaction():
        teams = []
        for _number in range(2):
            edition = make_edition()
            with scope.choose(edition.scope):
                teams.append((edition, make_member(edition, Role.STAFF)))
    faulty.add(teams[0][0].id)
    run.run(enqueued())
    with db.transaction() as session:
        session.scalars(select(JobRow).where(JobRow.scope_key.is_not(None))).one().state = JobState.DEAD
    shown = [Browser(app).sign_in(person).get(f"/editions/{edition.slug}/jobs").text for edition, person in teams]
    assert ["Going round" in text for text in shown] == [True, False]


def drafts(edition: Edition, count: int) -> None:
    edition.closes_at = clock.now() + timedelta(hours=40)
    for _number in range(count):
        make_application(edition, state=ApplicationState.DRAFT, created_at=clock.now() - timedelta(days=9))


def guests(edition: Edition, count: int) -> None:
    event = make_event(edition, starts_at=clock.now() + timedelta(hours=23))
    for _number in range(count):
        make_registration(event, registered_at=clock.now() - timedelta(days=9))


def sessions(edition: Edition, count: int) -> None:
    for _number in range(count):
        startup, _person = make_cohort_startup(edition)
        ahead = timedelta(hours=-20)
        make_past_session(
            make_mentor(edition), startup, ahead, state=SessionState.BOOKED, booked_at=clock.now() - timedelta(9)
        )


@pytest.mark.parametrize(
    ("job", "prepare", "each"), [(REMIND_DRAFTS, drafts, 1), (REMIND_GUESTS, guests, 1), (REMIND_SESSIONS, sessions, 2)]
)
def test_many_reminders_cost_no_more_statements_than_few(
    app: App, count_queries: list[str], job: Job, prepare: Callable[[Edition, int], None], each: int
) -> None:
    numbers, remind = [], runs(job)
    for count in (3, 20):
        with db.transaction(), scope.choose((edition := make_edition()).scope):
            prepare(edition, count)
        count_queries.clear()
        remind(edition_id=edition.id)
        numbers.append(len(count_queries))
        with db.reading() as session:
            assert (
                len(session.scalars(select(Message.id).where(Message.edition_id == edition.id)).all()) == count * each
            )
        count_queries.clear()
        remind(edition_id=edition.id)
        assert [text.split()[0] for text in count_queries if not text.startswith("SELECT")] == []
    assert numbers[0] == numbers[1] <= 12
