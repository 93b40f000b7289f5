"""The page of the present figures: what was worked out last, how far the next is, and nothing before the first."""

import re

import pytest

from accelerator.accounts.models import Person, Role
from accelerator.core import db, scope
from accelerator.core.outbox import JobRow, JobState
from accelerator.programmes.models import Edition
from accelerator.reporting import operations
from accelerator.reporting.queries import present
from tests.factories import Browser, make_application, make_edition, make_member
from tests.factories.reporting import make_present
from workers.run import run

PAGE = "/editions/kobe/reports/live"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def edition(browser: Browser) -> Edition:
    with db.transaction():
        return make_edition(slug="kobe")


def member(edition: Edition, *roles: Role, **values: object) -> Person:
    with db.transaction():
        return make_member(edition, *roles, **values)


def counted(edition: Edition, number: int = 0) -> None:
    """The figures of an edition with so many applications."""
    with db.transaction(), scope.choose(edition.scope):
        for _ in range(number):
            make_application(edition)
        make_present(edition)


def ordered(edition: Edition) -> str:
    with db.transaction() as session, scope.choose(edition.scope):
        return operations.order_figures(session.get_one(Edition, edition.id))


def job(edition: Edition) -> JobRow | None:
    with db.reading():
        return present.figures_job(edition)


def says(page: str, *texts: str) -> list[bool]:
    return [text in page for text in texts]


EMPTY = {
    "en": ("Figures as of now", "No figures yet", "will be here within 15 minutes.", "Calculate them now"),
    "ja": ("現在の指標", "指標はまだありません", "15分以内に表示されます。", "今すぐ集計する"),
}
FULL = {
    "en": ("1 startups applied", "Recalculated every 15 minutes.", "Recalculate now"),
    "ja": ("1社から応募があり", "15分ごとに集計し直しています。", "今すぐ集計し直す"),
}
WORKING = {
    "en": ("Calculating the figures", "You can leave this page.", "Without JavaScript, reload this page."),
    "ja": ("指標を集計しています", "このページを離れてもかまいません。", "ページを再読み込みしてください。"),
}


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("role", "button"), [(Role.STAFF, True), (Role.ADMIN, True), (Role.PARTNER, False)])
def test_before_the_first_time_it_says_when_they_come(
    browser: Browser, edition: Edition, role: Role, button: bool, language: str
) -> None:
    page = browser.sign_in(member(edition, role, language=language)).get(PAGE)
    assert (page.status_code, says(page.text, *EMPTY[language])) == (200, [True, True, True, button])


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(("role", "button"), [(Role.STAFF, True), (Role.PARTNER, False)])
def test_it_shows_what_was_worked_out_last_and_says_when(
    browser: Browser, edition: Edition, role: Role, button: bool, language: str
) -> None:
    counted(edition, 1)
    with db.transaction(), scope.choose(edition.scope):
        make_application(edition)
    page = browser.sign_in(member(edition, role, language=language)).get(PAGE).text
    assert says(page, *FULL[language]) == [True, True, button]
    assert says(page, 'hx-trigger="every', 'hx-trigger="load"') == [False, False]


def test_the_instant_shown_is_that_of_the_work_and_not_of_the_visit(browser: Browser, edition: Edition) -> None:
    counted(edition)
    with db.transaction() as session, scope.choose(edition.scope):
        row = present.present_figures(session.get_one(Edition, edition.id))
        assert row is not None
        row.made_at = row.made_at.replace(year=2019, month=11, day=20, hour=1, minute=5)
    page = browser.sign_in(member(edition, Role.PARTNER)).get(PAGE).text
    assert re.findall(r"As of [^;<]*; nothing is frozen", page) == ["As of 20 Nov 2019, 10:05 JST; nothing is frozen"]


def test_an_edition_that_is_over_says_that_nothing_moves_by_itself(browser: Browser, edition: Edition) -> None:
    counted(edition)
    with db.transaction() as session:
        session.get_one(Edition, edition.id).demo_day_on = edition.opens_at.date().replace(year=2019)
    page = browser.sign_in(member(edition, Role.STAFF)).get(PAGE).text
    assert says(page, "Recalculated every 15 minutes.", "only when the team asks for it.") == [False, True]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("before", [False, True], ids=["empty", "with figures"])
def test_a_click_orders_the_work_once_and_shows_it_until_it_is_done(
    browser: Browser, edition: Edition, before: bool, language: str
) -> None:
    if before:
        counted(edition)
    with db.transaction(), scope.choose(edition.scope):
        make_application(edition)
    browser.sign_in(member(edition, Role.STAFF, language=language))
    answers = [browser.post(PAGE) for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(302, PAGE)] * 2
    found = job(edition)
    assert found is not None
    page = browser.get(PAGE).text
    assert says(page, *WORKING[language], f'action="{PAGE}"', "<progress") == [True, True, True, False, True]
    waiting = browser.get(f"{PAGE}?part=work", headers=FRAGMENT).text
    assert says(waiting, 'hx-trigger="every 2s"', "<progress", "<html") == [True, True, False]
    run(found.id)
    after = job(edition)
    assert after is not None
    assert (after.id, after.state) == (found.id, JobState.DONE)
    done = browser.get(f"{PAGE}?part=work", headers=FRAGMENT).text
    assert says(done, "every 2s", 'hx-trigger="load"', f'hx-get="{PAGE}"', "<progress") == [False, True, True, False]
    assert says(browser.get(PAGE, headers=FRAGMENT).text, 'id="figures"', FULL[language][0], 'hx-trigger="every') == [
        True,
        True,
        False,
    ]


def test_a_partner_sees_the_work_too(browser: Browser, edition: Edition) -> None:
    ordered(edition)
    page = browser.sign_in(member(edition, Role.PARTNER)).get(PAGE).text
    assert says(page, *WORKING["en"], "No figures yet") == [True, True, True, False]


def test_work_that_stopped_is_said_and_can_be_asked_for_again(browser: Browser, edition: Edition) -> None:
    counted(edition)
    job_id = ordered(edition)
    with db.transaction() as session:
        session.get_one(JobRow, job_id).state = JobState.DEAD
    browser.sign_in(member(edition, Role.STAFF))
    stopped = "The last calculation of the figures failed after several tries."
    assert says(browser.get(PAGE).text, stopped, "<progress", "Recalculate now") == [True, False, True]
    browser.post(PAGE)
    assert says(browser.get(PAGE).text, stopped, "<progress") == [False, True]


def test_the_print_view_shows_no_work(browser: Browser, edition: Edition) -> None:
    counted(edition)
    ordered(edition)
    page = browser.sign_in(member(edition, Role.STAFF)).get(f"{PAGE}?view=print").text
    assert says(page, "figures-work", '<details class="plain" open>') == [False, True]


@pytest.mark.parametrize("role", [Role.FOUNDER, Role.REVIEWER, Role.MENTOR, Role.INVESTOR])
def test_others_neither_see_nor_order(browser: Browser, edition: Edition, role: Role) -> None:
    counted(edition)
    browser.sign_in(member(edition, role))
    assert (browser.get(PAGE).status_code, browser.post(PAGE).status_code, job(edition)) == (404, 404, None)


def test_a_partner_does_not_order(browser: Browser, edition: Edition) -> None:
    browser.sign_in(member(edition, Role.PARTNER))
    assert (browser.post(PAGE).status_code, job(edition)) == (404, None)


def test_another_editions_team_and_strangers_neither_see_nor_order(browser: Browser, edition: Edition) -> None:
    counted(edition)
    seen, ordering = browser.get(PAGE), browser.post(PAGE)
    assert (seen.status_code, seen.location.startswith("/sign-in"), ordering.status_code) == (302, True, 401)
    with db.transaction():
        other = make_edition(slug="other")
    browser.sign_in(member(other, Role.ADMIN))
    assert (browser.get(PAGE).status_code, browser.post(PAGE).status_code, job(edition)) == (404, 404, None)


@pytest.mark.parametrize("number", [3, 300])
def test_the_page_costs_the_same_for_three_applications_and_for_three_hundred(
    browser: Browser, edition: Edition, count_queries: list[str], number: int
) -> None:
    counted(edition, number)
    ordered(edition)
    browser.sign_in(member(edition, Role.STAFF))
    count_queries.clear()
    page = browser.get(PAGE)
    assert (page.status_code, f"{number} startups applied" in page.text) == (200, True)
    assert len(count_queries) == 5
