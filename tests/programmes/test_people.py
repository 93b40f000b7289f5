"""Invitations, roles, the trail, and the front page."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accelerator.accounts.models import Link, Membership, Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.audit import audit
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.programmes.addresses import read_addresses
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_member, make_person
from tests.factories.accounts import mailed_kinds, mailed_links


@pytest.fixture
def edition(app: App) -> Edition:
    """An edition."""
    with db.transaction():
        return make_edition(name={"en": "Kobe 2030", "ja": "神戸2030"})


@pytest.fixture
def admin(edition: Edition) -> Person:
    """Its admin."""
    with db.transaction():
        return make_member(edition, Role.ADMIN, given_name="Haruka", family_name="Sato")


def test_addresses_are_read_line_by_line() -> None:
    text = "A@Example.org\n\nＢ@example.org,\nKim Lee <c@example.org>\nnobody\na@example.org\n@x"
    assert read_addresses(text) == (
        ["a@example.org", "b@example.org", "c@example.org"],
        ["Line 5: “nobody” is not an e-mail address.", "Line 7: “@x” is not an e-mail address."],
    )


def test_an_invitation_becomes_a_person_with_a_role(
    app: App, browser: Browser, edition: Edition, admin: Person
) -> None:
    path = f"/editions/{edition.slug}/people"
    answer = browser.sign_in(admin).post(path, {"role": "reviewer", "language": "ja", "addresses": "lena@example.org"})
    assert (answer.status_code, answer.location) == (302, path)
    assert browser.get(path).text.count("lena@<wbr>example.<wbr>org") == 1
    with db.reading():
        [link] = mailed_links("lena@example.org")
    guest = Browser(app)
    assert "Kobe 2030 invites you" in guest.get(link).text
    names = {"given_name": "Lena", "family_name": "Brandt", "zone": "berlin"}
    answer = guest.post(link, names)
    assert (answer.status_code, answer.location) == (302, f"/editions/{edition.slug}/home")
    assert guest.get(answer.location).status_code == 200
    assert Browser(app).post(link, names).status_code == 410
    with db.reading():
        lena = session().scalars(select(Person).where(Person.email == "lena@example.org")).one()
        held = session().scalars(select(Membership.role).where(Membership.person_id == lena.id)).all()
        assert (lena.zone, held) == ("Europe/Berlin", [Role.REVIEWER])


def test_a_bad_line_stops_all_and_is_named(browser: Browser, edition: Edition, admin: Person) -> None:
    answer = browser.sign_in(admin).post(
        f"/editions/{edition.slug}/people",
        {"role": "reviewer", "language": "en", "addresses": "good@example.org\nbad address"},
    )
    assert answer.status_code == 422
    assert answer.text.count("Line 2: “bad address” is not an e-mail address.") == 2
    assert "good@example.org\nbad address</textarea>" in answer.text
    with db.reading():
        assert session().scalar(select(func.count(Link.id))) == 0


def test_who_is_there_already_is_not_invited(browser: Browser, edition: Edition, admin: Person) -> None:
    with db.transaction():
        make_member(edition, Role.REVIEWER, email="here@example.org")
    answer = browser.sign_in(admin).post(
        f"/editions/{edition.slug}/people",
        {"role": "reviewer", "language": "en", "addresses": "new@example.org\nhere@example.org"},
    )
    assert answer.status_code == 422
    assert answer.text.count("Already in this role: here@example.org.") == 2
    with db.reading():
        assert mailed_kinds("new@example.org") == []


def test_staff_make_no_admins(browser: Browser, edition: Edition, admin: Person) -> None:
    with db.transaction():
        staff = make_member(edition, Role.STAFF)
        row = session().scalars(select(Membership).where(Membership.person_id == admin.id)).one()
    browser.sign_in(staff)
    answer = browser.post(
        f"/editions/{edition.slug}/people", {"role": "admin", "language": "en", "addresses": "x@example.org"}
    )
    assert answer.status_code == 422
    assert browser.post(f"/editions/{edition.slug}/people/{row.id}/end").status_code == 409
    with db.reading():
        assert session().get(Membership, row.id).ended_at is None


def test_a_role_ends_at_once_and_can_be_taken_back(app: App, browser: Browser, edition: Edition, admin: Person) -> None:
    with db.transaction():
        staff = make_member(edition, Role.STAFF)
        row = session().scalars(select(Membership).where(Membership.person_id == staff.id)).one()
    inside = Browser(app).sign_in(staff)
    people = f"/editions/{edition.slug}/people"
    assert inside.get(people).status_code == 200
    browser.sign_in(admin)
    assert browser.post(f"{people}/{row.id}/end").status_code == 302
    assert inside.get(people).status_code == 404
    assert "Ended roles" in browser.get(people).text
    assert browser.post(f"{people}/{row.id}/resume").status_code == 302
    assert inside.get(people).status_code == 200


def test_the_last_admin_stays(browser: Browser, edition: Edition, admin: Person) -> None:
    with db.reading():
        row = session().scalars(select(Membership).where(Membership.person_id == admin.id)).one()
    answer = browser.sign_in(admin).post(f"/editions/{edition.slug}/people/{row.id}/end")
    assert answer.status_code == 409
    with db.reading():
        assert session().get(Membership, row.id).ended_at is None


def test_another_editions_team_ends_nothing_here(browser: Browser, edition: Edition, admin: Person) -> None:
    with db.transaction():
        other = make_edition()
        foreign = make_member(other, Role.ADMIN)
        row = session().scalars(select(Membership).where(Membership.person_id == admin.id)).one()
    browser.sign_in(foreign)
    assert browser.post(f"/editions/{other.slug}/people/{row.id}/end").status_code == 404
    assert browser.post(f"/editions/{edition.slug}/people/{row.id}/end").status_code == 404


def test_people_are_shown_by_kind_fifty_at_a_time_and_found_by_name(
    browser: Browser, edition: Edition, admin: Person
) -> None:
    with db.transaction():
        for number in range(52):
            make_member(edition, Role.FOUNDER, given_name="Kim", family_name=f"Founder {number:02}")
        make_member(edition, Role.MENTOR, given_name="Maya", family_name="Okafor", native_name="岡 真弥")
    browser.sign_in(admin)

    def names(query: str) -> list[str]:
        text = browser.get(f"/editions/{edition.slug}/people{query}").text
        return re.findall(r'<span class="strong" translate="no">([^<]+)</span>', text)

    assert names("") == [admin.name]
    first = names("?view=founders")
    assert (first[0], first[-1], len(first)) == ("Kim Founder 00", "Kim Founder 49", 50)
    following = re.search(
        r'rel="next" href="([^"]+)"', browser.get(f"/editions/{edition.slug}/people?view=founders").text
    )
    assert following is not None
    assert names("?" + html.unescape(following[1]).split("?")[1]) == ["Kim Founder 50", "Kim Founder 51"]
    assert names("?view=founders&q=kim founder 07") == ["Kim Founder 07"]
    assert [names(f"?view=mentors&q={text}") for text in ("真弥", "OKAFOR", "kim", "%")] == [
        ["Maya Okafor"],
        ["Maya Okafor"],
        [],
        [],
    ]
    assert names("?view=nonsense") == [admin.name]


@pytest.mark.parametrize("number", [1, 3])
def test_people_take_the_same_queries(
    browser: Browser, edition: Edition, admin: Person, count_queries: list[str], number: int
) -> None:
    with db.transaction():
        for _ in range(number):
            make_member(edition, Role.REVIEWER)
    browser.sign_in(admin)
    count_queries.clear()
    assert browser.get(f"/editions/{edition.slug}/people").status_code == 200
    assert len(count_queries) == 6


@pytest.mark.parametrize("number", [1, 3])
def test_the_trail_shows_differences_of_this_edition(
    browser: Browser, edition: Edition, admin: Person, count_queries: list[str], number: int
) -> None:
    with db.transaction():
        other = make_edition()
        for at, what in ((edition, "programmes.plan_changed"), (other, "programmes.hosts_changed")):
            with scope.choose(at.scope):
                for _ in range(number):
                    audit(admin, what, at, reason="<b>because</b>", **({"places": [17, 20]} if at is edition else {}))
    browser.sign_in(admin)
    count_queries.clear()
    page = browser.get(f"/editions/{edition.slug}/audit")
    assert len(count_queries) == 6
    assert (page.text.count("changed the settings of"), page.text.count("changed the organisations of")) == (number, 0)
    assert page.text.count("17 → 20") == number
    assert page.text.count("&lt;b&gt;because&lt;/b&gt;") == number
    with db.transaction():
        reviewer = make_member(edition, Role.REVIEWER)
    assert browser.sign_in(reviewer).get(f"/editions/{edition.slug}/audit").status_code == 404


def test_an_empty_installation_says_what_to_do_first(browser: Browser, app: App) -> None:
    assert "Start with these steps." in browser.get("/").text
    with db.transaction():
        founder = make_person(is_site_admin=True)
    assert 'href="/programmes/new"' in browser.sign_in(founder).get("/").text


def test_the_front_page_tells_where_each_edition_stands(browser: Browser, edition: Edition) -> None:
    with db.transaction():
        now = clock.now()
        make_edition(opens_at=now - timedelta(40), closes_at=now - timedelta(10), name={"en": "Gone by", "ja": "前"})
    text = browser.get("/").text
    assert re.findall(r'<span class="tag tag-[a-z]+">([^<]+)</span>', text) == [
        "Call open",
        "Call closed, in selection",
    ]
    assert re.findall(r"\d+ days \d+ hours left", text) == ["9 days 23 hours left"]
    assert 'name="person"' not in text


def test_a_demonstration_shows_its_moments_and_people(app: App, browser: Browser) -> None:
    with db.transaction():
        edition = make_edition(demo_moment={"en": "Selection week", "ja": "選考週間"}, ahead_seconds=-86400 * 30)
        reviewer = make_member(edition, Role.REVIEWER, synthetic=True)
        make_member(edition, Role.STAFF)
    before = app.installation.settings
    app.installation.settings = replace(before, demo=True)
    text = browser.get("/").text
    app.installation.settings = before
    assert re.findall(r'name="person" value="(\d+)"', text) == [str(reviewer.id)]
    assert text.count("Selection week") == 1
    assert text.count("Call not open yet") == 1, "the edition's own clock counts"


@pytest.mark.parametrize("number", [1, 3])
def test_the_front_page_takes_the_same_queries(
    browser: Browser, app: App, count_queries: list[str], number: int
) -> None:
    with db.transaction():
        for _ in range(number):
            make_edition()
    count_queries.clear()
    assert browser.get("/").status_code == 200
    assert len(count_queries) == 4
