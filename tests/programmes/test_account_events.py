"""The page of account events: who may see it, what it tells, and what never."""

import re
from html import unescape

import pytest

from accelerator.accounts import passwords
from accelerator.accounts.models import Person, Role
from accelerator.accounts.operations import roles
from accelerator.core import db, scope
from accelerator.core.web import App
from tests.factories import Browser, make_edition, make_member, make_person

GOOD = "correct horse battery"
KEPT = passwords.hashed(GOOD)


@pytest.fixture
def site_admin(app: App) -> Person:
    """Who runs the installation."""
    with db.transaction():
        return make_person(given_name="Sora", family_name="Ito", is_site_admin=True)


def events(text: str) -> list[tuple[str, str]]:
    """What happened and in which edition, row by row."""
    rows = re.findall(r'<th scope="row">(.*?)</th>\s*<td>.*?</td>\s*<td>(.*?)</td>', text, re.DOTALL)
    return [(unescape(re.sub("<[^>]+>", "", sentence)).strip(), edition.strip()) for sentence, edition in rows]


def test_it_tells_what_happened(app: App, browser: Browser, site_admin: Person) -> None:
    with db.transaction():
        edition = make_edition(name={"en": "Kobe 2030", "ja": "神戸2030"})
        admin = make_member(edition, Role.ADMIN, given_name="Haruka", family_name="Sato")
        maya = make_person(email="maya@example.org", given_name="Maya", family_name="Okafor", password_hash=KEPT)
        with scope.choose(edition.scope):
            roles.give_role(maya, edition.id, Role.MENTOR, actor=admin)
    guest = Browser(app)
    for email in (maya.email, "nobody@example.org"):
        guest.post("/sign-in", {"email": email, "password": "guess guess"})
    guest.post("/sign-in/link", {"email": "nobody@example.org"})
    guest.post("/sign-in", {"email": maya.email, "password": GOOD})
    text = browser.sign_in(site_admin).get("/account-events").text
    assert events(text) == [
        ("Maya Okafor signed in", ""),
        ("A link was sent to nobody@example.org", ""),
        ("A wrong password was entered for nobody@example.org", ""),
        ("A wrong password was entered for Maya Okafor", ""),
        ("Haruka Sato gave Maya Okafor a role: Mentor", "Kobe 2030"),
    ]
    assert text.count("127.0.0.0/24") == 3
    assert [text.count(secret) for secret in ("guess guess", KEPT, "/links/")] == [0, 0, 0]
    assert events(browser.get("/account-events?kind=wrong&q=okafor").text) == [
        ("A wrong password was entered for Maya Okafor", "")
    ]
    assert events(browser.get("/account-events?kind=roles&q=HARUKA").text) == [
        ("Haruka Sato gave Maya Okafor a role: Mentor", "Kobe 2030")
    ]
    assert browser.get("/account-events?q=%25&kind=nonsense").text.count("No such event") == 1


def test_nobody_else_sees_it(browser: Browser, site_admin: Person) -> None:
    with db.transaction():
        admin = make_member(make_edition(), Role.ADMIN)
    assert browser.get("/account-events").location == "/sign-in?next=/account-events"
    assert browser.sign_in(admin).get("/account-events").status_code == 404
    assert browser.get("/").text.count("/account-events") == 0
    assert browser.sign_in(site_admin).get("/").text.count('href="/account-events"') == 1


@pytest.mark.parametrize("number", [1, 60])
def test_it_takes_the_same_queries(browser: Browser, site_admin: Person, count_queries: list[str], number: int) -> None:
    with db.transaction():
        edition = make_edition()
        for _ in range(number):
            roles.give_role(make_person(), edition.id, Role.MENTOR, actor=site_admin)
    browser.sign_in(site_admin)
    count_queries.clear()
    text = browser.get("/account-events").text
    assert len(events(text)) == min(number, 50)
    assert text.count('rel="next"') == (number > 50)
    assert len(count_queries) == 2
