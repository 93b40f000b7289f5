"""The picker of cities: every city leads to its zone, in both languages; what nobody knows brings the nearest ones."""

import json

import pytest

from accelerator.accounts.models import Person, Role
from accelerator.core import cities, db, i18n, times
from accelerator.core.web import App
from accelerator.programmes.models import Edition
from tests.factories import Browser, make_edition, make_member, make_person


@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_city_of_the_list_is_understood_as_it_is_written(language: str) -> None:
    rows = json.loads(cities.picker_list(language)[1])
    assert [row[0] for row in rows if times.zone_named(row[0]) is None] == []
    own = {row[2].split()[0]: times.zone_named(row[0]) for row in rows if len(row) == 3}
    moved = {zone: found for zone, found in own.items() if zone != found}
    assert moved in ({}, {"Europe/Istanbul": "Asia/Istanbul"})  # one zone under two names
    assert len({row[0] for row in rows}) == len(rows)
    assert [row[2] for row in rows if len(row) == 3 and "Asia/Calcutta" in row[2].split()] == [
        "Asia/Kolkata Asia/Calcutta"
    ]


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Kobe", "Asia/Tokyo"),
        ("神戸", "Asia/Tokyo"),
        ("ＫＯＢＥ", "Asia/Tokyo"),
        ("Asia/Tokyo", "Asia/Tokyo"),
        ("東京（JST、UTC+9）", "Asia/Tokyo"),
        ("Lisbon", "Europe/Lisbon"),
        ("リスボン", "Europe/Lisbon"),
        ("Atlantis", None),
    ],
)
def test_a_city_is_typed_in_either_language(typed: str, zone: str | None) -> None:
    assert times.zone_named(typed) == zone


def test_what_nobody_knows_brings_the_nearest_cities_in_the_readers_language() -> None:
    with i18n.speaking("en", "UTC"):
        assert cities.unknown("Lisbom") == "No city here is called “Lisbom”. Did you mean Lisbon?"
        assert cities.unknown("xqzzw") == "Enter a large city in your time zone, like Kobe or Lisbon."
    with i18n.speaking("ja", "UTC"):
        assert cities.unknown("Lisbom") == "「Lisbom」という都市は見つかりません。リスボンのことですか？"


def test_the_regions_hold_every_city_in_the_order_of_names() -> None:
    with i18n.speaking("ja", "UTC"):
        regions = dict(cities.by_region())
    assert sum(map(len, regions.values())) == len(json.loads(cities.picker_list("ja")[1]))
    assert all([city.name for city in region] == sorted(city.name for city in region) for region in regions.values())
    assert "東京" in [city.name for city in regions["アジア"]]


def test_the_list_is_a_file_that_browsers_keep(app: App) -> None:
    version, text = cities.picker_list("ja")
    answer = Browser(app).get(f"/assets/cities/ja/{version}.json")
    assert (answer.text, answer.headers["Cache-Control"]) == (text, "public, max-age=31536000, immutable")
    assert Browser(app).get("/assets/cities/ja/old.json").headers["Cache-Control"] == "no-cache"
    assert Browser(app).get("/assets/cities/xx/old.json").status_code == 404
    assert "Lisbon" in Browser(app).get("/cities").text


@pytest.fixture
def edition(app: App) -> Edition:
    with db.transaction():
        return make_edition(zone="Asia/Tokyo")


def test_pages_with_a_zone_carry_no_list_and_show_the_city(edition: Edition, browser: Browser) -> None:
    with db.transaction():
        admin = make_member(edition, Role.ADMIN, zone="Europe/Lisbon", language="ja")
    browser.sign_in(admin)
    profile = browser.get("/settings/profile").text
    assert 'value="リスボン"' in profile
    settings = browser.get(f"/editions/{edition.slug}/settings").text
    assert 'value="東京"' in settings
    for page in (profile, settings):
        assert (page.count("data-cities="), "America/Adak" in page, '<option value="アダック' in page) == (
            1,
            False,
            False,
        )


def test_a_profile_takes_a_city_and_says_which_ones_may_be_meant(app: App, browser: Browser) -> None:
    with db.transaction():
        person = make_person(zone="UTC")
    names = {"given_name": "A", "family_name": "B", "language": "en"}
    browser.sign_in(person)
    page = browser.post("/settings/profile", {**names, "zone": "Lisbom"})
    assert page.status_code == 422
    assert page.text.count("Did you mean Lisbon?") == 2  # in the summary, and beside the field
    assert 'value="Lisbom"' in page.text
    assert browser.post("/settings/profile", {**names, "zone": "神戸"}).status_code == 302
    with db.reading() as session:
        assert session.get_one(Person, person.id).zone == "Asia/Tokyo"
