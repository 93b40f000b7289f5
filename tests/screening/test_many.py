"""Acts on many applications: ticks that stay, a preview that says what changes and what not, and what came of it."""

from typing import Any

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.core.db import session
from accelerator.core.outbox import JobRow
from accelerator.core.web import App
from accelerator.intake.models import Application, ApplicationState, Enquiry
from accelerator.intake.operations import bulk
from accelerator.intake.operations import tags as operations
from accelerator.intake.queries import tags as tag_queries
from accelerator.intake.team_models import ACT_ON_MANY, ApplicationOwner, BulkLine, BulkRun, LineState
from accelerator.notifications.models import Message
from accelerator.programmes.models import Edition
from accelerator.screening.models import Outcome, Verdict
from tests.factories import Browser, make_application, make_edition, make_member
from tests.factories.intake import make_form
from tests.factories.scoring import make_conflict
from tests.factories.screening import make_result, make_rule, make_verdict
from tests.visits.sent import UntouchedForms
from workers import run as workers_run


@pytest.fixture
def edition(app: App) -> Edition:
    with db.transaction():
        return make_edition()


@pytest.fixture
def staff(edition: Edition, browser: Browser) -> Person:
    with db.transaction():
        person = make_member(edition, Role.STAFF)
    browser.sign_in(person)
    return person


def add(edition: Edition, *names: str, **values: Any) -> list[Application]:
    with db.transaction(), scope.choose(edition.scope):
        state = values.get("state", ApplicationState.SENT)
        return [make_application(edition, state, name=name) for name in names]


def many(edition: Edition, act: str, *chosen: Application, more: str = "") -> str:
    ticks = ".".join(application.reference for application in chosen)
    return f"/editions/{edition.slug}/applications/many/{act}?ticked={ticks}{more}"


def confirm(browser: Browser, path: str, values: dict[str, Any], **typed: Any) -> Any:
    """Preview, then confirm what the preview showed."""
    page = browser.post(path, {**values, "preview": "1"})
    assert page.status_code == 200, page.text
    [sent] = [form for form in UntouchedForms(path, page.text).forms.values() if "seen" in form]
    return browser.post(path, {**sent, **values, "confirm": "1", **typed})


def told(page: str, heading: str) -> list[str]:
    """The names under a heading of a preview that holds ``heading``."""
    for part in page.split('<section class="panel"')[1:]:
        if heading in part:
            return [name.split("<")[0] for name in part.split("</section>")[0].split('<span translate="no">')[1:]]
    return []


def kept(model: Any) -> list[Any]:
    with db.reading(), scope.everywhere():
        return list(session().scalars(select(model)))


def test_ticks_go_along_from_page_to_page_and_to_the_preview(browser: Browser, edition: Edition, staff: Person) -> None:
    first, second, third = add(edition, "North", "South", "West")
    page = browser.get(
        f"/editions/{edition.slug}/applications?ticked={first.reference}.A-9&tick={second.reference}"
    ).text
    assert page.count(" checked") == 2
    assert 'name="ticked" value="A-9"' in page, "what stands on another page goes along"
    page = browser.get(many(edition, "tag", first, more=f"&tick={third.reference}")).text
    assert "Tag 2 applications" in page and "Do it for all 3 that match" in page
    assert "Nothing is ticked" in browser.get(many(edition, "tag")).text
    assert browser.get(many(edition, "nonsense", first)).status_code == 404


def test_an_owner_is_given_to_those_that_are_not_theirs_yet(browser: Browser, edition: Edition, staff: Person) -> None:
    north, south, west = add(edition, "North", "South", "West")
    with db.transaction(), scope.choose(edition.scope):
        operations.give_owner(session().get_one(Application, west.id), owner=staff, actor=staff)
        make_conflict(session().get_one(Application, south.id), staff)
        other = make_member(edition, Role.STAFF)
    browser.sign_in(other)
    path = many(edition, "owner", north, south, west)
    page = browser.post(path, {"owner": staff.id, "preview": "1"}).text
    assert told(page, "1 application changes") == ["North"]
    assert told(page, "is the owner already") == ["West"]
    assert told(page, "has a conflict of interest") == ["South"]
    assert "Change 1 application" in page
    answer = confirm(browser, path, {"owner": staff.id})
    assert "1 application done." in browser.get(answer.headers["Location"]).text
    owners = {owned.application_id: owned.person_id for owned in kept(ApplicationOwner)}
    assert owners == {north.id: staff.id, west.id: staff.id}


def test_what_bars_the_viewer_is_neither_ticked_nor_shown_nor_changed(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    north, south = add(edition, "North", "Zyxsouth")
    with db.transaction(), scope.choose(edition.scope):
        make_conflict(session().get_one(Application, south.id), staff)
    for path in (many(edition, "tag", north, south), many(edition, "tag", more="&all=1")):
        page = browser.post(path, {"tag": "0", "new_tag": "Hotels", "preview": "1"}).text
        assert told(page, "1 application changes") == ["North"]
        assert "Zyxsouth" not in page and south.reference not in page.split("<h1")[1]
    run_page = confirm(browser, path, {"tag": "0", "new_tag": "Hotels"}).headers["Location"]
    with db.reading(), scope.choose(edition.scope):
        assert tag_queries.tag_names([north.id, south.id]) == {north.id: ["Hotels"]}
    with db.transaction(), scope.choose(edition.scope):
        line = session().get_one(BulkLine, (kept(BulkRun)[0].id, north.id))
        line.state, line.reason = LineState.REFUSED, "Zyxreason"
    assert "Zyxreason" in browser.get(run_page).text
    with db.transaction(), scope.choose(edition.scope):
        make_conflict(session().get_one(Application, north.id), staff)
        colleague = make_member(edition, Role.ADMIN)
    assert "Zyxreason" not in browser.get(run_page).text
    assert browser.sign_in(colleague).get(run_page).status_code == 404


def test_from_twenty_on_the_number_is_typed_and_a_change_since_the_preview_is_told(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    add(edition, *(f"S{number:02}" for number in range(20)))
    path, values = many(edition, "tag", more="&all=1"), {"tag": "0", "new_tag": "Hotels"}
    for typed in ({}, {"count": "19"}, {"count": "x"}):
        refused = confirm(browser, path, values, **typed)
        assert (refused.status_code, kept(BulkRun)) == (422, [])
    assert "Type 20 to confirm how many applications change." in refused.text and 'value="Hotels"' in refused.text
    page = browser.post(path, {**values, "preview": "1"})
    [sent] = [form for form in UntouchedForms(path, page.text).forms.values() if "seen" in form]
    add(edition, "Late")
    late = browser.post(path, {**sent, **values, "confirm": "1", "count": "20"})
    assert (late.status_code, "changed since the preview" in late.text) == (422, True)
    assert confirm(browser, path, values, count="21").status_code == 302
    assert {line.state for line in kept(BulkLine)} == {LineState.DONE} and len(kept(BulkLine)) == 21


def test_passing_leaves_out_what_a_rule_fails_and_what_is_decided(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    plain, failing, asked = add(edition, "Plain", "Failing", "Asked")
    [decided] = add(edition, "Decided", state=ApplicationState.ELIGIBLE)
    with db.transaction(), scope.choose(edition.scope):
        make_result(make_rule(edition), failing, Outcome.FAIL)
        make_verdict(asked, staff, Outcome.ASK)
    path = many(edition, "pass", plain, failing, asked, decided)
    page = browser.get(path).text
    assert told(page, "1 application changes") == ["Plain"]
    assert told(page, "A rule fails") == ["Failing"]
    assert told(page, "Has a verdict already") == ["Asked"]
    assert told(page, "Eligible") == ["Decided"]
    [sent] = [form for form in UntouchedForms(path, page).forms.values() if "seen" in form]
    assert browser.post(path, {**sent, "confirm": "1"}).status_code == 302
    states = {application.name: application.state.value for application in kept(Application)}
    assert states == {"Plain": "eligible", "Failing": "sent", "Asked": "sent", "Decided": "eligible"}


def test_all_are_asked_the_same_and_a_message_reaches_each_in_their_language(
    browser: Browser, edition: Edition, staff: Person
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        make_form(edition)
    north, south = add(edition, "North", "South")
    with db.transaction():
        session().get_one(Person, south.applicant_id).language = "ja"
    asked = {"reason_code": "incomplete", "question": "How many?", "about": "problem", "due_on": ""}
    assert browser.post(many(edition, "ask", north, south), {"preview": "1"}).status_code == 422
    assert confirm(browser, many(edition, "ask", north, south), asked).status_code == 302
    assert sorted(enquiry.application_id for enquiry in kept(Enquiry)) == sorted((north.id, south.id))
    assert {verdict.outcome for verdict in kept(Verdict)} == {Outcome.ASK}
    words = {"subject_en": "A date", "body_en": "See <you>", "subject_ja": "日程", "body_ja": "お知らせ"}
    lacking = browser.post(many(edition, "mail", north), {**words, "body_ja": "", "preview": "1"})
    assert (lacking.status_code, "Write the message in Japanese." in lacking.text) == (422, True)
    assert confirm(browser, many(edition, "mail", north, south), words).status_code == 302
    mails = [mail for mail in kept(Message) if mail.kind == "team_message"]
    assert sorted((mail.subject, words["body_en"] in mail.body, words["body_ja"] in mail.body) for mail in mails) == [
        ("A date", True, False),
        ("日程", False, True),
    ]
    assert all("<you>" not in mail.html for mail in mails)


def test_a_worker_does_many_in_steps_and_each_refusal_is_listed(
    browser: Browser, edition: Edition, staff: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "STEP", 2)
    rows = add(edition, "A", "B", "C", "D", "E")
    path = many(edition, "pass", *rows)
    [sent] = [form for form in UntouchedForms(path, browser.get(path).text).forms.values() if "seen" in form]
    run_page = browser.post(path, {**sent, "confirm": "1"}).headers["Location"]
    [job] = [row for row in kept(JobRow) if row.name == ACT_ON_MANY.name]
    assert "No application is done yet." in browser.get(run_page).text
    with db.transaction(), scope.choose(edition.scope):
        session().get_one(Application, rows[2].id).state = ApplicationState.WITHDRAWN
    workers_run.run(job.id)
    page = browser.get(run_page).text
    assert "4 applications done." in page and "1 refused" in page
    assert "This is “Withdrawn” now, so that can&#39;t be done." in page
    [job] = [row for row in kept(JobRow) if row.id == job.id]
    assert (job.state, job.done, job.total) == ("done", 5, 5)


def test_the_preview_costs_the_same_for_one_and_for_many(
    browser: Browser, edition: Edition, staff: Person, count_queries: list[str]
) -> None:
    with db.transaction(), scope.choose(edition.scope):
        make_form(edition)
    counts: dict[str, list[int]] = {}
    values = {"owner": str(staff.id), "tag": "0", "new_tag": "Hotels", "reason_code": "incomplete", "about": "problem"}
    values |= {"question": "How?", "subject_en": "a", "body_en": "b", "subject_ja": "c", "body_ja": "d"}
    for number in (0, 1, 4):
        add(edition, *(f"S{number}{at}" for at in range(number)))
        for act in ("tag", "owner", "ask", "pass", "mail"):
            count_queries.clear()
            assert browser.post(many(edition, act, more="&all=1"), {**values, "preview": "1"}).status_code == 200
            counts.setdefault(act, []).append(len(count_queries))
    assert {act: first for act, (_warm, first, second) in counts.items() if first != second or first > 15} == {}


def test_nobody_but_the_team_acts(browser: Browser, edition: Edition, staff: Person) -> None:
    [north] = add(edition, "North")
    with db.transaction():
        others = [make_member(edition, Role.REVIEWER), make_member(make_edition(), Role.ADMIN)]
    for person in others:
        browser.sign_in(person)
        assert browser.get(many(edition, "tag", north)).status_code == 404
        assert browser.post(many(edition, "pass", north), {"confirm": "1"}).status_code == 404
