"""Whatever is typed into a form, the answer is a page that says so: never a fault of the server."""

from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from accelerator.accounts.models import Person
from accelerator.core.web import App
from tests.factories import Browser
from tests.visits.forms import AWKWARD, CLUMSY, Form, Forms, filled
from tests.visits.walking import VISITS, Walk

NEVER = {"/sign-out", "/language"}  # these end or change the visit itself


def forms_of(app: App, person: Person, slug: str) -> Iterator[tuple[str, Form]]:
    """Every form that a person comes to, with the address that it goes to; one of each kind."""
    walk, known = Walk(Browser(app).sign_in(person), app.url_map.bind("localhost"), slug, most=1), set[str]()
    for path, answer in walk.pages():
        for form in Forms(answer.text).found if answer.mimetype == "text/html" else ():
            action = urljoin(path, form.action)
            endpoint, _parts = walk.routes.match(urlsplit(action).path, method="POST")
            if endpoint not in known and urlsplit(action).path not in NEVER:
                known.add(endpoint)
                yield action, form


def test_no_form_brings_the_server_down(app: App, people: dict[str, Person]) -> None:
    faults, sent = [], set[str]()
    for name, slug in VISITS:
        browser, wanted = Browser(app).sign_in(people[name]), list(forms_of(app, people[name], slug))
        for values in (None, AWKWARD, CLUMSY):
            for action, form in wanted:
                answer = browser.post(action, filled(form, values))
                sent.add(action)
                if answer.status_code >= 500:
                    faults.append(f"{name} {action}: status {answer.status_code}")
    assert "\n".join(faults) == ""
    assert len(sent) > 100
