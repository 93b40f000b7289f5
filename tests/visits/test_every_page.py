"""No page fails, leads to a page that is not there, asks the database too often, or mixes the marks of two languages."""

from accelerator.accounts.models import Person
from accelerator.core.web import App
from tests.factories import Browser
from tests.visits.lines import half_width
from tests.visits.walking import VISITS, Walk

MOST = 15  # statements


def test_every_page_is_there_asks_at_most_fifteen_times_and_writes_full_width(
    app: App, people: dict[str, Person], count_queries: list[str]
) -> None:
    routes, faults, opened = app.url_map.bind("localhost"), [], set[str]()
    for name, slug in VISITS:
        people[name].language = "ja"  # which pages there are, and what they ask, is the same in both languages
        walk = Walk(Browser(app).sign_in(people[name]), routes, slug, most=2)
        count_queries.clear()
        for path, answer in walk.pages():
            if answer.status_code >= 400:
                faults.append(f"{name} {path}: status {answer.status_code}")
            if len(count_queries) > MOST:
                faults.append(f"{name} {path}: {len(count_queries)} statements")
            if answer.mimetype == "text/html":
                faults += [f"{name} {path}: {line}" for line in half_width(answer.text)]
            count_queries.clear()
        faults += [f"{name} {path}: no page has this address" for path in walk.dead]
        opened |= set(walk.opened)
    assert "\n".join(faults) == ""
    assert {"scoring.review", "selection.board", "mentoring.book", "demo_day.control", "reporting.report"} <= opened
