"""Times in two languages, beside the programme's own hour."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from accelerator.core import i18n, scope, times

EVENING_IN_KOBE = datetime(2020, 10, 15, 8, 30, tzinfo=UTC)
pytestmark = pytest.mark.usefixtures("_autumn")
KOBE = scope.Scope(1, "Asia/Tokyo", "Kobe")


@pytest.fixture
def _autumn():
    with time_machine.travel(datetime(2020, 10, 1, 0, 0, tzinfo=UTC)):
        yield


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("en", "Asia/Tokyo", "Thu 15 Oct, 17:30 JST"),
        ("en", "Europe/Tallinn", "Thu 15 Oct, 11:30 EEST"),
        ("ja", "Asia/Tokyo", "10月15日（木） 17:30 JST"),
    ],
)
def test_moment(language, zone, shown):
    with i18n.speaking(language, zone):
        assert times.moment(EVENING_IN_KOBE) == shown


def test_period_names_the_day_of_its_end_only_where_it_is_another():
    half_hour, night = EVENING_IN_KOBE + timedelta(minutes=30), EVENING_IN_KOBE + timedelta(hours=8)
    with i18n.speaking("en", "Asia/Tokyo"):
        assert times.period(EVENING_IN_KOBE, half_hour) == "Thu 15 Oct, 17:30–18:00 JST"
        assert times.period(EVENING_IN_KOBE, night) == "Thu 15 Oct, 17:30–Fri 16 Oct 01:30 JST"


class TestTag:
    def test_shows_the_programmes_hour_where_it_differs(self):
        with scope.choose(KOBE), i18n.speaking("en", "Europe/Tallinn"):
            assert times.time_tag(EVENING_IN_KOBE) == (
                '<time datetime="2020-10-15T08:30:00Z">Thu 15 Oct, 11:30 EEST</time>'
                ' <span class="muted">(17:30 in Kobe)</span>'
            )

    def test_shows_one_hour_where_both_are_the_same(self):
        with scope.choose(KOBE), i18n.speaking("en", "Asia/Seoul"):
            assert times.time_tag(EVENING_IN_KOBE) == (
                '<time datetime="2020-10-15T08:30:00Z">Thu 15 Oct, 17:30 KST</time>'
            )

    def test_names_the_weekday_where_the_date_differs(self):
        late = datetime(2020, 10, 15, 16, 30, tzinfo=UTC)
        with scope.choose(KOBE), i18n.speaking("en", "UTC"):
            assert times.time_tag(late).endswith("(Fri 01:30 in Kobe)</span>")

    def test_is_empty_without_a_time(self):
        assert (times.time_tag(None), times.day_tag(None)) == ("", "")

    def test_a_day_carries_its_iso_date(self):
        with i18n.speaking("en", "UTC"):
            assert times.day_tag(date(2020, 10, 15)).startswith('<time datetime="2020-10-15">')


@pytest.mark.parametrize(
    ("delta", "english", "japanese"),
    [
        (timedelta(days=2, hours=6, minutes=59), "2 days 6 hours", "2日6時間"),
        (timedelta(hours=1, minutes=1), "1 hour 1 minute", "1時間1分"),
        (timedelta(minutes=40), "40 minutes", "40分"),
        (timedelta(days=1), "1 day", "1日"),
        (timedelta(seconds=-5), "0 minutes", "0分"),
    ],
)
def test_span(delta, english, japanese):
    with i18n.speaking("en"):
        assert times.span(delta) == english
    with i18n.speaking("ja"):
        assert times.span(delta) == japanese


class TestFromLocal:
    def test_is_the_instant_of_a_wall_clock(self):
        assert times.from_local(datetime(2020, 10, 15, 17, 30), "Asia/Tokyo") == EVENING_IN_KOBE

    def test_refuses_an_hour_that_a_clock_change_skips(self):
        with pytest.raises(ValueError, match="does not exist"):
            times.from_local(datetime(2020, 3, 29, 2, 30), "Europe/Berlin")

    def test_takes_the_first_of_a_repeated_hour(self):
        assert times.from_local(datetime(2020, 10, 25, 2, 30), "Europe/Berlin") == datetime(
            2020, 10, 25, 0, 30, tzinfo=UTC
        )


@pytest.mark.parametrize(("language", "shown"), [("en", "October 2020"), ("ja", "2020年10月")])
def test_month(language, shown):
    with i18n.speaking(language):
        assert times.month(date(2020, 10, 1)) == shown


@pytest.mark.parametrize(
    ("language", "zone", "shown"),
    [
        ("en", "Asia/Tokyo", "Tokyo (JST, UTC+9)"),
        ("ja", "Asia/Tokyo", "東京（JST、UTC+9）"),
        ("ja", "Asia/Kolkata", "コルカタ（IST、UTC+5:30）"),
        ("ja", "Europe/Kyiv", "キーウ（EEST、UTC+3）"),
        ("ja", "America/Sao_Paulo", "サンパウロ（UTC−3）"),
    ],
)
def test_a_zone_is_called_after_its_city_and_found_by_what_it_is_called(language, zone, shown):
    with i18n.speaking(language, zone):
        assert times.zone_label(zone) == shown
    assert times.zone_named(shown) == zone


def test_a_picker_of_zones_loads_the_rules_of_each_once() -> None:
    labels = [times.zone_label(name) for name in times.zones()]
    loaded = times.rules_of.cache_info().misses
    assert [times.zone_label(name) for name in times.zones()] == labels
    assert times.rules_of.cache_info().misses == loaded
