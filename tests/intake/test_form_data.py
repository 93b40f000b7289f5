"""The default form as data, and its copy in an edition."""

import pytest
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.intake.default_form.sections import SECTIONS
from accelerator.intake.models import Audience, QuestionKind, Track
from accelerator.intake.operations.forms import add_question, create_form
from accelerator.intake.operations.questions import QuestionPlan
from accelerator.intake.queries.forms import current_form, plain_form, tracks
from accelerator.intake.roles import QuestionRole
from tests.factories import make_coming_edition, make_edition, make_member, make_sector
from tests.factories.intake import make_form, make_host

QUESTIONS = [question for section in SECTIONS for question in section.questions]


def test_texts_are_there_in_both_languages() -> None:
    texts = [text for section in SECTIONS for text in (section.title, section.help) if text]
    texts += [text for question in QUESTIONS for text in (question.label, question.help) if text]
    texts += [choice["label"] for question in QUESTIONS for choice in question.choices]
    assert [text for text in texts if set(text) != {"en", "ja"} or not all(text.values())] == []


def test_keys_are_unique_and_conditions_name_questions_of_the_form() -> None:
    keys = [question.key for question in QUESTIONS]
    assert len(keys) == len(set(keys))
    wanted = [question.shown_if["question"] for question in QUESTIONS if question.shown_if]
    wanted += [
        question.limits[name]
        for question in QUESTIONS
        for name in ("at_most", "with", "currency")
        if name in question.limits
    ]
    assert [key for key in wanted if key not in keys] == []


def test_every_kind_of_question_is_used() -> None:
    assert {question.kind for question in QUESTIONS} == set(QuestionKind)


def test_statistics_are_asked_for_nobody_to_read() -> None:
    assert [question.key for question in QUESTIONS if question.audience is Audience.STATISTICS] == [
        "founder_statistics"
    ]


def test_an_edition_gets_its_own_copy_with_consents_by_name(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        make_sector(edition, "health")
        make_host(edition, "City of Kobe")
        make_host(edition, "Sponsor", shares_data=False)
        db.add(Track(edition_id=edition.id, key="care", name={"en": "Care", "ja": "介護"}))
        form = create_form(edition, actor=None)
        plain = plain_form(form)
        consents = plain.question("consent_hosts")
        assert consents is not None and [consents.label_of(value) for value in consents.values] == ["City of Kobe"]
        assert [section.key for section in plain.sections] == [section.key for section in SECTIONS]
        assert [question.key for question in plain.questions] == [question.key for question in QUESTIONS]
        assert [track.key for track in tracks(edition)] == ["care"]
        sector = plain.question("sector")
        assert sector is not None and sector.values == ["health", "other"]


def test_what_ships_is_nobody_s_own(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        plain = plain_form(create_form(edition, actor=None))
        assert tracks(edition) == []
        assert {"track", "track_fit", "consent_hosts", "consent_more"}.isdisjoint(one.key for one in plain.questions)
        said = repr(plain)
        for word in ("Kobe", "神戸", "JETRO", "500 Startups", "two months", "、2か月", "the city", "市内", "2020"):
            assert word not in said
        for key in ("sector", "channel", "business_model", "customer_type", "tags"):
            question = plain.question(key)
            assert question is not None and "other" in question.values, key


def test_every_consent_of_the_default_form_has_an_effect() -> None:
    """What is asked is required to take part, names who reads the answers, or opens the questions for statistics."""
    consents = {question.key for question in QUESTIONS if question.kind is QuestionKind.CONSENT}
    assert consents == {"consent_processing", "consent_hosts", "consent_statistics"}


def test_tracks_are_asked_for_as_any_other_question(tx: Session) -> None:
    edition = make_coming_edition()
    staff = make_member(edition, Role.STAFF)
    labels = [{"en": "Care", "ja": "介護"}, {"en": "Harbour", "ja": "港"}]
    plan = QuestionPlan({"en": "Track", "ja": "テーマ"}, {"en": "", "ja": ""}, True, None, labels)
    with scope.choose(edition.scope):
        create_form(edition, actor=None)
        add_question(edition, "business", plan, kind=QuestionKind.TRACK, audience=Audience.REVIEWERS, actor=staff)
        form = current_form(edition)
        assert form is not None
        session().refresh(form)
        question = plain_form(form).of_role(QuestionRole.TRACK)
        assert question is not None
        assert [question.label_of(value) for value in question.values] == ["Care", "Harbour"]
        with pytest.raises(Refused, match="already asks for a track"):
            add_question(edition, "business", plan, kind=QuestionKind.TRACK, audience=Audience.REVIEWERS, actor=staff)


def test_a_second_form_is_refused(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        make_form(edition)
        with pytest.raises(Refused, match="already has a form"):
            create_form(edition, actor=None)


def test_without_hosts_that_read_nobody_is_asked_about_them(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        assert make_form(edition, hosts=0).question("consent_hosts") is None
