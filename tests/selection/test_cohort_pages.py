"""The cohort list and a startup's page."""

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.selection.queries import cohort
from tests.factories import make_cohort_startup, make_edition, make_member, make_sector, make_startup
from tests.factories.selection import make_board_entry, make_board_round


@pytest.fixture
def place(app):
    with db.transaction():
        edition = make_edition()
        people = {role: make_member(edition, role) for role in Role}
        with scope.choose(edition.scope):
            sector = make_sector(edition)
            startup, founder = make_cohort_startup(
                edition,
                sector_id=sector.id,
                startup=make_startup(name="Kurage Health", native_name="くらげヘルス", one_line="Sensors for stings."),
            )
    return edition, people, startup, founder


SEEN = {Role.ADMIN: 200, Role.STAFF: 200, Role.PARTNER: 200, Role.MENTOR: 200}


@pytest.mark.parametrize("role", list(Role))
def test_who_sees_the_cohort_and_its_startups(place, browser, role) -> None:
    edition, people, startup, _ = place
    browser.sign_in(people[role])
    for path in ("startups", f"startups/{startup.slug}"):
        assert browser.get(f"/editions/{edition.slug}/{path}").status_code == SEEN.get(role, 404)


def test_founders_see_their_own_startup_alone(place, browser) -> None:
    edition, _, startup, founder = place
    with db.transaction(), scope.choose(edition.scope):
        other, _ = make_cohort_startup(edition)
    browser.sign_in(founder)
    assert "Kurage Health" in browser.get(f"/editions/{edition.slug}/startups/{startup.slug}").text
    assert browser.get(f"/editions/{edition.slug}/startups/{other.slug}").status_code == 404
    assert browser.get(f"/editions/{edition.slug}/startups").status_code == 404


def test_only_the_team_sees_the_score(place, browser) -> None:
    edition, people, startup, _ = place
    with db.transaction(), scope.choose(edition.scope):
        entry = cohort.cohort_entry(edition, startup.slug)
        make_board_entry(make_board_round(edition), entry.application, 4.37)
    assert "4.37" in browser.sign_in(people[Role.STAFF]).get(f"/editions/{edition.slug}/startups").text
    for role in (Role.PARTNER, Role.MENTOR):
        page = browser.sign_in(people[role]).get(f"/editions/{edition.slug}/startups").text
        assert "Kurage Health" in page and "Estonia" in page and "Health" in page and "Sensors for stings." in page
        assert "4.37" not in page and "Score" not in page


@pytest.mark.parametrize("extra", [0, 2])
def test_the_list_asks_five_times(place, browser, count_queries, extra) -> None:
    edition, people, *_ = place
    with db.transaction(), scope.choose(edition.scope):
        for _number in range(extra):
            make_cohort_startup(edition)
    browser.sign_in(people[Role.STAFF])
    count_queries.clear()
    browser.get(f"/editions/{edition.slug}/startups")
    assert len(count_queries) == 5


def test_a_startup_of_another_edition_is_not_here(place, browser) -> None:
    _, _, startup, _ = place
    with db.transaction():
        other = make_edition()
        admin = make_member(other, Role.ADMIN)
    assert browser.sign_in(admin).get(f"/editions/{other.slug}/startups/{startup.slug}").status_code == 404
    assert "No startup has joined yet" in browser.get(f"/editions/{other.slug}/startups").text


def test_in_japanese_the_name_at_home_comes_first(place, browser) -> None:
    edition, *_ = place
    with db.transaction():
        mentor = make_member(edition, Role.MENTOR, language="ja")
    page = browser.sign_in(mentor).get(f"/editions/{edition.slug}/startups").text
    assert "くらげヘルス" in page and "エストニア" in page
