"""No page fails, leads to a page that is not there, or asks the database more than fifteen times."""

from accelerator.accounts.models import Person
from accelerator.core.web import App
from tests.factories import Browser
from tests.visits.walking import VISITS, Walk

MOST = 15  # statements


def test_every_page_is_there_and_asks_at_most_fifteen_times(
    app: App, people: dict[str, Person], count_queries: list[str]
) -> None:
    routes, faults, opened = app.url_map.bind("localhost"), [], set[str]()
    for name, slug in VISITS:
        walk = Walk(Browser(app).sign_in(people[name]), routes, slug, most=2)
        count_queries.clear()
        for path, answer in walk.pages():
            if answer.status_code >= 400:
                faults.append(f"{name} {path}: status {answer.status_code}")
            if len(count_queries) > MOST:
                faults.append(f"{name} {path}: {len(count_queries)} statements")
            count_queries.clear()
        faults += [f"{name} {path}: no page has this address" for path in walk.dead]
        opened |= set(walk.opened)
    assert "\n".join(faults) == ""
    assert {"scoring.review", "selection.board", "mentoring.book", "demo_day.control", "reporting.report"} <= opened
