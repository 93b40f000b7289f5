"""The worker's part: real pages, the same to the byte, whatever happens in between."""

import hashlib
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, pdf, scope, storage
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.web import App
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.reporting import operations, typeset
from accelerator.reporting.models import DIGEST_DIFFERS, Report, ReportState, Snapshot
from accelerator.reporting.queries import snapshots
from config import Settings
from tests.factories import make_edition, make_member
from tests.factories.reporting import make_kobe_edition, make_kobe_rows, make_report
from tests.services.installations import set_to
from workers.run import run

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys
from accelerator.app import opened
from accelerator.core.installation import entered
from config import Settings
from workers.run import run
with entered(opened(Settings.from_environment())):
    run(sys.argv[1])
"""


@pytest.fixture
def files(app: App, settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """An empty storage of this test's own."""
    with set_to(instance=tmp_path):
        yield tmp_path / "files"


def ordered(edition: Edition, staff: Person, language: str = "en") -> tuple[int, str]:
    """Id of a new report and of its job."""
    with db.transaction(), scope.choose(edition.scope):
        report = make_report(edition, staff, language)
        return report.id, str(report.job_id)


def small() -> tuple[Edition, Person]:
    with db.transaction():
        edition = make_edition()
        return edition, make_member(edition, Role.STAFF)


def row(report_id: int) -> Report:
    with db.reading() as session, scope.everywhere():
        return session.get_one(Report, report_id)


def job_state(job_id: str) -> tuple[JobState, int, int, str | None]:
    with db.reading() as session:
        job = session.get_one(JobRow, job_id)
        return job.state, job.done, job.total, job.error


def stored(files: Path) -> list[str]:
    return sorted(path.name for path in files.rglob("*") if path.is_file())


def words(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def again(report_id: int, edition: Edition, staff: Person) -> str:
    with db.transaction() as session, scope.choose(edition.scope):
        report = session.get_one(Report, report_id)
        operations.check_report(report, actor=staff)
        return str(report.job_id)


def in_another_process(job_id: str, settings: Settings, files: Path) -> "subprocess.Popen[bytes]":
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "7",
        "FUNADE_SECRET_KEY": settings.secret_key,
        "FUNADE_INSTANCE": str(files.parent),
        "DATABASE_URL": settings.database_url,
    }
    return subprocess.Popen([sys.executable, "-c", PROGRAM, job_id], env=environment, cwd=files.parent)


@pytest.mark.no_cover
def test_a_report_is_made_and_made_again_to_the_byte_also_in_another_process(settings: Settings, files: Path) -> None:
    edition, staff = small()
    report_id, job_id = ordered(edition, staff)
    run(job_id)
    made = row(report_id)
    content = storage.get(str(made.storage_key))
    assert (made.state, made.size, made.pages) == (ReportState.READY, len(content), pdf.page_count(content))
    assert job_state(job_id) == (JobState.DONE, 3, 3, None)
    check = again(report_id, edition, staff)
    process = in_another_process(check, settings, files)
    assert process.wait(120) == 0
    assert job_state(check)[0] is JobState.DONE
    assert (row(report_id).identical, row(report_id).storage_key) == (True, made.storage_key)
    assert stored(files) == [hashlib.sha256(content).hexdigest()]


def test_kobe_in_japanese_says_what_was_reported(files: Path) -> None:
    with db.transaction():
        edition = make_kobe_edition()
        staff = make_member(edition, Role.ADMIN, language="ja")
        with scope.choose(edition.scope):
            make_kobe_rows(edition)
    report_id, job_id = ordered(edition, staff, "ja")
    run(job_id)
    content = storage.get(str(row(report_id).storage_key))
    document = PdfReader(io.BytesIO(content))
    root = document.trailer["/Root"].get_object()
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("ja", True)
    text = words(content)
    expected = (
        "237社から応募があり、うち162社（68.4%）は海外からでした。",
        "1億1,000万米ドル超",
        "神戸への進出を決めた企業4社",
        "神戸医療産業都市との協業2社",
        "架空のデータ",
        "KurageHealth",
        "9月7日–10月30日",
        "11月12日",
    )
    assert [words for words in expected if words not in text] == []
    assert [words for words in ("6社が進出", "進出と協業6", "Nobodymustread") if words in text] == []
    assert 12 <= len(document.pages) <= 20


@pytest.mark.no_cover
def test_a_worker_killed_in_the_middle_leaves_one_file_after_the_next_try(settings: Settings, files: Path) -> None:
    edition, staff = small()
    report_id, job_id = ordered(edition, staff)
    process = in_another_process(job_id, settings, files)
    ends = time.monotonic() + 60
    while job_state(job_id)[1] < 1 and time.monotonic() < ends:
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    assert (job_state(job_id)[0], row(report_id).state) == (JobState.RUNNING, ReportState.WAITING)
    with db.transaction() as session:
        session.execute(update(JobRow).where(JobRow.id == job_id).values(lease_until=clock.system_now() - timedelta(1)))
    run(job_id)
    assert (job_state(job_id)[0], row(report_id).state) == (JobState.DONE, ReportState.READY)
    assert stored(files) == [row(report_id).storage_key]


def test_without_pango_it_fails_with_a_reason_and_is_not_tried_for_ever(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edition, staff = small()
    report_id, job_id = ordered(edition, staff)
    # A module set to None makes its import fail, as it does where the libraries are missing.
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    run(job_id)
    failed = row(report_id)
    assert (failed.state, str(failed.reason)[:13], job_state(job_id)[0]) == (
        ReportState.FAILED,
        "Install Pango",
        JobState.DONE,
    )
    assert stored(files) == []


def test_figures_that_were_changed_behind_the_snapshot_are_not_printed(files: Path) -> None:
    edition, staff = small()
    report_id, job_id = ordered(edition, staff)
    with db.transaction() as session, scope.choose(edition.scope):
        snapshot = session.scalars(select(Snapshot)).one()
        session.execute(update(Snapshot).values(figures={**snapshot.figures, "format": 2}))
    run(job_id)
    assert (row(report_id).state, row(report_id).reason) == (ReportState.FAILED, DIGEST_DIFFERS)


def test_whoever_waited_for_long_gets_a_mail_once(files: Path) -> None:
    edition, staff = small()
    _, job_id = ordered(edition, staff)
    with db.transaction() as session:
        session.execute(
            update(JobRow).where(JobRow.id == job_id).values(created_at=clock.system_now() - timedelta(minutes=1))
        )
    run(job_id)
    run(job_id)
    with db.reading() as session:
        mails = session.execute(select(Message.kind, Message.address)).all()
    assert [tuple(mail) for mail in mails] == [("report_ready", staff.email)]


def test_a_rendering_needs_no_session(app: App) -> None:
    edition, staff = small()
    report_id, _ = ordered(edition, staff, "ja")
    with db.reading(), scope.choose(edition.scope):
        work = snapshots.rendering(report_id, edition)
    assert work is not None
    html = typeset.page(work)
    assert '<html lang="ja">' in html
    assert (
        typeset.title(work)
        == f"{work.figures['edition']['programme']['ja']} {work.figures['edition']['year']} 事業報告書"
    )
    assert typeset.file_names("kobe-2020", 2, "ja", 'A/B: "神戸"') == ("kobe-2020-report-2-ja.pdf", "A B   神戸 v2.pdf")
