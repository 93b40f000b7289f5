"""``flask check``: every sentence holds of what the program writes, and each is found out when it does not."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from accelerator.accounts.models import Role
from accelerator.cli.check import INVARIANTS
from accelerator.core import clock, db, scope, storage
from accelerator.core.db import add, session
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.web import App
from accelerator.intake.models import Application, ApplicationState, Attachment
from accelerator.intake.operations.withdrawing import withdraw
from accelerator.mentoring.models import Claim, Mentor, Session, SessionState
from accelerator.notifications.models import Message, MessageState
from accelerator.programmes.models import Edition
from accelerator.selection.models import Choice, Decision, Offer, Release, ReleaseState
from accelerator.startups.models import KeyKind, Startup, StartupKey
from tests.factories import make_application, make_cohort_startup, make_edition, make_founder, make_member, make_startup
from tests.factories.intake import make_deck, make_form
from tests.factories.mentoring import make_mentor, make_past_session, make_session
from tests.factories.notifications import make_job, make_message
from tests.factories.selection import make_decision
from tests.services.databases import fresh_sqlite

ROOT = Path(__file__).resolve().parents[2]
ALL_HOLD = "11 sentences looked up, 0 do not hold.\n"


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition with one of everything that the sentences are about."""
    with db.transaction():
        made = make_edition()
        with scope.choose(made.scope):
            make_form(made)
            make_deck(make_application(made, ApplicationState.DRAFT))
            startup, founder = make_cohort_startup(made)
            make_session(make_mentor(made), startup, founder)
            make_offer(made, ReleaseState.RELEASED)
            make_message(made, state=MessageState.SENT, sent_at=clock.now())
            make_job(made, JobState.RUNNING, lease_until=clock.now())
    return made


def make_offer(edition: Edition, state: ReleaseState) -> Offer:
    """An offer whose decision is part of a release in this state."""
    decider, now = make_member(edition, Role.ADMIN), clock.now()
    application = make_application(edition, ApplicationState.OFFERED)
    release = add(
        Release(
            edition_id=edition.id,
            state=state,
            counts={},
            digest="0" * 64,
            prepared_by=decider.id,
            prepared_at=now,
            released_at=now if state is ReleaseState.RELEASED else None,
        )
    )
    make_decision(application, decider, Choice.OFFER, release_id=release.id)
    return add(
        Offer(edition_id=edition.id, application_id=application.id, made_at=now, expires_at=now + timedelta(days=7))
    )


def checked(app: App) -> tuple[int, str]:
    """Exit status and words of the command."""
    answer = app.test_cli_runner().invoke(args=["check"])
    return answer.exit_code, answer.output


def finding(sentence: str, *found: object) -> tuple[int, str]:
    """What the command says when this one sentence does not hold."""
    named = ", ".join(str(one) for one in found)
    return 1, f"Not so: {sentence} {len(found)}: {named}\n11 sentences looked up, 1 do not hold.\n"


def test_what_the_program_writes_is_so(app: App, edition: Edition) -> None:
    with db.reading(), scope.everywhere():
        kinds = (Application, Attachment, Session, Claim, Offer, Decision, Message, JobRow)
        there = [session().scalar(select(func.count()).select_from(kind)) for kind in kinds]
    assert all(there)
    assert checked(app) == (0, ALL_HOLD)


def test_every_sentence_stands_once() -> None:
    assert len({one.sentence for one in INVARIANTS}) == len(INVARIANTS) == 11


def test_a_sent_application_without_its_revision(app: App, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        found = make_application(edition, revision_number=2).reference
    assert checked(app) == finding("Every sent application has the revision that it names.", found)


def test_a_draft_that_was_withdrawn_was_never_sent(app: App, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        draft = make_application(edition, ApplicationState.DRAFT)
        withdraw(draft, reason="Other plans.", edition=edition, actor=draft.applicant)
        assert (draft.state, draft.submitted_at) == (ApplicationState.WITHDRAWN, None)
    assert checked(app) == (0, ALL_HOLD)


def test_a_file_that_is_gone(app: App, edition: Edition) -> None:
    with db.reading():
        attachment_id, key = session().execute(select(Attachment.id, Attachment.storage_key)).one()
    content = storage.get(key)
    storage._path(key).unlink()
    try:
        assert checked(app) == finding("Every attachment's file is there.", attachment_id)
    finally:
        storage.put(content)
    assert checked(app) == (0, ALL_HOLD)


def test_a_record_that_was_merged_has_nothing(app: App, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        kept, gone = make_startup(), make_startup()
        make_application(edition, startup=gone, applicant=make_founder(kept))
        session().execute(delete(StartupKey).where(StartupKey.startup_id == gone.id))
        gone.merged_into_id = kept.id
    sentence = "Nothing refers to a record that was merged into another one."
    assert checked(app) == finding(sentence, f"application {gone.id}")
    with db.transaction(), scope.choose(edition.scope):
        session().execute(update(Application).where(Application.startup_id == gone.id).values(startup_id=kept.id))
        add(StartupKey(kind=KeyKind.NAME, value="x", startup_id=gone.id))
    assert checked(app) == finding("A record that was merged is found by nothing.", gone.id)


@pytest.mark.parametrize("same", ["mentor", "startup"])
def test_two_sessions_of_one_party_at_once(app: App, edition: Edition, same: str) -> None:
    with db.transaction(), scope.choose(edition.scope):
        one, other = make_mentor(edition), make_mentor(edition)
        first, second = make_cohort_startup(edition)[0], make_cohort_startup(edition)[0]
        pairs = [(one, first), (one, second) if same == "mentor" else (other, first)]
        made = [past_session(mentor, startup) for mentor, startup in pairs]
        past_session(other, second, state=SessionState.CANCELLED)
    ids = " ".join(str(one) for one in made)
    assert checked(app) == finding("No mentor and no startup is in two sessions at once.", ids)


def past_session(mentor: Mentor, startup: Startup, **values: Any) -> int:
    """A session of three hours ago that holds its time."""
    made = make_past_session(mentor, startup, **values)
    add(Claim(party=f"test:{made.id}", tick=made.id, session_id=made.id))
    return made.id


def test_a_booked_session_that_holds_no_time(app: App, edition: Edition) -> None:
    with db.transaction(), scope.everywhere():
        session().execute(delete(Claim))
        found = session().scalars(select(Session.reference)).one()
    assert checked(app) == finding("Every booked session holds its time.", found)


def test_an_offer_before_its_release(app: App, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        found = make_offer(edition, ReleaseState.PREPARED).id
    assert checked(app) == finding("Every offer follows a decision that was released.", found)


def test_a_cohort_of_somebody_who_never_joined(app: App, edition: Edition) -> None:
    with db.transaction(), scope.choose(edition.scope):
        joined = Application.state == ApplicationState.JOINED
        session().execute(update(Application).where(joined).values(state=ApplicationState.TURNED_DOWN))
    assert checked(app) == finding("Every startup of a cohort has an application that joined.", 1)


def test_a_sent_mail_without_its_instant(app: App, edition: Edition) -> None:
    with db.transaction():
        found = make_message(edition, state=MessageState.SENT).id
    assert checked(app) == finding("Every sent mail says when.", found)


def test_a_running_job_that_nobody_will_take_up(app: App, edition: Edition) -> None:
    with db.transaction():
        found = make_job(edition, JobState.RUNNING).id
    assert checked(app) == finding("Every running job has a lease.", found)


def test_work_of_another_version(app: App, edition: Edition) -> None:
    with db.transaction():
        make_job(edition, JobState.DONE, name="attic.sweep")
        found = make_job(edition, JobState.WAITING, name="attic.sweep").id
    assert checked(app) == finding("Every open job is of a kind that this version knows.", found)


def test_all_editions_are_looked_at_and_every_fault_is_told(app: App, edition: Edition) -> None:
    with db.transaction():
        other = make_edition()
        mails = [make_message(one, state=MessageState.SENT).id for one in (edition, other)]
        job_id = make_job(other, JobState.RUNNING).id
    assert checked(app) == (
        1,
        f"Not so: Every sent mail says when. 2: {mails[0]}, {mails[1]}\n"
        f"Not so: Every running job has a lease. 1: {job_id}\n"
        "11 sentences looked up, 2 do not hold.\n",
    )


def test_many_are_counted_and_twenty_named(app: App) -> None:
    with db.transaction():
        ids = [make_message(state=MessageState.SENT).id for _ in range(21)]
    named = ", ".join(str(one) for one in ids[:20])
    assert checked(app)[1].splitlines()[0] == f"Not so: Every sent mail says when. 21: {named} ..."


class TestAsACommand:
    def run(self, folder: Path, database_url: str) -> "subprocess.CompletedProcess[str]":
        """As an operator or a timer runs it; Redis and the mail server are away."""
        environment = {
            **os.environ,
            "FUNADE_SECRET_KEY": "k" * 40,
            "FUNADE_INSTANCE": str(folder),
            "DATABASE_URL": database_url,
            "REDIS_URL": f"unix://{folder}/none.sock",
        }
        return subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "check"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def test_needs_the_database_alone(self, tmp_path: Path) -> None:
        answer = self.run(tmp_path, fresh_sqlite(tmp_path))
        assert (answer.returncode, answer.stdout) == (0, ALL_HOLD)

    @pytest.mark.parametrize("place", ["empty.db", "missing/funade.db"])
    def test_says_nothing_of_rows_that_it_could_not_read(self, tmp_path: Path, place: str) -> None:
        answer = self.run(tmp_path, f"sqlite:///{tmp_path / place}")
        assert (answer.returncode, answer.stdout) == (1, "")
