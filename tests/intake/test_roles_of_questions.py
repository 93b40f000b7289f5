"""What the program needs to know is asked for by role, whatever the question is called; and what a form lacks is named."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from accelerator.accounts.models import Role
from accelerator.core import clock, db, scope
from accelerator.core.errors import Refused
from accelerator.intake.answers.readiness import is_ready, missing
from accelerator.intake.models import Application, QuestionKind
from accelerator.intake.operations.beginning import start_application
from accelerator.intake.operations.forms import change_question, create_form, remove_question
from accelerator.intake.operations.questions import QuestionPlan
from accelerator.intake.operations.sending import send
from accelerator.intake.operations.versions import publish
from accelerator.intake.queries.form import form_in_work, form_question
from accelerator.intake.queries.forms import current_form, plain_form
from accelerator.intake.roles import ESSENTIAL, ROLES, QuestionRole
from accelerator.programmes.models import Edition, Host
from accelerator.startups.models import Founder
from tests.factories import Browser, make_coming_edition, make_edition, make_member, make_person
from tests.factories.intake import make_complete_draft, make_form

R = QuestionRole
NO_HELP = {"en": "", "ja": ""}


def planned(edition: Edition, key: str, **changes: Any) -> QuestionPlan:
    """What the question says now, with changes."""
    page = form_question(edition, key)
    assert page is not None
    question = page.question
    plan = QuestionPlan(question.label, question.help or NO_HELP, question.required, question.limits.get("max"))
    return replace(plan, **changes)


def renamed(edition: Edition) -> None:
    """Give every question another key, as a form of somebody else's has; its conditions and limits follow."""
    whole = form_in_work(edition)
    assert whole is not None
    for question in whole.questions:
        question.key = f"x_{question.key}"
        limits = {
            name: f"x_{value}" if name in ("at_most", "with", "currency") else value
            for name, value in question.limits.items()
        }
        question.limits, question.shown_if = limits, _renamed(question.shown_if)
    db.session().flush()


def _renamed(condition: dict[str, Any] | None) -> dict[str, Any] | None:
    if condition is None:
        return None
    more = {"and": _renamed(condition["and"])} if "and" in condition else {}
    return {**condition, "question": f"x_{condition['question']}", **more}


def test_every_role_is_in_the_default_form_and_fits_its_question(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        assert {question.role for question in form.questions if question.role} == set(QuestionRole) == set(ROLES)
        assert [q.key for q in form.questions if q.role and q.kind not in q.role.kinds] == []
        assert {kind for role in QuestionRole for kind in role.kinds} <= set(QuestionKind)
        assert missing(form) == []


def test_a_form_with_other_keys_fills_columns_and_record_all_the_same(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        draft = make_complete_draft(edition, make_form(edition))
        renamed(edition)
        live = current_form(edition)
        assert live is not None
        draft.answers = {f"x_{key}": value for key, value in draft.answers.items()} | {
            "x_native_name": "北風",
            "x_channel": "press",
        }
        revision = send(draft, plain_form(live), edition=edition, at=clock.now(), actor=draft.applicant)
        assert (draft.name, draft.country, draft.city, draft.stage, draft.channel) == (
            "Northbreath",
            "EE",
            "Tallinn",
            "launched",
            "press",
        )
        assert draft.sector is not None and draft.sector.key == "health"
        assert (draft.startup.native_name, draft.startup.founded) == ("北風", 2018)
        founders = tx.query(Founder).filter_by(startup_id=draft.startup_id).all()
        assert "kadri@example.org" in {founder.email for founder in founders}
        later = make_edition()
        assert revision.answers["x_founders"][0]["name"] == "Kadri Lepik"
    with scope.choose(later.scope):
        form = make_form(later)
        again = start_application(later, at=clock.now(), actor=draft.applicant, startup=draft.startup)
        assert again.form_id == form.id
        assert (again.answers["native_name"], again.answers["founders"][0]["name"]) == ("北風", "Kadri Lepik")
        assert {"channel", "declarations", "goals"}.isdisjoint(again.answers)


def test_a_role_is_moved_to_another_question_and_never_given_twice(tx: Session) -> None:
    edition, actor = make_coming_edition(), make_person()
    with scope.choose(edition.scope):
        make_form(edition)
        with pytest.raises(Refused, match="“Website or demo” is used as that already"):
            change_question(edition, "video", planned(edition, "video", role=R.WEBSITE), actor=actor)
        with pytest.raises(Refused, match="can't be used as that"):
            change_question(edition, "goals", planned(edition, "goals", role=R.NAME), actor=actor)
        change_question(edition, "website", planned(edition, "website", role=None), actor=actor)
        change_question(edition, "video", planned(edition, "video", role=R.WEBSITE), actor=actor)
        remove_question(edition, "website", actor=actor)
        form = current_form(edition)
        question = plain_form(form).of_role(R.WEBSITE) if form else None
        assert question is not None and question.key == "video"


@pytest.mark.parametrize("role", ESSENTIAL)
def test_without_an_essential_role_nobody_begins_and_nothing_is_published(tx: Session, role: QuestionRole) -> None:
    edition, actor = make_edition(), make_person()
    with scope.choose(edition.scope):
        form = make_form(edition)
        question = form.of_role(role)
        assert question is not None
        change_question(edition, question.key, planned(edition, question.key, role=None), actor=actor)
        said = f"No question is used as “{role.label}”"
        with pytest.raises(Refused, match=said):
            publish(edition, shown=None, asks=False, actor=actor)
        live = form_in_work(edition)
        assert live is not None
        live.form.published_at = clock.now()
        with pytest.raises(Refused, match="The form of this call is not ready yet"):
            start_application(edition, name="Northbreath", at=clock.now(), actor=actor)
        assert tx.query(Application).count() == 0


def test_what_is_missing_is_named_by_question(tx: Session) -> None:
    edition = make_edition()
    with scope.choose(edition.scope):
        form = make_form(edition)
        first = form.sections[0]
        name, native, *others = first.questions
        bad = replace(
            form,
            sections=(
                replace(
                    first,
                    questions=(
                        replace(name, required=False),
                        replace(native, label={"en": "Name", "ja": ""}),
                        *(question for question in others if question.role is not R.WEBSITE),
                    ),
                ),
                *form.sections[1:],
            ),
        )
        assert [(point.key, point.blocks, point.sentence) for point in missing(bad)] == [
            ("name", True, "“Company or team name” has to be asked of everybody and to be required."),
            ("native_name", True, "“Name” lacks a language."),
            ("", False, "No question is used as “Website”. The answer is copied to the startup record."),
        ]
        assert (is_ready(form), is_ready(bad)) == (True, False)


def test_the_page_names_what_is_missing_and_says_what_answers_are_used_for(browser: Browser) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            staff = make_member(edition, Role.STAFF)
            make_form(edition)
            change_question(edition, "country", planned(edition, "country", role=None), actor=staff)
    base = f"/editions/{edition.slug}/form"
    page = browser.sign_in(staff).get(base).text
    assert "Before you can publish" in page and "1 left" in page
    assert "No question is used as “Country of the head office”. Lists, search and reports use the answer." in page
    assert "Used as: Founders" in page
    answer = browser.post(f"{base}/publish", {"shown": ""})
    assert (answer.status_code, "No question is used as “Country of the head office”" in answer.text) == (422, True)
    question = browser.get(f"{base}/questions/country").text
    assert "Country of the head office: Lists, search and reports use the answer." in question
    words = {"label_en": "Country", "label_ja": "国", "help_en": "", "help_ja": "", "required": "y", "role": "country"}
    assert browser.post(f"{base}/questions/country", words).status_code == 302
    assert "Before you can publish" not in browser.get(base).text


def test_organisations_that_changed_block_publishing(tx: Session) -> None:
    edition, actor = make_edition(), make_person()
    with scope.choose(edition.scope):
        create_form(edition, actor=None)
        remove_question(edition, "tags", actor=actor)
        db.add(
            Host(
                edition_id=edition.id,
                name={"en": "City", "ja": "市"},
                part={"en": "Host", "ja": "主催"},
                position=1,
                shares_data=True,
            )
        )
        with pytest.raises(Refused, match="The organisations that read the applications have changed"):
            publish(edition, shown=None, asks=False, actor=actor)
