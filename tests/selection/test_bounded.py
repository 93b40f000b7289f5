"""No list of selection grows with the call: each page has so many rows, the rest is a step away, and conflicts hide rows."""

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.selection.models import Choice
from tests.factories import make_edition, make_member
from tests.factories.scoring import make_conflict
from tests.factories.selection import make_candidate, make_decision, make_offered, make_waiting

MANY = 55  # more than a list of 50 rows


@pytest.fixture
def place(app):
    """Many declines and one offer to release, many open offers, and many who wait."""
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
        with scope.choose(edition.scope):
            make_decision(make_candidate(edition, name="Offered one"), staff)
            for number in range(MANY):
                make_decision(make_candidate(edition, name=f"Declined {number:02}"), staff, Choice.DECLINE)
                make_offered(edition, name=f"Open {number:02}")
                make_waiting(edition, number + 1, name=f"Waits {number:02}")
    return edition, staff


def test_the_release_page_lists_fifty_letters_of_a_kind_and_the_next(place, browser) -> None:
    edition, staff = place
    path = f"/editions/{edition.slug}/selection/release"
    page = browser.sign_in(staff).get(path).text
    assert ("Offered one" in page, page.count("Declined ")) == (True, 0)
    page = browser.get(f"{path}?kind=decline").text
    assert page.count("Declined ") == 50
    rest = browser.get(page[page.index('rel="next"') :].split('href="')[1].split('"')[0].replace("&amp;", "&")).text
    assert rest.count("Declined ") == MANY - 50


def test_what_is_beside_it_is_cut_short_and_whole_elsewhere(place, browser) -> None:
    edition, staff = place
    base = f"/editions/{edition.slug}/selection"
    page = browser.sign_in(staff).get(f"{base}/release").text
    assert (page.count("Open "), page.count("Waits ")) == (25, 25)
    assert f'<span class="strong">{MANY}</span>' in page
    for path, word in (("offers", "Open "), ("waitlist", "Waits ")):
        first = browser.get(f"{base}/{path}").text
        follows = first[first.index('rel="next"') :].split('href="')[1].split('"')[0]
        assert (first.count(word), browser.get(follows).text.count(word)) == (50, MANY - 50)


def test_gaps_are_counted_and_the_first_fifty_named(app, browser) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
        with scope.choose(edition.scope):
            gaps = [make_candidate(edition, name=f"Undecided {number:02}") for number in range(MANY)]
            make_conflict(gaps[0], staff)
    page = browser.sign_in(staff).get(f"/editions/{edition.slug}/selection/release").text
    assert f"{MANY - 1} applications have no decision yet." in page
    assert "Undecided 00" not in page
    assert page.count("Undecided ") == 50
    assert "4 more are not listed here." in page


@pytest.mark.parametrize("path", ["release?kind=decline", "offers", "waitlist", "minutes"])
def test_a_conflict_hides_its_row_in_each(place, browser, path) -> None:
    edition, staff = place
    with db.transaction(), scope.choose(edition.scope):
        for make in (
            lambda **names: make_decision(make_candidate(edition, **names), staff, Choice.DECLINE).application,
            lambda **names: make_offered(edition, days=1, **names).application,
            lambda **names: make_waiting(edition, 0, **names).application,
        ):
            make_conflict(make(name="Secret Labs"), staff)
    browser.sign_in(staff)
    assert "Secret Labs" not in browser.get(f"/editions/{edition.slug}/selection/{path}").text


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.STAFF, Role.ADMIN)])
def test_lists_of_offers_are_the_teams(place, browser, role) -> None:
    edition, _ = place
    with db.transaction():
        person = make_member(edition, role)
    browser.sign_in(person)
    for path in ("offers", "waitlist"):
        assert browser.get(f"/editions/{edition.slug}/selection/{path}").status_code == 404


def test_the_release_page_asks_at_most_fifteen_times(place, browser, count_queries) -> None:
    edition, staff = place
    browser.sign_in(staff)
    count_queries.clear()
    browser.get(f"/editions/{edition.slug}/selection/release")
    assert len(count_queries) <= 15
