"""The PDF copy of what was sent: made by a worker in each reader's language, on its way with the receipt, private."""

import io
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from accelerator.accounts.models import Person
from accelerator.core import clock, db, i18n, pdf, scope
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.web import App
from accelerator.intake.copies import MAKE_COPY, RevisionCopy
from accelerator.intake.models import Application
from accelerator.intake.operations import copies, sending
from accelerator.intake.queries import drafts
from accelerator.notifications.composing import compose
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.startups.queries import people
from config import Settings
from tests.factories import Browser, make_edition, make_founder, make_person
from tests.factories.intake import make_complete_draft, make_form
from tests.factories.startups import make_role
from tests.services.installations import set_to
from workers import intake
from workers.run import run


@pytest.fixture(autouse=True)
def files(app: App, settings: Settings, tmp_path: Path) -> Iterator[None]:
    """An empty storage of this test's own."""
    with set_to(instance=tmp_path):
        yield


def sent(*languages: str) -> tuple[Edition, Application]:
    """An application that was sent just now, whose founders read these languages."""
    with db.transaction():
        edition = make_edition(slug="kobe")
        with scope.choose(edition.scope):
            form = make_form(edition)
            application = make_complete_draft(edition, form, solution="We listen.\n\n音で診ます。\n\n" + "s" * 50)
            first = application.applicant
            first.language = languages[0]
            for language in languages[1:]:
                make_role(edition, make_founder(application.startup, language=language))
            sending.send(application, form, edition=edition, at=clock.now(), actor=first)
        return edition, application


def jobs() -> list[JobRow]:
    with db.reading() as opened:
        return list(opened.scalars(select(JobRow).where(JobRow.name == MAKE_COPY.name).order_by(JobRow.key)))


def receipts() -> list[Message]:
    with db.reading() as opened:
        return list(opened.scalars(select(Message).where(Message.kind == "application_sent").order_by(Message.id)))


def text_of(content: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages)


def test_each_receipt_takes_the_copy_in_its_language_along() -> None:
    _edition, application = sent("en", "ja")
    assert [receipt.next_at - receipt.created_at > timedelta(minutes=1) for receipt in receipts()] == [True, True]
    for job in jobs():
        run(job.id)
    assert [job.state for job in jobs()] == [JobState.DONE, JobState.DONE]
    said = {"en": ("ApplicationtoEdition", "Whatyoudo,inoneline"), "ja": ("事業を一行で", "応募日時")}
    for receipt in receipts():
        assert receipt.next_at <= clock.system_now()
        parts = list(message_from_bytes(compose(receipt, "no-reply@example.org")).walk())
        [attached] = [part for part in parts if part.get_content_type() == "application/pdf"]
        assert attached.get_filename() == f"{application.reference}-1.pdf"
        payload = attached.get_payload(decode=True)
        assert isinstance(payload, bytes)
        text = text_of(payload)
        assert all(words in text for words in (*said[receipt.language], "Welisten.", "音で診ます。", "Northbreath"))


def test_a_job_that_is_done_twice_leaves_one_copy_and_changes_no_mail_that_was_tried() -> None:
    edition, _application = sent("en")
    [job] = jobs()
    with db.transaction() as opened:
        opened.query(Message).update({"attempts": 1})
    before = [(receipt.storage_key, receipt.next_at) for receipt in receipts()]
    for _time in range(2):
        with scope.choose(edition.scope):
            intake.make_copy(job.id, **job.payload)
    with db.reading() as opened:
        assert len(opened.scalars(select(RevisionCopy)).all()) == 1
    assert [(receipt.storage_key, receipt.next_at) for receipt in receipts()] == before == [(None, before[0][1])]


def test_a_machine_that_cannot_typeset_lets_the_receipts_go(monkeypatch: pytest.MonkeyPatch) -> None:
    sent("en")
    [job] = jobs()
    monkeypatch.setattr(pdf, "_weasyprint", _lacking)
    run(job.id)
    [receipt] = receipts()
    assert (receipt.storage_key, receipt.next_at <= clock.system_now()) == (None, True)
    [job] = jobs()
    assert (job.state, job.attempts) == (JobState.WAITING, 1)


def _lacking() -> Any:
    raise pdf.PdfUnavailable("Pango is not here.", "Install it.")


def test_founders_get_their_copy_and_ask_for_it_in_another_language_and_nobody_else_does(
    app: App, browser: Browser
) -> None:
    edition, application = sent("en")
    page = f"/editions/kobe/my/{application.reference}"
    with db.reading() as opened:
        founder = opened.get_one(Person, application.applicant_id)
    browser.sign_in(founder)
    assert "Making your copy as PDF" in browser.get(f"{page}/receipt").text
    assert browser.get(f"{page}/copies/1/en.pdf").status_code == 404
    [job] = jobs()
    run(job.id)
    answer = browser.get(f"{page}/copies/1/en.pdf")
    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    assert "no-store" in answer.headers["Cache-Control"]
    assert f"{page}/copies/1/en.pdf" in browser.get(f"{page}/receipt").text

    with db.transaction() as opened, scope.choose(edition.scope), i18n.speaking("ja", "Asia/Tokyo"):
        revision = drafts.revision(opened.get_one(Application, application.id), 1)
        assert revision is not None
        for _press in range(2):
            copies.order_copy(revision, language="ja", actor=opened.get_one(Person, founder.id))
    assert [job.payload["language"] for job in jobs() if job.state is JobState.WAITING] == ["ja"]

    with db.transaction(), scope.choose(edition.scope):
        other = make_person()
        make_role(edition, other)
    for stranger in (Browser(app), Browser(app).sign_in(other)):
        for answer in (stranger.get(f"{page}/copies/1/en.pdf"), stranger.post(f"{page}/copies")):
            assert answer.status_code in (401, 404) or "/sign-in" in answer.headers["Location"]
    with db.reading():
        assert len(people(application.startup_id)) == 1
