"""A person's own pages."""

import gzip
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from accelerator.accounts import passwords, places
from accelerator.accounts.models import Person, Role, SignIn
from accelerator.core import clock, db, times
from accelerator.core.audit import AuditEntry
from accelerator.core.db import session
from accelerator.core.errors import Refused
from accelerator.core.web import App
from tests.factories import Browser, make_edition, make_member, make_person

GOOD = "correct horse battery"
KEPT = passwords.hashed(GOOD)
NAMES = {
    "given_name": "Aoi",
    "family_name": "Morita",
    "native_name": "森田 葵",
    "family_first": "y",
    "language": "ja",
    "zone": "Kobe",
}


@pytest.fixture
def aoi(app: App) -> Person:
    """Somebody with a password."""
    with db.transaction():
        return make_person(email="aoi@example.org", given_name="Aoi", password_hash=KEPT)


def test_names_language_and_zone_are_saved(browser: Browser, aoi: Person) -> None:
    answer = browser.sign_in(aoi).post("/settings/profile", NAMES)
    assert (answer.status_code, answer.location) == (302, "/settings/profile")
    page = browser.get("/settings/profile").text
    assert '<html lang="ja"' in page
    assert '<b translate="no">森田 葵</b>' in page
    with db.reading():
        person = session().get(Person, aoi.id)
        assert (person.name, person.name_in("ja"), person.zone) == ("MORITA Aoi", "森田 葵", "Asia/Tokyo")
        entry = session().scalars(select(AuditEntry)).one()
        assert entry.changes["zone"] == ["UTC", "Asia/Tokyo"]


def test_an_unknown_city_stays_beside_its_error(browser: Browser, aoi: Person) -> None:
    answer = browser.sign_in(aoi).post("/settings/profile", {**NAMES, "zone": "Atlantis", "language": "en"})
    assert answer.status_code == 422
    assert answer.text.count("Enter a large city in your time zone, like Kobe or Lisbon.") == 2
    assert 'value="Atlantis"' in answer.text


def test_an_own_password_changes_with_the_present_one_only(browser: Browser, app: App, aoi: Person) -> None:
    browser.post("/sign-in", {"email": aoi.email, "password": GOOD})
    elsewhere = Browser(app).sign_in(aoi)
    new = {"password": "a whole new sentence"}
    refused = browser.post("/settings/password", {**new, "current": "wrong"})
    assert refused.status_code == 422
    assert refused.text.count("That is not your current password.") == 2
    assert browser.post("/settings/password", {**new, "current": GOOD}).status_code == 302
    assert browser.get("/settings/profile").status_code == 200, "this browser got a new sign-in"
    assert elsewhere.get("/settings/profile").status_code == 302


def test_own_sign_ins_are_listed_and_ended(browser: Browser, app: App, aoi: Person) -> None:
    browser.sign_in(aoi)
    elsewhere = Browser(app).sign_in(aoi)
    page = browser.get("/settings/sign-ins").text
    [path] = re.findall(r'action="(/settings/sign-ins/\d+/end)"', page)
    assert page.count("This browser") == 1
    assert browser.post(path).status_code == 302
    assert elsewhere.get("/settings/profile").status_code == 302
    assert browser.get("/settings/profile").status_code == 200


def test_all_other_sign_ins_end_at_once(browser: Browser, app: App, aoi: Person) -> None:
    browser.sign_in(aoi)
    others = [Browser(app).sign_in(aoi) for _ in range(2)]
    browser.post("/settings/sign-ins/end-others")
    assert [other.get("/settings/profile").status_code for other in others] == [302, 302]
    assert browser.get("/settings/profile").status_code == 200


def test_nobody_ends_somebody_elses_sign_in(browser: Browser, app: App, aoi: Person) -> None:
    with db.transaction():
        other = make_person()
    victim = Browser(app).sign_in(aoi)
    with db.reading():
        row = session().scalars(select(SignIn)).one()
    assert browser.post(f"/settings/sign-ins/{row.id}/end").status_code == 401
    assert browser.sign_in(other).post(f"/settings/sign-ins/{row.id}/end").status_code == 404
    assert victim.get("/settings/profile").status_code == 200


@pytest.mark.parametrize("path", ["/settings/profile", "/settings/password", "/settings/sign-ins"])
def test_strangers_are_asked_to_sign_in(browser: Browser, path: str) -> None:
    assert browser.get(path).location == f"/sign-in?next={path}"


def test_the_language_switches_and_returns(browser: Browser, aoi: Person) -> None:
    answer = browser.post("/language", {"language": "ja", "next": "/register"})
    assert (answer.status_code, answer.location) == (302, "/register")
    assert '<html lang="ja"' in browser.get("/register").text
    assert browser.post("/language", {"language": "xx", "next": "//evil.example"}).location == "/"
    assert '<html lang="ja"' in browser.get("/register").text
    browser.sign_in(aoi).post("/language", {"language": "ja"})
    with db.reading():
        assert session().get(Person, aoi.id).language == "ja"


def aged(days: float) -> None:
    """Let the only sign-in have begun so long ago, last used an hour ago, and expire in a minute."""
    now = clock.system_now()
    with db.transaction():
        row = session().scalars(select(SignIn)).one()
        row.started_at, row.seen_at = now - timedelta(days=days), now - timedelta(hours=1)
        row.expires_at = now + timedelta(minutes=1)


@pytest.mark.parametrize(("days", "hours"), [(1, 12), (13.75, 6)])
def test_a_sign_in_in_use_is_prolonged_up_to_fourteen_days(
    browser: Browser, aoi: Person, days: float, hours: int
) -> None:
    browser.post("/sign-in", {"email": aoi.email, "password": GOOD})
    aged(days)
    browser.get("/settings/profile")
    with db.reading():
        row = session().scalars(select(SignIn)).one()
        assert row.expires_at - clock.system_now() < timedelta(minutes=2), "looking writes nothing"
    browser.post("/language", {"language": "en"})
    with db.reading():
        row = session().scalars(select(SignIn)).one()
        assert round((row.expires_at - clock.system_now()) / timedelta(hours=1)) == hours


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "Use at least 10 characters"),
        ("Password123", "too common"),
        ("aaaaaaaaaaaaaa", "too common"),
        ("AOI@example.org", "Your own name and address"),
        ("x" * 201, "Use at most 200"),
        ("Example-Org-2026", "Your own name and address"),
        ("aoimorita1234", "Your own name and address"),
        ("森田葵森田葵森田葵!", "Your own name and address"),
        ("ＱＷＥＲＴＹｕｉｏｐ", "too common"),
        ("sakura1234", "too common"),
    ],
)
def test_weak_passwords_are_refused(app: App, password: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        passwords.check(password, about=["aoi@example.org", "Aoi", "Morita", "森田 葵"])


@pytest.mark.parametrize("password", ["correct horse battery", "aoi walks along the quay", "葵は港まで歩いていきます"])
def test_sentences_are_taken(password: str) -> None:
    passwords.check(password, about=["aoi@example.org", "Aoi", "Morita", "森田 葵"])


def test_the_passwords_that_are_tried_first_are_real_and_long_enough() -> None:
    """ASVS 6.2.4: at least the 3,000 commonest that the policy lets through."""
    listed = gzip.decompress(passwords.LEAKED.read_bytes()).decode().split()
    taken = [one for one in listed if len(one) >= passwords.SHORTEST and len(set(one)) >= 4]
    assert (len(listed), len(set(taken))) == (10_000, 10_000)
    assert [one for one in passwords.common() if passwords.folded(one) != one] == []
    assert listed[:3] == ["qwertyuiop", "1234567890", "q1w2e3r4t5"]


def test_passwords_are_the_same_from_every_keyboard() -> None:
    kept = passwords.hashed("ｐａｓｓ ｐｈｒａｓｅ パスワード")
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(kept, "pass phrase ﾊﾟｽﾜｰﾄﾞ")
    assert not passwords.matches(kept, "pass phrase")
    assert not passwords.matches(None, "no account has this password")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:ff77::1", "2001:db8:1:ff00::/56"),
        ("fe80::1%eth0", "fe80::/56"),
        (None, "unknown"),
        ("unix:", "unix:"),
    ],
)
def test_networks(address: str | None, network: str) -> None:
    assert places.network_of(address) == network


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("tallinn", "Europe/Tallinn"),
        ("los angeles", "America/Los_Angeles"),
        ("神戸", "Asia/Tokyo"),
        ("San Francisco", "America/Los_Angeles"),
        ("Tokyo (JST, UTC+9)", "Asia/Tokyo"),
        ("utc", "UTC"),
        ("", None),
        ("../etc", None),
    ],
)
def test_zones(typed: str, zone: str | None) -> None:
    assert times.zone_named(typed) == zone


def test_own_pages_take_the_same_queries(browser: Browser, app: App, aoi: Person, count_queries: list[str]) -> None:
    with db.transaction():
        make_member(make_edition(), Role.STAFF)
    browser.sign_in(aoi)
    count_queries.clear()
    browser.get("/settings/sign-ins")
    one = len(count_queries)
    for _ in range(3):
        Browser(app).sign_in(aoi)
    count_queries.clear()
    browser.get("/settings/sign-ins")
    assert (one, len(count_queries)) == (2, 2)
