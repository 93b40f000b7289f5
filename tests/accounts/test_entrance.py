"""The doors of the house: password, link, registration, demonstration."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accelerator.accounts import limits, passwords
from accelerator.accounts.models import Attempt, Link, Membership, Person, Role, SignIn
from accelerator.core import clock, db
from accelerator.core.db import session
from accelerator.core.web import App
from tests.factories import Browser, make_edition, make_member, make_person
from tests.factories.accounts import mailed_kinds, mailed_links

GOOD = "correct horse battery"
KEPT = passwords.hashed(GOOD)


@pytest.fixture
def aoi(app: App) -> Person:
    """Somebody with a password."""
    with db.transaction():
        return make_person(email="aoi@example.org", given_name="Aoi", password_hash=KEPT)


def sign_in(browser: Browser, email: str, password: str, **more: str) -> object:
    return browser.post("/sign-in", {"email": email, "password": password, **more})


def test_a_page_for_strangers_carries_a_token(browser: Browser) -> None:
    page = browser.get("/sign-in")
    assert page.status_code == 200
    assert len(re.findall(r'name="csrf-token" content="[^"]+"', page.text)) == 1


def test_password_signs_in_and_returns_to_where_one_was(browser: Browser, aoi: Person) -> None:
    answer = browser.post("/sign-in", {"email": " AOI@example.org ", "password": GOOD, "next": "/settings/profile"})
    assert (answer.status_code, answer.location) == (302, "/settings/profile")
    assert browser.get("/settings/profile").status_code == 200


@pytest.mark.parametrize("email", ["aoi@example.org", "nobody@example.org"])
def test_wrong_password_and_unknown_address_read_alike(browser: Browser, aoi: Person, email: str) -> None:
    answer = browser.post("/sign-in", {"email": email, "password": "something else"})
    assert answer.status_code == 422
    assert "E-mail or password is wrong." in answer.text
    assert f'value="{email}"' in answer.text
    assert browser.get("/settings/profile").status_code == 302


def test_unconfirmed_people_do_not_get_in(browser: Browser, app: App) -> None:
    with db.transaction():
        make_person(email="new@example.org", password_hash=KEPT, confirmed_at=None)
    assert browser.post("/sign-in", {"email": "new@example.org", "password": GOOD}).status_code == 422


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"])
def test_next_never_leads_away(browser: Browser, aoi: Person, to: str) -> None:
    answer = browser.post("/sign-in", {"email": aoi.email, "password": GOOD, "next": to})
    assert (answer.status_code, answer.location) == (302, "/home")


def test_many_tries_make_a_pause_that_says_so(browser: Browser, aoi: Person) -> None:
    for _ in range(limits.FREE):
        browser.post("/sign-in", {"email": aoi.email, "password": "guess guess"})
    answer = browser.post("/sign-in", {"email": aoi.email, "password": GOOD})
    assert answer.status_code == 422
    assert "Too many attempts. Wait a minute, then try again. Your account is not locked." in answer.text


def test_strangers_do_not_lock_out_whoever_came_from_here_before(app: App, browser: Browser, aoi: Person) -> None:
    assert browser.post("/sign-in", {"email": aoi.email, "password": GOOD}).status_code == 302
    stranger = Browser(app)
    for _ in range(limits.FREE + 2):
        stranger.post(
            "/sign-in",
            {"email": aoi.email, "password": "guess guess"},
            environ_overrides={"REMOTE_ADDR": "203.0.113.9"},
        )
    assert browser.get("/settings/profile").status_code == 200
    again = Browser(app).post("/sign-in", {"email": aoi.email, "password": GOOD})
    assert again.status_code == 302
    with db.reading():
        assert session().scalar(select(func.count(Attempt.id)).where(Attempt.succeeded.is_(False))) == 5


def test_a_link_signs_in_once(browser: Browser, app: App, aoi: Person) -> None:
    assert browser.post("/sign-in/link", {"email": aoi.email, "next": "/settings/profile"}).status_code == 302
    with db.reading():
        [path] = mailed_links(aoi.email)
        assert session().scalar(select(Link.token_hash)) != path.removeprefix("/links/")
    assert browser.get(path).status_code == 200
    assert browser.get("/settings/profile").status_code == 302, "looking at a link signs nobody in"
    answer = browser.post(path)
    assert (answer.status_code, answer.location) == (302, "/settings/profile")
    assert Browser(app).post(path).status_code == 410


def test_a_newer_link_kills_the_older(browser: Browser, aoi: Person) -> None:
    for _ in range(2):
        browser.post("/sign-in/link", {"email": aoi.email})
    with db.reading():
        old, new = mailed_links(aoi.email)
    assert (browser.get(old).status_code, browser.get(new).status_code) == (410, 200)


HERE, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "203.0.113.9"}
DOORS = ("/register", "/sign-in/link", "/sign-in/password")


@pytest.mark.parametrize("email", ["aoi@example.org", "nobody@example.org"])
def test_a_stranger_can_t_use_up_the_mails_of_an_address(browser: Browser, app: App, aoi: Person, email: str) -> None:
    stranger = Browser(app)
    for door in DOORS:
        assert stranger.post(door, {"email": email}, environ_overrides=ELSEWHERE).status_code == 302
    refused = stranger.post("/sign-in/link", {"email": email}, environ_overrides=ELSEWHERE)
    assert refused.status_code == 422
    assert "We e-mailed a link to this address before." in refused.text
    assert "We can send another one in 10 minutes." in refused.text
    for door in DOORS:
        assert browser.post(door, {"email": email}, environ_overrides=HERE).status_code == 302
    with db.reading():
        assert len(mailed_kinds(email)) == 6
        assert browser.get(mailed_links(email)[-1]).status_code == 200


def test_where_many_ask_for_one_address_its_newest_link_lasts_until_the_next(browser: Browser, aoi: Person) -> None:
    with db.transaction():
        for number in range(30):
            attempt = limits.note(limits.LINK, aoi.email, f"198.51.{number}.0/24", succeeded=False)
            attempt.at -= timedelta(minutes=61)
    assert browser.post("/sign-in/link", {"email": aoi.email}).status_code == 302
    with db.reading():
        [path], link = mailed_links(aoi.email), session().scalars(select(Link)).one()
        assert link.expires_at - link.created_at > timedelta(minutes=59)
    refused = browser.post("/sign-in/link", {"email": aoi.email}, environ_overrides=ELSEWHERE)
    assert (refused.status_code, "another one in 1 hour" in refused.text) == (422, True)
    assert browser.get(path).status_code == 200, "whoever is refused ends nobody's link"


@pytest.mark.parametrize(
    ("free", "pauses", "most"),
    [
        (limits.FREE_MAILS_PER_PLACE, limits.PAUSES_OF_PLACE, limits.FREE_MAILS - 1),
        (limits.FREE_MAILS, limits.PAUSES_OF_MAILS, 50),
    ],
)
def test_the_mails_of_a_day_are_few_however_often_somebody_asks(free, pauses, most) -> None:
    """And one network alone can't bring about the pauses of all others."""
    at = begin = clock.system_now()
    sent = 0
    while at < begin + limits.DAY:
        sent += 1
        at += limits.pause_after(sent - free, at, at, *pauses) if sent >= free else timedelta()
    assert free < sent <= most


def test_unknown_addresses_get_the_same_page_and_another_mail(browser: Browser, aoi: Person) -> None:
    pages = [browser.post("/sign-in/link", {"email": email}) for email in (aoi.email, "nobody@example.org")]
    assert [page.status_code for page in pages] == [302, 302]
    texts = [browser.get(page.location).text for page in pages]
    same = [
        re.sub(r"data-now=\S+|\S+@example\.org|\"[\w.-]{60,}\"|[\w%.-]*example[\w%.-]*", "", text) for text in texts
    ]
    assert re.sub(r'content="[^"]*"|value="[^"]*"|CSRFToken": "[^"]*"', "", same[0]) == re.sub(
        r'content="[^"]*"|value="[^"]*"|CSRFToken": "[^"]*"', "", same[1]
    )
    with db.reading():
        assert mailed_kinds(aoi.email) == ["sign_in_link"]
        assert mailed_kinds("nobody@example.org") == ["confirm_address"]


def test_registering_makes_an_account_only_when_the_address_is_proven(browser: Browser, app: App) -> None:
    assert browser.post("/register", {"email": "kadri@example.org", "next": "/settings/profile"}).status_code == 302
    with db.reading():
        [path] = mailed_links("kadri@example.org")
        assert session().scalar(select(func.count(Person.id))) == 0
    typed = {"given_name": "Kadri", "family_name": "Lepik", "zone": "Tallinn", "password": "short"}
    refused = browser.post(path, typed)
    assert refused.status_code == 422
    assert "Use at least 10 characters." in refused.text
    assert 'value="Kadri"' in refused.text
    answer = browser.post(path, {**typed, "password": GOOD})
    assert (answer.status_code, answer.location) == (302, "/settings/profile")
    with db.reading():
        person = session().scalars(select(Person)).one()
        assert (person.name, person.zone, person.email) == ("Kadri Lepik", "Europe/Tallinn", "kadri@example.org")
        assert passwords.matches(person.password_hash, GOOD)


def test_a_forgotten_password_is_set_anew_and_ends_other_sign_ins(browser: Browser, app: App, aoi: Person) -> None:
    elsewhere = Browser(app).sign_in(aoi)
    browser.post("/sign-in/password", {"email": aoi.email})
    with db.reading():
        [path] = mailed_links(aoi.email)
    assert browser.post(path, {"password": "aoi@example.org"}).status_code == 422
    assert browser.post(path, {"password": "a whole new sentence"}).status_code == 302
    assert elsewhere.get("/settings/profile").status_code == 302
    assert Browser(app).post("/sign-in", {"email": aoi.email, "password": GOOD}).status_code == 422
    assert Browser(app).post("/sign-in", {"email": aoi.email, "password": "a whole new sentence"}).status_code == 302


def test_signing_out_ends_the_row(browser: Browser, aoi: Person) -> None:
    browser.post("/sign-in", {"email": aoi.email, "password": GOOD})
    with browser.client.session_transaction() as cookie:
        stolen = dict(cookie)
    assert browser.post("/sign-out").location == "/"
    with browser.client.session_transaction() as cookie:
        cookie.update(stolen)
    assert browser.get("/settings/profile").status_code == 302


def test_a_new_network_is_told_by_mail(app: App, browser: Browser, aoi: Person) -> None:
    browser.post("/sign-in", {"email": aoi.email, "password": GOOD})
    with db.reading():
        assert mailed_kinds(aoi.email) == []
    Browser(app).post(
        "/sign-in", {"email": aoi.email, "password": GOOD}, environ_overrides={"REMOTE_ADDR": "203.0.113.9"}
    )
    with db.reading():
        assert mailed_kinds(aoi.email) == ["new_sign_in"]
        networks = session().scalars(select(SignIn.network).order_by(SignIn.id)).all()
        assert networks == ["127.0.0.0/24", "203.0.113.0/24"]


def test_a_sign_in_expires(browser: Browser, aoi: Person) -> None:
    browser.sign_in(aoi)
    with db.transaction():
        session().scalars(select(SignIn)).one().expires_at = clock.system_now()
    assert browser.get("/settings/profile").status_code == 302


@pytest.fixture
def demo(app: App) -> object:
    """The installation as a demonstration."""
    before = app.installation.settings
    app.installation.settings = replace(before, demo=True)
    yield
    app.installation.settings = before


def demonstration() -> tuple[Person, Person]:
    with db.transaction():
        edition = make_edition()
        synthetic = make_member(edition, Role.REVIEWER, synthetic=True, language="ja")
        return synthetic, make_member(edition, Role.STAFF)


def test_one_click_makes_one_a_demonstration_person(browser: Browser, demo: object) -> None:
    synthetic, _real = demonstration()
    page = browser.get("/sign-in").text
    assert re.findall(r'name="person" value="(\d+)"', page) == [str(synthetic.id)]
    answer = browser.post("/demo/sign-in", {"person": str(synthetic.id), "workspace": "reviewer"})
    assert (answer.status_code, answer.location) == (302, "/home")
    assert '<html lang="en"' in browser.get("/settings/profile").text, "the language that was being read stays"


def test_a_visitor_of_a_demonstration_finishes_registering(browser: Browser, demo: object) -> None:
    page = browser.get(browser.post("/register", {"email": "kadri@example.org"}).location).text
    with db.reading():
        [link] = mailed_links("kadri@example.org")
    assert (page.count("This demonstration sends no e-mail."), page.count(f'href="{link}"')) == (1, 1)
    stranger = Browser(browser.app).get("/sign-in/sent?email=kadri@example.org").text
    assert (stranger.count("This demonstration sends no"), stranger.count("/links/")) == (0, 0)
    answer = browser.post(link, {"given_name": "Kadri", "family_name": "Lepik", "zone": "Tallinn"})
    assert (answer.status_code, answer.location) == (302, "/home")


def test_the_mails_of_a_visitor_who_registered_are_nobody_elses(browser: Browser, demo: object, aoi: Person) -> None:
    page = browser.get(browser.post("/sign-in/link", {"email": aoi.email}).location).text
    assert (page.count("This demonstration sends no"), page.count("/links/")) == (0, 0)
    synthetic, _real = demonstration()
    page = browser.get(browser.post("/sign-in/link", {"email": synthetic.email}).location).text
    assert page.count('href="/links/') == 1


def test_a_real_installation_shows_no_mail(browser: Browser) -> None:
    page = browser.get(browser.post("/register", {"email": "kadri@example.org"}).location).text
    assert (page.count("This demonstration sends no"), page.count("/links/")) == (0, 0)


def test_nobody_becomes_a_real_person_by_a_click(browser: Browser, demo: object) -> None:
    _, real = demonstration()
    assert browser.post("/demo/sign-in", {"person": str(real.id)}).status_code == 404
    assert browser.get("/settings/profile").status_code == 302


def test_there_is_no_such_door_in_a_real_installation(browser: Browser) -> None:
    synthetic, _ = demonstration()
    assert browser.post("/demo/sign-in", {"person": str(synthetic.id)}).status_code == 404
    assert re.findall(r'name="person"', browser.get("/sign-in").text) == []


def test_an_error_page_knows_who_is_there(browser: Browser, aoi: Person) -> None:
    browser.sign_in(aoi)
    assert browser.get("/nonsense").status_code == 404
    assert browser.post("/nonsense").status_code == 404


def test_membership_is_not_made_by_registering(browser: Browser, app: App) -> None:
    with db.transaction():
        make_edition()
    browser.post("/register", {"email": "x@example.org"})
    with db.reading():
        [path] = mailed_links("x@example.org")
    browser.post(path, {"given_name": "X", "family_name": "Y", "zone": "UTC", "role": "admin", "is_site_admin": "1"})
    with db.reading():
        assert session().scalar(select(func.count(Membership.id))) == 0
        assert session().scalar(select(Person.is_site_admin)) is False
