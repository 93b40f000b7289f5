"""Whatever is typed into a form, the answer is a page that says so: never a fault of the server."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

from accelerator.accounts.models import Person
from accelerator.core.web import App
from tests.factories import Browser
from tests.visits.answered import AnsweredPage
from tests.visits.forms import AWKWARD, CLUMSY, Form, Forms, filled, filled_on_page, plain_but_for
from tests.visits.walking import VISITS, Walk

JAPANESE = re.compile("[ぁ-んァ-ヶ一-龠]")
OF_FRAMEWORK = re.compile(r"\b(Field (must|cannot)|Not a valid|Invalid|This field|is not a valid)\b")
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


def ways_of(form: Form) -> Iterator[tuple[Callable[[], dict[str, object]], bool]]:
    """How a form is filled in, anew each time it is sent; whether all but one field is right then."""
    yield lambda: filled_on_page(form, None), False
    yield lambda: filled_on_page(form, CLUMSY), False
    kinds = form.typed
    wrong = next((name for name, kind in kinds.items() if kind not in ("radio", "checkbox", "file")), None)
    yield lambda: plain_but_for(form, wrong), True


def unversioned(action: str, sent: dict[str, object]) -> dict[str, object]:
    """The same from whoever means to overwrite: the second of two would be told of the first (test_second_window).

    What saves itself while it is written has a version always.
    """
    saves_itself = "/sections/" in action or "/reviews/" in action
    return {name: value for name, value in sent.items() if name != "version" or saves_itself}


def faults_of(
    sent: dict[str, object], is_nearly_right: bool, english: AnsweredPage, japanese: AnsweredPage
) -> list[str]:
    """What is wrong with the page that answers a form, in either language."""
    faults = english.faults() + english.emptied(sent) + (english.lost(sent) if is_nearly_right else [])
    faults += [f"“{said}” is the framework's" for _at, said in english.problems if OF_FRAMEWORK.search(said)]
    faults += [f"“{said}” is not Japanese" for _at, said in japanese.problems if not JAPANESE.search(said)]
    # Guesses at a password are counted, and after some nothing else is said.
    is_counted = any(control.kind == "password" for control in english.controls.values())
    if not is_counted and [at for at, _said in english.problems] != [at for at, _said in japanese.problems]:
        faults.append(f"{english.problems} in English, {japanese.problems} in Japanese")
    return faults


def test_a_wrong_form_names_each_error_and_loses_nothing(app: App, people: dict[str, Person]) -> None:
    faults, answered = set[str](), set[str]()
    for name, slug in VISITS:
        english, japanese = (Browser(app).sign_in(people[name]) for _language in range(2))
        forms = [(to, form) for to, form in forms_of(app, people[name], slug) if form.typed and form.buttons]
        english.post("/language", {"language": "en"})
        japanese.post("/language", {"language": "ja"})
        for action, form in forms:
            for fill, is_nearly_right in ways_of(form):
                answer = english.post(action, unversioned(action, fill()))
                if answer.status_code == 302:
                    continue  # it was taken
                if answer.status_code not in (409, 422):
                    faults.add(f"{action}: status {answer.status_code}")
                    continue
                answered.add(action)
                page = AnsweredPage(answer.text)
                newer = page.hidden(fill()) if answer.status_code == 422 else {}  # what was typed is kept as a draft
                again = AnsweredPage(japanese.post(action, unversioned(action, {**fill(), **newer})).text)
                faults.update(f"{action}: {fault}" for fault in faults_of(fill(), is_nearly_right, page, again))
    assert "\n".join(sorted(faults)) == ""
    assert len(answered) > 60
