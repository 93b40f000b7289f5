"""An invitation to somebody who has an account: its link signs nobody in, and only the account's owner accepts."""

import pytest
from sqlalchemy import func, select

from accelerator.accounts import passwords
from accelerator.accounts.models import Link, Membership, Person, Role, SignIn
from accelerator.core import db, scope
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.programmes.models import Edition
from accelerator.programmes.operations import people
from tests.factories import Browser, make_edition, make_member, make_person
from tests.factories.accounts import mailed_kinds, mailed_links

MAYA, GOOD = "maya@example.org", "correct horse battery"
KEPT = passwords.hashed(GOOD)


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition."""
    with db.transaction():
        return make_edition(name={"en": "Kobe 2030", "ja": "神戸2030"})


@pytest.fixture
def maya(edition: Edition) -> Person:
    """Who runs the installation, invited as a reviewer."""
    with db.transaction():
        admin = make_member(edition, Role.ADMIN)
        person = make_person(email=MAYA, is_site_admin=True, password_hash=KEPT)
    with db.transaction(), scope.choose(edition.scope):
        home = f"/editions/{edition.slug}/home"
        people.invite(edition, [MAYA], Role.REVIEWER, language="en", next_path=home, actor=admin)
    return person


@pytest.fixture
def link(maya: Person) -> str:
    """The path in the mail."""
    with db.reading():
        [path] = mailed_links(MAYA)
        return path


def is_untouched(maya: Person) -> bool:
    with db.reading():
        held = session().scalar(select(func.count(Membership.id)).where(Membership.person_id == maya.id))
        signed_in = session().scalar(select(func.count(SignIn.id)).where(SignIn.person_id == maya.id))
        return (held, signed_in, session().scalar(select(Link.used_at))) == (0, 0, None)


def test_whoever_holds_the_link_is_nobody(browser: Browser, maya: Person, link: str) -> None:
    page = browser.get(link)
    assert (page.status_code, page.text.count(f'href="/sign-in?next={link}"')) == (200, 1)
    assert browser.post(link).status_code == 422
    typed = {"given_name": "Eve", "family_name": "Il", "zone": "UTC", "password": "a whole new sentence"}
    assert browser.post(link, typed).status_code == 422
    assert browser.get("/settings/profile").status_code == 302
    assert is_untouched(maya)


def test_somebody_else_is_asked_to_sign_out(browser: Browser, maya: Person, link: str) -> None:
    with db.transaction():
        kim = make_person(given_name="Kim", family_name="Lee", email="kim@example.org")
    page = browser.sign_in(kim).get(link)
    assert page.text.count("You are signed in as Kim Lee, kim@example.org.") == 1
    assert browser.post(link).status_code == 422
    with db.reading():
        assert session().scalar(select(func.count(Membership.id)).where(Membership.person_id == kim.id)) == 0
    assert is_untouched(maya)
    answer = browser.post("/sign-out", {"next": link})
    assert (answer.status_code, answer.location) == (302, link)


def test_the_owner_signs_in_and_accepts(browser: Browser, edition: Edition, maya: Person, link: str) -> None:
    answer = browser.post("/sign-in", {"email": MAYA, "password": GOOD, "next": link})
    assert (answer.status_code, answer.location) == (302, link)
    with db.reading():
        assert session().scalar(select(func.count(Membership.id)).where(Membership.person_id == maya.id)) == 0
    assert browser.get(link).text.count("Accept as Reviewer") == 1
    answer = browser.post(link)
    assert (answer.status_code, answer.location) == (302, f"/editions/{edition.slug}/home")
    with db.reading():
        held = session().scalars(select(Membership.role).where(Membership.person_id == maya.id)).all()
        assert held == [Role.REVIEWER]
        assert session().scalar(select(func.count(SignIn.id)).where(SignIn.person_id == maya.id)) == 1
        assert mailed_kinds(MAYA) == ["invitation", "role_given"]
    assert browser.post(link).status_code == 410


def test_a_mailed_link_signs_in_and_leads_back(app: App, browser: Browser, maya: Person, link: str) -> None:
    browser.post("/sign-in/link", {"email": MAYA, "next": link})
    with db.reading():
        _invitation, sign_in = mailed_links(MAYA)
    assert browser.post(sign_in).location == link
    assert browser.get(link).text.count("Accept as Reviewer") == 1


def test_an_account_that_was_made_meanwhile_is_not_entered(app: App, browser: Browser) -> None:
    """The confirmation of an address lives for a day; whoever has an account by then signs in."""
    browser.post("/register", {"email": "kadri@example.org", "next": "/settings/profile"})
    with db.reading():
        [path] = mailed_links("kadri@example.org")
    with db.transaction():
        kadri = make_person(email="kadri@example.org")
    page = browser.get(path)
    assert (page.status_code, page.text.count('href="/sign-in?next=/settings/profile"')) == (200, 1)
    assert browser.post(path).status_code == 422
    assert browser.get("/settings/profile").status_code == 302
    assert Browser(app).sign_in(kadri).get(path).location == "/settings/profile"


def test_no_account_is_made_in_somebodys_browser(browser: Browser, edition: Edition, maya: Person) -> None:
    with db.transaction(), scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        people.invite(edition, ["new@example.org"], Role.MENTOR, language="en", next_path="/home", actor=admin)
        [link] = mailed_links("new@example.org")
    browser.sign_in(maya)
    assert browser.get(link).text.count("Sign out and continue") == 1
    typed = {"given_name": "New", "family_name": "Person", "zone": "UTC"}
    assert browser.post(link, typed).status_code == 422
    with db.reading():
        assert session().scalar(select(func.count(Person.id)).where(Person.email == "new@example.org")) == 0
