from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session as DatabaseSession

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow, JobState
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.reporting import operations, rules
from accelerator.reporting.figures.document import digest
from accelerator.reporting.models import Report, ReportState, Snapshot
from accelerator.reporting.queries import snapshots
from tests.factories import make_application, make_edition, make_member
from tests.factories.reporting import make_report, make_snapshot


@pytest.fixture
def edition(tx: DatabaseSession) -> Edition:
    return make_edition()


@pytest.fixture
def staff(edition: Edition) -> Person:
    return make_member(edition, Role.STAFF)


def jobs(tx: DatabaseSession) -> list[tuple[str, dict[str, object]]]:
    rows = tx.execute(select(JobRow.name, JobRow.payload).where(JobRow.queue == "reports").order_by(JobRow.created_at))
    return [(row.name, row.payload) for row in rows]


def finish_job(tx: DatabaseSession, report: Report, state: JobState) -> None:
    tx.get_one(JobRow, report.job_id).state = state
    tx.flush()


def test_snapshots_are_numbered_and_stay_as_they_are(tx: DatabaseSession, edition: Edition, staff: Person) -> None:
    with scope.choose(edition.scope):
        make_application(edition)
        first = make_snapshot(edition, staff, "Council")
        make_application(edition)
        second = make_snapshot(edition, staff)
        counted = [taken.figures["sections"]["funnel"]["figures"][0]["value"] for taken in (first, second)]
        assert [(taken.number, taken.title) for taken in (first, second)] == [(1, "Council"), (2, "")]
        assert counted == [1, 2]
        assert [taken.digest == digest(taken.figures) for taken in (first, second)] == [True, True]
    actions = select(AuditEntry.action, AuditEntry.actor_id).where(AuditEntry.subject_type == "snapshot")
    assert [tuple(row) for row in tx.execute(actions)] == [("reporting.snapshot_taken", staff.id)] * 2


def test_numbers_of_editions_do_not_mix(edition: Edition, staff: Person) -> None:
    other = make_edition()
    with scope.choose(edition.scope):
        make_snapshot(edition, staff)
    with scope.choose(other.scope):
        assert make_snapshot(other, staff).number == 1


def test_ordering_twice_begins_one_rendering(tx: DatabaseSession, edition: Edition, staff: Person) -> None:
    with scope.choose(edition.scope):
        report = make_report(edition, staff, "ja")
        again = operations.order_report(report.snapshot, language="ja", actor=staff)
        english = operations.order_report(report.snapshot, language="en", actor=staff)
        assert (again.id, english.id == report.id, report.state) == (report.id, False, ReportState.WAITING)
        assert jobs(tx) == [
            ("reporting.render_report", {"report_id": report.id}),
            ("reporting.render_report", {"report_id": english.id}),
        ]
        assert snapshots.is_under_way(snapshots.job_of(report)) is True


def test_an_unknown_language_is_refused(edition: Edition, staff: Person) -> None:
    with scope.choose(edition.scope), pytest.raises(Refused, match="Choose one from the list"):
        operations.order_report(make_snapshot(edition, staff), language="fr", actor=staff)


def test_a_rendering_is_recorded_once(tx: DatabaseSession, edition: Edition, staff: Person) -> None:
    with scope.choose(edition.scope):
        report = make_report(edition, staff)
        operations.record_rendering(report, storage_key="a" * 64, size=10, pages=3, tell=True)
        ready_at = report.ready_at
        operations.record_rendering(report, storage_key="b" * 64, size=11, pages=4, tell=True)
        assert (report.state, report.storage_key, report.size, report.pages, report.ready_at) == (
            ReportState.READY,
            "a" * 64,
            10,
            3,
            ready_at,
        )
    mails = tx.execute(select(Message.kind, Message.address, Message.subject)).all()
    assert [tuple(mail) for mail in mails] == [("report_ready", staff.email, "The report is ready: version 1, English")]


def test_whoever_did_not_wait_long_gets_no_mail(tx: DatabaseSession, edition: Edition, staff: Person) -> None:
    with scope.choose(edition.scope):
        operations.record_rendering(make_report(edition, staff), storage_key="a" * 64, size=10, pages=3)
    assert tx.scalar(select(func.count(Message.id))) == 0


def test_a_failure_is_kept_with_its_reason_and_can_be_retried(
    tx: DatabaseSession, edition: Edition, staff: Person
) -> None:
    with scope.choose(edition.scope):
        report = make_report(edition, staff)
        operations.fail(report, reason="Install Pango")
        assert (report.state, report.reason) == (ReportState.FAILED, "Install Pango")
        again = operations.order_report(report.snapshot, language="en", actor=staff)
        assert (again.id, again.state, again.reason) == (report.id, ReportState.WAITING, None)
    assert len(jobs(tx)) == 2


def test_a_report_whose_job_died_can_be_retried_and_one_under_way_cannot(
    tx: DatabaseSession, edition: Edition, staff: Person
) -> None:
    with scope.choose(edition.scope):
        report = make_report(edition, staff)
        with pytest.raises(Refused, match="Being created"):
            operations.retry_report(report, actor=staff)
        finish_job(tx, report, JobState.DEAD)
        assert operations.has_stopped(report) is True
        operations.retry_report(report, actor=staff)
        assert (operations.has_stopped(report), len(jobs(tx))) == (False, 2)


def test_a_check_says_whether_the_file_is_the_same(tx: DatabaseSession, edition: Edition, staff: Person) -> None:
    with scope.choose(edition.scope):
        report = make_report(edition, staff)
        with pytest.raises(Refused, match="Being created"):
            operations.check_report(report, actor=staff)
        operations.record_rendering(report, storage_key="a" * 64, size=10, pages=3)
        finish_job(tx, report, JobState.DONE)
        operations.check_report(report, actor=staff)
        operations.check_report(report, actor=staff)
        assert jobs(tx)[1:] == [("reporting.render_report", {"report_id": report.id, "check": True})]
        operations.record_check(report, storage_key="a" * 64)
        assert (report.identical, report.state) == (True, ReportState.READY)
        operations.record_check(report, storage_key="b" * 64)
        assert (report.identical, report.storage_key) == (False, "a" * 64)


def test_a_file_made_after_a_failure_makes_the_report_ready(edition: Edition, staff: Person) -> None:
    with scope.choose(edition.scope):
        report = make_report(edition, staff)
        operations.fail(report, reason="Install Pango")
        operations.record_rendering(report, storage_key="a" * 64, size=10, pages=3)
        assert (report.state, report.reason) == (ReportState.READY, None)


def test_who_may_read_and_make_reports(edition: Edition, staff: Person) -> None:
    partner, founder = make_member(edition, Role.PARTNER), make_member(edition, Role.FOUNDER)
    stranger = make_member(make_edition(), Role.ADMIN)
    with scope.choose(edition.scope):
        snapshot = make_snapshot(edition, staff)
        people = (staff, partner, founder, stranger, None)
        assert [rules.can_read_reports(person, edition) for person in people] == [True, True, False, False, False]
        assert [rules.can_make_reports(person, edition) for person in people] == [True, False, False, False, False]
        assert [rules.can_read(person, snapshot) for person in people] == [True, True, False, False, False]
        assert [rules.can_make(person, snapshot) for person in people] == [True, False, False, False, False]


def test_a_snapshot_is_dated_by_the_clock_of_its_edition(tx: DatabaseSession) -> None:
    at = datetime(2020, 11, 20, 1, tzinfo=UTC)
    ahead = int((at - datetime.now(UTC)).total_seconds())
    shifted = make_edition(ahead_seconds=ahead)
    with scope.choose(shifted.scope):
        taken = make_snapshot(shifted, make_member(shifted, Role.STAFF))
    assert (taken.taken_at.date(), taken.taken_at.microsecond) == (at.date(), 0)


def test_locks_and_states_work_on_both_databases(any_database: str) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
        with scope.choose(edition.scope):
            report = make_report(edition, staff)
            operations.fail(report, reason="Install Pango")
            operations.retry_report(report, actor=staff)
            operations.record_rendering(report, storage_key="a" * 64, size=10, pages=3)
            taken = report.snapshot_id, report.state, report.language
    with db.reading() as session, scope.choose(edition.scope):
        stored = session.get_one(Snapshot, taken[0])
        assert (taken[1:], digest(stored.figures)) == ((ReportState.READY, "en"), stored.digest)
