"""What a request may bring, and when it arrived."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map, Rule
from werkzeug.routing.exceptions import RequestRedirect

from accelerator.core import clock, scope
from accelerator.core.requests import ARRIVED, Parameters, arrival, check_parts
from tests.factories import Browser

NOW = datetime(2020, 8, 15, 3, 0, tzinfo=UTC)


@pytest.fixture
def routes():
    addresses = Map(
        [
            Rule("/t/<name>", endpoint="text"),
            Rule("/n/<int:number>", endpoint="number"),
            Rule("/p/<path:rest>", endpoint="rest"),
        ]
    )
    check_parts(addresses)
    # Rules that were there before have their converters already, as those of the application are added later.
    checked = Map(converters=addresses.converters)
    for rule in addresses.iter_rules():
        checked.add(rule.empty())
    return checked.bind("localhost")


@pytest.mark.parametrize(
    "path",
    [
        "/t/\x00",
        "/t/a\x00b",
        "/t/\u2028",
        "/t/\ufffe",
        "/t/" + "a" * 401,
        "/t/\x85",
        "/n/2147483648",
        "/n/" + "9" * 5000,
        "/n/٣",
        "/n/-1",
        "/p/a/\x00",
        "/p/" + "a/" * 300,
    ],
)
def test_parts_that_no_row_can_have_lead_nowhere(routes, path):
    with pytest.raises((NotFound, RequestRedirect)):
        routes.match(path)


@pytest.mark.parametrize(
    ("path", "part"), [("/t/神戸", "神戸"), ("/n/2147483647", 2**31 - 1), ("/n/007", 7), ("/p/css/a.css", "css/a.css")]
)
def test_other_parts_are_what_they_say(routes, path, part):
    assert list(routes.match(path)[1].values()) == [part]


def test_parameters_are_clean_and_numbers_fit_columns():
    given = Parameters([("q", "a\x00b\ud800"), ("page", "7"), ("page", "8"), ("n", "2147483648"), ("m", "9" * 5000)])
    assert (given.get("q"), given.getlist("page"), given.get("page", type=int)) == ("ab", ["7", "8"], 7)
    assert (given.get("n", 3, type=int), given.get("m", type=int), given.get("q", 0, type=int)) == (3, None, 0)


class TestArrival:
    def said(self, text: str, header: str | None = "X-Request-Start", here: datetime = NOW) -> datetime:
        return arrival({ARRIVED: here, "HTTP_X_REQUEST_START": text}, header)

    @pytest.mark.parametrize("unit", [1, 1_000, 1_000_000])
    @pytest.mark.parametrize("before", ["", "t="])
    def test_is_what_the_configured_proxy_says(self, unit, before):
        at = NOW - timedelta(seconds=5)
        assert self.said(f"{before}{round(at.timestamp() * unit)}") == at

    @pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "-1", "1e400", "9" * 400, "t="])
    def test_is_the_web_servers_where_the_proxy_says_nothing_that_can_be_read(self, text):
        assert self.said(text) == NOW

    @pytest.mark.parametrize("seconds", [1, -601, -86400])
    def test_is_the_web_servers_where_the_proxy_can_not_be_right(self, seconds):
        assert self.said(str((NOW + timedelta(seconds=seconds)).timestamp())) == NOW

    def test_is_the_web_servers_where_no_proxy_is_configured(self):
        assert self.said(str(NOW.timestamp() - 5), header=None) == NOW

    def test_is_now_without_a_web_server(self):
        with time_machine.travel(NOW, tick=False):
            assert (arrival({}, None), clock.arrival()) == (NOW, NOW)

    def test_follows_the_clock_of_the_edition(self):
        with clock.arrived(NOW), scope.choose(scope.Scope(1, ahead=timedelta(hours=2))):
            assert clock.arrival() == NOW + timedelta(hours=2)


@pytest.mark.parametrize("path", ["/calls/%00", "/calls/a%00b", "/programmes/%ff", "/assets/0/%00", "/e/%00"])
def test_a_stranger_who_types_nonsense_finds_nothing(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 404
