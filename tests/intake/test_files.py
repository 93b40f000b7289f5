"""Attachments: what is taken, who gets them, and how they are served."""

import re
from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope, storage
from accelerator.core.errors import Refused
from accelerator.core.pdf_check import examined
from accelerator.core.web import App
from accelerator.intake import rules
from accelerator.intake.operations import files, sending
from accelerator.intake.operations.files import file_name
from accelerator.intake.queries import drafts
from accelerator.intake.views.files import disposition
from accelerator.screening.queries.facts import facts
from tests.factories import Browser, make_edition, make_member, make_person
from tests.factories.intake import complete_answers, make_complete_draft, make_deck, make_draft, make_form, pdf


def test_a_deck_becomes_the_answer(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        make_form(edition)
        application = make_draft(edition)
        deck = make_deck(application, name="C:\\decks\\北.pdf")
        assert (deck.file_name, deck.pages, deck.size) == ("北.pdf", 2, len(pdf()))
        assert application.answers["deck"] == {
            "id": deck.id,
            "name": "北.pdf",
            "sha256": deck.storage_key,
            "size": deck.size,
            "pages": 2,
        }


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"MZ program", "Choose a PDF"),
        (pdf(31), "at most 30 pages; this one has 31"),
        (pdf(extra=b"/S /JavaScript"), "plain PDF"),
        (pdf()[:-8], "be read. Export it again"),
    ],
)
def test_what_is_no_deck_is_refused_beside_the_field_and_the_old_one_stays(
    browser: Browser, content: bytes, says: str
) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_form(edition)
        application = make_draft(edition)
        kept, person = make_deck(application), application.applicant
        path = f"/editions/{edition.slug}/my/{application.reference}/sections/files"
    version = re.search(r'name="version" value="([^"]+)"', browser.sign_in(person).get(path).text)
    assert version is not None
    typed = {
        "asked": "accelerators",
        "accelerators": "None so far.",
        "version": version[1],
        "deck": (BytesIO(content), "deck.pdf"),
    }
    answer = browser.post(path, typed)
    assert answer.status_code == 422
    assert answer.text.count(says) == 2, "above the form and beside the field"
    with db.reading(), scope.choose(edition.scope):
        draft = drafts.application(edition, application.reference)
        assert (draft.answers["deck"]["id"], draft.answers["accelerators"]) == (kept.id, "None so far.")


def test_what_is_too_large_is_not_even_looked_at(app: App) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        question = make_form(edition).question("deck")
    assert question is not None
    with pytest.raises(Refused, match="at most 20 MB") as answer:
        files.examine(question, pdf() + b" " * (20 * 1024 * 1024))
    assert answer.value.field == "deck"


def test_a_deck_is_kept_as_it_was_written_anew(browser: Browser) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_form(edition)
        application = make_draft(edition)
        person = application.applicant
        path = f"/editions/{edition.slug}/my/{application.reference}/sections/files"
    version = re.search(r'name="version" value="([^"]+)"', browser.sign_in(person).get(path).text)
    assert version is not None
    answer = browser.post(path, {"version": version[1], "deck": (BytesIO(b"MZ"), "deck.pdf")})
    assert (answer.text.count("Choose a PDF."), answer.text.count("Add the file")) == (2, 0)
    answer = browser.post(path, {"version": version[1], "deck": (BytesIO(pdf(3)), "北.pdf")})
    assert answer.status_code == 302
    with db.reading(), scope.choose(edition.scope):
        draft = drafts.application(edition, application.reference)
        [deck] = drafts.attachments(draft)
        kept = storage.get(deck.storage_key)
        assert (deck.pages, deck.size, kept) == (3, len(kept), examined(pdf(3)).content)
        assert (draft.answers["deck"]["sha256"], draft.answers["deck"]["name"]) == (deck.storage_key, "北.pdf")


def test_removing_keeps_the_row(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_draft(edition)
        deck = make_deck(application)
        question = form.question("deck")
        assert question is not None
        files.remove_file(application, question, edition=edition, at=clock.now(), actor=application.applicant)
        tx.refresh(deck)
        assert "deck" not in application.answers
        assert deck.removed_at is not None


def test_files_come_to_an_end(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        make_form(edition)
        application = make_draft(edition)
        for _ in range(40):
            make_deck(application)
        with pytest.raises(Refused, match="too many files"):
            make_deck(application)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.pdf", "a.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("x\r\nSet-Cookie: a=b.PDF", "x Set-Cookie: a=b.pdf"),
        ("", "deck.pdf"),
        ("..", "deck.pdf"),
        ("a.pdf.exe", "a.pdf.exe.pdf"),
        ("長" * 300 + ".pdf", "長" * 116 + ".pdf"),
    ],
)
def test_names_are_made_safe(given: str, kept: str) -> None:
    assert file_name(given) == kept


def test_the_team_reads_files_that_were_sent(tx: Session) -> None:
    edition = make_edition()
    staff, reviewer = make_member(edition, Role.STAFF), make_member(edition, Role.REVIEWER)
    other = make_member(make_edition(), Role.STAFF)
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_complete_draft(edition, form)
        deck = drafts.attachments(application)[0]
        everybody = (application.applicant, staff, reviewer, other, None)
        assert [rules.can_read_attachment(one, deck) for one in everybody] == [True, False, False, False, False]
        sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)
        assert [rules.can_read_attachment(one, deck) for one in everybody] == [True, True, False, False, False]
        later = make_deck(application, pdf(3))
        assert [rules.can_read_attachment(one, later) for one in everybody] == [True, False, False, False, False]


def test_a_name_can_add_no_header_and_leave_no_quotes() -> None:
    assert disposition('a".pdf; x=y') == "attachment; filename=\"a_.pdf_ x_y\"; filename*=UTF-8''a%22.pdf%3B%20x%3Dy"


def test_a_file_is_served_inert(browser: Browser) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_form(edition)
        application = make_draft(edition)
        deck, person = make_deck(application, name="北風.pdf"), application.applicant
    answer = browser.sign_in(person).get(f"/editions/{edition.slug}/attachments/{deck.id}")
    assert (answer.status_code, answer.data) == (200, pdf())
    assert (
        answer.headers["Content-Disposition"]
        == "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E5%8C%97%E9%A2%A8.pdf"
    )
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"] == "application/pdf"


def test_somebody_else_gets_404_and_a_stranger_the_sign_in(browser: Browser) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        make_form(edition)
        deck = make_deck(make_draft(edition))
        rival = make_draft(edition).applicant
        elsewhere = make_edition()
        stranger = make_person()
    path = f"/editions/{edition.slug}/attachments/{deck.id}"
    assert browser.get(path).location.startswith("/sign-in?next=")
    assert browser.sign_in(rival).get(path).status_code == 404
    assert browser.sign_in(stranger).get(f"/editions/{elsewhere.slug}/attachments/{deck.id}").status_code == 404


def test_a_file_that_was_replaced_before_sending_reaches_nobody_else(browser: Browser) -> None:
    with db.transaction(), scope.choose((edition := make_edition()).scope):
        staff, founder = make_member(edition, Role.STAFF), make_person()
        form = make_form(edition)
        application = make_draft(edition, applicant=founder)
        wrong = make_deck(application, pdf(3), name="salaries.pdf")
        right = make_deck(application, pdf(4), name="pitch.pdf")
        application.answers = {**complete_answers(form), "deck": application.answers["deck"]}
        tasks = f"/editions/{edition.slug}/applications/{application.reference}"
        sending.send(application, form, edition=edition, at=clock.now(), actor=founder)
        unsent = make_deck(application, pdf(5), name="next.pdf")
    ways = [f"/editions/{edition.slug}/attachments/{file.id}" for file in (wrong, right, unsent)]
    browser.sign_in(staff)
    assert [browser.get(way).status_code for way in ways] == [404, 200, 404]
    text = browser.get(tasks).text
    assert [text.count(f'/attachments/{file.id}"') for file in (wrong, right, unsent)] == [0, 2, 0]
    assert [text.count(name) for name in ("salaries.pdf", "next.pdf")] == [0, 0]
    browser.sign_in(founder)
    assert [browser.get(way).status_code for way in ways] == [200, 200, 200]


def test_screening_counts_the_files_that_were_sent(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_complete_draft(edition, form)
        sending.send(application, form, edition=edition, at=clock.now(), actor=application.applicant)
        assert facts(edition, [application])[application.id].files == {"deck"}
        make_deck(application, pdf(3))
        revision = drafts.sent_revisions(application)[0].revision
        revision.answers = {key: value for key, value in revision.answers.items() if key != "deck"}
        assert facts(edition, [application])[application.id].files == frozenset()
