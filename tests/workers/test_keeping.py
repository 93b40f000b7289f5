"""The nightly job: what is over goes, what is not stays, done again nothing happens; on both databases."""

import hashlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Attempt, Link, LinkPurpose, PersonAddress, Role, SignIn
from accelerator.core import clock, db, installation, keeping, outbox, scope, storage
from accelerator.core.audit import AuditDetail, AuditEntry, audit
from accelerator.core.outbox import JobRow, JobState
from accelerator.intake.models import Application, ApplicationState, Attachment, Revision, SearchTerm
from accelerator.notifications.models import Message, MessageState
from accelerator.programmes.models import Edition
from accelerator.startups.models import Founder
from tests.factories import Browser, make_application, make_edition, make_member, make_person
from tests.services.installations import set_to
from workers import keeping as worker
from workers.keeping import NotKept, keep_lives

pytestmark = pytest.mark.usefixtures("any_database", "files")


@pytest.fixture
def files(tmp_path: Any) -> Iterator[None]:
    """A storage of the test's own."""
    with set_to(instance=tmp_path):
        yield


def ago(days: float) -> datetime:
    return clock.system_now() - timedelta(days=days)


def job() -> str:
    with db.transaction():
        job_id = outbox.enqueue(keeping.KEEP_LIVES)
    assert job_id is not None
    return job_id


def result(job_id: str) -> dict[str, int]:
    with db.reading() as session:
        return session.get_one(JobRow, job_id).result or {}


def run() -> dict[str, int]:
    """Keep all lives and say what came of it."""
    job_id = job()
    keep_lives(job_id)
    return result(job_id)


def test_sign_ins_links_tries_and_addresses_go_after_their_time() -> None:
    with db.transaction() as session:
        person = make_person()
        for number, (ended, expires) in enumerate([(91, -9), (89, -9), (None, 91), (None, -9)]):
            session.add(
                SignIn(
                    person_id=person.id,
                    token_hash=f"s{number}",
                    agent="",
                    network="",
                    started_at=ago(200),
                    seen_at=ago(200),
                    expires_at=ago(expires),
                    ended_at=ended and ago(ended),
                )
            )
            session.add(
                Link(
                    token_hash=f"l{number}",
                    purpose=LinkPurpose.SIGN_IN,
                    email="a@example.org",
                    created_at=ago(200),
                    expires_at=ago(expires),
                    used_at=ended and ago(ended),
                )
            )
        for days, confirmed in ((31, None), (29, None), (31, ago(31))):
            session.add(
                PersonAddress(
                    person_id=person.id,
                    email=f"{days}{bool(confirmed)}@example.org",
                    created_at=ago(days),
                    confirmed_at=confirmed,
                )
            )
        for days, succeeded in ((2, False), (0.5, False), (2, True), (91, True)):
            session.add(Attempt(kind="password", email="a@example.org", place="", at=ago(days), succeeded=succeeded))
    assert run() == {"sign_in": 2, "link": 2, "person_address": 1, "attempt": 2}
    with db.reading() as session:
        assert session.scalars(select(SignIn.token_hash).order_by(SignIn.id)).all() == ["s1", "s3"]
        assert session.scalars(select(Link.token_hash).order_by(Link.id)).all() == ["l1", "l3"]
    assert run() == {}


def test_what_others_point_at_stays() -> None:
    with db.transaction() as session:
        edition = make_edition()
        with scope.choose(edition.scope):
            application = make_application(edition)
        link = db.add(
            Link(
                token_hash="x",
                purpose=LinkPurpose.JOIN,
                email="a@example.org",
                created_at=ago(200),
                expires_at=ago(200),
            )
        )
        session.add(Founder(startup_id=application.startup_id, name="Lena", link_id=link.id))
    assert run() == {}


def test_mails_keep_their_row_and_lose_their_words() -> None:
    with db.transaction() as session:
        for number, (state, days) in enumerate(
            [(MessageState.SENT, 401), (MessageState.SENT, 399), (MessageState.WAITING, 401)]
        ):
            session.add(
                Message(
                    key=f"m{number}",
                    kind="test",
                    address="a@example.org",
                    name="A",
                    language="en",
                    subject="S",
                    body="B",
                    html="<p>B</p>",
                    calendar="C",
                    state=state,
                    next_at=ago(days),
                    created_at=ago(days),
                )
            )
    assert run() == {"message": 1}
    with db.reading() as session:
        kept = session.execute(
            select(Message.subject, Message.body, Message.html, Message.calendar).order_by(Message.id)
        )
        assert kept.all() == [("S", "", "", None), ("S", "B", "<p>B</p>", "C"), ("S", "B", "<p>B</p>", "C")]
    assert run() == {}


def test_rows_of_jobs_go_and_dead_ones_later() -> None:
    with db.transaction() as session:
        for number, (state, days) in enumerate(
            [(JobState.DONE, 31), (JobState.DONE, 29), (JobState.DEAD, 31), (JobState.DEAD, 401)]
        ):
            session.add(
                JobRow(
                    id=f"j{number}",
                    name="x",
                    queue="default",
                    payload={},
                    state=state,
                    created_at=ago(days),
                    run_at=ago(days),
                    finished_at=ago(days),
                )
            )
    assert run() == {"job": 2}
    with db.reading() as session:
        assert session.scalars(select(JobRow.id).where(JobRow.name == "x").order_by(JobRow.id)).all() == ["j1", "j2"]


def test_details_of_sign_ins_are_erased_and_the_trail_stays() -> None:
    with db.transaction() as session:
        person = make_person()
        for action in ("accounts.signed_in", "accounts.profile_changed"):
            values = {"network": "192.0.2.0/24"} if action.endswith("in") else {"given_name": ["A", "B"]}
            entry = AuditEntry(
                at=ago(91),
                action=action,
                subject_type="person",
                subject_id=person.id,
                changes={},
                withheld=list(values),
            )
            session.add(entry)
            session.add(AuditDetail(entry=entry, changes=values))
        audit(person, "accounts.signed_in", person, network="198.51.100.0/24")
    assert run() == {"audit_detail": 1}
    with db.reading() as session:
        assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all() == [
            "accounts.signed_in",
            "accounts.profile_changed",
            "accounts.signed_in",
        ]
        assert session.scalars(select(AuditDetail.changes).order_by(AuditDetail.entry_id)).all() == [
            {"given_name": ["A", "B"]},
            {"network": "198.51.100.0/24"},
        ]


def given(application: Application, content: bytes, *, removed: float | None, number: int = 1) -> Attachment:
    """A file of an application, stored long ago."""
    return db.add(
        Attachment(
            application_id=application.id,
            question_key="deck",
            storage_key=stored(content),
            file_name=f"deck{number}.pdf",
            size=1,
            uploaded_by=application.applicant_id,
            uploaded_at=ago(500),
            removed_at=None if removed is None else ago(removed),
        )
    )


def stored(content: bytes) -> str:
    key = storage.put(content)
    long_ago = ago(500).timestamp()
    os.utime(storage._path(key), (long_ago, long_ago))
    return key


def exists(content: bytes) -> bool:
    return storage._path(hashlib.sha256(content).hexdigest()).exists()


def closed(days: float) -> Edition:
    """An edition whose call closed so long ago."""
    return make_edition(opens_at=ago(days + 30), closes_at=ago(days))


def test_drafts_that_nobody_sent_go_with_their_files() -> None:
    with db.transaction() as session:
        edition, lately = closed(401), closed(399)
        for at in (edition, lately):
            with scope.choose(at.scope):
                old = make_application(at, ApplicationState.DRAFT, saved_at=ago(500), revision_number=0)
                given(old, b"deck of " + at.slug.encode(), removed=None)
                session.add(SearchTerm(edition_id=at.id, term="deck", application_id=old.id))
        with scope.choose(edition.scope):
            make_application(edition, ApplicationState.DRAFT, saved_at=ago(399), revision_number=0)
            make_application(edition, saved_at=ago(500))
        name = edition.slug.encode(), lately.slug.encode()
    assert run() == {"application": 1}
    with db.reading() as session, scope.everywhere():
        left = session.execute(select(Application.edition_id, Application.state).order_by(Application.id)).all()
        assert left == [
            (lately.id, ApplicationState.DRAFT),
            (edition.id, ApplicationState.DRAFT),
            (edition.id, ApplicationState.SENT),
        ]
        assert {lately.id, edition.id} == set(session.scalars(select(SearchTerm.edition_id)))
        assert {row.id for row in session.scalars(select(Application))} >= set(
            session.scalars(select(SearchTerm.application_id))
        )
        assert session.scalars(select(AuditEntry.action).where(AuditEntry.subject_type == "application")).all() == [
            "application.forgotten"
        ]
    assert [exists(b"deck of " + one) for one in name] == [False, True]
    assert run() == {}


def test_replaced_files_go_30_days_after_sending_unless_a_revision_names_them() -> None:
    with db.transaction() as session:
        edition = make_edition()
        with scope.choose(edition.scope):
            sent, again = (make_application(edition, revision_number=1) for _ in range(2))
            named, replaced, shared = (
                given(sent, content, removed=31) for content in (b"named", b"replaced", b"shared")
            )
            given(sent, b"shared", removed=None)
            given(sent, b"lately", removed=29)
            given(again, b"again", removed=31)
            for application, days in ((sent, 31), (again, 29)):
                revision = session.scalars(select(Revision).where(Revision.application_id == application.id)).one()
                revision.sent_at = ago(days)
                revision.answers = {"deck": {"id": named.id, "sha256": "x"}} if application is sent else {}
        gone = {replaced.id, shared.id}
    assert run() == {"attachment": 2}
    with db.reading() as session:
        assert gone & set(session.scalars(select(Attachment.id))) == set()
        assert len(session.scalars(select(Attachment.id)).all()) == 4
    contents = (b"named", b"replaced", b"shared", b"lately", b"again")
    assert [exists(content) for content in contents] == [True, False, True, True, True]
    assert run() == {}


def test_more_than_a_batch_goes_in_several_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    with db.transaction() as session:
        session.add_all(
            Attempt(kind="password", email="a@example.org", place="", at=ago(91), succeeded=True) for _ in range(7)
        )
    end = Attempt.__life__.ends[1]
    counts = []
    while True:
        with db.transaction():
            counts.append(keeping.keep(Attempt, end, most=3))
        if counts[-1] < 3:
            break
    assert counts == [3, 3, 1]


def test_a_table_that_fails_is_named_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    with db.transaction() as session:
        session.add(Attempt(kind="password", email="a@example.org", place="", at=ago(91), succeeded=True))

    def broken() -> Iterator[int]:
        raise OSError("disk")
        yield 0

    monkeypatch.setitem(worker.OWN, Application, broken)
    job_id = job()
    with pytest.raises(NotKept, match="application"):
        keep_lives(job_id)
    assert result(job_id) == {"attempt": 1}


def test_the_page_of_jobs_says_how_many(app: Any) -> None:
    with db.transaction() as session:
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
        session.add(Attempt(kind="password", email="a@example.org", place="", at=ago(91), succeeded=True))
    job_id = job()
    keep_lives(job_id)
    with db.transaction() as session:
        row = session.get_one(JobRow, job_id)
        row.state, row.finished_at = JobState.DONE, clock.system_now()
    page = Browser(app).sign_in(staff).get(f"/editions/{edition.slug}/jobs").text
    assert page.count("Removing expired data") == 1
    assert page.count("Sign-in attempt: 1") == 1


def test_files_that_no_row_names_go_after_two_days() -> None:
    with db.transaction():
        application = make_application(make_edition())
        kept = storage.put(b"named")
        db.add(
            Attachment(
                application_id=application.id,
                question_key="deck",
                storage_key=kept,
                file_name="deck.pdf",
                size=5,
                uploaded_by=application.applicant_id,
                uploaded_at=ago(5),
            )
        )
    orphan, fresh = storage.put(b"refused"), storage.put(b"just stored")
    for key, days in ((kept, 3), (orphan, 2.1), (fresh, 1.9)):
        instant = ago(days).timestamp()
        path = installation.current().files / key[:2] / key
        os.utime(path, (instant, instant))
    half = installation.current().files / kept[:2] / "tmphalf"
    half.write_bytes(b"x")
    os.utime(half, (instant - 3600, instant - 86400))
    keep_lives(job())
    there = {path.name for path in installation.current().files.rglob("*") if path.is_file()}
    assert there == {kept, fresh}
