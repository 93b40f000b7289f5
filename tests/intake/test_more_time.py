"""More time for one applicant: until its end and for them alone, by a code that works once, revoked, and told."""

from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditDetail, AuditEntry
from accelerator.core.errors import Refused
from accelerator.core.web import App
from accelerator.intake.answers.questions import PlainForm
from accelerator.intake.models import Application, Conflict, ConflictKind
from accelerator.intake.opening_models import Extension
from accelerator.intake.operations import more_time, reminders
from accelerator.intake.operations.beginning import start_application
from accelerator.intake.operations.drafts import save_section
from accelerator.intake.operations.keeping import forget_drafts
from accelerator.intake.operations.sending import send
from accelerator.intake.queries import openings
from accelerator.intake.queries.drafts import section_version
from accelerator.intake.queries.forms import current_form, plain_form
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_member, make_person
from tests.factories.intake import make_complete_draft, make_draft, make_form
from tests.services.installations import Pool

TICK = timedelta(microseconds=1)
REASON = "Their accountant was ill last week."


def closed(**values: object) -> tuple[Edition, Person]:
    """An edition with a form, and staff; a test closes its call."""
    edition = make_edition(zone="UTC", **values)
    with scope.choose(edition.scope):
        make_form(edition)
    return edition, make_member(edition, Role.STAFF)


def form_of(edition: Edition) -> PlainForm:
    """The form of the call."""
    form = current_form(edition)
    assert form
    return plain_form(form)


def close(edition: Edition) -> None:
    """Let the call be over since an hour."""
    here = db.session().get_one(Edition, edition.id)
    here.closes_at = clock.now() - timedelta(hours=1)
    db.session().flush()


def mails(opened: Session, kind: str) -> list[Message]:
    """The mails of a kind, in order."""
    return list(opened.scalars(select(Message).where(Message.kind == kind).order_by(Message.id)))


@pytest.mark.parametrize(("tick", "is_taken"), [(-TICK, True), (timedelta(), False), (TICK, False)])
def test_an_extension_takes_until_its_end_from_that_applicant_alone(
    tx: Session, tick: timedelta, is_taken: bool
) -> None:
    edition, staff = closed()
    with scope.choose(edition.scope):
        form = form_of(edition)
        mine, other = make_complete_draft(edition, form), make_complete_draft(edition, form)
        close(edition)
        until = clock.now() + timedelta(days=2)
        more_time.give_extension(mine, edition, until=until, reason=REASON, actor=staff)
        section = form.section("place")
        assert section

        def save(application: Application) -> bool:
            version = section_version(section, application.answers)
            return save_section(
                application, section, {"city": "Riga"}, edition=edition, version=version, at=until + tick
            )

        if is_taken:
            assert save(mine)
            assert send(mine, form, edition=edition, at=until + tick, actor=mine.applicant).is_late is False
            assert mails(tx, "application_sent")[0].body.count("until") == 1
        else:
            for refused in (
                lambda: save(mine),
                lambda: send(mine, form, edition=edition, at=until + tick, actor=mine.applicant),
            ):
                with pytest.raises(Refused, match="The call has closed"):
                    refused()
        with pytest.raises(Refused, match="The call has closed"):
            save(other)


def test_more_time_is_told_replaced_and_revoked(tx: Session) -> None:
    edition, staff = closed()
    with scope.choose(edition.scope):
        draft = make_draft(edition, applicant=make_person(language="ja"))
        close(edition)
        until = clock.now() + timedelta(days=2)
        for _twice in range(2):
            first = more_time.give_extension(draft, edition, until=until, reason=REASON, actor=staff)
        second = more_time.give_extension(draft, edition, until=until + timedelta(days=1), reason=REASON, actor=staff)
        assert (first.revoked_at is None, openings.extension_of(draft)) == (False, second)
        told = [(mail.person_id, mail.language) for mail in mails(tx, "extension_given")]
        assert told == [(draft.applicant_id, "ja")] * 2
        assert REASON not in "".join(mail.body for mail in mails(tx, "extension_given"))
        for _twice in range(2):
            more_time.revoke_extension(second, edition, actor=staff)
        assert len(mails(tx, "extension_revoked")) == 1
        assert openings.is_open_for(draft, edition, clock.now()) is False
        acts = tx.scalars(select(AuditEntry.action).where(AuditEntry.action.like("extension.%"))).all()
        assert acts == ["extension.given", "extension.given", "extension.revoked"]
        reasons = tx.scalars(select(AuditDetail.reason).where(AuditDetail.reason == REASON)).all()
        assert len(reasons) == 2
        draft.saved_at = clock.now() - timedelta(days=900)
        edition.closes_at = clock.now() - timedelta(days=800)
        edition.opens_at = edition.closes_at - timedelta(days=9)
        tx.flush()
        assert forget_drafts(edition) == 1
        assert tx.scalars(select(Extension)).all() == []


def test_what_makes_no_sense_is_refused(tx: Session) -> None:
    edition, staff = closed()
    with scope.choose(edition.scope):
        form = form_of(edition)
        sent = make_complete_draft(edition, form)
        send(sent, form, edition=edition, at=clock.now(), actor=sent.applicant)
        draft, soon = make_draft(edition), clock.now() + timedelta(days=1)
        late = edition.closes_at + timedelta(days=1) if edition.closes_at else soon
        for application, until, reason, sentence in (
            (sent, late, REASON, "More time is for drafts"),
            (draft, soon, REASON, "The call itself takes applications until then"),
            (draft, clock.now(), REASON, "still to come"),
            (draft, late, "because", "Give the reason in words"),
            (draft, late, "", "Say why"),
        ):
            with pytest.raises(Refused, match=sentence):
                more_time.give_extension(application, edition, until=until, reason=reason, actor=staff)
        tx.add(
            Conflict(
                edition_id=edition.id,
                application_id=draft.id,
                person_id=staff.id,
                kind=ConflictKind.FAMILY,
                declared_at=clock.now(),
            )
        )
        tx.flush()
        with pytest.raises(Refused, match="conflict of interest"):
            more_time.give_code(edition, email=draft.applicant.email, until=late, reason=REASON, actor=staff)


def test_a_code_lets_its_owner_begin_change_and_send_through_the_pages(app: App, browser: Browser) -> None:
    with db.transaction():
        edition, staff = closed()
        close(edition)
        somebody, other = make_person(), make_person()
    until = clock.now() + timedelta(days=3)
    typed = {"email": somebody.email, "until": f"{until:%Y-%m-%dT%H:%M}", "reason": REASON}
    path = f"/editions/{edition.slug}/extensions"
    browser.sign_in(staff)
    wrong = browser.post(path, {**typed, "reason": "no", "email": "nobody"})
    assert wrong.status_code == 422
    assert "Enter an address like name@example.org." in wrong.text
    assert browser.post(path, typed).location == path
    assert "Code not used yet" in browser.get(path).text
    with db.reading() as opened:
        mail = mails(opened, "extension_code")[0]
        code = mail.body.partition("/links/")[2].split()[0]
        kept = [str(row) for row in opened.execute(select(AuditEntry.changes, AuditEntry.action)).all()]
        kept += [str(row) for row in opened.scalars(select(AuditDetail.changes))]
        assert not any(code in text for text in kept), "the trail knows no code"
    mail_page = browser.get(f"/editions/{edition.slug}/mail/{mail.id}").text
    assert code not in mail_page
    call, late = f"/calls/{edition.slug}", f"/calls/{edition.slug}/late"
    stranger = Browser(app)
    led = stranger.get(f"{call}/links/{code}")
    assert (led.location, stranger.get(late).location) == (late, f"/sign-in?next={late}"), (
        "no other address has the code"
    )
    browser.sign_in(other)
    refused = browser.post(late, {"code": code})
    assert "This code is not known for your address." in refused.text
    assert "The call has closed." in browser.post(f"{call}/apply", {"name": "North"}).text
    browser.sign_in(somebody)
    browser.get(f"{call}/links/{code}")
    assert code in browser.get(late).text, "typed already"
    assert browser.post(late, {"code": code.lower().replace("-", " ")}).location == f"{call}/apply"
    assert browser.post(late, {"code": code}).location == f"{call}/apply", "pressed twice"
    for page in (call, f"{call}/apply"):
        assert "You have more time than the call" in browser.get(page).text
    began = browser.post(f"{call}/apply", {"name": "North"})
    assert began.location == f"/editions/{edition.slug}/my/A-0001"
    assert "You have more time than the call" in browser.get(began.location).text
    assert browser.post(f"{began.location}/sections/place", {"city": "Riga", "do": "later"}).status_code in (302, 409)
    home = browser.get(f"/editions/{edition.slug}/home").text
    assert "Finish and send your application" in home
    browser.sign_in(staff)
    shown = browser.get(f"/editions/{edition.slug}/applications/A-0001").text
    assert REASON in shown
    number = 1
    assert browser.sign_in(somebody).post(f"{path}/{number}/revoke").status_code == 404
    assert browser.get(path).status_code == 404
    browser.sign_in(staff).post(f"{path}/{number}/revoke")
    assert "Revoked" in browser.get(path).text
    browser.sign_in(somebody)
    assert "The call has closed." in browser.post(f"{began.location}/sections/place", {"city": "Oslo"}).text


def test_a_code_works_once_and_expires(tx: Session) -> None:
    edition, staff = closed()
    with scope.choose(edition.scope):
        close(edition)
        person = make_person()
        until = clock.now() + timedelta(days=3)
        extension = more_time.give_code(edition, email=person.email, until=until, reason=REASON, actor=staff)
        code = mails(tx, "extension_code")[0].body.partition("/links/")[2].split()[0]
        for tick in (timedelta(), TICK):
            with pytest.raises(Refused, match="expired"):
                more_time.use_code(edition, code, at=until + tick, actor=person)
        assert more_time.use_code(edition, code, at=until - TICK, actor=person) == extension
        with pytest.raises(Refused, match="used already"):
            more_time.use_code(edition, code, at=clock.now(), actor=person)
        for tick, sentence in ((timedelta(), "has closed"), (TICK, "has closed")):
            with pytest.raises(Refused, match=sentence):
                start_application(edition, name="North", at=until + tick, actor=person)
        begun = start_application(edition, name="North", at=until - TICK, actor=person)
        assert extension.application_id == begun.id
        again = more_time.give_code(edition, email=person.email, until=until + TICK, reason=REASON, actor=staff)
        assert (again.application_id, again.code_hash) == (begun.id, None), "a draft gets the time itself"


def test_two_who_use_a_code_at_once_succeed_once(any_database: str) -> None:
    with db.transaction() as opened:
        edition, staff = closed()
        person = make_person()
        with scope.choose(edition.scope):
            close(edition)
            until = clock.now() + timedelta(days=3)
            more_time.give_code(edition, email=person.email, until=until, reason=REASON, actor=staff)
            code = mails(opened, "extension_code")[0].body.partition("/links/")[2].split()[0]
    together = Barrier(1 if any_database.startswith("sqlite") else 2)  # writers on SQLite come one after the other

    def use(_number: int) -> bool:
        try:
            with db.transaction() as mine, scope.choose(edition.scope):
                here, who = mine.get_one(Edition, edition.id), mine.get_one(Person, person.id)
                together.wait(timeout=30)
                more_time.use_code(here, code, at=clock.now(), actor=who)
        except Refused:
            return False
        return True

    with Pool(2) as threads:
        answers = [future.result(timeout=60) for future in [threads.submit(use, number) for number in range(2)]]
    assert sorted(answers) == [False, True]


def test_reminders_go_by_the_close_that_counts_for_each(tx: Session) -> None:
    edition, staff = closed()
    with scope.choose(edition.scope):
        mine, other, gone = (make_draft(edition, name=name, applicant=make_person()) for name in ("A", "B", "C"))
        now = clock.now()
        for draft in (mine, other, gone):
            draft.created_at = now - timedelta(days=30)
        close(edition)
        extension = more_time.give_extension(mine, edition, until=now + timedelta(hours=30), reason=REASON, actor=staff)
        assert reminders.remind_drafts(edition) == 0, "it was given after 48 hours before its end"
        extension.given_at = now - timedelta(days=3)
        tx.flush()
        assert [reminders.remind_drafts(edition) for _ in range(2)] == [1, 0]
        extension.until = now + timedelta(hours=24) - TICK
        tx.flush()
        assert [reminders.remind_drafts(edition) for _ in range(2)] == [1, 0]
        extension.until = now + timedelta(hours=5)
        tx.flush()
        assert [reminders.remind_drafts(edition) for _ in range(2)] == [1, 0]
        kinds = [(mail.kind, mail.person_id) for mail in mails(tx, "draft_waiting") + mails(tx, "extension_ends")]
        assert kinds == [("draft_waiting", mine.applicant_id)] * 2 + [("extension_ends", mine.applicant_id)]
        more_time.revoke_extension(extension, edition, actor=staff)
        extension.until = now + timedelta(days=6)
        tx.flush()
        assert reminders.remind_drafts(edition) == 0
