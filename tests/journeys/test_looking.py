"""What is like something that was examined before is not examined again; whatever differs is."""

import pytest
from playwright.sync_api import Browser

from tests.journeys.looking import WIDE, faults

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><head><title>Quay</title></head>
<body><main><h1>Quay</h1><form>{field}</form></main></body></html>"""
LABELLED = '<label for="boat">Boat</label> <input id="boat" name="boat">'


def test_a_second_page_of_the_same_kind_is_not_examined_and_an_element_without_its_label_is(chromium: Browser) -> None:
    page = chromium.new_page()
    examined, found = [], []
    for field in (
        LABELLED,
        LABELLED,
        LABELLED.replace('for="boat"', 'for="ship"'),
        '<p><input id="boat" name="boat"></p>',
    ):
        page.goto("about:blank")
        page.set_content(PAGE.format(field=field))
        found.append([fault.split(": ")[1].split(" ")[0] for fault in faults(page, WIDE)])
        examined.append(page.evaluate("typeof axe !== 'undefined'"))
    page.close()
    assert found == [[], [], ["label"], ["label"]]
    assert examined == [True, False, True, True]
