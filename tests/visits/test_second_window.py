"""What several people change: whoever saves from an older page is told, sees both, and overwrites only what they saw."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.core.db import add
from accelerator.core.web import App
from accelerator.events.models import AgendaItem
from tests.factories import Browser, make_edition, make_member
from tests.factories.events import make_event
from tests.visits.sent import UntouchedForms
from tests.visits.walking import VISITS, Walk

SAVE_AS_ONE_TYPES = {"intake.section", "scoring.review"}
ACTS_ON_A_STATE = {
    "screening.change_part",
    "screening.discard_rule",
    "screening.rule_trial",
    "screening.save_rule",
    "selection.approve_release",
    "selection.cancel_release",
    "selection.send_release",
}
OWN_TESTS = (
    SAVE_AS_ONE_TYPES
    | ACTS_ON_A_STATE
    | {
        "intake.duplicate",
        "intake.extend",
        "intake.keep_application",
        "screening.add_condition",
        "screening.edit_condition",
        "programmes.change_partners",
        "progress.numbers",
        "scoring.rubric",
        "selection.decision",
    }
)
"""What carries a version and is more than a form: two windows of these stand in the tests of their stages."""
OVERWRITTEN = "This was saved in the meantime, by somebody else or in another window."


def shared_forms(app: App, browser: Browser, slug: str) -> Iterator[tuple[str, str, dict[str, list[str]]]]:
    """``(endpoint, address, what a browser would send)`` of each form that a person meets and that has a version."""
    walk, known = Walk(browser, app.url_map.bind("localhost"), slug, most=1), set[str]()
    for path, answer in walk.pages():
        if answer.mimetype != "text/html":
            continue
        for action, sent in UntouchedForms(path, answer.text).forms.items():
            endpoint, _parts = walk.routes.match(urlsplit(action).path, method="POST")
            if "version" in sent and endpoint not in known:
                known.add(endpoint)
                yield endpoint, action, sent


TYPED = {
    "demo_day.my_pitch": "line_en",
    "events.edit_event": "title_en",
    "intake.edit_privacy": "contact_en",
    "intake.form_question": "label_en",
    "intake.rename_tag": "name",
    "mentoring.edit_mentor": "headline_en",
    "programmes.change_hosts": "hosts-0-name_en",
    "programmes.change_sectors": "sectors-0-name_en",
    "programmes.change_settings": "name_en",
    "progress.edit_milestone": "detail",
    "progress.target": "target",
    "progress.template": "title_en",
    "reporting.correct_figure": "value",
    "scoring.my_commitment": "capacity",
    "scoring.reviewer": "capacity",
    "scoring.round_settings": "name_en",
    "screening.edit_rule": "label_en",
}
"""A field of each form that both windows change."""


def typed_over(endpoint: str, sent: dict[str, list[str]]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What both windows send: the same but for one field, in which each has something else."""
    name = TYPED[endpoint]
    (value,) = sent[name]
    number = int(value) if value.isdecimal() else 40
    both = (
        [str(number + 1), str(number + 2)] if name in ("target", "value", "capacity") else [f"{value} I", f"{value} II"]
    )
    return {**sent, name: both[:1]}, {**sent, name: both[1:]}


def test_nobody_overwrites_unseen_what_somebody_else_saved(app: App, people: dict[str, Person]) -> None:
    faults, met = list[str](), set[str]()
    for name, slug in VISITS:
        browser = Browser(app).sign_in(people[name])
        browser.post("/language", {"language": "en"})
        for endpoint, action, sent in list(shared_forms(app, browser, slug)):
            met.add(endpoint)
            if endpoint in OWN_TESTS:
                continue
            first, second = typed_over(endpoint, sent)
            saved, late = browser.post(action, first), browser.post(action, second)
            told = [OVERWRITTEN in late.text, *(values[TYPED[endpoint]][0] in late.text for values in (first, second))]
            again = UntouchedForms(action, late.text).forms[action]["version"]
            meant = browser.post(action, {**second, "version": again})
            if [saved.status_code, late.status_code, told, meant.status_code] != [302, 422, [True] * 3, 302]:
                faults.append(f"{name} {action}: {saved.status_code}, {late.status_code} {told}, {meant.status_code}")
    assert "\n".join(faults) == ""
    assert sorted(met - OWN_TESTS) == sorted(TYPED)


def test_nor_where_the_walk_does_not_come(app: App) -> None:
    with db.transaction():
        edition = make_edition()
        with scope.choose(edition.scope):
            admin = make_member(edition, Role.ADMIN)
            event = make_event(edition)
            said = {"en": "Opening", "ja": "開会"}
            start = event.starts_at + timedelta(minutes=5)
            item = add(AgendaItem(event_id=event.id, starts_at=start, minutes=5, title=said)).id
    here = f"/editions/{edition.slug}"
    browser = Browser(app).sign_in(admin)
    for path, name, typed in ((f"{here}/agenda/{item}/edit", "title_en", ("First", "Second")),):
        sent = UntouchedForms(path, browser.get(path).text).forms[path]
        saved, late = (browser.post(path, {**sent, name: value}) for value in typed)
        told = [words in late.text for words in (OVERWRITTEN, *typed)]
        assert (path, saved.status_code, late.status_code, told) == (path, 302, 422, [True] * 3)
