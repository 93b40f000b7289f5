"""What staff see of mails and jobs."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow, JobState
from accelerator.core.web import App
from accelerator.notifications import operations, queries
from accelerator.notifications.models import Message, MessageState
from accelerator.notifications.operations import notify
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_application, make_edition, make_member
from tests.factories.notifications import make_job, make_message
from tests.factories.scoring import make_conflict

TOKEN = "t" * 43

LEFT_OUT = "Some e-mails are not shown because of a conflict of interest."


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition."""
    with db.transaction():
        return make_edition()


@pytest.fixture
def staff(edition: Edition) -> Person:
    """Its staff."""
    with db.transaction():
        return make_member(edition, Role.STAFF)


def test_the_page_lists_this_editions_mails_only(browser: Browser, edition: Edition, staff: Person) -> None:
    with db.transaction():
        make_message(edition, subject="Ours")
        make_message(make_edition(), subject="Theirs")
        make_message(None, subject="Nobody's: a link to sign in")
    text = browser.sign_in(staff).get(f"/editions/{edition.slug}/mail").text
    assert [subject in text for subject in ("Ours", "Theirs", "Nobody")] == [True, False, False]


def test_filter_and_counts(edition: Edition, staff: Person) -> None:
    with db.transaction():
        make_message(edition)
        bounced = make_message(edition, state=MessageState.BOUNCED)
    with db.reading(), scope.choose(edition.scope):
        counts = queries.message_counts(edition, staff)
        found = queries.messages(edition, staff, MessageState.BOUNCED, None)
    assert (counts[MessageState.WAITING], counts[MessageState.BOUNCED], counts[MessageState.SENT]) == (1, 1, 0)
    assert [row.id for row in found.rows] == [bounced.id]


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow(
    browser: Browser, edition: Edition, staff: Person, count_queries: list[str], number: int
) -> None:
    with db.transaction():
        for _ in range(number):
            make_message(edition)
    browser.sign_in(staff)
    count_queries.clear()
    assert browser.get(f"/editions/{edition.slug}/mail").status_code == 200
    assert len(count_queries) == 6


@pytest.mark.parametrize("part", ["", "/html", "/invite.ics"])
def test_only_the_team_reads_a_mail(app: App, edition: Edition, staff: Person, part: str) -> None:
    with db.transaction():
        message = make_message(edition, calendar="BEGIN:VCALENDAR", calendar_method="REQUEST")
        others = [make_member(edition, Role.REVIEWER), make_member(make_edition(), Role.STAFF)]
        other = make_edition()
        both = make_member(other, Role.STAFF)
    path = f"/editions/{edition.slug}/mail/{message.id}{part}"
    assert Browser(app).sign_in(staff).get(path).status_code == 200
    assert [Browser(app).sign_in(who).get(path).status_code for who in others] == [404, 404]
    assert Browser(app).get(path).location.startswith("/sign-in?next=")
    assert Browser(app).sign_in(both).get(f"/editions/{other.slug}/mail/{message.id}{part}").status_code == 404


def test_the_html_part_can_do_nothing(browser: Browser, edition: Edition, staff: Person) -> None:
    with db.transaction():
        message = make_message(edition, html="<p style='color:red'>Hi</p>")
    answer = browser.sign_in(staff).get(f"/editions/{edition.slug}/mail/{message.id}/html")
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
    )
    assert answer.text == "<p style='color:red'>Hi</p>"


def test_staff_never_see_the_links_that_sign_in(app: App, browser: Browser, edition: Edition, staff: Person) -> None:
    with db.transaction():
        link = f"http://localhost/links/{TOKEN}"
        message = make_message(edition, body=f"Open {link}\n", html=f"<a href='{link}'>{link}</a>")
    path = f"/editions/{edition.slug}/mail/{message.id}"
    browser.sign_in(staff)
    assert [browser.get(path + part).text.count(TOKEN) for part in ("", "/html")] == [0, 0]
    before = app.installation.settings
    app.installation.settings = replace(before, demo=True)
    assert [browser.get(path + part).text.count(TOKEN) for part in ("", "/html")] == [1, 2]
    app.installation.settings = before


def test_a_demonstration_shows_the_mails_of_no_edition_too(
    app: App, browser: Browser, edition: Edition, staff: Person
) -> None:
    with db.transaction():
        mail = make_message(None, subject="Confirm that you founded Momo")
    here, before = f"/editions/{edition.slug}/mail", app.installation.settings
    browser.sign_in(staff)
    assert (mail.subject in browser.get(here).text, browser.get(f"{here}/{mail.id}").status_code) == (False, 404)
    app.installation.settings = replace(before, demo=True)
    assert (mail.subject in browser.get(here).text, browser.get(f"{here}/{mail.id}").status_code) == (True, 200)
    app.installation.settings = before


def test_retry_and_discard(browser: Browser, edition: Edition, staff: Person) -> None:
    with db.transaction():
        message = make_message(edition, state=MessageState.BOUNCED, error="550", attempts=3)
    path = f"/editions/{edition.slug}/mail/{message.id}"
    browser.sign_in(staff)
    assert browser.post(f"{path}/discard").status_code == 302
    assert browser.post(f"{path}/retry").status_code == 302
    with db.reading():
        row = session().get(Message, message.id)
        assert (row.state, row.attempts, row.error) == (MessageState.WAITING, 0, None)
        actions = session().scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
        assert actions == ["notifications.discarded", "notifications.retried"]
        assert len(session().scalars(select(JobRow)).all()) == 1


def test_a_sent_mail_is_neither_retried_nor_discarded(edition: Edition, staff: Person) -> None:
    with db.transaction():
        message = make_message(edition, state=MessageState.SENT)
        for act in (operations.retry_message, operations.discard_message):
            with pytest.raises(Refused, match="This is “Sent” now"):
                act(message, actor=staff)


def test_refusal_comes_back_as_a_page(browser: Browser, edition: Edition, staff: Person) -> None:
    with db.transaction():
        message = make_message(edition, state=MessageState.SENT)
    answer = browser.sign_in(staff).post(f"/editions/{edition.slug}/mail/{message.id}/retry")
    assert answer.status_code == 409


def test_the_banner_tells_of_late_mails_and_dead_jobs(browser: Browser, edition: Edition, staff: Person) -> None:
    path = f"/editions/{edition.slug}/mail"
    browser.sign_in(staff)
    with db.transaction():
        message = make_message(edition)
    assert "E-mails or jobs are stuck." not in browser.get(path).text
    with db.transaction():
        session().get(Message, message.id).next_at = clock.system_now() - timedelta(minutes=6)
    assert "E-mails or jobs are stuck." in browser.get(path).text
    with db.transaction():
        session().get(Message, message.id).state = MessageState.SENT
        make_job(edition, JobState.DEAD, error="ValueError", finished_at=clock.system_now(), attempts=5)
    assert "1 job failed after its last try." in browser.get(path).text


def test_a_dead_job_is_shown_and_retried(browser: Browser, edition: Edition, staff: Person) -> None:
    with db.transaction():
        dead = make_job(edition, JobState.DEAD, error="ValueError", finished_at=clock.system_now(), attempts=3)
        make_job(edition, JobState.RUNNING, done=64, total=221, step_source="Mail")
        make_job(make_edition(), JobState.DEAD, error="KeyError", finished_at=clock.system_now())
    browser.sign_in(staff)
    text = browser.get(f"/editions/{edition.slug}/jobs").text
    assert (text.count("ValueError"), text.count("KeyError"), text.count("64 / 221")) == (1, 0, 1)
    assert browser.post(f"/editions/{edition.slug}/jobs/{dead.id}/retry").status_code == 302
    with db.reading():
        row = session().get(JobRow, dead.id)
        assert (row.state, row.attempts) == (JobState.WAITING, 0)


def test_what_a_job_does_is_said_in_the_viewers_language(browser: Browser, edition: Edition) -> None:
    with db.transaction():
        make_job(edition, JobState.RUNNING, done=1, total=2, step_source="Mail")
        japanese = make_member(edition, Role.STAFF, language="ja")
    text = browser.sign_in(japanese).get(f"/editions/{edition.slug}/jobs").text
    assert text.count("1 / 2 · メール<") == 1


def test_jobs_of_others_are_not_retried(browser: Browser, edition: Edition, staff: Person) -> None:
    with db.transaction():
        other = make_edition()
        dead = make_job(other, JobState.DEAD, finished_at=clock.system_now())
    browser.sign_in(staff)
    assert browser.post(f"/editions/{edition.slug}/jobs/{dead.id}/retry").status_code == 404
    assert browser.post(f"/editions/{other.slug}/jobs/{dead.id}/retry").status_code == 404


def test_polling_gets_the_fragment_alone(browser: Browser, edition: Edition, staff: Person) -> None:
    with db.transaction():
        make_job(edition, JobState.RUNNING, total=2, done=1)
    answer = browser.sign_in(staff).get(f"/editions/{edition.slug}/jobs", headers={"HX-Request": "true"})
    assert answer.text.strip().startswith('<section class="panel" id="open-jobs"')
    assert answer.text.count("hx-trigger") == 1
    with db.transaction():
        session().scalars(select(JobRow)).one().state = JobState.DONE
        session().scalars(select(JobRow)).one().finished_at = clock.system_now()
    answer = browser.get(f"/editions/{edition.slug}/jobs", headers={"HX-Request": "true"})
    assert answer.text.count("hx-trigger") == 0


def test_a_dead_job_is_dead_before_it_is_retried(edition: Edition, staff: Person) -> None:
    with db.transaction(), scope.choose(edition.scope):
        row = make_job(edition)
        with pytest.raises(Refused, match="hasn't failed"):
            operations.retry_job(row, actor=staff)


def test_a_mail_about_a_barred_application_is_not_on_the_page(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        hidden, plain = make_application(edition), make_application(edition)
        make_conflict(hidden, staff)
        other = make_member(edition, Role.STAFF)
        for application in (hidden, plain):
            notify(
                application.applicant,
                "application_withdrawn",
                key=f"about:{application.id}",
                about=application,
                application=application,
                edition=edition,
            )
        message = session().scalars(select(Message).where(Message.about_id == hidden.id)).one()
    base = f"/editions/{edition.slug}/mail"
    page = browser.sign_in(staff).get(base).text
    assert (hidden.reference in page, plain.reference in page) == (False, True)
    assert LEFT_OUT in page
    assert 'aria-current="true">All 1</a>' in page
    paths = [f"{base}/{message.id}", f"{base}/{message.id}/html"]
    assert [browser.get(path).status_code for path in paths] == [404, 404]
    acts = [f"{base}/{message.id}/retry", f"{base}/{message.id}/discard"]
    assert [browser.post(path).status_code for path in acts] == [404, 404]
    browser.sign_in(other)
    assert [browser.get(path).status_code for path in paths] == [200, 200]
    assert LEFT_OUT not in browser.get(base).text


def test_what_is_said_of_missing_mails_does_not_tell_whether_there_are_any(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        make_conflict(make_application(edition), staff)
    assert LEFT_OUT in browser.sign_in(staff).get(f"/editions/{edition.slug}/mail").text
