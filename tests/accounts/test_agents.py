"""What browsers call themselves, in words."""

import pytest

from accelerator.accounts.agents import browser_and_system
from accelerator.core import db
from accelerator.core.web import App
from tests.factories import Browser, make_person

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {CHROME} Safari/537.36", ("Chrome", "Linux")),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/126.0.0.0", ("Edge", "Windows")),
        (
            f"Mozilla/5.0 (Linux; Android 14; SM-S921B) SamsungBrowser/25.0 {CHROME} Mobile",
            ("Samsung Internet", "Android"),
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile Safari/604.1",
            ("Safari", "iPhone"),
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0", ("Firefox", "Mac")),
        ("curl/8.5.0", ("curl", "")),
        ("Mozilla/5.0 (odd)", ("", "")),
        ("", ("", "")),
    ],
)
def test_browsers_are_recognised(agent: str, expected: tuple[str, str]) -> None:
    assert browser_and_system(agent) == expected


def test_the_page_says_it_in_words(app: App, browser: Browser) -> None:
    with db.transaction():
        person = make_person()
    assert browser.sign_in(person).get("/settings/sign-ins").text.count('<b title="test">test</b>') == 1
