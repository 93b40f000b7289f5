"""The team's page of one application: its parts by their own permission, the next step, and the way along a list."""

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest

from accelerator.accounts.models import Person, Role
from accelerator.core import clock, db, scope
from accelerator.core.db import session
from accelerator.core.web import App
from accelerator.intake.models import Application, ApplicationState
from accelerator.intake.operations.enquiries import ask
from accelerator.programmes.models import Edition
from accelerator.scoring.models import RankingEntry, Recommendation
from accelerator.scoring.queries.assigned_reviews import own_sections
from accelerator.screening.models import Outcome
from tests.factories import Browser, make_application, make_edition, make_member
from tests.factories.notifications import make_message
from tests.factories.scoring import (
    make_assignment,
    make_conflict,
    make_eligible,
    make_review,
    make_reviewer,
    make_round,
    read_of,
)
from tests.factories.screening import make_result, make_rule, make_verdict
from tests.factories.selection import make_decision

PARTS = ("rules", "reviews", "decision", "notes", "mail", "history")
A = ApplicationState


def place() -> tuple[Edition, Person]:
    """An edition and somebody of its team."""
    with db.transaction():
        edition = make_edition()
        return edition, make_member(edition, Role.STAFF)


def here(edition: Edition) -> Edition:
    """The edition in this transaction."""
    return session().get_one(Edition, edition.id)


def path_of(edition: Edition, application: Application) -> str:
    """The page."""
    return f"/editions/{edition.slug}/applications/{application.reference}"


def listed_parts(page: str) -> list[str]:
    """What the row of links over the page leads to."""
    return re.findall(r'href="#([a-z]+)"', page.split('class="toc toc-bar"')[1].split("</nav>")[0])


def step_of(page: str) -> tuple[str, str, str]:
    """Title, verb and address of the next step; empty without one."""
    if 'id="next-h"' not in page:
        return "", "", ""
    panel = page.split('id="next-h"')[1].split("</section>")[0]
    title = panel.split(">", 1)[1].split("</h2>")[0]
    link = re.search(r'<a class="btn btn-primary" href="([^"]*)">([^<]*)</a>', panel)
    return unescape(title), unescape(link[2]) if link else "", unescape(link[1]) if link else ""


def test_each_part_is_a_fragment_and_a_page_of_its_own(browser: Browser) -> None:
    edition, staff = place()
    with db.transaction(), scope.choose(edition.scope):
        application, round_ = make_eligible(edition, name="Northbreath"), make_round(here(edition))
        make_result(make_rule(edition), application)
        make_verdict(application, staff, Outcome.PASS, comment="Checked by telephone")
        make_review(round_, application, make_reviewer(round_, edition), recommendation=Recommendation.UNSURE)
        make_decision(application, staff, reason="Strong team")
        ask(application, question="Since when?", actor=staff)
        make_message(edition, about_type="application", about_id=application.id, subject="Your application came in")
    browser.sign_in(staff)
    path = path_of(edition, application)
    page = browser.get(path).text
    assert listed_parts(page) == ["answers", *PARTS]
    assert re.findall(r'hx-get="([^"]*)"\s+hx-trigger="load"', page) == [
        f"{path}/parts/{key}" for key in ("reviews", "mail", "rules", "decision", "notes", "history")
    ]
    said = {
        "rules": "Checked by telephone",
        "reviews": "Unsure",
        "decision": "Strong team",
        "mail": "Your application came in",
        "history": "asked the applicant of",
    }
    for key, words in said.items():
        fragment = browser.get(f"{path}/parts/{key}", headers={"HX-Request": "true"})
        assert fragment.text.lstrip().startswith(f'<section class="panel" id="{key}"')
        whole = browser.get(f"{path}/parts/{key}").text
        assert words in fragment.text, key
        assert words in whole, key
        assert "<h1" in whole


def test_what_is_no_matter_of_an_application_is_not_there(browser: Browser) -> None:
    edition, staff = place()
    with db.transaction(), scope.choose(edition.scope):
        there = {state: make_application(edition, state) for state in (A.DRAFT, A.SENT, A.INELIGIBLE, A.WITHDRAWN)}
    browser.sign_in(staff)
    assert {state: listed_parts(browser.get(path_of(edition, row)).text) for state, row in there.items()} == {
        A.DRAFT: ["notes", "mail", "history"],
        A.SENT: ["answers", "rules", "notes", "mail", "history"],
        A.INELIGIBLE: ["answers", "rules", "notes", "mail", "history"],
        A.WITHDRAWN: ["answers", "notes", "mail", "history"],
    }
    assert browser.get(path_of(edition, there[A.SENT]) + "/parts/decision").status_code == 404
    assert browser.get(path_of(edition, there[A.SENT]) + "/parts/nothing").status_code == 404


def test_nobody_else_gets_the_page_a_part_or_a_way_along_it(app: App) -> None:
    edition, staff = place()
    with db.transaction(), scope.choose(edition.scope):
        application = make_eligible(edition)
        make_conflict(application, staff)
        people = [staff, application.applicant]
        people += [make_member(edition, role) for role in (Role.REVIEWER, Role.PARTNER, Role.MENTOR)]
        people.append(make_member(make_edition(), Role.ADMIN))
    path = path_of(edition, application)
    addresses = [path, f"{path}/before", f"{path}/after", *(f"{path}/parts/{key}" for key in PARTS)]
    for person in people:
        browser = Browser(app).sign_in(person)
        assert {browser.get(address).status_code for address in addresses} == {404}


def test_the_next_step_is_that_of_state_rules_and_rights(app: App) -> None:
    edition, staff = place()
    with db.transaction(), scope.choose(edition.scope):
        colleague = make_member(edition, Role.STAFF)
        sent = [make_application(edition, A.SENT) for _ in range(4)]
        make_verdict(sent[1], staff, Outcome.FAIL)
        make_verdict(sent[2], colleague, Outcome.FAIL)
        make_verdict(sent[3], staff, Outcome.ASK)
        ask(sent[3], question="Since when?", actor=staff)
        others = {state: make_application(edition, state) for state in (A.DRAFT, A.OFFERED, A.WAITING, A.DECLINED)}
        undecided, decided = make_application(edition, A.ELIGIBLE), make_application(edition, A.ELIGIBLE)
        make_decision(decided, staff)
    browser, slug = Browser(app).sign_in(staff), f"/editions/{edition.slug}"

    def step(application: Application) -> tuple[str, str, str]:
        return step_of(browser.get(path_of(edition, application)).text)

    def screening(application: Application) -> str:
        return f"{slug}/screening/{application.reference}"

    assert [step(application) for application in sent] == [
        ("Next: the verdict", "Screen it", screening(sent[0])),
        ("Next: a second person", "", ""),
        ("Next: confirm the verdict", "See it and confirm", screening(sent[2])),
        ("Next: the applicant's answer", "See it", screening(sent[3])),
    ]
    assert {state: step(application) for state, application in others.items()} == {
        A.DRAFT: ("", "", ""),
        A.OFFERED: ("Next: the answer to the offer", "See the offers", f"{slug}/selection/offers"),
        A.WAITING: ("Next: a free place", "See the waitlist", f"{slug}/selection/waitlist"),
        A.DECLINED: ("", "", ""),
    }
    assert step(undecided) == ("Next: the decision", "Decide", f"{slug}/selection/{undecided.reference}")
    assert step(decided) == ("Next: the release", "See the release", f"{slug}/selection/release")
    with db.transaction(), scope.choose(edition.scope):
        round_ = make_round(here(edition), reads=1)
    assigning = f"{slug}/rounds/1/assignments?for={undecided.reference}"
    assert step(undecided) == ("Next: assign reviewers", "Assign reviewers", assigning)
    with db.transaction(), scope.choose(edition.scope):
        reviewer = make_reviewer(round_, edition)
        make_assignment(round_, undecided, reviewer)
    scores = f"{slug}/rounds/1/scores/{undecided.reference}"
    assert step(undecided) == ("Next: the reviews", "See the reviews", scores)
    with db.transaction(), scope.choose(edition.scope):
        session().add(
            RankingEntry(
                edition_id=edition.id, round_id=round_.id, application_id=undecided.id, wanted=1, reads=1, spread=2.4
            )
        )
    assert step(undecided) == ("Next: one more review", "Ask one more reviewer", assigning)
    with db.transaction(), scope.choose(edition.scope):
        session().query(RankingEntry).one().spread = 0.4
    assert step(undecided)[0] == "Next: the decision"


@pytest.mark.parametrize(
    ("query", "way"),
    [("", ["D", "C", "A"]), ("?sort=name", ["A", "C", "D"]), ("?country=JP&sort=-name", ["C", "A"])],
)
def test_one_goes_on_along_the_list_that_one_came_from(browser: Browser, query: str, way: list[str]) -> None:
    edition, staff = place()
    with db.transaction(), scope.choose(edition.scope):
        there = {}
        for number, (name, country) in enumerate([("A", "JP"), ("B", "JP"), ("C", "JP"), ("D", "EE")]):
            sent_at = clock.now() + timedelta(minutes=number)
            there[name] = make_application(edition, A.SENT, name=name, country=country, submitted_at=sent_at)
        make_conflict(there["B"], staff)
    browser.sign_in(staff)
    paths = [path_of(edition, there[name]) for name in way]
    opened = browser.get(f"/editions/{edition.slug}/applications{query}").text
    assert f'href="{paths[0]}{query}"'.replace("&", "&amp;") in opened
    for path, following in pairwise(paths):
        assert browser.get(f"{path}/after{query}").location == following + query
        assert browser.get(f"{following}/before{query}").location == path + query
    back = f"/editions/{edition.slug}/applications{query}"
    assert browser.get(f"{paths[0]}/before{query}").location == back
    assert browser.get(f"{paths[-1]}/after{query}").location == back
    page = browser.get(paths[0] + query).text
    assert re.findall(r'data-key="(\w+)"', page.split('class="walk"')[1].split("</nav>")[0]) == [
        "BracketLeft",
        "BracketRight",
    ]


def shown_labels(page: str) -> list[str]:
    """The questions whose answers stand on the page."""
    return re.findall(r'<h3 class="small soft">([^<]*)</h3>', page)


def test_seen_as_a_reviewer_shows_what_reviewers_get(browser: Browser) -> None:
    edition, staff = place()
    labels: dict[bool, Any] = {}
    with db.transaction(), scope.choose(edition.scope):
        application = make_eligible(edition, name="Northbreath")
        for blind in (True, False):
            round_ = make_round(here(edition), blind=blind)
            sections = own_sections(read_of(make_assignment(round_, application, make_reviewer(round_, edition))))
            labels[blind] = [answer.label for section in sections for answer in section.answers]
    browser.sign_in(staff)
    path = path_of(edition, application)
    assert labels == {True: ["Problem"], False: ["Problem", "Company"]}
    assert shown_labels(browser.get(path).text) == ["Problem", "Company", "Barred_From_Tenders"]
    assert shown_labels(browser.get(f"{path}?as=reviewer").text) == labels[False]
    blind_page = browser.get(f"{path}?as=blind").text
    assert shown_labels(blind_page) == labels[True]
    answers_shown = blind_page.split('id="answers"')[1].split('id="reviews"')[0]
    assert "Northbreath" not in answers_shown


def test_the_trail_can_be_asked_about_one_application(browser: Browser) -> None:
    edition, staff = place()
    with db.transaction(), scope.choose(edition.scope):
        first, second = make_eligible(edition, name="Northbreath"), make_eligible(edition, name="Southbreath")
        for application in (first, second):
            ask(application, question="Since when?", actor=staff)
    browser.sign_in(staff)
    page = browser.get(f"/editions/{edition.slug}/audit?application={first.reference}").text
    assert (first.reference in page, second.reference in page) == (True, False)
    assert f'name="application" value="{first.reference}"' in page
    assert "Nothing matches" in browser.get(f"/editions/{edition.slug}/audit?application=A-9999").text
