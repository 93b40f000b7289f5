"""A form is changed as a draft once its call is open: what publishing does to drafts, to what was sent, and to whom."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.errors import Refused
from accelerator.core.outbox import JobRow
from accelerator.intake.models import ASK_FOR_NEW, Application, Audience, Form, QuestionKind, Revision, Track
from accelerator.intake.operations.drafts import save_section
from accelerator.intake.operations.forms import (
    add_question,
    change_question,
    move_question,
    put_back_question,
    remove_question,
)
from accelerator.intake.operations.freezing import content_of, digest_of
from accelerator.intake.operations.questions import QuestionPlan
from accelerator.intake.operations.sending import send
from accelerator.intake.operations.versions import discard, publish
from accelerator.intake.queries.drafts import draft_page, section_version
from accelerator.intake.queries.form import form_in_work, removed_question
from accelerator.intake.queries.forms import current_form, form_of, plain_form
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_coming_edition, make_edition, make_member, make_person
from tests.factories.intake import make_complete_draft, make_draft, make_form
from tests.factories.trail import all_changes
from workers.intake import ask_for_new

NO_HELP = {"en": "", "ja": ""}
GOALS = QuestionPlan({"en": "Your goals", "ja": "目標"}, NO_HELP, required=True, longest=600)
WHY = QuestionPlan({"en": "Why Kobe?", "ja": "なぜ神戸ですか"}, NO_HELP, required=True, longest=600)


def text_of(edition: Edition, key: str = "goals") -> str | None:
    """What applicants are asked now under a key."""
    form = current_form(edition)
    question = plain_form(form).question(key) if form else None
    return question.label["en"] if question else None


def ask_why(edition: Edition, actor: Person) -> str:
    """One more question on a page that all applicants fill in; its key."""
    more: dict[str, Any] = {"kind": QuestionKind.LONG, "audience": Audience.REVIEWERS}
    return add_question(edition, "programme", WHY, actor=actor, **more).key


def draft_digest(edition: Edition) -> str:
    """What the page of the draft shows."""
    whole = form_in_work(edition)
    assert whole is not None
    return digest_of(plain_form(whole.form))


def forms_of(edition: Edition) -> list[Form]:
    """Every version, the oldest first."""
    return list(db.session().scalars(select(Form).where(Form.edition_id == edition.id).order_by(Form.version)))


def test_a_form_is_changed_in_place_until_its_call_opens_or_somebody_begins(tx: Session) -> None:
    edition, actor = make_coming_edition(), make_person()
    with scope.choose(edition.scope):
        make_form(edition)
        change_question(edition, "goals", GOALS, actor=actor)
        assert (len(forms_of(edition)), text_of(edition)) == (1, "Your goals")
        edition.opens_at = clock.now()
        change_question(edition, "goals", WHY, actor=actor)
        assert [form.version for form in forms_of(edition)] == [1, 2]
        assert text_of(edition) == "Your goals", "applicants see nothing of the draft"


def test_the_first_change_freezes_what_is_asked_and_each_change_goes_to_the_one_draft(tx: Session) -> None:
    edition, actor = make_edition(), make_person()
    with scope.choose(edition.scope):
        before = content_of(make_form(edition))
        remove_question(edition, "tags", actor=actor)
        move_question(edition, "pilot", earlier=True, actor=actor)
        removed = removed_question(edition, "tags")
        assert removed is not None
        remove_question(edition, "rights", actor=actor)
        put_back_question(edition, removed, actor=actor)
        live, draft = forms_of(edition)
        assert content_of(plain_form(live)) == before
        assert (live.digest, draft.published_at, draft.digest) == (digest_of(plain_form(live)), None, None)
        keys = [question.key for question in plain_form(draft).questions]
        assert ("rights" in keys, "tags" in keys, keys.index("pilot") < keys.index("goals")) == (False, True, True)
        publish(edition, shown=draft_digest(edition), asks=False, actor=actor)
        assert draft.digest == digest_of(plain_form(draft))
        assert removed_question(edition, "rights") is not None, "what was removed before stays at hand"


def test_beginning_freezes_the_version_and_names_it(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form_id = make_form(edition).id
        draft = make_draft(edition)
        form = form_of(draft)
        assert form is not None and form.frozen_at is not None
        assert (draft.form_id, form.digest) == (form_id, digest_of(plain_form(form)))


def test_publishing_moves_drafts_with_every_answer_and_leaves_what_was_sent(tx: Session) -> None:
    edition, actor = make_edition(), make_person()
    with scope.choose(edition.scope):
        first = make_form(edition)
        begun = make_draft(edition, name="Begun")
        begun.answers = {"name": "Begun", "tags": ["ai"], "goals": "A pilot."}
        sent = make_complete_draft(edition, first)
        revision = send(sent, first, edition=edition, at=clock.now(), actor=sent.applicant)
        answers, digest = dict(revision.answers), revision.digest
        remove_question(edition, "tags", actor=actor)
        key = ask_why(edition, actor)
        second = publish(edition, shown=draft_digest(edition), asks=False, actor=actor)
        tx.expire_all()
        assert (begun.form_id, begun.answers["tags"]) == (second.id, ["ai"])
        page = draft_page(edition, begun.reference)
        assert page is not None and page.form.question(key) and page.form.question("tags") is None
        assert (sent.form_id, revision.form_id) == (first.id, first.id)
        assert (revision.answers, revision.digest) == (answers, digest)
        assert make_draft(edition, name="Later").form_id == second.id
        assert tx.scalar(select(func.count(JobRow.id)).where(JobRow.name == ASK_FOR_NEW.name)) == 0
        told = tx.scalars(select(AuditEntry).where(AuditEntry.action == "form.published")).one()
        assert all_changes(told) == {
            "version": [1, 2],
            "digest": second.digest,
            "drafts": [None, 1],
            "asked": [None, 0],
        }


@pytest.mark.parametrize("rolling", [False, True])
def test_whoever_has_sent_is_asked_for_what_is_new_if_the_team_wants_it(tx: Session, rolling: bool) -> None:
    edition, actor = make_edition(**({"closes_at": None} if rolling else {})), make_person()
    with scope.choose(edition.scope):
        first = make_form(edition)
        sent = make_complete_draft(edition, first)
        send(sent, first, edition=edition, at=clock.now(), actor=sent.applicant)
        key = ask_why(edition, actor)
        second = publish(edition, shown=draft_digest(edition), asks=True, actor=actor)
        tx.expire_all()
        for _twice in range(2):
            ask_for_new(second.id, first.id)
        mails = tx.scalars(select(Message).where(Message.kind == "form_changed")).all()
        assert [mail.address for mail in mails] == [sent.applicant.email]
        assert "There is 1 new question." in mails[0].body
        assert ("before the call closes" in mails[0].body) is not rolling
        page = draft_page(edition, sent.reference)
        assert page is not None and page.form.version == 2
        with pytest.raises(Refused, match="1 answer is missing"):
            send(sent, page.form, edition=edition, at=clock.now(), actor=sent.applicant)
        section = page.form.section("programme")
        assert section is not None
        version = section_version(section, sent.answers)
        save_section(sent, section, {key: "The port."}, edition=edition, version=version, at=clock.now())
        again = send(sent, page.form, edition=edition, at=clock.now(), actor=sent.applicant)
        assert (again.number, again.form_id, again.answers[key]) == (2, second.id, "The port.")
        numbers = tx.execute(select(Revision.number, Revision.form_id).order_by(Revision.number)).all()
        assert [tuple(row) for row in numbers] == [(1, first.id), (2, second.id)]


def test_a_page_of_the_version_before_sends_nothing(tx: Session) -> None:
    edition, actor = make_edition(), make_person()
    with scope.choose(edition.scope):
        first = make_form(edition)
        draft = make_complete_draft(edition, first)
        ask_why(edition, actor)
        publish(edition, shown=draft_digest(edition), asks=False, actor=actor)
        with pytest.raises(Refused, match="The form has changed in the meantime"):
            send(draft, first, edition=edition, at=clock.now(), actor=draft.applicant)
        assert draft.revision_number == 0


def test_only_the_draft_that_was_looked_at_is_published_or_discarded(tx: Session) -> None:
    edition, actor = make_edition(), make_person()
    with scope.choose(edition.scope):
        make_form(edition)
        with pytest.raises(Refused, match="There is no draft to publish"):
            publish(edition, shown="", asks=False, actor=actor)
        ask_why(edition, actor)
        shown = draft_digest(edition)
        remove_question(edition, "runway", actor=actor)
        for act in (
            lambda: publish(edition, shown=shown, asks=False, actor=actor),
            lambda: discard(edition, shown=shown, actor=actor),
        ):
            with pytest.raises(Refused, match="Somebody changed the draft in the meantime"):
                act()
        discard(edition, shown=draft_digest(edition), actor=actor)
        assert [form.version for form in forms_of(edition)] == [1]
        with pytest.raises(Refused, match="There is no draft any more"):
            discard(edition, shown="", actor=actor)
        remove_question(edition, "runway", actor=actor)
        assert [form.version for form in forms_of(edition)] == [1, 2]


def test_tracks_change_with_the_version_and_an_older_one_keeps_its_own(tx: Session) -> None:
    edition, actor = make_edition(), make_person()
    with scope.choose(edition.scope):
        first = make_form(edition)
        sent = make_complete_draft(edition, first, track="distance")
        send(sent, first, edition=edition, at=clock.now(), actor=sent.applicant)
        labels = [{"en": "Care", "ja": "介護"}, {"en": "Prevent", "ja": "prevent"}]
        plan = QuestionPlan({"en": "Track", "ja": "テーマ"}, NO_HELP, True, None, labels)
        change_question(edition, "track", plan, actor=actor)
        offered = select(Track.key).where(Track.edition_id == edition.id).order_by(Track.key)
        assert list(tx.scalars(offered)) == ["distance", "prevent", "recover"]
        second = publish(edition, shown=draft_digest(edition), asks=False, actor=actor)
        assert list(tx.scalars(offered)) == ["choice_care", "prevent"]
        live = db.session().get_one(Form, first.id)
        old, new = plain_form(live).question("track"), plain_form(second).question("track")
        assert old is not None and new is not None
        assert (old.label_of("distance"), new.values) == ("Distance", ["choice_care", "prevent"])


def test_the_pages_say_what_publishing_does_and_ask_first(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            staff = make_member(edition, Role.STAFF)
            form = make_form(edition)
            make_draft(edition)
            sent = make_complete_draft(edition, form)
            send(sent, form, edition=edition, at=clock.now(), actor=sent.applicant)
            reference, applicant = sent.reference, sent.applicant
    base = f"/editions/{edition.slug}/form"
    page = browser.sign_in(staff).get(base).text
    assert "Applicants are asked version 1. You can still change it" in page
    assert "1 application is a draft." in page and "1 application was sent." in page
    assert browser.get(f"{base}/publish").location == base
    words = {"label_en": "Why Kobe?", "label_ja": "なぜ神戸ですか", "help_en": "", "help_ja": ""}
    browser.post(f"{base}/sections/programme/add", {**words, "kind": "long", "audience": "staff", "required": "y"})
    browser.post(f"{base}/questions/tags/remove")
    assert (
        "This is the draft of version 2. Applicants are asked version 1 until you publish it." in browser.get(base).text
    )
    shown = browser.get(f"{base}/publish").text
    for said in (
        "New questions",
        "Why Kobe?",
        "Questions no longer asked",
        "What it is built on",
        "Drafts move to the",
    ):
        assert said in shown
    assert browser.post(f"{base}/publish", {"shown": "another"}).status_code == 422
    with db.reading(), scope.choose(edition.scope):
        digest = draft_digest(db.session().get_one(Edition, edition.id))
    assert f'value="{digest}"' in shown
    assert browser.post(f"{base}/publish", {"shown": digest, "asks": "y"}).location == base
    assert "Applicants are asked version 2." in browser.get(base).text
    mine = browser.sign_in(applicant).get(f"/editions/{edition.slug}/my/{reference}").text
    assert "The form asks 1 question that is new since you sent it." in mine and "Why Kobe?" in mine


def test_somebody_else_publishes_and_discards_nothing(browser: Browser) -> None:
    with db.transaction():
        edition, other = make_edition(), make_edition()
        with scope.choose(edition.scope):
            make_form(edition)
            ask_why(edition, make_person())
            shown = draft_digest(edition)
            founder = make_member(edition, Role.FOUNDER)
        stranger = make_member(other, Role.STAFF)
    base = f"/editions/{edition.slug}/form"
    for person in (founder, stranger):
        browser.sign_in(person)
        assert browser.get(f"{base}/publish").status_code == 404
        assert [browser.post(f"{base}/{act}", {"shown": shown}).status_code for act in ("publish", "discard")] == [
            404
        ] * 2
    with db.reading(), scope.choose(edition.scope):
        assert text_of(edition, "own_why_kobe") is None
        assert db.session().scalar(select(func.count(Application.id))) == 0
