"""Invitations stand on every home, and are where whoever has no role yet comes after signing in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Link, Membership, Person, Role
from accelerator.core import db, scope
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.programmes.models import Edition
from accelerator.programmes.operations import people
from accelerator.startups.operations import founders
from tests.factories import Browser, make_edition, make_founder, make_member, make_person, make_startup

LENA = "lena@example.org"


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition."""
    with db.transaction():
        return make_edition(name={"en": "Kobe 2030", "ja": "神戸2030"})


def invite(edition: Edition, role: Role = Role.REVIEWER, *, ago: timedelta = timedelta()) -> Link:
    with db.transaction(), scope.choose(edition.scope):
        admin = make_member(edition, Role.ADMIN)
        people.invite(session().merge(edition), [LENA], role, language="en", next_path=None, actor=admin)
        link = session().scalars(select(Link).order_by(Link.id.desc())).first()
        link.created_at -= ago
        link.expires_at -= ago
        return link


def lena(**values: object) -> Person:
    with db.transaction():
        return make_person(email=LENA, **values)


def held(person: Person) -> list[Role]:
    with db.reading() as opened:
        return list(opened.scalars(select(Membership.role).where(Membership.person_id == person.id)))


def test_who_has_no_role_is_led_to_the_invitation_and_accepts_it(edition: Edition, browser: Browser) -> None:
    link, person = invite(edition), lena()
    browser.sign_in(person)
    assert browser.get("/home").location == "/invitations"
    page = browser.get("/invitations").text
    assert ("Kobe 2030 invites you" in page, "Accept as Reviewer" in page) == (True, True)
    answer = browser.post(f"/invitations/{link.id}/accept")
    assert (answer.status_code, held(person)) == (302, [Role.REVIEWER])
    assert browser.get("/home").location == f"/editions/{edition.slug}/home"
    assert browser.post(f"/invitations/{link.id}/accept").status_code == 404
    assert "No invitations are waiting for you." in browser.get("/invitations").text


@pytest.mark.parametrize("role", [Role.STAFF, Role.REVIEWER, Role.MENTOR, Role.FOUNDER, Role.PARTNER, Role.INVESTOR])
def test_it_stands_on_the_home_of_whoever_has_another_role(edition: Edition, browser: Browser, role: Role) -> None:
    with db.transaction():
        other = make_edition()
        person = make_member(other, role, email=LENA)
    home = browser.sign_in(person).get(f"/editions/{other.slug}/home")
    assert (home.status_code, "invites you" in home.text) == (200, False)
    link = invite(edition, Role.MENTOR)
    text = browser.get(f"/editions/{other.slug}/home").text
    assert re.findall(r"action=\"(/invitations/\d+/accept)\"", text) == [f"/invitations/{link.id}/accept"]


def test_a_startups_invitation_stands_there_too(app: App, browser: Browser) -> None:
    with db.transaction():
        startup = make_startup(name="Northbreath")
        lead = make_founder(startup)
        founders.invite_founder(startup, name="Lena", email=LENA, actor=lead)
    browser.sign_in(lena())
    assert browser.get("/home").location == "/invitations"
    page = browser.get("/invitations").text
    assert "Are you a founder of Northbreath?" in page
    assert f"/startups/{startup.slug}/invitation" in page


def test_nobody_accepts_somebody_elses_or_one_that_is_too_old(edition: Edition, browser: Browser) -> None:
    link = invite(edition)
    with db.transaction():
        stranger = make_person()
    browser.sign_in(stranger)
    assert "invites you" not in browser.get("/invitations").text
    assert (browser.post(f"/invitations/{link.id}/accept").status_code, held(stranger)) == (404, [])
    old, person = invite(edition, Role.MENTOR, ago=timedelta(days=15)), lena()
    browser.sign_in(person)
    assert (browser.post(f"/invitations/{old.id}/accept").status_code, held(person)) == (404, [])


def test_an_address_that_is_not_confirmed_accepts_nothing(edition: Edition, browser: Browser) -> None:
    link, person = invite(edition), lena(confirmed_at=None)
    browser.sign_in(person)
    assert (browser.post(f"/invitations/{link.id}/accept").status_code, held(person)) == (404, [])
