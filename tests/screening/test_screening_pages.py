"""The pages of screening: what they show, whom they turn away, how much they ask of the database."""

import pytest
from sqlalchemy import select

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.core.audit import AuditEntry
from accelerator.core.outbox import JobRow
from accelerator.intake.models import Application, ApplicationState
from accelerator.screening.models import RUN_RULES, Outcome
from accelerator.screening.operations import running
from accelerator.screening.queries import cases
from tests.factories import make_application, make_edition, make_member
from tests.factories.screening import make_result, make_rule, make_verdict


@pytest.fixture
def place(app):
    """An edition with an application, and people who may and may not screen it."""
    with db.transaction():
        edition, other = make_edition(), make_edition()
        people = {role: make_member(edition, role) for role in Role}
        stranger = make_member(other, Role.ADMIN)
    with db.transaction(), scope.choose(edition.scope):
        application = make_application(edition, name="Kurage Health")
        rule = make_rule(edition)
        make_result(rule, application, Outcome.ASK)
    return edition, people, stranger, application, rule


def state_of(edition, application) -> ApplicationState:
    with db.reading() as opened, scope.choose(edition.scope):
        return opened.get_one(Application, application.id).state


def test_the_queue_shows_what_the_rules_said(place, browser) -> None:
    edition, people, *_ = place
    page = browser.sign_in(people[Role.STAFF]).get(f"/editions/{edition.slug}/screening")
    assert page.status_code == 200
    assert "Kurage Health" in page.text
    assert "1 to ask" in page.text


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.STAFF, Role.ADMIN)])
def test_nobody_else_gets_in(place, browser, role) -> None:
    edition, people, _, application, _ = place
    browser.sign_in(people[role])
    base = f"/editions/{edition.slug}/screening"
    assert browser.get(base).status_code == 404
    assert browser.get(f"{base}/{application.reference}").status_code == 404
    assert browser.post(f"{base}/{application.reference}", {"outcome": "pass"}).status_code == 404
    assert browser.post(f"{base}/rules").status_code == 404
    assert state_of(edition, application) is ApplicationState.SENT


def test_another_editions_staff_and_strangers(place, browser) -> None:
    edition, _, stranger, application, _ = place
    assert browser.get(f"/editions/{edition.slug}/screening").status_code == 302
    browser.sign_in(stranger)
    assert browser.get(f"/editions/{edition.slug}/screening").status_code == 404
    assert browser.get(f"/editions/{edition.slug}/screening/{application.reference}").status_code == 404


@pytest.mark.parametrize("extra", [0, 2])
def test_the_queue_asks_as_much_for_three_rows_as_for_one(place, browser, count_queries, extra) -> None:
    edition, people, _, _, rule = place
    with db.transaction(), scope.choose(edition.scope):
        for _number in range(extra):
            make_result(rule, make_application(edition))
    browser.sign_in(people[Role.STAFF])
    count_queries.clear()
    browser.get(f"/editions/{edition.slug}/screening")
    assert len(count_queries) == 9


def test_a_verdict_by_form_then_the_second_person(place, browser) -> None:
    edition, people, _, application, _ = place
    address = f"/editions/{edition.slug}/screening/{application.reference}"
    browser.sign_in(people[Role.STAFF])
    answer = browser.post(address, {"outcome": "fail", "reason_code": "off_theme", "comment": "No link to the theme."})
    assert (answer.status_code, answer.headers["Location"]) == (302, address)
    assert "Confirm: not eligible" not in browser.get(address).text
    assert browser.post(f"{address}/confirm", headers={"Referer": f"http://localhost{address}"}).status_code == 302
    assert state_of(edition, application) is ApplicationState.SENT
    browser.sign_in(people[Role.ADMIN])
    assert "Confirm: not eligible" in browser.get(address).text
    assert browser.post(f"{address}/confirm").status_code == 302
    assert state_of(edition, application) is ApplicationState.INELIGIBLE


def test_a_verdict_without_a_reason_is_shown_again_with_what_was_typed(place, browser) -> None:
    edition, people, _, application, _ = place
    browser.sign_in(people[Role.STAFF])
    page = browser.post(
        f"/editions/{edition.slug}/screening/{application.reference}",
        {"outcome": "fail", "reason_code": "", "comment": "Typed <b>words</b>"},
    )
    assert page.status_code == 422
    assert "Choose a reason." in page.text
    assert "Typed &lt;b&gt;words&lt;/b&gt;" in page.text


def test_pass_all_shows_the_number_first(place, browser) -> None:
    edition, people, _, application, rule = place
    with db.transaction(), scope.choose(edition.scope):
        clear = make_application(edition)
        make_result(rule, clear)
    browser.sign_in(people[Role.STAFF])
    base = f"/editions/{edition.slug}/screening"
    page = browser.get(f"{base}/pass-all")
    assert "Pass 1 application" in page.text
    assert "Kurage Health" not in page.text
    assert browser.post(f"{base}/pass-all", {"expected": "1"}).status_code == 302
    assert state_of(edition, clear) is ApplicationState.ELIGIBLE
    assert state_of(edition, application) is ApplicationState.SENT
    assert "You passed 1 application." in browser.get(base).text


def test_running_all_rules_starts_one_job(place, browser) -> None:
    edition, people, *_ = place
    browser.sign_in(people[Role.STAFF])
    for _time in range(2):
        assert browser.post(f"/editions/{edition.slug}/screening/rules").status_code == 302
    with db.reading() as opened:
        jobs = opened.query(JobRow).filter(JobRow.name == RUN_RULES.name).all()
    assert [(job.payload, job.scope_key) for job in jobs] == [({"edition_id": edition.id}, edition.id)]
    assert "Running the rules" in browser.get(f"/editions/{edition.slug}/screening").text


def test_the_confirm_view_says_which_are_ones_own(place, browser) -> None:
    edition, people, _, application, _ = place
    with db.transaction(), scope.choose(edition.scope):
        make_verdict(application, people[Role.STAFF])
    browser.sign_in(people[Role.STAFF])
    assert "given by you" in browser.get(f"/editions/{edition.slug}/screening?view=confirm").text
    browser.sign_in(people[Role.ADMIN])
    assert "given by you" not in browser.get(f"/editions/{edition.slug}/screening?view=confirm").text


def test_an_empty_queue_says_what_is_true(browser) -> None:
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
    browser.sign_in(staff)
    page = browser.get(f"/editions/{edition.slug}/screening").text
    assert ("Applications appear here once they're sent." in page, "been checked once" in page) == (True, False)
    with db.transaction(), scope.choose(edition.scope):
        make_application(edition, ApplicationState.ELIGIBLE)
    page = browser.get(f"/editions/{edition.slug}/screening").text
    assert ("Applications appear here once they're sent." in page, "been checked once" in page) == (False, True)


def test_a_rule_is_switched_off_and_on(place, browser) -> None:
    """Off, it is not run, says nothing and holds nothing up; on, what it said counts again."""
    edition, people, _, application, rule = place
    base = f"/editions/{edition.slug}/screening"
    me = browser.sign_in(people[Role.STAFF])
    switch = f"{base}/rules/{rule.id}/active"
    for _twice in range(2):
        assert me.post(switch, {"active": "no"}).location == f"{base}/rules"
    queue = me.get(base).text
    assert ("1 rule is switched off and is not run: " + rule.label["en"] in queue, "Not run yet" in queue) == (
        True,
        True,
    )
    assert ("Run the rules on all" in queue, "Use the default rules" in queue) == (False, False)
    page = me.get(f"{base}/{application.reference}").text
    assert ("No rule has run on this application." in page, "1 rule is switched off" in page) == (True, True)
    assert "Every rule is switched off, so none can pass." in me.get(f"{base}/pass-all").text
    with db.transaction(), scope.choose(edition.scope):
        again = db.session().get_one(Application, application.id)
        running.run_rules(edition, [again], actor=people[Role.STAFF])
        assert cases.results(again) == []
    listed = me.get(f"{base}/rules").text
    assert ("Switch on" in listed, "Switch off" in listed) == (True, False)
    assert me.post(switch, {"active": "yes"}).status_code == 302
    assert "1 to ask" in me.get(base).text
    with db.reading(), scope.choose(edition.scope):
        acts = db.session().scalars(select(AuditEntry.action).where(AuditEntry.action.like("screening.rule_%")))
        assert list(acts) == ["screening.rule_switched_off", "screening.rule_switched_on"]


def test_nobody_else_switches_rules(place, browser) -> None:
    edition, people, stranger, _, rule = place
    for person in [stranger, *(people[role] for role in Role if role not in (Role.STAFF, Role.ADMIN))]:
        visitor = browser.sign_in(person)
        assert visitor.get(f"/editions/{edition.slug}/screening/rules").status_code == 404
        assert visitor.post(f"/editions/{edition.slug}/screening/rules/{rule.id}/active").status_code == 404
    with db.reading() as opened, scope.choose(edition.scope):
        assert opened.get_one(type(rule), rule.id).active


def test_a_rule_of_another_edition_is_not_found(place, browser) -> None:
    *_others, rule = place
    with db.transaction():
        other = make_edition()
        staff = make_member(other, Role.STAFF)
    visitor = browser.sign_in(staff)
    assert visitor.post(f"/editions/{other.slug}/screening/rules/{rule.id}/active", {"active": "no"}).status_code == 404
