"""Beginning an application with the lifelong record of a firm: what is filled in, what never is, where it leads."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from accelerator.accounts.models import Membership, Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.intake.models import Application
from accelerator.intake.operations import beginning, sending
from accelerator.intake.queries import forms
from accelerator.programmes.models import Edition
from accelerator.startups.models import Founder, Startup
from tests.factories import Browser, make_edition, make_founder, make_person, make_startup
from tests.factories.intake import make_complete_draft, make_form


def opened() -> Edition:
    """An edition whose call is open."""
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            make_form(edition)
        return edition


def start(edition: Edition, person: Person, **values: Any) -> Application:
    """Begin, inside a transaction that chose the edition; the rows may come from an earlier one."""
    here, who = session().get_one(Edition, edition.id), session().get_one(Person, person.id)
    return beginning.start_application(here, at=clock.now(), actor=who, **values)


def sent_before() -> tuple[Edition, Application]:
    """An earlier edition, and what a firm sent to it."""
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            form = make_form(edition)
            draft = make_complete_draft(
                edition,
                form,
                native_name="北息",
                website="https://north.example.com",
                linkedin="https://linkedin.example.com/north",
            )
            sending.send(draft, form, edition=edition, at=clock.now(), actor=draft.applicant)
            assert draft.applicant and draft.startup  # loaded, for whoever reads them later
            return edition, draft


def test_a_founder_who_applies_again_uses_the_record_with_what_is_known(browser: Browser) -> None:
    _earlier, before = sent_before()
    edition = opened()
    browser.sign_in(before.applicant)
    path = f"/calls/{edition.slug}/apply"
    page = browser.get(path).text
    assert "Which company is applying?" in page and "Another company" in page
    assert browser.post(path, {}).status_code == 422
    answer = browser.post(path, {"firm": before.startup.slug})
    assert answer.location == f"/editions/{edition.slug}/my/A-0001"
    with db.reading(), scope.choose(edition.scope):
        now = session().scalars(select(Application)).one()
        assert now.startup_id == before.startup_id
        kept = {key: value for key, value in before.answers.items() if key in now.answers}
        assert now.answers == kept
        assert {
            "name",
            "native_name",
            "one_line",
            "country",
            "city",
            "website",
            "linkedin",
            "founded",
            "founders",
            "problem",
            "sector",
        } <= set(now.answers)
        never = {
            "deck",
            "declarations",
            "consent_processing",
            "consent_hosts",
            "track",
            "track_fit",
            "goals",
            "pilot",
            "attends",
            "hours",
            "traction",
            "staff_full",
            "capital_own",
            "founder_statistics",
        }
        assert never & set(now.answers) == set()
    text = browser.get(answer.location).text
    assert "Some answers are filled in from what Northbreath sent on" in text


def test_what_this_form_does_not_offer_is_left_out(browser: Browser) -> None:
    _earlier, before = sent_before()
    edition = opened()
    with db.transaction(), scope.choose(edition.scope):
        for question in forms.current_form(session().get_one(Edition, edition.id)).sections[0].questions:
            if question.key == "one_line":
                question.limits = {"max": 3}
        startup = session().get_one(Startup, before.startup_id)
        draft = start(edition, before.applicant, startup=startup)
        assert "one_line" not in draft.answers and draft.answers["name"] == "Northbreath"


def test_whoever_left_is_not_filled_in_as_a_founder(browser: Browser) -> None:
    _earlier, before = sent_before()
    edition = opened()
    with db.transaction(), scope.choose(edition.scope):
        named = session().scalars(select(Founder).where(Founder.email == "kadri@example.org")).one()
        named.left_at = clock.system_now()
        startup = session().get_one(Startup, before.startup_id)
        draft = start(edition, before.applicant, startup=startup)
        assert [row["email"] for row in draft.answers["founders"]] == [before.applicant.email]


def test_a_firm_that_has_begun_is_led_there_also_by_a_co_founder(browser: Browser) -> None:
    edition = opened()
    with db.transaction(), scope.choose(edition.scope):
        first, second = make_person(), make_person()
        draft = start(edition, first, name="North")
        make_founder(draft.startup, second)
        session().flush()
        with pytest.raises(Refused, match="You already have A-0001"):
            start(edition, second, startup=draft.startup)
    answer = browser.sign_in(second).post(f"/calls/{edition.slug}/apply", {"firm": draft.startup.slug})
    assert answer.location == f"/editions/{edition.slug}/my/A-0001"


def test_a_founder_of_two_firms_applies_with_each(browser: Browser) -> None:
    edition = opened()
    with db.transaction(), scope.choose(edition.scope):
        person = make_person()
        start(edition, person, name="North")
    path = f"/calls/{edition.slug}/apply"
    browser.sign_in(person)
    assert browser.post(path, {"name": "South"}).location.endswith("/my/A-0001")  # an old page says nothing of firms
    with db.transaction():
        other = make_startup(name="South")
        make_founder(other, session().merge(person))
    assert "South" in browser.get(path).text
    assert browser.post(path, {"firm": other.slug}).location.endswith("/my/A-0002")
    assert browser.get(f"/editions/{edition.slug}/my/A-0001").status_code == 200


def test_whoever_has_applied_may_begin_with_a_firm_that_is_new(browser: Browser) -> None:
    edition = opened()
    with db.transaction(), scope.choose(edition.scope):
        person = make_person()
        start(edition, person, name="North")
    path = f"/calls/{edition.slug}/apply"
    page = browser.sign_in(person).get(path).text
    assert 'name="firm" value="another"' in page and "Apply with another company" in page
    assert browser.post(path, {"firm": "another", "name": "South"}).location.endswith("/my/A-0002")


def test_the_same_name_is_not_registered_twice(browser: Browser) -> None:
    edition = opened()
    with db.transaction(), scope.choose(edition.scope):
        person = make_person()
        own = make_startup(name="Northbreath OÜ")
        make_founder(own, person)
        draft = start(edition, person, name="north-breath", another=True)
        assert draft.startup_id == own.id
        assert session().scalar(select(func.count(Startup.id))) == 1


def test_nobody_applies_with_somebody_else_s_firm(browser: Browser) -> None:
    _earlier, before = sent_before()
    edition = opened()
    with db.transaction(), scope.choose(edition.scope):
        mallory = make_person()
        startup = session().get_one(Startup, before.startup_id)
        with pytest.raises(Refused, match="not a founder"), session().begin_nested():
            start(edition, mallory, startup=startup)
        own = make_startup(name="Mine")
        make_founder(own, mallory)
    path = f"/calls/{edition.slug}/apply"
    browser.sign_in(mallory)
    assert "Northbreath" not in browser.get(path).text
    assert browser.post(path, {"firm": before.startup.slug}).status_code == 422
    with db.reading(), scope.choose(edition.scope):
        assert session().scalars(select(Application)).all() == []


def test_every_founder_gets_the_role_in_the_new_edition(browser: Browser) -> None:
    edition = opened()
    with db.transaction(), scope.choose(edition.scope):
        startup = make_startup()
        first, second, gone = (make_founder(startup) for _ in range(3))
        row = session().scalars(select(Founder).where(Founder.person_id == gone.id)).one()
        row.left_at = clock.system_now() - timedelta(days=1)
        start(edition, second, startup=startup)
        held = session().scalars(select(Membership.person_id).where(Membership.role == Role.FOUNDER)).all()
        assert sorted(held) == sorted([first.id, second.id])
