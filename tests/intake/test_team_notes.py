"""Notes of the team about an application: who writes, edits, removes and reads them, and who is told."""

import re
from datetime import timedelta

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.note_models import Note, NoteMention
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_application, make_edition, make_member
from tests.factories.scoring import make_conflict
from tests.factories.trail import all_changes

WORDS = "They would host a pilot from October"


def place() -> tuple[Edition, Person, Application]:
    """An edition, somebody of its team, and an application."""
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            application = make_application(edition, ApplicationState.SENT, name="Northbreath")
        return edition, make_member(edition, Role.STAFF), application


def path_of(edition: Edition, application: Application) -> str:
    """The application's page."""
    return f"/editions/{edition.slug}/applications/{application.reference}"


def test_a_note_mentions_colleagues_who_are_told_of_its_application_alone(app: App) -> None:
    edition, staff, application = place()
    with db.transaction(), scope.choose(edition.scope):
        colleague, barred = (
            make_member(edition, Role.STAFF, language="ja"),
            make_member(edition, Role.ADMIN, language="en"),
        )
        make_conflict(application, barred)
    browser, path = Browser(app).sign_in(staff), path_of(edition, application)
    offered = re.findall(r'name="mentioned"[^>]*value="(\d+)"', browser.get(f"{path}/parts/notes").text)
    assert offered == [str(colleague.id)]
    for words in (WORDS, "Another one"):
        answer = browser.post(f"{path}/notes", {"body": words, "mentioned": [str(colleague.id)]})
        assert answer.location == f"{path}#notes"
    forged = browser.post(f"{path}/notes", {"body": "To you", "mentioned": [str(barred.id)]})
    assert forged.status_code == 422
    assert "To you" in forged.text
    page = browser.get(f"{path}/parts/notes").text
    assert page.index("Another one") < page.index(WORDS)
    with db.transaction(), scope.choose(edition.scope):
        told = list(session().query(Message).filter_by(kind="note_mention"))
        assert [(mail.person_id, mail.language) for mail in told] == [(colleague.id, "ja")] * 2
        text = told[0].subject + told[0].body + told[0].html
        assert (application.reference in text, "Northbreath" in text, WORDS in text) == (True, False, False)
        written = list(session().query(AuditEntry).filter_by(action="note.written"))
        assert [all_changes(entry) for entry in written] == [{"count": 1}, {"count": 1}]


def test_its_author_edits_it_for_an_hour_and_removes_it(app: App) -> None:
    edition, staff, application = place()
    with db.transaction():
        colleague = make_member(edition, Role.STAFF)
    browser, path = Browser(app).sign_in(staff), path_of(edition, application)
    browser.post(f"{path}/notes", {"body": WORDS, "mentioned": [str(colleague.id)]})
    with db.transaction(), scope.choose(edition.scope):
        note = session().query(Note).one()
    address = f"/editions/{edition.slug}/notes/{note.id}"
    version = re.search(r'name="version" value="([^"]*)"', browser.get(address).text)
    assert version
    assert browser.post(address, {"body": "Better words", "version": version[1]}).status_code == 302
    stale = browser.post(address, {"body": "Lost words", "version": version[1]})
    assert (stale.status_code, "Lost words" in stale.text) == (422, True)
    with db.transaction(), scope.choose(edition.scope):
        note = session().query(Note).one()
        assert (note.body, note.edited_at is not None) == ("Better words", True)
        note.written_at -= timedelta(hours=2)
    late = browser.get(address)
    version = re.search(r'name="version" value="([^"]*)"', late.text)
    assert version
    assert browser.post(address, {"body": "Too late", "version": version[1]}).status_code == 422
    assert "Edit the note" not in browser.get(f"{path}/parts/notes").text
    other = Browser(app).sign_in(colleague)
    assert (other.get(address).status_code, other.post(f"{address}/remove").status_code) == (404, 404)
    assert "Better words" in other.get(f"{path}/parts/notes").text
    browser.post(f"{address}/remove")
    with db.transaction(), scope.choose(edition.scope):
        assert (session().query(Note).count(), session().query(NoteMention).count()) == (0, 0)
        actions = {row.action for row in session().query(AuditEntry).filter(AuditEntry.action.like("note.%"))}
        assert actions == {"note.written", "note.edited", "note.removed"}


def test_nobody_else_reads_or_writes_notes(app: App) -> None:
    edition, staff, application = place()
    path = path_of(edition, application)
    Browser(app).sign_in(staff).post(f"{path}/notes", {"body": WORDS})
    with db.transaction(), scope.choose(edition.scope):
        note = session().query(Note).one()
        barred = make_member(edition, Role.ADMIN)
        make_conflict(application, barred)
        make_conflict(application, staff)
        applicant = session().get_one(Person, application.applicant_id)
        people = [make_member(edition, role) for role in (Role.REVIEWER, Role.PARTNER, Role.MENTOR)]
    for person in (barred, staff, applicant, *people):
        browser = Browser(app).sign_in(person)
        assert browser.get(f"{path}/parts/notes").status_code == 404
        assert browser.post(f"{path}/notes", {"body": "Mine"}).status_code == 404
        assert browser.get(f"/editions/{edition.slug}/notes/{note.id}").status_code == 404
        assert browser.post(f"/editions/{edition.slug}/notes/{note.id}/remove").status_code == 404
