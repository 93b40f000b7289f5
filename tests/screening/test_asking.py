"""Asking an applicant: the mail in their language, where they answer, and what the team hears of it."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from accelerator.accounts.models import Membership, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.db import add, session
from accelerator.core.errors import Refused
from accelerator.intake.models import ApplicationState, Enquiry
from accelerator.intake.operations import sending
from accelerator.intake.operations.enquiries import answer_enquiry
from accelerator.intake.queries import asking
from accelerator.notifications.models import Message
from accelerator.screening.models import Outcome
from accelerator.screening.operations import verdicts
from accelerator.screening.queries import cases, screening_queue
from tests.factories import make_application, make_edition, make_founder, make_member, make_person, make_startup
from tests.factories.intake import make_complete_draft, make_form
from tests.factories.people import unconcerned

WORDS = "When was the firm founded?\nThe form says 2031."


def make_place(**values):
    """An edition, somebody of its staff and an application whose applicant reads Japanese."""
    edition = make_edition(**values)
    staff = make_member(edition, Role.STAFF, given_name="Aya", family_name="Mori", email="aya@example.org")
    with scope.choose(edition.scope):
        startup = make_startup()
        founder = make_founder(startup, make_person(language="ja", zone="Asia/Tokyo"))
        return edition, staff, make_application(edition, startup=startup, applicant=founder, name="Kurage")


@pytest.fixture
def place(tx: Session):
    """The place while the call is open; its edition is chosen."""
    made = make_place()
    with scope.choose(made[0].scope):
        yield made


def ask(application, actor, question=WORDS, comment="", about=None, due_on=None) -> None:
    verdicts.give_verdict(
        application,
        outcome=Outcome.ASK,
        reason_code="incomplete",
        comment=comment,
        question=question,
        actor=actor,
        about=about,
        due_on=due_on,
    )


def give(application, outcome, actor) -> None:
    verdicts.give_verdict(application, outcome=outcome, reason_code="incomplete", comment="", actor=actor)


def mails() -> list[Message]:
    session().flush()
    return list(session().scalars(select(Message).order_by(Message.id)))


def enquiries(application) -> list[tuple[str, bool, int | None]]:
    """Words, whether still asked, and the revision that answered."""
    statement = select(Enquiry).where(Enquiry.application_id == application.id).order_by(Enquiry.id)
    return [(one.question, one.closed_at is None, one.answer_revision) for one in session().scalars(statement)]


def test_the_applicant_gets_the_words_in_a_mail_of_their_language(place) -> None:
    edition, staff, application = place
    ask(application, staff, comment="I doubt it.")
    [mail] = mails()
    assert (mail.kind, mail.address, mail.language) == ("application_asked", application.applicant.email, "ja")
    assert mail.key == f"application_asked:1:{application.applicant_id}"
    assert mail.subject == f"{application.reference}：{edition.name['ja']}事務局からの質問"
    for text in (mail.body, mail.html):
        assert WORDS in text
        assert f"/editions/{edition.slug}/my/{application.reference}" in text
        assert "もう一度送信してお答えください" in text
        assert "締め切られた" not in text
        assert "doubt" not in text
    assert staff.email not in mail.body


def test_after_the_close_the_mail_leads_to_the_one_answer_that_can_be_changed(tx: Session) -> None:
    edition, staff, application = make_place(closes_at=clock.now() - timedelta(days=1))
    application.applicant.language = "en"
    with scope.choose(edition.scope):
        make_form(edition)
        ask(application, staff, about="founded", due_on=clock.now().date() + timedelta(days=3))
    [mail] = mails()
    for text in (mail.body, mail.html):
        assert "Only the answer that this is about can still be changed and sent" in text
        assert "Please answer by" in text
        assert "sending it again" not in text
        assert f"/editions/{edition.slug}/my/{application.reference}" in text


@pytest.mark.parametrize(
    ("about", "days", "field", "said"),
    [
        (None, 3, "about", "Choose the question of the form"),
        ("no_such", 3, "about", "Choose the question of the form"),
        ("founded", -2, "due_on", "Choose today or a later day."),
    ],
)
def test_an_ask_names_an_answer_and_a_day_that_is_not_over(place, about, days, field, said) -> None:
    edition, staff, application = place
    make_form(edition)
    with pytest.raises(Refused, match=said) as refusal:
        ask(application, staff, about=about, due_on=clock.now().date() + timedelta(days=days))
    assert refusal.value.field == field
    assert (enquiries(application), mails()) == ([], [])


def test_another_day_is_told_to_the_applicant_too(place) -> None:
    _, staff, application = place
    for days in (3, 3, 5):
        ask(application, staff, due_on=clock.now().date() + timedelta(days=days))
    assert enquiries(application) == [(WORDS, False, None), (WORDS, True, None)]
    assert len(mails()) == 2


def test_what_is_typed_can_not_break_out_of_the_mail(place) -> None:
    _, staff, application = place
    ask(application, staff, "<script>alert(1)</script> %(name)s {{ 7 * 7 }}")
    [mail] = mails()
    assert "<script>" not in mail.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; %(name)s {{ 7 * 7 }}" in mail.html


@pytest.mark.parametrize(
    ("question", "said"),
    [("", "Write your question"), (" \n ", "Write your question"), ("x" * 2001, "2000 characters")],
)
def test_an_ask_needs_words_of_a_length_that_is_read(place, question, said) -> None:
    _, staff, application = place
    with pytest.raises(Refused, match=said) as refusal:
        ask(application, staff, question)
    assert refusal.value.field == "question"
    assert (cases.verdict(application), enquiries(application), mails()) == (None, [], [])


def test_the_same_words_are_asked_once_and_other_words_take_their_place(place) -> None:
    _, staff, application = place
    for words in (WORDS, WORDS, f" {WORDS}\r\n", "Who owns it?", "Who owns it?"):
        ask(application, staff, words)
    assert enquiries(application) == [(WORDS, False, None), ("Who owns it?", True, None)]
    assert [mail.kind for mail in mails()] == ["application_asked"] * 2


def test_what_was_answered_is_to_be_checked_again_and_says_so(place) -> None:
    edition, staff, application = place
    silent = make_application(edition)
    for one in (application, silent):
        ask(one, staff)
    application.revision_number = 2
    answer_enquiry(application, actor=application.applicant)

    def rows(view: str) -> dict[str, bool]:
        return {row.reference: row.answered for row in screening_queue.queue(edition, unconcerned(), view).rows}

    def counts() -> tuple[int, int]:
        known = screening_queue.counts(edition, unconcerned())
        return known["look"], known["ask"]

    assert (rows("look"), rows("ask")) == ({application.reference: True}, {silent.reference: False})
    assert counts() == (1, 1)
    assert screening_queue.next_reference(edition, unconcerned(), silent) == application.reference
    ask(application, staff, "And who owns it?")
    assert (rows("look"), rows("ask")) == ({}, {application.reference: False, silent.reference: False})
    assert counts() == (0, 2)


def test_the_same_words_can_be_asked_again_of_what_came_as_answer(place) -> None:
    _, staff, application = place
    ask(application, staff)
    application.revision_number = 2
    answer_enquiry(application, actor=application.applicant)
    ask(application, staff)
    assert enquiries(application) == [(WORDS, False, 2), (WORDS, True, None)]
    assert [mail.kind for mail in mails()] == ["application_asked", "application_answered", "application_asked"]


@pytest.mark.parametrize("outcome", [Outcome.PASS, Outcome.FAIL])
def test_a_pass_and_a_fail_both_end_the_question(place, outcome) -> None:
    _, staff, application = place
    ask(application, staff)
    give(application, outcome, staff)
    assert enquiries(application) == [(WORDS, False, None)]


def test_taking_back_ends_the_question(place) -> None:
    _, staff, application = place
    ask(application, staff)
    verdicts.take_back(application, actor=staff)
    assert enquiries(application) == [(WORDS, False, None)]
    assert asking.open_enquiry(application) is None


def test_the_database_keeps_one_question_open(place) -> None:
    _, staff, application = place
    ask(application, staff)
    with pytest.raises(IntegrityError), session().begin_nested():
        add(
            Enquiry(
                application_id=application.id,
                revision_number=1,
                question="Two?",
                asked_by=staff.id,
                asked_at=clock.now(),
                due_at=clock.now(),
            )
        )


@pytest.mark.parametrize("left_the_team", [False, True])
def test_sending_again_answers_and_whoever_asked_hears_of_it(tx: Session, left_the_team) -> None:
    edition = make_edition()
    staff = make_member(edition, Role.STAFF)
    with scope.choose(edition.scope):
        form = make_form(edition)
        application = make_complete_draft(edition, form)
        founder = application.applicant
        sending.send(application, form, edition=edition, at=clock.now(), actor=founder)
        ask(application, staff, about="founded")
        if left_the_team:
            session().scalar(select(Membership).where(Membership.person_id == staff.id)).ended_at = clock.now()
            session().flush()
        application.answers = {**application.answers, "founded": 2019}
        sending.send(application, form, edition=edition, at=clock.now(), actor=founder)
        assert enquiries(application) == [(WORDS, False, 2)]
        assert cases.verdict(application).outcome is Outcome.ASK
        acts = select(AuditEntry.action).where(AuditEntry.action.startswith("application.a")).order_by(AuditEntry.id)
        assert session().scalars(acts).all() == ["application.asked", "application.answered"]
        kinds = [(mail.kind, mail.person_id) for mail in mails() if mail.kind != "founder_invited"]
    heard = [] if left_the_team else [("application_answered", staff.id)]
    sent = ("application_sent", founder.id)
    assert kinds == [sent, ("application_asked", founder.id), *heard, sent]
    if not left_the_team:
        answered = next(mail for mail in mails() if mail.kind == "application_answered")
        assert answered.subject == f"{application.reference} Northbreath answered"
        assert "It is revision 2 now." in answered.body
        assert f"/editions/{edition.slug}/screening/{application.reference}" in answered.body


# ---- pages ----


@pytest.fixture(params=[False, True], ids=["open", "closed"])
def asked(request, app):
    """The place with a question asked, the call open or closed; whether it is closed comes last."""
    closes = {"closes_at": clock.now() - timedelta(days=1)} if request.param else {}
    with db.transaction():
        edition, staff, application = make_place(**closes)
        application.applicant.language = "en"
        with scope.choose(edition.scope):
            make_form(edition)
            ask(application, staff, "When was <b>it</b> founded?", comment="I doubt it.", about="founded")
            assert application.applicant.id, "loaded, to be looked at later"
    return edition, staff, application, request.param


@pytest.mark.parametrize("page", ["", "/check"])
def test_the_applicants_pages_show_what_is_asked_and_how_to_answer(asked, browser, page) -> None:
    edition, _, application, closed = asked
    text = browser.sign_in(application.applicant).get(f"/editions/{edition.slug}/my/{application.reference}{page}").text
    assert "The programme team asks you" in text
    assert "When was &lt;b&gt;it&lt;/b&gt; founded?" in text
    assert "doubt" not in text
    one_day = re.findall(r"Change your application and send it again by .*?</p>", text, re.S)
    assert (len(one_day), "before the call closes" in text.split("The programme team asks you")[1]) == (
        int(not closed),
        False,
    )
    assert (("Answer it now" in text), ("Answer by" in text)) == (closed, closed)


def test_a_question_of_before_that_names_no_answer_is_answered_by_mail_after_the_close(browser) -> None:
    with db.transaction():
        edition, staff, application = make_place(closes_at=clock.now() - timedelta(days=1))
        application.applicant.language = "en"
        with scope.choose(edition.scope):
            make_form(edition)
            add(
                Enquiry(
                    application_id=application.id,
                    revision_number=1,
                    question="Why?",
                    asked_by=staff.id,
                    asked_at=clock.now(),
                    due_at=clock.now(),
                )
            )
    text = browser.sign_in(application.applicant).get(f"/editions/{edition.slug}/my/{application.reference}").text
    assert 'href="mailto:aya@example.org?subject=' in text


def test_the_question_goes_when_it_is_not_asked_any_more(asked, browser) -> None:
    edition, staff, application, _ = asked
    with db.transaction(), scope.choose(edition.scope):
        give(cases.application(edition, application.reference), Outcome.PASS, staff)
    page = browser.sign_in(application.applicant).get(f"/editions/{edition.slug}/my/{application.reference}")
    assert page.status_code == 200
    assert "The programme team asks you" not in page.text


def test_the_question_goes_with_the_application(asked, browser) -> None:
    edition, _, application, _ = asked
    with db.transaction(), scope.choose(edition.scope):
        cases.application(edition, application.reference).state = ApplicationState.WITHDRAWN
    page = browser.sign_in(application.applicant).get(f"/editions/{edition.slug}/my/{application.reference}")
    assert "This application is withdrawn." in page.text
    assert "The programme team asks you" not in page.text


def test_the_team_sees_what_is_asked_and_the_form_holds_it(asked, browser) -> None:
    edition, staff, application, _ = asked
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/screening/{application.reference}").text
    assert page.count("When was &lt;b&gt;it&lt;/b&gt; founded?") == 2
    assert "Waits for the answer" in page
    with db.transaction(), scope.choose(edition.scope):
        here = cases.application(edition, application.reference)
        here.revision_number = 2
        answer_enquiry(here, actor=here.applicant)
    page = browser.get(f"/editions/{edition.slug}/screening/{application.reference}").text
    assert "Revision 2 came" in page
    assert page.count("When was &lt;b&gt;it&lt;/b&gt; founded?") == 1


def test_an_ask_without_words_is_shown_again_with_what_was_typed(asked, browser) -> None:
    edition, staff, _, _ = asked
    with db.transaction(), scope.choose(edition.scope):
        other = make_application(edition)
    values = {"outcome": "ask", "reason_code": "incomplete", "comment": "Typed words", "question": "  "}
    page = browser.sign_in(staff).post(f"/editions/{edition.slug}/screening/{other.reference}", values)
    assert page.status_code == 422
    assert '<a href="#question">Write your question to the applicant.</a>' in page.text
    assert "Typed words" in page.text
    values |= {"question": "Who owns it?", "about": "founded"}
    assert browser.post(f"/editions/{edition.slug}/screening/{other.reference}", values).status_code == 302
    with db.reading() as opened:
        kinds = select(Message.kind).where(Message.person_id == other.applicant_id)
        assert opened.scalars(kinds).all() == ["application_asked"]
