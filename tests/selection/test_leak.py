"""Nothing that an outsider can see differs by an unreleased decision: bodies, headers, mails, statement counts."""

import re

import pytest

from accelerator.accounts.models import Role
from accelerator.core import db, scope
from accelerator.notifications.models import Message
from accelerator.scoring.models import Assignment
from accelerator.selection.models import Choice
from accelerator.selection.operations import decisions, releases
from tests.factories import make_edition, make_member, make_person
from tests.factories.selection import make_board_round, make_candidate, make_decision
from tests.factories.startups import make_cohort_startup

OUTSIDE = (Role.REVIEWER, Role.MENTOR, Role.FOUNDER, Role.INVESTOR, Role.PARTNER)
PATHS = (
    "/",
    "/home",
    "/calls/{e}",
    "/calls/{e}/apply",
    "/demo-day/{e}",
    "/editions/{e}/home",
    "/editions/{e}/my/{a}",
    "/editions/{e}/my/{a}/letter",
    "/editions/{e}/my/{a}/offer?answer=accept",
    "/editions/{e}/my/{a}/check",
    "/editions/{e}/applications",
    "/editions/{e}/applications/{a}",
    "/editions/{e}/screening",
    "/editions/{e}/reviews",
    "/editions/{e}/reviews/{a}",
    "/editions/{e}/my-scores",
    "/editions/{e}/selection",
    "/editions/{e}/selection/{a}",
    "/editions/{e}/selection/release",
    "/editions/{e}/selection/release/letters/{a}",
    "/editions/{e}/selection/minutes",
    "/editions/{e}/selection/compare?a={a}",
    "/editions/{e}/startups",
    "/editions/{e}/startups/{s}",
    "/editions/{e}/mentors",
    "/editions/{e}/sessions",
    "/editions/{e}/milestones",
    "/editions/{e}/numbers",
    "/editions/{e}/reports",
    "/editions/{e}/demo-day/list",
    "/editions/{e}/mail",
    "/editions/{e}/audit",
)
# Tokens and the present instant differ between any two requests, whatever was decided.
VARYING = re.compile(
    r'name="csrf-token" content="[^"]+"|name="csrf_token" value="[^"]+"|"X-CSRFToken": "[^"]+"|data-now="[^"]+"'
    r"|\d+ (?:hours?|minutes?|seconds?)"
)


@pytest.fixture
def place(app):
    with db.transaction():
        edition = make_edition()
        staff = make_member(edition, Role.STAFF)
        outsiders = {role.value: make_member(edition, role) for role in OUTSIDE}
        with scope.choose(edition.scope):
            application = make_candidate(edition, name="Kurage Health")
            outsiders["applicant"] = application.applicant
            joined, founder = make_cohort_startup(edition)
            outsiders["founder of the cohort"] = founder
            round_ = make_board_round(edition, state="open")
            db.add(
                Assignment(
                    edition_id=edition.id,
                    round_id=round_.id,
                    application_id=application.id,
                    position=1,
                    reviewer_id=outsiders["reviewer"].id,
                    revision_number=1,
                    assigned_at=application.created_at,
                )
            )
            make_decision(application, staff, Choice.OFFER, reason="Strong.", feedback="Bring the data.")
        outsiders["somebody"] = make_person()
    return edition, staff, outsiders, application, joined


def flip(place, choice: Choice, feedback: str) -> None:
    edition, staff, _, application, _ = place
    with db.transaction() as opened, scope.choose(edition.scope):
        mine = opened.get_one(type(application), application.id)
        decisions.decide(mine, choice=choice, actor=staff, reason=feedback, feedback=feedback)


def seen(place, browser, person) -> dict[str, tuple[object, ...]]:
    edition, _, _, application, joined = place
    if person is not None:
        browser.sign_in(person)
    found = {}
    for path in PATHS:
        address = path.format(e=edition.slug, a=application.reference, s=joined.slug)
        answer = browser.get(address)
        headers = sorted((name, value) for name, value in answer.headers if name not in ("Date", "Set-Cookie"))
        headers = [(name, value) for name, value in headers if name != "Content-Length"]
        found[address] = (answer.status_code, headers, VARYING.sub("", answer.text))
    return found


def mails() -> list[tuple[str, str, str]]:
    with db.reading() as opened:
        return [(one.kind, one.address, one.body) for one in opened.query(Message).order_by(Message.id)]


@pytest.mark.parametrize(
    "who", [*(role.value for role in OUTSIDE), "applicant", "founder of the cohort", "somebody", "nobody"]
)
def test_flipping_a_pending_decision_changes_nothing_outside(place, browser, who) -> None:
    person = place[2].get(who)
    before, sent = seen(place, browser, person), mails()
    flip(place, Choice.DECLINE, "Too early.")
    after = seen(place, browser, person)
    assert [path for path in before if before[path] != after[path]] == []
    assert mails() == sent
    text = " ".join(body for _, _, body in before.values())
    assert "Bring the data" not in text


@pytest.mark.parametrize("who", ["applicant", "reviewer", "mentor", "investor", "nobody"])
def test_nor_does_a_release_that_is_only_prepared(place, browser, who) -> None:
    edition, staff, outsiders, *_ = place
    person = outsiders.get(who)
    before = seen(place, browser, person)
    with db.transaction() as opened, scope.choose(edition.scope):
        releases.prepare_release(
            opened.get_one(type(edition), edition.id), actor=opened.get_one(type(staff), staff.id), sure=True
        )
    after = seen(place, browser, person)
    assert [path for path in before if before[path] != after[path]] == []
    assert {kind for kind, *_ in mails()} == {"release_to_approve"}
    assert {address for _, address, _ in mails()} == {outsiders["partner"].email}


def test_the_applicant_costs_the_same_statements_whatever_is_pending(place, browser, count_queries) -> None:
    edition, _, outsiders, application, _ = place
    browser.sign_in(outsiders["applicant"])
    counts = []
    for choice in (Choice.OFFER, Choice.DECLINE):
        flip(place, choice, "x")
        count_queries.clear()
        browser.get(f"/editions/{edition.slug}/my/{application.reference}/letter")
        counts.append(list(count_queries))
    assert counts[0] == counts[1]
    assert not [statement for statement in counts[0] if "FROM decision" in statement]
