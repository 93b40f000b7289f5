"""Lists of countries and zones hold countries and places, and nothing else that Babel or the IANA database names."""

import pytest

from accelerator.core import i18n, times
from accelerator.core.countries import city_name, countries, country_name, place_name
from accelerator.programmes.forms import country_choices


def test_every_list_of_countries_holds_the_countries_of_iso_3166(app: object) -> None:
    for language in i18n.LANGUAGES:
        with i18n.speaking(language):
            assert len(countries()) == 249
            assert [(str(choice.value), str(choice.label)) for choice in country_choices()] == countries()


@pytest.mark.parametrize("name", ["Factory", "posixrules", "localtime", "EST5EDT", "Etc/GMT+5", "Japan", ""])
def test_what_is_no_place_is_no_zone(name: str) -> None:
    assert not times.is_zone(name)
    assert name not in times.zones()


def test_every_zone_on_offer_is_taken() -> None:
    assert all(times.is_zone(name) for name in times.zones())


def test_places_are_told_from_near_to_far_in_english_and_from_far_to_near_in_japanese():
    with i18n.speaking("en"):
        assert place_name(city_name("神戸"), "Hyogo", country_name("JP")) == "Kobe, Hyogo, Japan"
        assert place_name(city_name("Tallinn"), None, country_name("EE")) == "Tallinn, Estonia"
    with i18n.speaking("ja"):
        assert place_name(city_name("Kobe"), "兵庫県", country_name("JP")) == "日本・兵庫県・神戸"
        assert place_name(city_name("Tallinn"), "", country_name("EE")) == "エストニア・タリン"
        assert place_name(city_name("Singapore"), country_name("SG")) == "シンガポール"
        assert place_name(city_name("Atlantis"), "") == "Atlantis"
