"""The present figures: one row an edition, worked out in the background, the newest kept."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session as DatabaseSession

from accelerator.accounts.models import Role
from accelerator.core import clock, db, outbox, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.outbox import JobRow, JobState
from accelerator.programmes.models import Edition
from accelerator.reporting import operations
from accelerator.reporting.figures.document import digest, document
from accelerator.reporting.models import KEEP_FIGURES, WORK_OUT_FIGURES, PresentFigures
from accelerator.reporting.queries import counting
from accelerator.reporting.queries.present import figures_are_due, figures_can_change, worked_out
from tests.factories import make_application, make_edition, make_member
from tests.factories.reporting import make_present
from tests.services.installations import Pool
from workers.run import run

NOON = datetime(2020, 10, 15, 3, tzinfo=UTC)
LATER = NOON + timedelta(minutes=15)


@pytest.fixture
def edition(tx: DatabaseSession) -> Edition:
    return make_edition()


def applications(figures: dict[str, Any]) -> int:
    """What the document says of APP_N."""
    return int(figures["sections"]["funnel"]["figures"][0]["value"])


def kept() -> list[PresentFigures]:
    with db.reading() as session, scope.everywhere():
        return list(session.scalars(select(PresentFigures).order_by(PresentFigures.edition_id)))


def orders() -> list[tuple[int | None, dict[str, Any], JobState]]:
    """Edition, payload and state of every job that works figures out."""
    with db.reading() as session:
        rows = session.scalars(select(JobRow).where(JobRow.name == WORK_OUT_FIGURES.name).order_by(JobRow.scope_key))
        return [(row.scope_key, row.payload, row.state) for row in rows]


def end(tx: DatabaseSession, job_id: str, state: JobState) -> None:
    tx.get_one(JobRow, job_id).state = state
    tx.flush()


def at_once(edition: Edition, call: Callable[[Edition], object]) -> list[object]:
    """Let two transactions begin ``call`` at the same moment; what each returned."""
    together = Barrier(2)

    def work(_number: int) -> object:
        with db.transaction() as session, scope.choose(edition.scope):
            found = session.get_one(Edition, edition.id)
            together.wait(timeout=30)
            return call(found)

    # A writer on SQLite has the database for itself, so there the two can only come one after the other.
    if db.engine().dialect.name == "sqlite":
        together = Barrier(1)
    with Pool(2) as pool:
        return [found.result(timeout=60) for found in [pool.submit(work, number) for number in range(2)]]


def test_the_figures_are_those_that_a_snapshot_would_freeze(tx: DatabaseSession) -> None:
    ahead = int((NOON - clock.system_now()).total_seconds())
    shifted = make_edition(ahead_seconds=ahead)
    with scope.choose(shifted.scope):
        make_application(shifted)
        present = make_present(shifted)
        expected = document(counting.counts(shifted))
    assert (present.figures, present.digest) == (expected, digest(expected))
    assert (present.made_at.date(), present.made_at.microsecond) == (NOON.date(), 0)
    assert present.begun_at.date() == clock.system_now().date()


def test_what_is_unchanged_is_not_written_again(
    tx: DatabaseSession, edition: Edition, count_queries: list[str]
) -> None:
    with time_machine.travel(NOON, tick=False), scope.choose(edition.scope):
        make_application(edition)
        make_present(edition)
    tx.expire_all()
    count_queries.clear()
    with time_machine.travel(LATER, tick=False), scope.choose(edition.scope):
        present = make_present(edition)
    assert [text for text in count_queries if "present_figures" in text and not text.startswith("SELECT")] == [
        "UPDATE present_figures SET made_at=?, begun_at=? WHERE present_figures.edition_id = ?"
    ]
    assert (present.made_at, present.begun_at, applications(present.figures)) == (LATER, LATER, 1)


def test_newer_figures_take_the_place_of_the_older(tx: DatabaseSession, edition: Edition) -> None:
    with scope.choose(edition.scope):
        first = make_present(edition).digest
        make_application(edition)
        make_present(edition)
        rows = tx.scalars(select(PresentFigures)).all()
        assert [(applications(row.figures), row.digest == digest(row.figures)) for row in rows] == [(1, True)]
        assert rows[0].digest != first


def test_work_that_began_earlier_and_ends_later_changes_nothing(tx: DatabaseSession, edition: Edition) -> None:
    with scope.choose(edition.scope):
        slow = worked_out(edition)
        make_application(edition)
        quick = make_present(edition)
        made_at = quick.made_at
        operations.keep_figures(edition, replace(slow, made_at=made_at + timedelta(hours=1)))
        assert (applications(quick.figures), quick.made_at) == (1, made_at)


def test_figures_of_an_edition_whose_clock_was_set_back_are_kept_all_the_same(
    tx: DatabaseSession, edition: Edition
) -> None:
    with scope.choose(edition.scope):
        make_present(edition)
    edition.ahead_seconds = -7200
    with scope.choose(edition.scope):
        assert make_present(edition).made_at < clock.system_now() - timedelta(minutes=119)


def test_an_order_returns_the_job_that_waits_or_runs(tx: DatabaseSession, edition: Edition) -> None:
    staff = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope):
        first = operations.order_figures(edition, actor=staff)
        assert operations.order_figures(edition, actor=staff) == first
        end(tx, first, JobState.RUNNING)
        assert operations.order_figures(edition) == first
        end(tx, first, JobState.DONE)
        second = operations.order_figures(edition)
        end(tx, second, JobState.DEAD)
        third = operations.order_figures(edition)
    statement = select(JobRow.id).where(JobRow.name == WORK_OUT_FIGURES.name)
    assert (list(tx.scalars(statement)), len({first, second, third})) == ([third], 3)
    acts = tx.execute(select(AuditEntry.action, AuditEntry.actor_id, AuditEntry.subject_id)).all()
    assert [tuple(act) for act in acts] == [("reporting.figures_ordered", staff.id, edition.id)]


def test_orders_of_editions_do_not_mix(tx: DatabaseSession, edition: Edition) -> None:
    other = make_edition()
    ordered = []
    for one in (edition, other):
        with scope.choose(one.scope):
            ordered.append(operations.order_figures(one))
            end(tx, ordered[-1], JobState.DONE)
    with scope.choose(edition.scope):
        again = operations.order_figures(edition)
    statement = (
        select(JobRow.id, JobRow.scope_key).where(JobRow.name == WORK_OUT_FIGURES.name).order_by(JobRow.scope_key)
    )
    assert [tuple(row) for row in tx.execute(statement)] == [(again, edition.id), (ordered[1], other.id)]


@pytest.mark.parametrize(
    ("opens", "demo_day", "changes"),
    [
        (NOON, date(2020, 8, 16), True),
        (NOON + timedelta(seconds=1), date(2020, 12, 1), False),
        (NOON - timedelta(days=90), date(2020, 8, 15), False),
    ],
    ids=["from the opening to 60 days after Demo Day", "before the opening", "61 days after Demo Day"],
)
def test_figures_move_from_the_call_until_the_last_introductions(
    tx: DatabaseSession, opens: datetime, demo_day: date, changes: bool
) -> None:
    with time_machine.travel(NOON, tick=False):
        edition = make_edition(opens_at=opens, closes_at=opens + timedelta(days=9), demo_day_on=demo_day)
        with scope.choose(edition.scope):
            assert (figures_can_change(edition), figures_are_due(edition)) == (changes, True)
            make_present(edition)
            assert figures_are_due(edition) is changes


def test_the_timetable_orders_what_can_change_and_what_nobody_has_seen(any_database: str) -> None:
    now = clock.now()
    over = {
        "opens_at": now - timedelta(400),
        "closes_at": now - timedelta(390),
        "demo_day_on": now.date() - timedelta(90),
    }
    with db.transaction():
        running, over_and_kept, over_and_new = make_edition(), make_edition(**over), make_edition(**over)
        for edition in (running, over_and_kept):
            with scope.choose(edition.scope):
                make_present(edition)
        job_id = outbox.enqueue(KEEP_FIGURES)
    run(str(job_id))
    expected = [(one.id, {"edition_id": one.id}, JobState.WAITING) for one in (running, over_and_new)]
    assert orders() == expected
    with db.transaction():
        job_id = outbox.enqueue(KEEP_FIGURES)
    run(str(job_id))
    assert orders() == expected


def test_the_worker_keeps_one_row_however_often_it_works(any_database: str) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            make_application(edition)
    digests = []
    for _ in range(2):
        with db.transaction() as session, scope.choose(edition.scope):
            job_id = operations.order_figures(session.get_one(Edition, edition.id))
        run(job_id)
        run(job_id)
        assert orders() == [(edition.id, {"edition_id": edition.id}, JobState.DONE)]
        digests.append([(row.edition_id, applications(row.figures), row.digest) for row in kept()])
    assert digests == [[(edition.id, 1, kept()[0].digest)]] * 2
    with db.reading() as session:
        job = session.get_one(JobRow, job_id)
    assert (job.done, job.total, job.step) == (2, 2, None)


def test_two_workers_at_once_leave_one_row_with_the_newest(any_database: str) -> None:
    with db.transaction():
        edition = make_edition()
    found = at_once(edition, operations.work_out_figures)
    newest = max(worked.begun_at for worked in found if isinstance(worked, PresentFigures))
    assert [(row.edition_id, row.begun_at) for row in kept()] == [(edition.id, newest)]


def test_two_clicks_at_once_are_one_job(any_database: str) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
    first, second = at_once(edition, lambda found: operations.order_figures(found, actor=staff))
    assert (first, len(orders())) == (second, 1)
